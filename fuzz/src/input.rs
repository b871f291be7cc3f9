//! Where inputs come from: random expressions of the language, and stored ones with bytes and tokens changed.
//! Deliberately deterministic: a seed gives the same inputs on every machine.

use serde_json::{Value, json};

/// Pieces of the language that have a meaning, or nearly.
const TOKENS: &[&str] = &[
    "sin(",
    "cos(",
    "ln ",
    "log(",
    "exp(",
    "sqrt(",
    "abs(",
    "^",
    "^-1",
    "^(1/2)",
    "**",
    "[[",
    "]]",
    "[",
    "]",
    "|",
    "!",
    "√",
    "\\frac{",
    "}{",
    "}",
    "\\sqrt[3]{",
    "\\sin ",
    "\\left(",
    "\\right)",
    "\\cdot ",
    "if(",
    "D[1](f)(",
    "D[1,2](g)(",
    "f(x)",
    "f'(x)",
    "1e400",
    "1e-400",
    "0",
    "-",
    "--",
    "+",
    "*",
    "/",
    "/0",
    "(",
    ")",
    ",",
    ";",
    "=",
    "<",
    ">=",
    "pi",
    "e^",
    "e",
    "i",
    "x",
    "y",
    "x_1",
    "α",
    "²",
    "∞",
    "°",
    " where ",
    "d/dx ",
    "∂",
    "π",
    "·",
    "−",
    "99999999999999999999",
    "0.1",
    ".5",
    "sin^2 x",
    "x!",
    "gamma(",
    "besselj(",
    "W(",
    "floor(",
    "mod(",
    "transpose(",
    "det(",
    "inverse(",
    "미분해줘",
    "를 x로",
    "\\begin{pmatrix}",
    "&",
    "\\\\",
    "\\end{pmatrix}",
    "\"",
    "\\",
    "\u{0}",
    "\u{202e}",
    "{",
    ":",
    "\n",
    "\t",
];
const NAMES: &[&str] = &["x", "y", "z", "a", "n", "t", "x_1", "theta", "alpha"];
const NUMBERS: &[&str] = &["0", "1", "2", "3", "-1", "7", "10", "1/2", "2/3", "-5/4", "0.5", "1.25", "pi", "e", "100", "1e3"];
const ASSUMED: &[&str] = &["x>0", "x<0", "y>=0", "n integer", "a>0", "t real", "x!=0"];

/// Marsaglia's xorshift with 64 bits, multiplied at the end.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            random.below(2);
        }
        random
    }

    /// Less than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % n.max(1)
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The next input.
pub fn next(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    match random.below(10) {
        0..=4 => request(random).to_string().into_bytes(),
        5 => mutated(request(random).to_string().into_bytes(), random, corpus),
        _ => {
            let from = random.below(corpus.len());
            mutated(corpus[from].clone(), random, corpus)
        }
    }
}

/// A well-formed request about random expressions.
fn request(random: &mut Random) -> Value {
    let depth = 1 + random.below(5);
    let expr = expression(random, depth);
    let by = random.of(NAMES);
    let mut request = match random.below(13) {
        0..=2 => json!({"op": "diff", "expr": expr, "wrt": (if random.below(2) == 0 { vec![by] } else { vec![by, "x"] })}),
        3..=5 => json!({"op": "simplify", "expr": expr}),
        6 => json!({"op": "equal", "a": expr, "b": expression(random, depth)}),
        7 => {
            let at: serde_json::Map<String, Value> =
                NAMES.iter().map(|name| ((*name).to_owned(), json!(random.below(81) as f64 / 16.0 - 2.5))).collect();
            json!({"op": "eval", "expr": expr, "at": at, "grad": ["x"]})
        }
        8 => {
            let at: serde_json::Map<String, Value> =
                NAMES.iter().map(|name| ((*name).to_owned(), json!(random.below(9) as f64 / 4.0))).collect();
            if random.below(3) == 0 { json!({"op": "graph", "expr": expr}) } else { json!({"op": "graph", "expr": expr, "at": at}) }
        }
        9 => json!({"op": "gradient", "expr": expr, "wrt": ["x", "y"]}),
        10 => json!({"op": "steps", "expr": expr, "wrt": [by], "lang": random.of(&["en", "ko"]), "level": random.of(&["brief", "normal", "full"])}),
        11 => json!({"op": "check", "expr": expr, "wrt": [by], "answer": expression(random, depth)}),
        _ => json!({"op": "hessian", "expr": expr, "wrt": ["x", "y"]}),
    };
    if random.below(5) == 0 {
        request["assume"] = json!([random.of(ASSUMED)]);
    }
    if random.below(12) == 0 {
        request["where"] = json!(true);
    }
    if random.below(16) == 0 {
        request["format"] = json!(random.of(&["latex", "unicode", "text"]));
    }
    request
}

/// A random expression of the language, at most this deep.
pub fn expression(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        let leaves = if random.below(3) > 0 { NAMES } else { NUMBERS };
        return random.of(leaves).to_owned();
    }
    let mut part = || expression(random, depth - 1);
    let (a, b) = (part(), part());
    match random.below(16) {
        0 | 1 => format!("{a} + {b}"),
        2 => format!("{a} - ({b})"),
        3 | 4 => format!("({a})*({b})"),
        5 => format!("({a})/({b})"),
        6 => format!("({a})^({b})"),
        7 => format!("({a})^{}", random.of(&["2", "3", "(-1)", "(1/2)", "(-3/2)", "n", "(1/3)"])),
        8 => format!("sqrt({a})"),
        9 => format!("if({a} {} {b}, {b}, {a})", random.of(&["<", ">", "<=", ">=", "=", "!="])),
        10 => format!("f({a})"),
        11 => format!("\\frac{{{a}}}{{{b}}}"),
        12 => format!("{}({a})", random.of(&["sin", "cos", "tan", "exp", "ln", "abs", "atan", "sinh", "asin", "sign"])),
        _ => {
            let rows: Vec<_> = symdiff::functions().iter().collect();
            let row = rows[random.below(rows.len())];
            let args: Vec<String> = row.parameters.iter().map(|_| expression(random, depth.min(2) - 1)).collect();
            format!("{}({})", row.name, args.join(", "))
        }
    }
}

/// An input with a few bytes or tokens changed.
fn mutated(mut bytes: Vec<u8>, random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    for _ in 0..1 + random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => {
                let end = (at + random.below(8)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let from = &corpus[random.below(corpus.len())];
                let start = random.below(from.len());
                let end = (start + random.below(40)).min(from.len());
                bytes.splice(at..at, from[start..end].iter().copied());
            }
            3 => {
                let end = (at + random.below(30)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                for _ in 0..1 + random.below(20) {
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
            _ => {
                bytes.splice(at..at, random.of(TOKENS).bytes());
            }
        }
        bytes.truncate(1 << 16);
    }
    bytes
}
