//! TABLE 1, the machinery: what a row says about a function, and how a row is found by name.
//! Deliberately knows no function: all of them are rows of `table.rs`; adding one touches that file only.
//! Read next: `table.rs`.

mod table;

use crate::vector::VectorFunction;

pub(crate) use table::TABLE;

/// One function, constant or form of the language.
///
/// Texts are in symdiff's own language, over the names in `parameters`.
#[derive(Debug)]
pub struct Row {
    /// The name that is printed.
    pub name: &'static str,
    /// Other names that are read.
    pub aliases: &'static [&'static str],
    /// The names of the arguments; rows of one name may differ in their number.
    pub parameters: &'static [&'static str],
    /// What it is, in one line, for `help`.
    pub about: &'static str,
    /// Which shelf of `help` it stands on.
    pub class: Class,
    /// The text that the reader puts in the place of the call: the function never appears in an expression.
    pub reads_as: Option<&'static str>,
    /// The derivative by each argument.
    pub slopes: &'static [Slope],
    /// The principal value through simpler functions, for complex arguments and many digits.
    pub definition: Option<&'static str>,
    /// Where the function may be not smooth or not defined: expressions in the parameters, separated by `;`, that are 0 there.
    pub seams: &'static str,
    /// f(-x) for a function of one argument.
    pub parity: Parity,
    /// Where the value is real.
    pub real: RealOn,
    /// What is known of a real value.
    pub value: Facts,
    /// The value in floats for real arguments; NaN outside the domain.
    pub float: Option<fn(&[f64]) -> f64>,
    /// The value over blocks of real arguments, where there is a vector function; NaN outside the domain.
    #[allow(dead_code)] // kernels read it
    pub(crate) vector: Option<&'static dyn VectorFunction>,
    /// Where tests take each argument from: inside the domain, away from kinks.
    pub interval: &'static [(f64, f64)],
    /// LaTeX: a prefix such as `\sin`, or a template with `#1`, `#2` for the arguments.
    pub latex: &'static str,
    /// The name in programming languages: first the one that most of them use (`-`: none), then exceptions such as `rust ln`. A
    /// bare word gets the language's prefix (a method in Rust); a name with dots or colons stands as it is; `#1`, `#2` make a template.
    pub code: &'static str,
    /// The value through functions that every language has, without loss in floats, where `definition` would lose digits.
    pub portable: Option<&'static str>,
    /// Where the formulas come from.
    pub source: &'static str,
}

/// The derivative of a function by one of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slope {
    /// The factor of the argument's derivative.
    Text(&'static str),
    /// The whole contribution, written with `du` for the argument's derivative, where it is no product with it.
    WithDu(&'static str),
    /// No closed form: the formal derivative `D[i](f)(args)`.
    Formal,
}

/// f(-x) in terms of f(x).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    /// f(-x) = f(x)
    Even,
    /// f(-x) = -f(x)
    Odd,
    /// Neither.
    None,
}

/// For which real arguments the value, where it is defined, is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealOn {
    /// All real arguments.
    Reals,
    /// Positive ones (or zero).
    Nonnegative,
    /// Any arguments at all, complex ones too (`abs`, `re`, ...).
    Everywhere,
    /// Not known in general.
    Unknown,
}

/// The shelves of `help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// exp, log, roots, trigonometric, hyperbolic and their inverses.
    Elementary,
    /// Pieces, rounding, parts of complex numbers.
    Pieces,
    /// gamma, Bessel, elliptic integrals, ...
    Special,
    /// pi, e, I, ...
    Constant,
    /// Comparisons, `if`, derivatives not yet carried out.
    Form,
}

/// What is known of a value, as a set of flags. Every flag speaks of points where the value is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts(pub u8);

impl Facts {
    /// Nothing.
    pub const NONE: Facts = Facts(0);
    /// Real.
    pub const REAL: Facts = Facts(1);
    /// Real and at least 0.
    pub const NONNEGATIVE: Facts = Facts(1 | 2);
    /// Not 0.
    pub const NONZERO: Facts = Facts(4);
    /// Real and above 0.
    pub const POSITIVE: Facts = Facts(1 | 2 | 4);
    /// A whole number.
    pub const INTEGER: Facts = Facts(1 | 8);
    /// Real and at most 0.
    pub const NONPOSITIVE: Facts = Facts(1 | 16);
    /// Real and below 0.
    pub const NEGATIVE: Facts = Facts(1 | 16 | 4);

    /// Whether all of `other` is known.
    #[must_use]
    #[inline]
    pub const fn has(self, other: Facts) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    #[inline]
    pub const fn and(self, other: Facts) -> Facts {
        Facts(self.0 | other.0)
    }

    /// What both know.
    #[must_use]
    #[inline]
    pub const fn common(self, other: Facts) -> Facts {
        Facts(self.0 & other.0)
    }
}

/// A row of TABLE 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Function(pub(crate) u16);

impl Function {
    /// The function of this name (not an alias) and number of arguments, at compile time.
    /// A name that has no row fails to compile.
    pub(crate) const fn named(name: &str, arity: usize) -> Function {
        let mut at = 0;
        while at < TABLE.len() {
            if same(TABLE[at].name, name) && TABLE[at].parameters.len() == arity {
                return Function(at as u16);
            }
            at += 1;
        }
        panic_no_row()
    }

    /// Its row.
    #[must_use]
    #[inline]
    pub fn row(self) -> &'static Row {
        &TABLE[self.0 as usize]
    }

    /// The function of this name or alias with this many arguments.
    #[must_use]
    pub fn find(name: &str, arity: usize) -> Option<Function> {
        rows(name).find(|f| f.row().parameters.len() == arity)
    }
}

#[allow(clippy::panic)] // evaluated at compile time only: `named` is called for constants
const fn panic_no_row() -> ! {
    panic!("no row of this name and arity in TABLE 1")
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// All functions that this name or alias can mean, by number of arguments.
pub(crate) fn rows(name: &str) -> impl Iterator<Item = Function> {
    index().get(name).map_or(&[][..], Vec::as_slice).iter().copied()
}

/// All names that are read, aliases too.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|row| row.class != Class::Form).flat_map(|row| row.aliases.iter().copied().chain([row.name]))
}

type Index = hashbrown::HashMap<&'static str, Vec<Function>, std::hash::BuildHasherDefault<NameHasher>>;

/// FNV-1a: names are short, and every name of every formula is looked up.
#[derive(Default)]
struct NameHasher(u64);

impl std::hash::Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ 0xcbf2_9ce4_8422_2325 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }
}

fn index() -> &'static Index {
    static INDEX: std::sync::OnceLock<Index> = std::sync::OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::default();
        for (at, row) in TABLE.iter().enumerate() {
            for name in row.aliases.iter().chain([&row.name]) {
                index.entry(name).or_default().push(Function(u16::try_from(at).unwrap_or(u16::MAX)));
            }
        }
        index
    })
}

/// All rows of TABLE 1.
///
/// ```
/// let sine = symdiff::functions().iter().find(|row| row.name == "sin").unwrap();
/// assert_eq!(sine.slopes, [symdiff::Slope::Text("cos(x)")]);
/// ```
#[must_use]
pub fn functions() -> &'static [Row] {
    TABLE
}
