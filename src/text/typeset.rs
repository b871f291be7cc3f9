//! How LaTeX and Unicode spell what `print.rs` writes: names, calls, roots.
//! Deliberately decides no structure: the walk is `print.rs`'s, the templates of functions are TABLE 1's.
//! Read next: `print.rs`.

use super::order;
use super::print::{Level, Style, Writer, write};
use crate::error::Result;
use crate::expr::{Expr, Head, Node, Pool};
use crate::function::Class;
use crate::matrix::Value;

/// A value as LaTeX, without dollar signs.
pub(crate) fn latex(pool: &Pool, value: &Value, limit: usize) -> Result<String> {
    write(pool, value, limit, Style::Latex)
}

/// A value with superscripts, root signs and Greek letters, which the parser reads too.
pub(crate) fn unicode(pool: &Pool, value: &Value, limit: usize) -> Result<String> {
    write(pool, value, limit, Style::Unicode)
}

pub(super) const SUPERSCRIPTS: [&str; 10] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
pub(super) const LATEX_ROOTS: [&str; 8] =
    [r"\sqrt{", r"\sqrt[3]{", r"\sqrt[4]{", r"\sqrt[5]{", r"\sqrt[6]{", r"\sqrt[7]{", r"\sqrt[8]{", r"\sqrt[9]{"];

const GREEK: [(&str, &str); 33] = [
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
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
];

/// All of them: name and letter.
pub(crate) fn greek_letters() -> impl Iterator<Item = (&'static str, &'static str)> {
    GREEK.iter().copied()
}

/// `theta` of `\\theta` as θ.
pub(super) fn greek_letter(word: &str) -> Option<&'static str> {
    GREEK.iter().find(|(known, _)| *known == word).map(|&(_, letter)| letter)
}

/// A symbol's name in Unicode.
pub(crate) fn unicode_symbol(name: &str) -> &str {
    greek_letter(name).unwrap_or(name)
}

/// `theta` as θ.
pub(crate) fn unicode_name(out: &mut String, name: &str) {
    out.push_str(unicode_symbol(name));
}

/// `x`, `x_{1}`, `\theta`, `\mathrm{rate}`, `\text{é}`
pub(crate) fn latex_name(out: &mut String, name: &str) {
    let (stem, index) = match name.split_once('_') {
        Some((stem, index)) if !stem.is_empty() && !index.is_empty() => (stem, index),
        _ => name.split_at(name.trim_end_matches(|c: char| c.is_ascii_digit()).len()),
    };
    latex_word(out, stem);
    if !index.is_empty() {
        out.push_str("_{");
        for (at, part) in index.split('_').enumerate() {
            if at > 0 {
                out.push_str(r"\_");
            }
            if part.bytes().all(|c| c.is_ascii_digit()) { out.push_str(part) } else { latex_word(out, part) }
        }
        out.push('}');
    }
}

fn latex_word(out: &mut String, word: &str) {
    if let Some((word, _)) = GREEK.iter().find(|(name, letter)| *name == word || *letter == word) {
        out.push('\\');
        out.push_str(word);
    } else if !word.is_ascii() {
        // math fonts have no letters beyond ASCII; those of texts may
        out.push_str(r"\text{");
        out.push_str(&word.replace('_', r"\_"));
        out.push('}');
    } else if word.len() > 1 {
        out.push_str(r"\mathrm{");
        out.push_str(&word.replace('_', r"\_"));
        out.push('}');
    } else {
        out.push_str(word);
    }
}

impl Writer<'_> {
    /// `√x`, `√(x + 1)`
    pub(super) fn root_sign(&mut self, base: Expr, level: Level) -> Result<()> {
        let atom = self.order.name(base).is_some()
            || match self.pool.node(base) {
                Node::Symbol(_) => true,
                Node::Number(n) => n.is_integer() && !n.is_negative(),
                Node::Call(Head::Function(f), []) => f.row().name == "pi",
                _ => false,
            };
        let around = level > Level::Factor;
        self.text(match (around, atom) {
            (true, true) => "(√",
            (true, false) => "(√(",
            (false, true) => "√",
            (false, false) => "√(",
        });
        self.next(base, Level::Any)?;
        self.text(match (around, atom) {
            (true, true) | (false, false) => ")",
            (true, false) => "))",
            (false, true) => "",
        });
        Ok(())
    }

    /// Whether a power of the call is written `\sin^{2}`.
    pub(super) fn is_raised_call(&self, base: Expr) -> bool {
        match self.pool.node(base) {
            Node::Call(Head::Function(f), [_]) if self.order.name(base).is_none() => {
                let row = f.row();
                row.class == Class::Elementary && !row.latex.is_empty() && !row.latex.contains('#')
            }
            _ => false,
        }
    }

    /// `\sin^{2}\left(x\right)`; false where the power is written otherwise.
    pub(super) fn power_of_call(&mut self, base: Expr, exponent: Option<(i64, i64)>) -> Result<bool> {
        let (Some((n @ 2.., 1)), Node::Call(Head::Function(f), [arg])) = (exponent, self.pool.node(base)) else { return Ok(false) };
        if !self.is_raised_call(base) {
            return Ok(false);
        }
        self.text(f.row().latex);
        self.text("^{");
        super::print::integer(&mut self.out, n.unsigned_abs());
        self.text(r"}\left(");
        self.next(*arg, Level::Any)?;
        self.text(r"\right)");
        Ok(true)
    }

    pub(super) fn latex_call(&mut self, head: Head, args: &[Expr], level: Level) -> Result<()> {
        let Head::Function(f) = head else {
            self.latex_head(head, args.len());
            return self.latex_arguments(args);
        };
        if order::is_e(head, args) {
            self.text("e");
            return Ok(());
        }
        let row = f.row();
        if !row.latex.contains('#') {
            if row.latex.is_empty() {
                self.out.push_str(r"\operatorname{");
                self.out.push_str(row.name);
                self.out.push('}');
            } else {
                self.text(row.latex);
            }
            return if args.is_empty() { Ok(()) } else { self.latex_arguments(args) };
        }
        // What binds less than an atom, and what its parts need.
        let comparison = super::print::comparison(head).is_some();
        let (binds, part) = match row.latex {
            _ if comparison => (Level::Any, Level::Sum),
            "e^{#1}" => (Level::Factor, Level::Any),
            "#1!" => (Level::Factor, Level::Atom),
            // `\frac{d}{dx}(u)` stands in a product as a call does
            text if text.starts_with(r"\frac") && text.ends_with(r"\right)") => (Level::Factor, Level::Any),
            text if text.starts_with(r"\frac") => (Level::Term, Level::Any),
            _ => (Level::Atom, Level::Any),
        };
        if level > binds {
            self.text(r"\left(");
        }
        let mut pieces = row.latex.split('#');
        self.text(pieces.next().unwrap_or_default());
        for piece in pieces {
            let slot = usize::from(piece.as_bytes().first().map_or(1, |digit| digit.wrapping_sub(b'0')));
            if let Some(&arg) = args.get(slot.wrapping_sub(1)) {
                self.next(arg, part)?;
            }
            self.text(piece.get(1..).unwrap_or_default());
        }
        if level > binds {
            self.text(r"\right)");
        }
        Ok(())
    }

    fn latex_arguments(&mut self, args: &[Expr]) -> Result<()> {
        self.text(r"\left(");
        self.arguments(args)?;
        self.text(r"\right)");
        Ok(())
    }

    /// `f`, `f''`, `\partial_{1,2} f`
    fn latex_head(&mut self, head: Head, arity: usize) {
        let pool = self.pool;
        let (of, slots) = match head {
            Head::Slope(id) => (pool.slope_head(id).of, pool.slope_head(id).slots.as_slice()),
            _ => (head, &[][..]),
        };
        if arity != 1 && !slots.is_empty() {
            self.out.push_str(r"\partial_{");
            for (at, &slot) in slots.iter().enumerate() {
                if at > 0 {
                    self.out.push(',');
                }
                super::print::integer(&mut self.out, u64::from(slot));
            }
            self.out.push_str("} ");
        }
        match of {
            Head::Function(f) if f.row().latex.starts_with('\\') && !f.row().latex.contains('#') => self.out.push_str(f.row().latex),
            Head::Function(f) => {
                self.out.push_str(r"\operatorname{");
                self.out.push_str(&f.row().name.replace('_', r"\_"));
                self.out.push('}');
            }
            Head::Unknown(id) | Head::Slope(id) => latex_name(&mut self.out, pool.unknown_name(id)),
        }
        if arity == 1 {
            self.out.extend(slots.iter().map(|_| '\''));
        }
    }
}
