//! Which spellings of a Greek letter, and of a symbol, mean the same.
//! Deliberately knows nothing of tokens or of functions such as `gamma(x)`.
//! Read next: `token.rs`, which meets the spellings; `name.rs`, which says what a name means.

use std::borrow::Cow;

/// Name and letter. The first row of a name or of a letter is the one that counts.
#[rustfmt::skip]
const GREEK: &[(&str, char)] = &[
    ("alpha", 'α'), ("beta", 'β'), ("gamma", 'γ'), ("delta", 'δ'), ("epsilon", 'ε'), ("zeta", 'ζ'), ("eta", 'η'), ("theta", 'θ'),
    ("iota", 'ι'), ("kappa", 'κ'), ("lambda", 'λ'), ("mu", 'μ'), ("nu", 'ν'), ("xi", 'ξ'), ("omicron", 'ο'), ("pi", 'π'),
    ("rho", 'ρ'), ("sigma", 'σ'), ("tau", 'τ'), ("upsilon", 'υ'), ("phi", 'φ'), ("chi", 'χ'), ("psi", 'ψ'), ("omega", 'ω'),
    ("Alpha", 'Α'), ("Beta", 'Β'), ("Gamma", 'Γ'), ("Delta", 'Δ'), ("Epsilon", 'Ε'), ("Zeta", 'Ζ'), ("Eta", 'Η'), ("Theta", 'Θ'),
    ("Iota", 'Ι'), ("Kappa", 'Κ'), ("Lambda", 'Λ'), ("Mu", 'Μ'), ("Nu", 'Ν'), ("Xi", 'Ξ'), ("Omicron", 'Ο'), ("Pi", 'Π'),
    ("Rho", 'Ρ'), ("Sigma", 'Σ'), ("Tau", 'Τ'), ("Upsilon", 'Υ'), ("Phi", 'Φ'), ("Chi", 'Χ'), ("Psi", 'Ψ'), ("Omega", 'Ω'),
    ("epsilon", 'ϵ'), ("phi", 'ϕ'), ("mu", 'µ'), ("Omega", 'Ω'), ("Delta", '∆'),
    ("vartheta", 'ϑ'), ("varrho", 'ϱ'), ("varsigma", 'ς'), ("varpi", 'ϖ'), ("varkappa", 'ϰ'),
];

/// Other names of the same letter.
const ALIASES: &[(&str, &str)] = &[("varepsilon", "epsilon"), ("varphi", "phi")];

/// The letter of a Greek name, `θ` of `theta`.
pub(super) fn letter(name: &str) -> Option<char> {
    let name = ALIASES.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
    GREEK.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// The name of a Greek letter, `theta` of `θ`.
pub(super) fn name(letter: char) -> Option<&'static str> {
    if letter.is_ascii() {
        return None;
    }
    GREEK.iter().find(|row| row.1 == letter).map(|row| row.0)
}

/// All Greek names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    GREEK.iter().map(|row| row.0).chain(ALIASES.iter().map(|row| row.0))
}

/// The digit of a subscript digit.
pub(super) fn subscript(c: char) -> Option<char> {
    let digit = u32::from(c).checked_sub(0x2080)?;
    char::from_digit(digit, 10)
}

/// Whether a name is one letter: `x`, `θ`, `theta`.
pub(crate) fn is_letter(text: &str) -> bool {
    let mut chars = text.chars();
    (chars.next().is_some() && chars.next().is_none()) || (text.len() <= 10 && letter(text).is_some())
}

/// The one key of all spellings of a symbol: `theta` of `θ` and `\theta`, `rho_1` of `\rho_{1}`.
pub(crate) fn canonical_symbol(text: &str) -> String {
    canonical(text).into_owned()
}

/// As [`canonical_symbol`]; most names are their own.
pub(super) fn canonical(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_alphanumeric()) && !text.starts_with("var") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(respell(text, |part| {
        let mut chars = part.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => name(c).map(str::to_string),
            _ => ALIASES.iter().find(|row| row.0 == part).map(|row| row.1.to_string()),
        }
    }))
}

/// How a symbol is printed: `θ` of `\theta`, otherwise as it is written.
pub(crate) fn shown_symbol(text: &str) -> String {
    respell(text, |_| None)
}

/// Takes the LaTeX marks out of a symbol and maps each of its words, which end before digits and `_`.
fn respell(text: &str, word: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_matches(|c: char| c == '$' || c.is_whitespace());
    while let Some(c) = rest.chars().next() {
        if c.is_alphabetic() || c == '\\' || c == '∆' {
            let command = c == '\\';
            let body = if command { &rest[1..] } else { rest };
            let end = body.find(|c: char| !(c.is_alphabetic() || c == '∆')).unwrap_or(body.len());
            let (part, after) = body.split_at(end);
            let letter = if command { letter(part) } else { None };
            let mut small = [0; 4];
            let spelled: &str = letter.map_or(part, |c| c.encode_utf8(&mut small));
            out.push_str(&word(spelled).unwrap_or_else(|| spelled.to_string()));
            rest = after;
        } else {
            if let Some(digit) = subscript(c) {
                if !out.ends_with(|c: char| c.is_ascii_digit()) {
                    out.push('_');
                }
                out.push(digit);
            } else if !matches!(c, '{' | '}') && !c.is_whitespace() {
                out.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_symbol_share_a_key() {
        for text in ["θ", "\\theta", "theta", "$\\theta$"] {
            assert_eq!(canonical_symbol(text), "theta");
        }
        for text in ["ρ_1", "\\rho_1", "\\rho_{1}", "rho_1", "ρ₁"] {
            assert_eq!(canonical_symbol(text), "rho_1");
        }
        assert_eq!(canonical_symbol("x"), "x");
        assert_eq!(canonical_symbol("Δ"), "Delta");
        assert_eq!(canonical_symbol("Δx"), "Δx");
        assert_eq!(canonical_symbol("\\varphi"), "phi");
        assert_eq!(canonical_symbol("x_{12}"), "x_12");
        assert_eq!(shown_symbol("\\theta"), "θ");
        assert_eq!(shown_symbol("theta"), "theta");
        assert_eq!(shown_symbol("\\rho_{1}"), "ρ_1");
    }
}
