//! Prompts in Korean, as a class notebook writes them: `e^(x^2+2x+3) x로 미분`.
//! Deliberately reads no formula; it finds where the formula stands, by which variable and how often.
//! Read next: `parse.rs`.

use crate::error::{Error, Kind, Result, Span};
use std::ops::Range;

/// What a prompt asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prompt {
    /// Where the formula stands in the text.
    pub(crate) expression: Range<usize>,
    /// By which symbols, repeated for higher derivatives.
    pub(crate) variables: Vec<String>,
}

/// Particles that mark the variable, longer ones first.
const BY: [&str; 11] =
    ["에 대하여서", "에 대하여", "에 대해서", "에 대해", "에 대한", "에 관하여", "에 관해", "에 관한", "에대해", "으로", "로"];
/// Particles that mark what is derived.
const OBJECT: [&str; 4] = ["을", "를", "의", "은"];
/// How often, as words before 미분.
const TIMES: [(&str, usize); 14] = [
    ("한", 1),
    ("두", 2),
    ("세", 3),
    ("네", 4),
    ("다섯", 5),
    ("여섯", 6),
    ("일", 1),
    ("이", 2),
    ("삼", 3),
    ("사", 4),
    ("오", 5),
    ("일계", 1),
    ("이계", 2),
    ("삼계", 3),
];

/// The prompt in a text; `None` if the text asks for no derivative in Korean.
pub(crate) fn prompt(text: &str) -> Option<Result<Prompt>> {
    let end = text.find("미분").or_else(|| text.find("도함수"))?;
    let before = text[..end].trim_end().trim_end_matches('편').trim_end();
    let (before, times) = count(before);
    Some(find(text, before, times))
}

/// Takes `두 번`, `2번`, `2차`, `이계`, `제2계` off the end.
fn count(before: &str) -> (&str, usize) {
    let stem = before.trim_end();
    for unit in ["번", "차", "계"] {
        if let Some(rest) = stem.strip_suffix(unit) {
            let rest = rest.trim_end();
            let digits = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            if digits > 0
                && let Ok(n) = rest[rest.len() - digits..].parse()
            {
                return (rest[..rest.len() - digits].trim_end().trim_end_matches('제').trim_end(), n);
            }
            for (word, n) in TIMES {
                if let Some(rest) = rest.strip_suffix(word) {
                    return (rest.trim_end(), n);
                }
            }
        }
    }
    (before, 1)
}

fn find(text: &str, before: &str, times: usize) -> Result<Prompt> {
    // The variable stands before the last particle: `... x로`, or `x로 ...` with the formula after it.
    let mut best: Option<(usize, usize)> = None;
    for particle in BY {
        for (at, _) in before.match_indices(particle) {
            let end = at + particle.len();
            if best.is_none_or(|(a, b)| end > b || (end == b && at < a)) {
                best = Some((at, end));
            }
        }
    }
    let Some((at, end)) = best else {
        return Err(Error::new(Kind::Parse, "by which variable? write it before 로, as in `x^2 x로 미분`")
            .at(Span::new(before.len(), before.len())));
    };
    let (mut head, after) = (before[..at].trim_end(), before[end..].trim());
    // `$ log(..) θ $ 로`: the variable is the last symbol inside the dollars.
    let dollars = head.ends_with('$') && head.matches('$').count() >= 2;
    if dollars {
        head = head.trim_end_matches('$').trim_end();
    }
    let start = variable_start(head);
    let variable = head[start..].trim();
    if variable.is_empty() {
        return Err(Error::new(Kind::Parse, "the variable before 로 is missing").at(Span::new(at, at)));
    }
    let mut expression = head[..start].trim_end();
    let offset = |piece: &str| piece.as_ptr() as usize - text.as_ptr() as usize;
    if !after.is_empty() {
        // `x로 x^3을 미분`
        expression = after;
    }
    for particle in OBJECT {
        expression = expression.strip_suffix(particle).unwrap_or(expression).trim_end();
    }
    let first = expression.len() - expression.trim_start().len();
    let from = offset(expression) + first;
    let to = offset(expression) + expression.len();
    if from >= to {
        return Err(Error::new(Kind::Parse, "the formula before the variable is missing").at(Span::new(from, from)));
    }
    Ok(Prompt { expression: from..to, variables: vec![super::canonical_symbol(variable); times.max(1)] })
}

/// Where the last symbol of a text begins: `\theta`, `x_1`, `x`.
fn variable_start(head: &str) -> usize {
    let mut start = head.len();
    for (at, c) in head.char_indices().rev() {
        let hangul =
            ('\u{1100}'..='\u{11ff}').contains(&c) || ('\u{3130}'..='\u{318f}').contains(&c) || ('\u{ac00}'..='\u{d7a3}').contains(&c);
        if c.is_alphanumeric() && !hangul || c == '_' {
            start = at;
        } else if c == '\\' {
            return at;
        } else {
            break;
        }
    }
    start
}
