//! From a tape to statements: shared parts are locals, the rest is written where it is used, with as few brackets as its
//! meaning needs.
//! Deliberately keeps the order of operations of the tape, so that the code rounds as the kernel does.
//! Read next: `source.rs`, the function around the statements.

use super::names::Names;
use super::portable::code;
use super::syntax::Syntax;
use crate::error::{Error, Kind, Result};
use crate::function::Function;
use crate::kernel::tape::{Step, Tape, Value};
use crate::phrase;
use crate::simplify::known;
use crate::vector::Compare;

const SQRT: Function = Function::named("sqrt", 1);
const CBRT: Function = Function::named("cbrt", 1);

/// Longer texts become locals of their own.
const LONGEST: usize = 90;

/// The statements of a function and the texts of its outputs.
pub(super) struct Body {
    pub(super) locals: Vec<(String, String)>,
    pub(super) outputs: Vec<String>,
}

/// How tightly the last operation of a text binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Level {
    Sum,
    Product,
    Atom,
}

#[derive(Clone, Debug)]
struct Piece {
    text: String,
    level: Level,
    /// Whether it is a number that is written out.
    number: bool,
}

/// Functions of TABLE 1 that become steps of their own, or that `code` names.
pub(super) fn writes(function: Function, syntax: &Syntax) -> bool {
    is_step(function) || code(function, syntax).is_some()
}

/// Functions that become steps of their own, whatever the language.
pub(super) fn is_step(function: Function) -> bool {
    const STEPS: [Function; 12] = [
        known::IF,
        known::LESS,
        known::LESS_EQUAL,
        known::SAME,
        known::DIFFERS,
        known::SIGN,
        known::HEAVISIDE,
        known::ABS,
        known::FLOOR,
        known::CEIL,
        known::MAX,
        known::MIN,
    ];
    const REAL: [Function; 5] = [known::RE, known::IM, known::CONJUGATE, Function::named("arg", 1), Function::named("relu", 1)];
    function == CBRT || STEPS.contains(&function) || REAL.contains(&function)
}

/// The statements of a tape.
///
/// # Errors
/// Kind `domain`: the language has no function for a step.
pub(super) fn write(tape: &Tape, names: &Names, syntax: &Syntax) -> Result<Body> {
    let mut uses = vec![0u32; tape.steps.len()];
    for step in &tape.steps {
        step.operands().iter().for_each(|&v| uses[v as usize] += 1);
    }
    tape.outputs.iter().for_each(|&v| uses[v as usize] += 1);
    let mut writer = Writer { syntax, pieces: Vec::with_capacity(tape.steps.len()), locals: Vec::new() };
    for (at, step) in tape.steps.iter().enumerate() {
        let mut piece =
            if uses[at] == 0 { Piece { text: String::new(), level: Level::Atom, number: false } } else { writer.piece(step, names)? };
        let plain = matches!(step, Step::Constant(_) | Step::Input(_));
        if !plain && (uses[at] > 1 || piece.text.len() > LONGEST) {
            let name = format!("{}{}", names.local, writer.locals.len() + 1);
            writer.locals.push((name.clone(), piece.text));
            piece = Piece { text: name, level: Level::Atom, number: false };
        }
        writer.pieces.push(piece);
    }
    let outputs = tape.outputs.iter().map(|&v| writer.pieces[v as usize].text.clone()).collect();
    Ok(Body { locals: writer.locals, outputs })
}

struct Writer<'a> {
    syntax: &'a Syntax,
    pieces: Vec<Piece>,
    locals: Vec<(String, String)>,
}

impl Writer<'_> {
    /// The text of a value where something that binds as `level` is wanted.
    fn at(&self, v: Value, level: Level) -> String {
        let piece = &self.pieces[v as usize];
        if piece.level >= level { piece.text.clone() } else { format!("({})", piece.text) }
    }

    fn product(&self, a: Value, b: Value) -> String {
        format!("{}*{}", self.at(a, Level::Product), self.at(b, Level::Atom))
    }

    fn piece(&self, step: &Step, names: &Names) -> Result<Piece> {
        let sum = |text| Piece { text, level: Level::Sum, number: false };
        let atom = |text| Piece { text, level: Level::Atom, number: false };
        Ok(match step {
            // a minus sign binds as a sum does, so that it gets brackets inside products
            Step::Constant(x) => {
                let negative = x.is_sign_negative() && !x.is_nan();
                Piece { text: self.syntax.number(*x), level: if negative { Level::Sum } else { Level::Atom }, number: true }
            }
            Step::Input(at) => atom(names.inputs.get(*at as usize).cloned().unwrap_or_default()),
            Step::Add(a, b) => sum(format!("{} + {}", self.at(*a, Level::Sum), self.at(*b, Level::Product))),
            Step::Sub(a, b) => sum(format!("{} - {}", self.at(*a, Level::Sum), self.at(*b, Level::Product))),
            Step::Mul(a, b) => Piece { text: self.product(*a, *b), level: Level::Product, number: false },
            Step::Div(a, b) => Piece {
                text: format!("{}/{}", self.at(*a, Level::Product), self.at(*b, Level::Atom)),
                level: Level::Product,
                number: false,
            },
            Step::Neg(a) => sum(format!("-{}", self.at(*a, Level::Product))),
            Step::MulAdd(a, b, c) => sum(format!("{} + {}", self.product(*a, *b), self.at(*c, Level::Product))),
            Step::MulSub(a, b, c) => sum(format!("{} - {}", self.product(*a, *b), self.at(*c, Level::Product))),
            Step::NegMulAdd(a, b, c) if self.pieces[*c as usize].text == self.syntax.number(0.0) => {
                sum(format!("-{}", self.product(*a, *b)))
            }
            Step::NegMulAdd(a, b, c) => sum(format!("{} - {}", self.at(*c, Level::Sum), self.product(*a, *b))),
            Step::Abs(a) => atom(self.call(known::ABS, &[*a])?),
            Step::Sqrt(a) => atom(self.call(SQRT, &[*a])?),
            Step::Floor(a) => atom(self.call(known::FLOOR, &[*a])?),
            Step::Ceil(a) => atom(self.call(known::CEIL, &[*a])?),
            Step::Min(a, b) => atom(self.call(known::MIN, &[*a, *b])?),
            Step::Max(a, b) => atom(self.call(known::MAX, &[*a, *b])?),
            Step::Power(a, b) => Piece { text: self.filled(self.syntax.power, &[*a, *b]), level: Level::Product, number: false },
            // the principal cube root, which is not real below 0, as no library's `cbrt` is
            Step::Call(CBRT, arguments) => {
                let third = self.syntax.number(1.0 / 3.0);
                let base = self.at(arguments[0], Level::Atom);
                Piece { text: self.syntax.power.replace("#1", &base).replace("#2", &third), level: Level::Product, number: false }
            }
            Step::Call(function, arguments) => atom(self.call(*function, arguments)?),
            Step::Select { compare, a, b, then, otherwise } => {
                let sign = match compare {
                    Compare::Less => "<",
                    Compare::LessEqual => "<=",
                    Compare::Equal => "==",
                    Compare::NotEqual => self.syntax.not_equal,
                };
                let condition = format!("{} {sign} {}", self.at(*a, Level::Sum), self.at(*b, Level::Sum));
                let text = self.syntax.choice.replace("#c", &condition);
                let text = text.replace("#t", &self.at(*then, Level::Sum));
                atom(text.replace("#f", &self.at(*otherwise, Level::Sum)))
            }
        })
    }

    fn call(&self, function: Function, arguments: &[Value]) -> Result<String> {
        let Some(name) = code(function, self.syntax) else {
            let message = phrase!(
                "{language} has no function for `{name}`, and symdiff writes none",
                language = self.syntax.name,
                name = function.row().name
            );
            return Err(Error::new(Kind::Domain, message));
        };
        if name.contains('#') {
            return Ok(self.filled(name, arguments));
        }
        let bare = !name.contains(['.', ':']);
        if bare && self.syntax.prefix == "." {
            let rest: Vec<String> = arguments[1..].iter().map(|&v| self.at(v, Level::Sum)).collect();
            return Ok(format!("{}.{name}({})", self.at(arguments[0], Level::Atom), rest.join(", ")));
        }
        let argument = |&v: &Value| {
            let text = self.at(v, Level::Sum);
            if self.pieces[v as usize].number { self.syntax.argument.replace("#1", &text) } else { text }
        };
        let list: Vec<String> = arguments.iter().map(argument).collect();
        Ok(format!("{}{name}({})", if bare { self.syntax.prefix } else { "" }, list.join(", ")))
    }

    /// A template with the arguments in its places; what stands free, not between brackets and commas, is bracketed.
    fn filled(&self, template: &str, arguments: &[Value]) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('#') {
            let (head, tail) = (&rest[..at], &rest[at + 1..]);
            let index = tail.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(1) as usize;
            rest = tail.get(1..).unwrap_or("");
            out.push_str(head);
            let inside = head.ends_with(['(', ' ']) && rest.starts_with([')', ',']);
            if let Some(&v) = arguments.get(index - 1) {
                out.push_str(&self.at(v, if inside { Level::Sum } else { Level::Atom }));
            }
        }
        out + rest
    }
}
