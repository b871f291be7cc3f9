//! Which commands does the REPL have, and what stands behind their words? One table for help, hints and completion.
//! Deliberately does nothing: `entry.rs` reads lines, `repl.rs` carries them out.
//! Read next: `assist.rs`.

use crate::report;
use symdiff::{Phrase, key, phrase};

/// A command.
pub(crate) struct Word {
    /// The word, with a colon where it is only a command with one.
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static str,
    pub(crate) meaning: &'static str,
}

const fn word(name: &'static str, arguments: &'static str, meaning: &'static str) -> Word {
    Word { name, arguments, meaning }
}

pub(crate) const WORDS: [Word; 27] = [
    word("diff", "EXPR x [x]", key!("the derivative; also diff EXPR, x, 2")),
    word("gradient", "EXPR x y", key!("one derivative for each")),
    word("jacobian", "[EXPR, EXPR] x y", key!("the matrix of first derivatives")),
    word("hessian", "EXPR x y", key!("the matrix of second derivatives")),
    word("simplify", "EXPR", key!("the same, shorter")),
    word("equal", "A, B", key!("whether both are the same function")),
    word("eval", "EXPR at x=1, y=pi/2", key!("the value")),
    word("steps", "EXPR x", key!("the derivative, step by step")),
    word("check", "EXPR x answer TEXT", key!("whether an answer is the derivative, and why not")),
    word("quiz", "[TOPIC] [LEVEL]", key!("exercises, as quiz chain 2; :quit ends them")),
    word("plot", "EXPR x=-3..3 at x=1", key!("its curve, slope and tangent; also ... to FILE.svg")),
    word("graph", "EXPR at x=1, y=2", key!("its computational graph, values and derivatives")),
    word("layer", "FORWARD", key!("its backward pass; also ... backward dx = ...")),
    word("export", "EXPR to rust", key!("source code with the derivatives")),
    word("shape", "X: n×m, w: m", key!("arrays: X*w is their product, X' the transpose")),
    word("assume", "x>0", key!("also x>=0, x<0, x<=0, x!=0, n integer")),
    word("clear", "[NAME]", key!("forgets a definition, or all")),
    word(":steps", "[EXPR x]", key!("how the derivative is found; of the last one")),
    word(":latex", "[EXPR]", key!("as LaTeX; the last answer")),
    word(":lang", "[en or ko]", key!("the language of explanations")),
    word(":save", "FILE", key!("what was asked and answered: .md, .tex or .html")),
    word(":load", "FILE", key!("the lines of a file, or of a saved .md or .tex")),
    word("help", "[NAME]", key!("a function or command")),
    word("quit", "", key!("the end, as Ctrl-D; Ctrl-C stops a computation")),
    word("exit", "", key!("the same")),
    word("?", "[NAME]", key!("the same as help")),
    word("ans", "", key!("the last answer")),
];

/// What `help` shows.
pub(crate) fn help() -> String {
    let line = |start: &str, meaning: &'static str| format!("  {start:<27} {}\n", report::said(&Phrase::key(meaning)));
    let mut page = line("x^2*y + 1", key!("an expression: simplified, and kept as `ans`"));
    page += &line("f(x) = x^2, a = 3", key!("definitions (one a line)"));
    for word in WORDS.iter().filter(|word| !matches!(word.name, "exit" | "?" | "ans")) {
        page += &line(format!("{} {}", word.name, word.arguments).trim_end(), word.meaning);
    }
    let more =
        phrase!("Commands may begin with a colon, as :help. Tab completes names, and \\alpha to α;\nan open bracket continues the line.");
    page + &report::said(&more) + "\n"
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn help_fits_a_narrow_terminal() {
        for line in super::help().lines() {
            assert!(line.width() <= 80, "{line}");
        }
    }
}
