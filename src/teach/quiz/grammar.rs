//! Which exercises are there: what each level allows, and a grammar whose sentences are expressions.
//! Deliberately derives nothing and judges nothing: `make.rs` keeps what fits its level.
//! Read next: `make.rs`.

use crate::function::{Class, Function, Slope};
use crate::net::random::Stream;
use crate::teach::rule;

/// What a level allows.
#[derive(Debug)]
pub(crate) struct Allowed {
    /// How many functions and powers may stand inside each other.
    pub(crate) depth: u32,
    /// How many functions of a kind are in use, the usual ones first.
    pub(crate) functions: usize,
    /// The largest answer, in the simplifier's cost: numbers, names, operators and calls count 1 each.
    pub(crate) answer: u32,
    /// The largest number in the answer, above or below a bar.
    pub(crate) number: i64,
}

/// The levels from 1 on.
#[rustfmt::skip]
pub(crate) static LEVELS: [Allowed; 5] = [
    Allowed { depth: 1, functions: 2, answer: 12, number:   100 },
    Allowed { depth: 2, functions: 3, answer: 16, number:   150 },
    Allowed { depth: 2, functions: 3, answer: 19, number:   250 },
    Allowed { depth: 3, functions: 3, answer: 23, number:   500 },
    Allowed { depth: 4, functions: 6, answer: 28, number: 1_000 },
];

/// Of other kinds than the trigonometric functions the first three are enough.
const OTHERS: usize = 3;

/// A rule of the grammar: a name, the levels from and to which it is used, and what may stand for the name. `<2..9>` is one of these
/// numbers, `<square>` the name of other rules, `<trigonometric>` a function of that kind.
type Form = (&'static str, u8, u8, &'static [&'static str]);

#[rustfmt::skip] // a table: one row for a name and the levels of its forms
static FORMS: &[Form] = &[
    // ---- parts
    ("line", 1, 5, &["<2..9>*x + <1..9>", "<2..9>*x - <1..9>"]),
    ("line", 2, 5, &["<2..9> - <2..5>*x"]),
    ("square", 1, 5, &["x^2 + <1..9>"]),
    ("square", 2, 5, &["<2..5>*x^2 + <1..9>", "x^2 + <2..8>*x"]),
    ("square", 3, 5, &["x^2 - <2..8>*x + <1..9>", "x^3 + <1..9>"]),
    ("square", 4, 5, &["x^3 - <2..6>*x"]),
    ("term", 1, 5, &["<2..9>*x^<2..5>", "x^<2..6>"]),
    ("term", 2, 5, &["<2..9>*sqrt(x)"]),
    ("term", 3, 5, &["<2..9>/x^<2..3>"]),
    ("outer", 1, 5, &["<trigonometric>", "exp", "log"]),
    ("outer", 3, 5, &["<trigonometric>"]),
    ("outer", 4, 5, &["<hyperbolic>", "<inverse-trigonometric>"]),
    // ---- one topic after the other
    ("chain", 1, 2, &["(<line>)^<3..6>", "<outer>(<line>)", "sqrt(<line>)"]),
    ("chain", 2, 3, &["(<square>)^<3..5>", "<outer>(<square>)", "<trigonometric>(x)^<2..5>", "sqrt(<square>)"]),
    ("chain", 3, 4, &["<2..6>*<outer>(<square>)", "<outer>(<outer>(x))", "<outer>(sqrt(x))", "(<outer>(x) + <1..9>)^<2..4>"]),
    ("chain", 4, 5, &["<outer>(<outer>(<line>))", "<outer>(<2..5>*x)^<2..4>", "sqrt(<outer>(<2..5>*x) + <1..5>)"]),
    ("chain", 5, 5, &["<outer>(<outer>(<square>))", "<outer>(sqrt(<square>))", "<outer>(<square>)^<2..3>", "<outer>(<outer>(sqrt(x)))"]),
    ("product", 1, 2, &["x^<2..5>*<outer>(x)", "x*<outer>(x)", "(<line>)*<outer>(x)"]),
    ("product", 2, 3, &["(<square>)*<outer>(x)", "x*<outer>(<2..6>*x)", "x*exp(-<2..6>*x)"]),
    ("product", 3, 4, &["<outer>(x)*<outer>(x)", "x^<2..4>*<outer>(<line>)", "sqrt(x)*<outer>(x)"]),
    ("product", 4, 5, &["exp(<2..4>*x)*<outer>(<2..4>*x)", "x*sqrt(<square>)", "x*<outer>(<square>)"]),
    ("product", 5, 5, &["x*exp(x)*<trigonometric>(x)", "x^<2..4>*<outer>(<square>)", "<outer>(<2..5>*x)*<outer>(<2..5>*x)"]),
    ("quotient", 1, 2, &["x/(<line>)", "(<line>)/(<line>)", "<outer>(x)/x"]),
    ("quotient", 2, 3, &["x/(<square>)", "<outer>(x)/x^<2..3>", "(<line>)/(<square>)"]),
    ("quotient", 3, 4, &["<outer>(x)/(<line>)", "(<square>)/(<line>)", "x/(<outer>(x) + <1..5>)"]),
    ("quotient", 4, 5, &["<outer>(x)/(<outer>(x) + <1..5>)", "(<square>)/(<square>)", "<outer>(x)/(<square>)"]),
    ("quotient", 5, 5, &["x/sqrt(<square>)", "<outer>(<2..5>*x)/(<line>)"]),
    ("power", 1, 2, &["x^<3..9>", "-<2..9>*x^<2..9>"]),
    ("power", 1, 1, &["<2..9>*x^<3..9>"]),
    ("power", 2, 3, &["1/x^<2..6>", "sqrt(x)", "<2..9>*sqrt(x)", "<2..9>/x^<2..6>", "x^(1/<3..6>)"]),
    ("power", 3, 4, &["<2..6>/sqrt(x)", "x^(<4..8>/3)", "(<line>)^<3..6>", "1/(<line>)^<2..4>"]),
    ("power", 4, 5, &["sqrt(<line>)", "(<square>)^<3..6>", "1/(<square>)^<2..4>"]),
    ("power", 5, 5, &["1/sqrt(<square>)", "(<square>)^(<4..5>/3)", "(sqrt(x) + <1..5>)^<3..5>"]),
    ("sum", 1, 2, &["<term> + <term>", "<term> - <term>", "<term> + <2..9>*x + <1..9>", "<2..9>*x - <term>"]),
    ("sum", 2, 3, &["<term> + <outer>(x)", "<term> - <term> + <2..9>*x", "<2..9>*<outer>(x) - <term>"]),
    ("sum", 3, 4, &["<2..9>*<outer>(x) + <2..9>*<outer>(x)", "<term> + <term> - <outer>(x)"]),
    ("sum", 4, 5, &["<term> + <outer>(<line>)", "<outer>(<2..5>*x) - <2..5>*<outer>(x)"]),
    ("sum", 5, 5, &["<outer>(<line>) + <outer>(<line>)", "x*<outer>(x) - <outer>(x)", "<term> - <outer>(<square>)"]),
    ("exponential", 1, 2, &["<2..9>*exp(x)", "exp(<2..9>*x)", "exp(-<2..9>*x)", "<2..9>^x", "exp(x) + x^<2..5>", "x*exp(x)"]),
    ("exponential", 2, 3, &["exp(<line>)", "exp(<square>)", "x^<2..4>*exp(x)"]),
    ("exponential", 3, 4, &["<2..5>^(<2..5>*x)", "exp(<trigonometric>(x))", "x*exp(-<2..6>*x)", "exp(sqrt(x))"]),
    ("exponential", 4, 5, &["x*exp(-x^2)", "exp(<2..4>*x)*<trigonometric>(x)", "<2..5>^(x^2)", "exp(<2..5>*x)/x"]),
    ("exponential", 5, 5, &["exp(x)/(exp(x) + <1..9>)", "exp(<trigonometric>(<2..5>*x))", "x^<2..3>*exp(<line>)", "(exp(x) + <1..5>)^<2..5>"]),
    ("logarithm", 1, 2, &["<2..9>*log(x)", "log(<line>)", "log(x) + x^<2..5>", "x*log(x)"]),
    ("logarithm", 2, 3, &["log(<square>)", "x^<2..4>*log(x)", "log(x)/x", "log(x)^<2..4>"]),
    ("logarithm", 3, 4, &["log(<trigonometric>(x))", "x*log(<line>)", "<logarithm>(<line>)", "log(exp(x) + <1..9>)"]),
    ("logarithm", 4, 5, &["x^2*log(<line>)", "x*log(<square>)", "sqrt(log(x))"]),
    ("logarithm", 5, 5, &["log(log(x))", "log(<square>)^<2..3>", "log(<line>)/x", "log(sqrt(x) + <1..9>)"]),
    ("trigonometric", 1, 2, &["<2..9>*<trigonometric>(x)", "<trigonometric>(<2..9>*x)", "<trigonometric>(<line>)", "x*<trigonometric>(x)"]),
    ("trigonometric", 2, 3, &["<trigonometric>(<square>)", "<trigonometric>(x)^<2..4>", "x^<2..4>*<trigonometric>(x)"]),
    ("trigonometric", 3, 4, &["<trigonometric>(x)/x", "<trigonometric>(sqrt(x))", "x*<trigonometric>(<2..6>*x)"]),
    ("trigonometric", 4, 5, &["<trigonometric>(<2..5>*x)^<2..3>", "exp(x)*<trigonometric>(<2..5>*x)", "<trigonometric>(log(x))", "x*<trigonometric>(<square>)"]),
    ("trigonometric", 5, 5, &["<trigonometric>(<trigonometric>(x))", "<trigonometric>(x)/(1 + <trigonometric>(x))", "<trigonometric>(exp(<2..5>*x))", "sqrt(<trigonometric>(<2..5>*x))"]),
    ("inverse", 1, 2, &["<2..9>*<inverse-trigonometric>(x)", "<inverse-trigonometric>(x/<2..9>)", "<inverse-trigonometric>(x) + x^<2..5>", "x^<2..4> - <2..9>*<inverse-trigonometric>(x)"]),
    ("inverse", 2, 3, &["<inverse-trigonometric>(<2..9>*x)", "x*<inverse-trigonometric>(x)", "<inverse-trigonometric>(x)^<2..4>"]),
    ("inverse", 3, 4, &["<inverse-trigonometric>(x^<2..3>)", "x^<2..3>*<inverse-trigonometric>(x)", "<inverse-trigonometric>(exp(x))"]),
    ("inverse", 4, 5, &["<inverse-trigonometric>(sqrt(x))", "exp(<inverse-trigonometric>(x))", "log(<inverse-trigonometric>(x))", "x*<inverse-trigonometric>(<2..6>*x)"]),
    ("inverse", 5, 5, &["<inverse-trigonometric>(<line>)", "<inverse-trigonometric>(<2..5>*x)^<2..3>", "<inverse-trigonometric>(<trigonometric>(x)/<2..9>)", "<inverse-trigonometric>(<2..9>/x)"]),
    ("second", 1, 2, &["x^<3..9>", "<term> + <term>", "<2..9>*<outer>(x)", "<2..9>*x^<3..6> - <2..9>*x"]),
    ("second", 2, 3, &["exp(<2..9>*x)", "<trigonometric>(<2..9>*x)", "<2..9>/x^<1..3>", "<2..9>*sqrt(x)", "log(<line>)"]),
    ("second", 3, 4, &["x*<outer>(x)", "(<line>)^<4..6>", "1/(<line>)", "x*exp(-<2..5>*x)"]),
    ("second", 4, 5, &["x^2*<outer>(x)", "exp(x^2)", "log(<square>)", "exp(<2..3>*x)*<trigonometric>(x)"]),
    ("second", 5, 5, &["<outer>(x^2)", "log(x)/x", "x/(<line>)", "sqrt(<square>)", "x*<outer>(<2..5>*x)"]),
];

/// The rules of a name at a level.
pub(crate) fn forms(name: &str, level: u8) -> Vec<&'static str> {
    FORMS
        .iter()
        .filter(|(known, from, to, _)| *known == name && (*from..=*to).contains(&level))
        .flat_map(|&(.., texts)| texts)
        .copied()
        .collect()
}

/// The functions of a kind that a level uses: rows of TABLE 1 that have one argument and a slope.
fn functions(kind: &str, allowed: &Allowed) -> Vec<&'static str> {
    let has_slope = |name: &&str| {
        Function::find(name, 1).is_some_and(|function| {
            let row = function.row();
            row.class == Class::Elementary && (row.reads_as.is_some() || matches!(row.slopes, [Slope::Text(_)]))
        })
    };
    let count = if kind == "trigonometric" { allowed.functions } else { allowed.functions.min(OTHERS) };
    rule::functions_of(kind).iter().copied().filter(has_slope).take(count).collect()
}

/// A sentence of the grammar: a form with all its names replaced, by chance.
pub(crate) fn sentence(form: &'static str, level: u8, allowed: &Allowed, chance: &mut Stream) -> String {
    let mut out = String::new();
    // the rules do not contain themselves, so this ends
    let mut rest: Vec<&'static str> = vec![form];
    while let Some(text) = rest.pop() {
        let Some((before, after)) = text.split_once('<') else {
            out += text;
            continue;
        };
        out += before;
        let Some((name, after)) = after.split_once('>') else { break };
        rest.push(after);
        if let Some((low, high)) = name.split_once("..") {
            let bound = |text: &str| text.parse::<usize>().unwrap_or(2);
            let (low, high) = (bound(low), bound(high));
            out += &(low + chance.below(high.saturating_sub(low) + 1)).to_string();
            continue;
        }
        let known = functions(name, allowed);
        let choices = if known.is_empty() { forms(name, level) } else { known };
        if let Some(&chosen) = choices.get(chance.below(choices.len().max(1))) {
            rest.push(chosen);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_a_form_has_rules_wherever_the_form_is_used() {
        for (name, from, to, texts) in FORMS {
            for (level, text) in (*from..=*to).flat_map(|level| texts.iter().map(move |text| (level, text))) {
                let allowed = &LEVELS[usize::from(level) - 1];
                for inner in text.split('<').skip(1).filter_map(|piece| piece.split('>').next()).filter(|inner| !inner.contains("..")) {
                    assert!(!functions(inner, allowed).is_empty() || !forms(inner, level).is_empty(), "{name} at {level}: {inner}");
                }
            }
        }
    }

    #[test]
    fn the_levels_rise() {
        assert!(LEVELS.windows(2).all(|pair| {
            pair[0].depth <= pair[1].depth
                && pair[0].functions <= pair[1].functions
                && pair[0].answer < pair[1].answer
                && pair[0].number < pair[1].number
        }));
    }
}
