//! What a call becomes once its arguments are read: rows of TABLE 1, unknown functions, derivatives, branches, matrices.
//! Deliberately knows nothing of tokens but the places that errors name.
//! Read next: `function/table.rs`.

use super::Names;
use super::build::{self, Item};
use super::name::{Known, count, short};
use super::parse::{Application, Callee, Parser};
use super::token::{self, Tokens};
use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Args, Expr, Head, Node};
use crate::function::{self, Class, Function, TABLE};
use crate::matrix::{Matrix, Value};
use crate::message::{Argument, Phrase};
use crate::operation::Operation;
use crate::walk;
use crate::{key, phrase};
use std::borrow::Cow;
use std::sync::OnceLock;

const IF: Function = Function::named("if", 3);
const DERIVATIVE: Function = Function::named("D", 2);

impl Callee {
    /// The name for messages.
    pub(super) fn shown(&self) -> &str {
        match self {
            Callee::Table(name) | Callee::Matrix(name) | Callee::Array(_, name) => name,
            Callee::Slope(name, _) => name,
            Callee::Log(_) => "log",
            Callee::Over(_) => "sum",
            Callee::If => "if",
            Callee::Derivative => "D",
            Callee::Unknown(_) | Callee::Defined(_) => "f",
        }
    }
}

impl Parser<'_> {
    /// Carries out a call; `span` runs from the name to the closing bracket.
    pub(super) fn apply(&mut self, application: &Application, args: Vec<Item>, span: Span) -> Result<Item> {
        let span = if super::too_wide(span, self.text) { application.span } else { span };
        let item = self.call(&application.callee, args, application, span)?;
        match application.power {
            Some(power) => match item {
                array if self.is_array(&array) => self.array_operation(token::Kind::DotCaret, array, Item::One(power), span),
                Item::Matrix(_) => build::elementwise(self.pool, item, Item::One(power), '^', span),
                item => build::pow(self.pool, item, Item::One(power), span),
            },
            None => Ok(item),
        }
    }

    fn call(&mut self, callee: &Callee, mut args: Vec<Item>, application: &Application, span: Span) -> Result<Item> {
        match callee {
            Callee::Table(name) => self.table(name, args, span),
            Callee::Log(base) => {
                args.push(Item::One(*base));
                if args.len() != 2 {
                    return Err(wrong_count(phrase!("log with a base"), phrase!("1 argument"), args.len() - 1).at(span));
                }
                self.table("log", args, span)
            }
            Callee::Matrix(name) => self.matrix(name, args, span),
            Callee::Array(operation, name) => self.array_function(*operation, name, args, span),
            Callee::Over(indices) => self.over(indices, args, span),
            Callee::Unknown(head) => {
                let args = self.scalars(args, span)?;
                Ok(Item::One(self.pool.call(*head, &args)))
            }
            Callee::Slope(name, slots) => self.slope_of(name, slots, args, span),
            Callee::Defined(at) => self.substitute(*at, args, span),
            Callee::Derivative => self.derivative(args, application, span),
            Callee::If => self.branch(args, span),
        }
    }

    fn scalars(&mut self, items: Vec<Item>, span: Span) -> Result<Args> {
        let mut args = Args::new();
        for item in items {
            self.pool.check()?;
            if let Some(shape) = self.array_shape(&item) {
                return Err(Error::new(Kind::Shape, phrase!("an array of shape {shape} cannot stand here", shape)).at(span));
            }
            args.push(item.scalar(self.pool, span)?);
        }
        Ok(args)
    }

    /// A row of TABLE 1, entry by entry if an argument is a matrix.
    fn table(&mut self, name: &'static str, mut args: Vec<Item>, span: Span) -> Result<Item> {
        let extreme = matches!(name, "max" | "min");
        if self.arrays.is_some() && extreme && (args.len() == 1 || args.iter().any(|arg| matches!(arg, Item::Axis(_)))) {
            let operation = if name == "max" { Operation::Max } else { Operation::Min };
            return self.array_function(operation, name, args, span);
        }
        if extreme && args.len() == 1 && args[0].is_matrix() {
            if let Some(Item::Matrix(matrix)) = args.pop() {
                args.extend(matrix.entries.into_iter().map(Item::One));
            }
            if args.len() == 1 {
                return args.pop().ok_or_else(|| wrong_count(name, phrase!("2 arguments"), 0));
            }
        }
        let arity = if extreme && args.len() > 2 { 2 } else { args.len() };
        let Some(function) = function::rows(name).find(|f| f.row().parameters.len() == arity && f.row().class != Class::Form) else {
            let mut takes: Vec<usize> = function::rows(name).map(|f| f.row().parameters.len()).collect();
            takes.sort_unstable();
            let takes = match takes[..] {
                [one] => count(one),
                _ => phrase!("{n} arguments", n = Phrase::List(takes.iter().map(Phrase::of).collect(), key!(" or "))),
            };
            return Err(wrong_count(name, takes, args.len()).at(span));
        };
        if self.arrays.is_some() && args.iter().any(|arg| self.is_array(arg)) {
            return self.array_each(function, args, span);
        }
        let Some(shape) = args
            .iter()
            .find_map(|arg| if let Item::Matrix(matrix) = arg { Some(Matrix { entries: Vec::new(), ..**matrix }) } else { None })
        else {
            let args = self.scalars(args, span)?;
            return self.row(function, &args, span);
        };
        let mut columns: Vec<Value> = Vec::with_capacity(args.len());
        for arg in args {
            let value = arg.value(self.pool, span)?;
            if let Value::Matrix(matrix) = &value
                && (matrix.rows, matrix.columns) != (shape.rows, shape.columns)
            {
                let message = phrase!("the shapes {a} and {b} do not fit in {what}", a = shape.shape(), b = matrix.shape(), what = name);
                return Err(Error::new(Kind::Shape, message).at(span));
            }
            columns.push(value);
        }
        let mut entries = Vec::with_capacity(shape.rows * shape.columns);
        for at in 0..shape.rows * shape.columns {
            let args: Args = columns.iter().map(|value| value.entries().get(at).copied().unwrap_or(value.entries()[0])).collect();
            let entry = self.row(function, &args, span)?;
            entries.push(entry.scalar(self.pool, span)?);
        }
        Ok(Item::Matrix(Box::new(Matrix { entries, ..shape })))
    }

    /// A row with scalar arguments; more than two arguments are those of max and min, nested.
    pub(super) fn row(&mut self, function: Function, args: &[Expr], span: Span) -> Result<Item> {
        self.pool.check()?;
        let row = function.row();
        if let Some(text) = row.reads_as {
            let bindings: Vec<(&'static str, Expr)> = row.parameters.iter().copied().zip(args.iter().copied()).collect();
            return template(self, function, text, &bindings).map_err(|e| e.at(span));
        }
        let Some((&last, rest)) = args.split_last().filter(|_| args.len() > row.parameters.len()) else {
            return Ok(Item::One(self.pool.apply(function, args)));
        };
        let mut nested = last;
        for &arg in rest.iter().rev() {
            self.pool.check()?;
            nested = self.pool.apply(function, &[arg, nested]);
        }
        Ok(Item::One(nested))
    }

    fn matrix(&mut self, name: &'static str, mut args: Vec<Item>, span: Span) -> Result<Item> {
        if args.len() != 1 {
            return Err(wrong_count(name, phrase!("1 argument"), args.len()).at(span));
        }
        let matrix = match args.pop() {
            Some(Item::Matrix(matrix)) => *matrix,
            Some(other) => {
                other.scalar(self.pool, span)?;
                return Err(Error::new(Kind::Shape, phrase!("`{name}` needs a matrix, as {name}([[a, b], [c, d]])", name)).at(span));
            }
            None => return Err(wrong_count(name, phrase!("1 argument"), 0).at(span)),
        };
        let item = match name {
            "inv" => matrix.inverse(self.pool).map(|matrix| Item::Matrix(Box::new(matrix))),
            "tr" | "trace" => matrix.trace(self.pool).map(Item::One),
            "transpose" => Ok(Item::Matrix(Box::new(matrix.transpose()))),
            _ => matrix.determinant(self.pool).map(Item::One),
        };
        item.map_err(|e| e.at(span))
    }

    /// `f'(x)`, `D[1,2](f)(x, y)`, of unknown and known functions.
    fn slope_of(&mut self, name: &str, slots: &[u8], args: Vec<Item>, span: Span) -> Result<Item> {
        let largest = slots.iter().copied().max().unwrap_or(1);
        if usize::from(largest) > args.len() {
            let message = phrase!(
                "a derivative by argument {largest} of `{name}`, which has {args} here",
                largest,
                name = short(name),
                args = count(args.len())
            );
            return Err(Error::new(Kind::Arity, message).at(span));
        }
        let args = self.scalars(args, span)?;
        let mut head = if self.is_known_function(name) {
            let Some(function) = function::rows(name).find(|f| f.row().parameters.len() == args.len()) else {
                return Err(Error::new(Kind::Arity, phrase!("`{name}` does not take {args}", name, args = count(args.len()))).at(span));
            };
            if function.row().reads_as.is_some() {
                return self.slope_of_template(function, slots, &args, span);
            }
            Head::Function(function)
        } else {
            self.pool.unknown(name)
        };
        for &slot in slots {
            head = self.pool.slope(head, slot);
        }
        Ok(Item::One(self.pool.call(head, &args)))
    }

    /// `sqrt'(x)`: what `sqrt(x)` is read as, under a derivative not yet carried out.
    fn slope_of_template(&mut self, function: Function, slots: &[u8], args: &[Expr], span: Span) -> Result<Item> {
        let item = self.row(function, args, span)?;
        let mut value = item.scalar(self.pool, span)?;
        for &slot in slots {
            let by = args[usize::from(slot) - 1];
            let alone = args.iter().filter(|&&arg| arg == by).count() == 1;
            if !alone || !matches!(self.pool.node(by), Node::Symbol(_)) {
                let name = function.row().name;
                return Err(Error::new(
                    Kind::Derivative,
                    phrase!("the derivative of `{name}` is read at symbols only; write D({name}(x), x)", name),
                )
                .at(span));
            }
            value = self.pool.apply(DERIVATIVE, &[value, by]);
        }
        Ok(Item::One(value))
    }

    /// The body of a definition with the arguments in the places of its parameters.
    fn substitute(&mut self, at: usize, args: Vec<Item>, span: Span) -> Result<Item> {
        let names = self.names;
        let definition = &names.definitions[at];
        if args.len() != definition.parameters.len() {
            return Err(wrong_count(&definition.name, count(definition.parameters.len()), args.len()).at(span));
        }
        let args = self.scalars(args, span)?;
        self.know(&definition.shapes);
        let mut places = Vec::with_capacity(args.len());
        for (parameter, &arg) in definition.parameters.iter().zip(&args) {
            if let Some(symbol) = self.pool.find_symbol(parameter) {
                places.push((symbol, arg));
            }
        }
        let mut put = |e: Expr| {
            if self.pool.keeps_order() {
                return build::put_in(self.pool, e, &places);
            }
            walk::substitute(self.pool, e, |pool, e| match pool.node(e) {
                Node::Symbol(symbol) => places.iter().find(|place| place.0 == symbol).map(|place| place.1),
                _ => None,
            })
        };
        let value = match &definition.body {
            Value::Scalar(e) => Value::Scalar(put(*e)?),
            Value::Matrix(matrix) => {
                let mut entries = Vec::with_capacity(matrix.entries.len());
                for &entry in &matrix.entries {
                    entries.push(put(entry)?);
                }
                Value::Matrix(Matrix { entries, ..*matrix })
            }
        };
        Ok(Item::from_value(self.pool, &value))
    }

    /// `D(u, x, y)`; `D(u)` is a product with the symbol `D`.
    fn derivative(&mut self, mut args: Vec<Item>, application: &Application, span: Span) -> Result<Item> {
        if args.len() == 1 {
            let symbol = self.pool.symbol("D");
            let inside = args.pop().unwrap_or(Item::One(Expr::ONE));
            self.surprises.push(application.span);
            return build::mul(self.pool, Item::One(symbol), inside, span);
        }
        let args = self.scalars(args, span)?;
        let mut value = args[0];
        for &by in &args[1..] {
            self.pool.check()?;
            if !matches!(self.pool.node(by), Node::Symbol(_)) {
                return Err(Error::new(
                    Kind::Parse,
                    phrase!("D(u, x) is a derivative by a symbol; after the first argument stand names of variables"),
                )
                .at(span));
            }
            value = self.pool.apply(DERIVATIVE, &[value, by]);
        }
        Ok(Item::One(value))
    }

    /// `if(c, a, b)`
    fn branch(&mut self, args: Vec<Item>, span: Span) -> Result<Item> {
        let number = args.len();
        if number == 3 && matches!(args[0], Item::Condition(..)) && args.iter().any(|arg| self.is_array(arg)) {
            return self.array_branch(args, IF, span);
        }
        let Ok([condition, then, otherwise]) = <[Item; 3]>::try_from(args) else {
            return Err(wrong_count("if", phrase!("3 arguments: a comparison and two values"), number).at(span));
        };
        let Item::Condition(condition, _) = condition else {
            return Err(Error::new(Kind::Parse, phrase!("the first argument of if(c, a, b) is a comparison such as x < 0")).at(span));
        };
        let (then, otherwise) = (then.scalar(self.pool, span)?, otherwise.scalar(self.pool, span)?);
        Ok(Item::One(self.pool.apply(IF, &[condition, then, otherwise])))
    }

    /// The rows of `\begin{cases}`: value and condition; the last condition may be missing or `otherwise`.
    pub(super) fn cases(&mut self, rows: Vec<Vec<Item>>, span: Span) -> Result<Item> {
        let shape = || {
            Error::new(Kind::Parse, phrase!("each row of cases is a value & a comparison; the last one may be & \\text{otherwise}"))
                .at(span)
        };
        let mut value: Option<Expr> = None;
        for mut row in rows.into_iter().rev() {
            let condition = if row.len() == 2 { row.pop() } else { None };
            let Some(item) = row.pop().filter(|_| row.is_empty()) else { return Err(shape()) };
            let then = item.scalar(self.pool, span)?;
            value = Some(match (condition, value) {
                (None | Some(Item::Otherwise(_)), None) => then,
                (Some(Item::Condition(condition, _)), Some(otherwise)) => self.pool.apply(IF, &[condition, then, otherwise]),
                // the last comparison is taken for all that is left
                (Some(Item::Condition(..)), None) => then,
                _ => return Err(shape()),
            });
        }
        value.map(Item::One).ok_or_else(shape)
    }
}

fn wrong_count(name: impl Argument, takes: Phrase, found: usize) -> Error {
    Error::new(Kind::Arity, phrase!("`{name}` takes {takes}, not {found}", name, takes, found))
}

/// Reads a text of TABLE 1 with expressions in the places of its parameters. Such texts do not nest.
fn template(parser: &mut Parser<'_>, function: Function, text: &'static str, bindings: &[(&'static str, Expr)]) -> Result<Item> {
    let (known, names) = (Known::default(), Names::default());
    let tokens = tokens_of(function, text)?;
    Parser::new(parser.pool, text, Cow::Borrowed(tokens), &known, &names, bindings).run()
}

/// The tokens of what a function reads as, made at its first use.
fn tokens_of(function: Function, text: &str) -> Result<&'static Tokens> {
    static READY: OnceLock<Vec<OnceLock<Tokens>>> = OnceLock::new();
    let ready = &READY.get_or_init(|| TABLE.iter().map(|_| OnceLock::new()).collect())[function.0 as usize];
    match ready.get() {
        Some(tokens) => Ok(tokens),
        None => token::tokens(text).map(|tokens| ready.get_or_init(|| tokens)),
    }
}
