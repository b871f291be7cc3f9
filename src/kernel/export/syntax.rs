//! How each language writes numbers, choices, powers and locals: one row per language.
//! Deliberately knows no function by name, and nothing of whole functions (`source.rs`).
//! Read next: `body.rs`, which writes in these words.

use super::Language;
use super::portable::row_code;
use crate::function::TABLE;

/// One language. In templates `#1`, `#2` are operands; `#c`, `#t`, `#f` are a condition and the two values of a choice.
pub(super) struct Syntax {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    /// What stands before the name of a function that is a bare word in TABLE 1; `.` makes it a method of its first argument.
    pub(super) prefix: &'static str,
    /// What stands before and after `t1 = ...`.
    pub(super) local: (&'static str, &'static str),
    pub(super) choice: &'static str,
    pub(super) power: &'static str,
    /// A number as the argument of a function, where functions take none as they are.
    pub(super) argument: &'static str,
    /// How floats end.
    pub(super) suffix: &'static str,
    pub(super) nan: &'static str,
    pub(super) infinity: &'static str,
    pub(super) not_equal: &'static str,
    /// Names in letters of other scripts are allowed.
    pub(super) unicode: bool,
    /// `x` and `X` are one name.
    pub(super) caseless: bool,
    /// The longest name that is allowed.
    pub(super) longest: usize,
    /// What no name may contain, and what is written instead.
    pub(super) respelled: &'static [(&'static str, &'static str)],
    /// What no input's name may contain, since names made of others do, and what is written instead.
    pub(super) made: &'static [(&'static str, &'static str)],
    /// Words that cannot be names, those of the function around included. The functions that are called need not be listed.
    pub(super) reserved: &'static [&'static str],
    /// Words of the self-test, which cannot be the name of the function.
    pub(super) test: &'static str,
}

const C_WORDS: &str = "auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return \
    short signed sizeof static struct switch typedef union unsigned void volatile while alignas alignof bool constexpr false nullptr static_assert \
    thread_local true typeof size_t NULL M_PI M_E row rows gradient value y0 y1 yn j0 j1 jn gamma signgam";
const CPP_WORDS: &str = "and and_eq asm bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl concept consteval constinit \
    const_cast decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not not_eq operator or or_eq private protected public \
    reinterpret_cast requires static_cast template this throw try typeid typename using virtual wchar_t xor xor_eq std";
const PYTHON_WORDS: &str = "False None True and as assert async await break class continue def del elif else except finally for from global if import in is \
    lambda nonlocal not or pass raise return try while with yield math numpy scipy jax jnp torch value gradient";
const GLSL_WORDS: &str = "active atomic_uint attribute buffer cast centroid coherent common discard filter fixed flat half highp hvec2 hvec3 hvec4 in inout \
    input invariant layout lowp mat2 mat3 mat4 mediump noise out output partition patch precise precision readonly resource sample sampler1D sampler2D \
    sampler3D samplerCube shared smooth subroutine superp uint uniform varying vec2 vec3 vec4 uvec2 uvec3 uvec4 ivec2 ivec3 ivec4 bvec2 bvec3 bvec4 dvec2 \
    dvec3 dvec4 fvec2 fvec3 fvec4 dmat2 dmat3 dmat4 image1D image2D image3D imageCube writeonly interface external sizeof";

const C: Syntax = Syntax {
    name: "c",
    aliases: &[],
    prefix: "",
    local: ("const double ", ";"),
    choice: "(#c ? #t : #f)",
    power: "pow(#1, #2)",
    argument: "#1",
    suffix: "",
    nan: "NAN",
    infinity: "INFINITY",
    not_equal: "!=",
    unicode: false,
    caseless: false,
    longest: usize::MAX,
    respelled: &[("__", "_")],
    made: &[],
    reserved: &[C_WORDS],
    test: "main printf puts fabs differs failed want",
};

const NUMPY: Syntax = Syntax {
    name: "numpy",
    aliases: &["np"],
    prefix: "numpy.",
    local: ("", ""),
    choice: "numpy.where(#c, #t, #f)",
    power: "numpy.power(#1, #2)",
    argument: "#1",
    suffix: "",
    nan: "numpy.nan",
    infinity: "numpy.inf",
    not_equal: "!=",
    unicode: true,
    caseless: false,
    longest: usize::MAX,
    respelled: &[],
    made: &[],
    reserved: &[PYTHON_WORDS],
    test: "check derived point print float zip tuple range",
};

static SYNTAXES: [Syntax; 11] = [
    Syntax {
        name: "rust",
        aliases: &["rs"],
        prefix: ".",
        local: ("let ", ";"),
        choice: "(if #c { #t } else { #f })",
        power: "#1.powf(#2)",
        argument: "#1",
        suffix: "_f64",
        nan: "f64::NAN",
        infinity: "f64::INFINITY",
        not_equal: "!=",
        unicode: true,
        caseless: false,
        longest: usize::MAX,
        respelled: &[],
        made: &[],
        reserved: &[
            "as async await break const continue crate dyn else enum extern false fn for gen if impl in let loop match mod move mut pub ref return self \
            static struct super trait true type unsafe use where while abstract become box do final macro override priv try typeof unsized virtual yield \
            Self None Some Ok Err value gradient",
        ],
        test: "main check",
    },
    // `x_column`, `by_x_column`
    Syntax { made: &[("_column", "_col"), ("by_", "by")], ..C },
    Syntax { name: "cpp", aliases: &["c++", "cxx"], prefix: "std::", power: "std::pow(#1, #2)", reserved: &[C_WORDS, CPP_WORDS], ..C },
    Syntax {
        name: "python",
        aliases: &["py"],
        prefix: "math.",
        choice: "(#t if #c else #f)",
        power: "math.pow(#1, #2)",
        nan: "math.nan",
        infinity: "math.inf",
        ..NUMPY
    },
    NUMPY,
    Syntax {
        name: "jax",
        aliases: &[],
        prefix: "jnp.",
        choice: "jnp.where(#c, #t, #f)",
        power: "jnp.power(#1, #2)",
        nan: "jnp.nan",
        infinity: "jnp.inf",
        ..NUMPY
    },
    Syntax {
        name: "pytorch",
        aliases: &["torch"],
        prefix: "torch.",
        choice: "torch.where(#c, #t, #f)",
        power: "torch.pow(#1, #2)",
        // a tensor without axes leaves the type to those that have some
        argument: "torch.tensor(#1, dtype=torch.float64)",
        nan: "torch.nan",
        infinity: "torch.inf",
        ..NUMPY
    },
    Syntax {
        name: "julia",
        aliases: &["jl"],
        prefix: "",
        choice: "ifelse(#c, #t, #f)",
        power: "#1^#2",
        nan: "NaN",
        infinity: "Inf",
        reserved: &[
            "baremodule begin break catch const continue do else elseif end export false finally for function global if import let local macro module \
            quote return struct true try using while value gradient",
        ],
        test: "check isapprox println all",
        ..NUMPY
    },
    Syntax {
        name: "javascript",
        aliases: &["js"],
        prefix: "Math.",
        local: ("const ", ";"),
        choice: "(#c ? #t : #f)",
        power: "Math.pow(#1, #2)",
        nan: "NaN",
        infinity: "Infinity",
        reserved: &[
            "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if \
            implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var \
            void while with yield value gradient",
        ],
        test: "check console Error",
        ..NUMPY
    },
    Syntax {
        name: "fortran",
        aliases: &["f90"],
        prefix: "",
        local: ("", ""),
        choice: "merge(#t, #f, #c)",
        power: "#1**#2",
        argument: "#1",
        suffix: "_real64",
        nan: "ieee_value(1.0_real64, ieee_quiet_nan)",
        infinity: "ieee_value(1.0_real64, ieee_positive_inf)",
        not_equal: "/=",
        unicode: false,
        caseless: true,
        longest: 63,
        respelled: &[],
        made: &[],
        reserved: &[
            "if then else end do subroutine function module use real integer logical call return program contains implicit none abs int64 real64 value \
            gradient",
        ],
        test: "check found slopes wanted got",
    },
    Syntax {
        name: "glsl",
        aliases: &["shader"],
        local: ("float ", ";"),
        nan: "(0.0/0.0)",
        infinity: "(1.0/0.0)",
        respelled: &[("__", "_"), ("gl_", "gl")],
        reserved: &[C_WORDS, CPP_WORDS, GLSL_WORDS],
        ..C
    },
];

/// The row of a language.
pub(super) fn of(language: Language) -> &'static Syntax {
    &SYNTAXES[language as usize]
}

impl Syntax {
    /// A float.
    pub(super) fn number(&self, x: f64) -> String {
        if x.is_nan() {
            return self.nan.to_string();
        }
        if x.is_infinite() {
            return format!("{}{}", if x < 0.0 { "-" } else { "" }, self.infinity);
        }
        // the shortest digits that read back, always with a point or an exponent
        format!("{x:?}{}", self.suffix)
    }

    /// Whether a word cannot be the name of the function.
    pub(super) fn refuses(&self, word: &str) -> bool {
        self.reserves(word) || self.test.split(' ').any(|taken| self.same(taken, word))
    }

    /// Whether the language takes two words for one.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        if self.caseless { a.eq_ignore_ascii_case(b) } else { a == b }
    }

    /// Whether a word has a meaning of its own in the language, or is called by what is written in it.
    pub(super) fn reserves(&self, word: &str) -> bool {
        let same = |reserved: &str| self.same(reserved, word);
        let written = [self.choice, self.power, self.argument, self.nan, self.infinity].into_iter().chain(TABLE.iter().filter_map(|row| {
            let name = row_code(row, self)?;
            (self.prefix.is_empty() || name.contains(['.', ':', '#'])).then_some(name)
        }));
        self.reserved.iter().any(|words| words.split_whitespace().any(same)) || written.flat_map(free_words).any(same)
    }
}

/// The words of a template that stand free: no places for operands, and nothing behind a dot or a colon.
fn free_words(template: &str) -> impl Iterator<Item = &str> {
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    template.split(move |c| !part_of_word(c) && !".:#".contains(c)).map(move |piece| {
        let end = piece.find(|c| !part_of_word(c)).unwrap_or(piece.len());
        &piece[..end]
    })
}
