//! How each language writes numbers, choices, powers and locals: one row per language.
//! Deliberately knows no function by name, and nothing of whole functions (`source.rs`).
//! Read next: `body.rs`, which writes in these words.

use super::Language;

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
    /// Words that cannot be names, those of the function around included.
    pub(super) reserved: &'static str,
}

const C_WORDS: &str = "auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return \
    short signed sizeof static struct switch typedef union unsigned void volatile while exp log sin cos tan sqrt pow gradient value main y0 y1 yn j0 j1 jn gamma \
    class new delete this template namespace using public private protected virtual operator friend bool true false try catch throw and or not xor size_t";
const PYTHON_WORDS: &str = "False None True and as assert async await break class continue def del elif else except finally for from global if import in is \
    lambda nonlocal not or pass raise return try while with yield math numpy scipy jax jnp torch abs max min value gradient";

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
    reserved: C_WORDS,
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
    reserved: PYTHON_WORDS,
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
        reserved: "as async await break const continue crate dyn else enum extern false fn for gen if impl in let loop match mod move mut pub ref return self \
            static struct super trait true type unsafe use where while abstract become box do final macro override priv try typeof unsized virtual yield \
            value gradient",
    },
    C,
    Syntax { name: "cpp", aliases: &["c++", "cxx"], prefix: "std::", power: "std::pow(#1, #2)", ..C },
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
        reserved: "baremodule begin break catch const continue do else elseif end export false finally for function global if import let local macro module \
            quote return struct true try using while exp log sin cos tan sqrt pi im value gradient",
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
        reserved: "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if \
            implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var \
            void while with yield Math value gradient",
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
        reserved: "if then else end do subroutine function module use real integer logical call return program contains implicit none merge exp log sin cos tan \
            sqrt int64 real64 value gradient gamma erf",
    },
    Syntax {
        name: "glsl",
        aliases: &["shader"],
        local: ("float ", ";"),
        nan: "(0.0/0.0)",
        infinity: "(1.0/0.0)",
        reserved: "attribute const uniform varying break continue do for while if else in out inout float int void bool true false discard return mat2 mat3 mat4 \
            vec2 vec3 vec4 struct sampler2D highp mediump lowp precision half fixed input output exp log sin cos tan sqrt pow radians degrees mod step mix sign \
            length dot cross value gradient",
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

    /// Whether a word has a meaning of its own in the language.
    pub(super) fn reserves(&self, word: &str) -> bool {
        self.reserved.split_whitespace().any(|reserved| if self.caseless { reserved.eq_ignore_ascii_case(word) } else { reserved == word })
    }
}
