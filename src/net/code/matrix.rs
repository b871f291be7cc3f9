//! A formula of matrices in Python: which operator, transpose and axis does each part of a tree become?
//! Deliberately knows ranks, not sizes: `@` or `*` is all that depends on them.
//! Read next: `python.rs`, the classes around; `../../array/tree.rs`, what a formula is made of.

use crate::array::Tree;
use crate::error::{Error, Kind, Result};
use crate::function::Function;
use crate::kernel::{Language, call};
use crate::message::Phrase;
use crate::phrase;
use std::collections::HashMap;

/// A text and what it is: how many axes, whether it is the transpose of a vector, and whether it needs brackets as an operand.
struct Piece {
    text: String,
    rank: usize,
    row: bool,
    level: Level,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Sum,
    Product,
    Atom,
}

/// Formulas nested deeper than this are not written.
const DEPTH: usize = 200;

/// Writes trees in one language.
pub(super) struct Matrix<'a> {
    pub(super) language: Language,
    /// The ranks of names.
    pub(super) ranks: &'a HashMap<String, usize>,
}

fn missing(what: Phrase, language: Language) -> Error {
    Error::new(Kind::Domain, phrase!("{language} has no form for {what}, and symdiff writes none", language = language.name(), what))
}

impl Matrix<'_> {
    /// The formula of a tree.
    pub(super) fn write(&self, tree: &Tree) -> Result<String> {
        Ok(self.piece(tree, 0)?.text)
    }

    /// `numpy`, `jnp`, `torch`
    fn module(&self) -> &'static str {
        match self.language {
            Language::Pytorch => "torch",
            Language::Jax => "jnp",
            _ => "numpy",
        }
    }

    fn at(&self, piece: &Piece, level: Level) -> String {
        if piece.level >= level { piece.text.clone() } else { format!("({})", piece.text) }
    }

    fn piece(&self, tree: &Tree, depth: usize) -> Result<Piece> {
        if depth > DEPTH {
            return Err(crate::budget::limit(phrase!("depth"), phrase!("{DEPTH} levels of an array formula", DEPTH), "no option"));
        }
        let next = |tree: &Tree| self.piece(tree, depth + 1);
        let made = |text: String, rank: usize, level: Level| Piece { text, rank, row: false, level };
        Ok(match tree {
            Tree::Number(n) => made(n.to_string(), 0, Level::Atom),
            Tree::Name(name) if name == "pi" => made("math.pi".into(), 0, Level::Atom),
            Tree::Name(name) => made(name.clone(), self.ranks.get(name).copied().unwrap_or(0), Level::Atom),
            Tree::Sum(terms) => {
                let (mut text, mut rank) = (String::new(), 0);
                for (at, (minus, term)) in terms.iter().enumerate() {
                    let piece = next(term)?;
                    rank = rank.max(piece.rank);
                    text += match (at, minus) {
                        (0, false) => "",
                        (0, true) => "-",
                        (_, false) => " + ",
                        (_, true) => " - ",
                    };
                    text += &self.at(&piece, Level::Product);
                }
                made(text, rank, Level::Sum)
            }
            Tree::Minus(inside) => {
                let piece = next(inside)?;
                Piece { text: format!("-{}", self.at(&piece, Level::Product)), level: Level::Sum, ..piece }
            }
            Tree::Product(factors) => {
                let mut factors = factors.iter();
                let Some(first) = factors.next() else { return Ok(made("1".into(), 0, Level::Atom)) };
                let mut left = next(first)?;
                for factor in factors {
                    let right = next(factor)?;
                    left = self.product(&left, &right);
                }
                left
            }
            Tree::Entrywise(factors) => {
                let pieces = factors.iter().map(next).collect::<Result<Vec<_>>>()?;
                let texts: Vec<String> = pieces
                    .iter()
                    .enumerate()
                    .map(|(at, piece)| self.at(piece, if at == 0 { Level::Product } else { Level::Atom }))
                    .collect();
                made(texts.join("*"), pieces.iter().map(|piece| piece.rank).max().unwrap_or(0), Level::Product)
            }
            Tree::Quotient(above, below, _) => {
                let (above, below) = (next(above)?, next(below)?);
                made(
                    format!("{}/{}", self.at(&above, Level::Product), self.at(&below, Level::Atom)),
                    above.rank.max(below.rank),
                    Level::Product,
                )
            }
            Tree::Power(base, exponent, dot) => {
                let (base, exponent) = (next(base)?, next(exponent)?);
                if base.rank == 2 && !dot {
                    return Err(missing(phrase!("a power of a matrix"), self.language));
                }
                made(format!("{}**{}", self.at(&base, Level::Atom), self.at(&exponent, Level::Atom)), base.rank, Level::Product)
            }
            Tree::Transposed(inside) => {
                let piece = next(inside)?;
                match piece.rank {
                    1 => Piece { row: !piece.row, ..piece },
                    _ => made(format!("{}.T", self.at(&piece, Level::Atom)), piece.rank, Level::Atom),
                }
            }
            Tree::Compare(sign, a, b) => {
                let (a, b) = (next(a)?, next(b)?);
                made(format!("{} {sign} {}", self.at(&a, Level::Sum), self.at(&b, Level::Sum)), a.rank.max(b.rank), Level::Sum)
            }
            Tree::Call(name, args) => self.call(name, args, depth)?,
            Tree::List(_) | Tree::Word(_) => return Err(missing(phrase!("a list"), self.language)),
            Tree::Entry(..) | Tree::Over(..) => return Err(missing(phrase!("index notation"), self.language)),
        })
    }

    fn product(&self, a: &Piece, b: &Piece) -> Piece {
        let (left, right) = (self.at(a, Level::Product), self.at(b, Level::Atom));
        let made = |text: String, rank: usize, row: bool| Piece { text, rank, row, level: Level::Product };
        match (a.rank, b.rank) {
            (0, _) => made(format!("{left}*{right}"), b.rank, b.row),
            (_, 0) => made(format!("{left}*{right}"), a.rank, a.row),
            (1, 1) if b.row && !a.row => {
                let text = format!("{}.outer({}, {})", self.module(), a.text, b.text);
                Piece { text, rank: 2, row: false, level: Level::Atom }
            }
            (1, 1) => made(format!("{left} @ {right}"), 0, false),
            (1, 2) => made(format!("{left} @ {right}"), 1, true),
            (2, 1) => made(format!("{left} @ {right}"), 1, false),
            _ => made(format!("{left} @ {right}"), 2, false),
        }
    }

    fn call(&self, name: &str, args: &[Tree], depth: usize) -> Result<Piece> {
        let torch = self.language == Language::Pytorch;
        let module = self.module();
        let words: Vec<&str> = args.iter().filter_map(|tree| if let Tree::Word(word) = tree { Some(*word) } else { None }).collect();
        let axis = words.iter().find_map(|word| word.strip_prefix("axis="));
        let keep = words.contains(&"keep");
        let pieces = args
            .iter()
            .filter(|tree| !matches!(tree, Tree::Word(_)))
            .map(|tree| self.piece(tree, depth + 1))
            .collect::<Result<Vec<_>>>()?;
        let texts: Vec<String> = pieces.iter().map(|piece| piece.text.clone()).collect();
        let rank = pieces.iter().map(|piece| piece.rank).max().unwrap_or(0);
        let made = |text: String, rank: usize| Ok(Piece { text, rank, row: false, level: Level::Atom });
        let (axis_word, keep_word) = if torch { ("dim", "keepdim") } else { ("axis", "keepdims") };
        let Some(first) = texts.first() else { return Err(missing(Phrase::of(name), self.language)) };
        match (name, axis) {
            ("sum" | "mean", Some(axis)) => {
                let kept = if keep { format!(", {keep_word}=True") } else { String::new() };
                made(format!("{module}.{name}({first}, {axis_word}={axis}{kept})"), if keep { rank } else { rank.saturating_sub(1) })
            }
            ("sum" | "mean", None) => made(format!("{module}.{name}({first})"), 0),
            ("max" | "min", Some(axis)) => {
                let function = if torch { format!("a{name}") } else { name.to_string() };
                let kept = if keep { format!(", {keep_word}=True") } else { String::new() };
                made(format!("{module}.{function}({first}, {axis_word}={axis}{kept})"), if keep { rank } else { rank.saturating_sub(1) })
            }
            ("max" | "min", None) if texts.len() == 1 => made(format!("{module}.{name}({first})"), 0),
            ("max" | "min", None) if torch => {
                let pair: Vec<String> = pieces
                    .iter()
                    .map(|piece| if piece.rank == 0 { format!("torch.tensor(float({}))", piece.text) } else { piece.text.clone() })
                    .collect();
                made(format!("torch.{name}imum({})", pair.join(", ")), rank)
            }
            ("max" | "min", None) => made(format!("{module}.{name}imum({})", texts.join(", ")), rank),
            ("logsumexp", _) => made(self.log_sum_exp(first), rank),
            ("softmax", _) if torch => made(format!("torch.softmax({first}, dim=-1)"), rank),
            ("softmax", _) if self.language == Language::Jax => made(format!("jax.nn.softmax({first}, axis=-1)"), rank),
            ("softmax", _) => made(format!("numpy.exp({first} - {})", self.log_sum_exp(first)), rank),
            ("sigmoid", _) => made(format!("(1/(1 + {module}.exp(-({first}))))"), rank),
            ("relu", _) if torch => made(format!("torch.relu({first})"), rank),
            ("relu", _) => made(format!("{module}.maximum({first}, 0)"), rank),
            ("if", _) if texts.len() == 3 => {
                let as_tensor = |at: usize| texts[at].clone();
                made(format!("{module}.where({first}, {}, {})", as_tensor(1), as_tensor(2)), rank)
            }
            ("sqrt", _) if rank == 0 => made(format!("{first}**0.5"), 0),
            ("norm", _) => made(format!("{module}.linalg.norm({first})"), 0),
            ("inv", _) => made(format!("{module}.linalg.inv({first})"), 2),
            ("det", _) => made(format!("{module}.linalg.det({first})"), 0),
            ("logdet", _) => made(format!("{module}.linalg.slogdet({first})[1]"), 0),
            ("tr", _) => made(format!("{module}.trace({first})"), 0),
            ("diag", _) => made(format!("{module}.diag({first})"), if rank == 1 { 2 } else { 1 }),
            ("eye", _) => made(format!("{module}.eye({first})"), 2),
            ("ones" | "zeros", _) => made(format!("{module}.{name}(({},))", texts.join(", ")), texts.len()),
            _ => {
                let function = u8::try_from(texts.len()).ok().and_then(|count| Function::find(name, count as usize));
                let text = function.and_then(|function| call(function, &texts, self.language));
                made(text.ok_or_else(|| missing(Phrase::of(&format!("`{name}`")), self.language))?, rank)
            }
        }
    }

    /// Stable for large entries.
    fn log_sum_exp(&self, inside: &str) -> String {
        match self.language {
            Language::Pytorch => format!("torch.logsumexp({inside}, dim=-1, keepdim=True)"),
            Language::Jax => format!("jax.nn.logsumexp({inside}, axis=-1, keepdims=True)"),
            _ => format!("numpy.logaddexp.reduce({inside}, axis=-1, keepdims=True)"),
        }
    }
}
