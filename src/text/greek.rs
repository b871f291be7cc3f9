//! Greek letters and their names: `θ`, `theta` and `\theta` are one symbol.
//! Deliberately knows no function; whether `gamma(x)` is a call is the reader's business.
//! Read next: `parse.rs`.

use std::borrow::Cow;

/// Names and letters.
pub(super) const GREEK: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("omicron", "ο"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Xi", "Ξ"),
    ("Pi", "Π"),
    ("Sigma", "Σ"),
    ("Upsilon", "Υ"),
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
    ("epsilon", "ϵ"),
    ("theta", "ϑ"),
    ("phi", "ϕ"),
    ("mu", "µ"),
];

/// The letter of a name such as `theta` or the LaTeX variants `varepsilon`, `vartheta`, `varphi`.
pub(super) fn letter(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix("var").unwrap_or(name);
    GREEK.iter().find(|(n, _)| *n == name).map(|(_, letter)| *letter)
}

/// Whether a name is the name or the letter of a Greek letter.
pub(super) fn is_greek(name: &str) -> bool {
    (name.len() > 1 || !name.is_ascii()) && name.len() < 8 && GREEK.iter().any(|(n, letter)| *n == name || *letter == name)
}

/// The canonical name of a symbol: a Greek letter by its name, with its index: `ρ_1` is `rho_1`.
pub(crate) fn canonical_symbol(name: &str) -> String {
    canonical(name).into_owned()
}

/// [`canonical_symbol`] without a copy where the name is its own canonical form.
pub(super) fn canonical(name: &str) -> Cow<'_, str> {
    // One-letter names and names with digits are the most frequent, and no Greek name is so short.
    if name.len() < 2 && name.is_ascii() {
        return Cow::Borrowed(name);
    }
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain {
        return Cow::Borrowed(name.strip_prefix("var").filter(|s| is_greek(s)).unwrap_or(name));
    }
    let name = name.trim().trim_start_matches('\\');
    let (stem, index) = name.split_at(name.find('_').unwrap_or(name.len()));
    let stem = stem.strip_prefix("var").filter(|s| is_greek(s)).unwrap_or(stem);
    let stem = GREEK.iter().find(|(_, letter)| *letter == stem).map_or(stem, |(n, _)| n);
    let index: String = index.chars().filter(|c| !matches!(c, '{' | '}')).collect();
    Cow::Owned(format!("{stem}{index}"))
}

/// How a symbol is printed: as it is written, a LaTeX command as its letter.
pub(crate) fn shown_symbol(text: &str) -> String {
    match text.trim().strip_prefix('\\') {
        Some(command) => {
            let (stem, index) = command.split_at(command.find('_').unwrap_or(command.len()));
            let index: String = index.chars().filter(|c| !matches!(c, '{' | '}')).collect();
            format!("{}{index}", letter(stem).unwrap_or(stem))
        }
        None => text.trim().to_string(),
    }
}
