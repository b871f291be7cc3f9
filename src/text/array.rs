//! How arrays are read: each operator and function with an array among its operands becomes a call of TABLE 3, its shape checked.
//! Deliberately gives no meaning to any of it: `array/lower.rs` does.
//! Read next: `operation.rs` (TABLE 3), `shape.rs`.

use super::build::Item;
use super::parse::Parser;
use super::token::Kind;
use crate::error::{Error, Kind as ErrorKind, Result, Span};
use crate::expr::{Args, Expr, Pool};
use crate::function::Function;
use crate::key;
use crate::matrix::Matrix;
use crate::number::Number;
use crate::operation::Operation;
use crate::phrase;
use crate::shape::{Shape, Size};
use std::collections::HashMap;

/// The shapes of all arrays of a text: of declared names, and of what has been made of them.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    pub(super) declared: HashMap<String, Shape>,
    pub(super) shapes: HashMap<Expr, Shape>,
}

/// Entries of an array that is made of one number at most.
const LARGEST: usize = 1 << 24;

/// Axes of an array that is made of one number at most.
const AXES: usize = 8;

impl Parser<'_> {
    /// The shape of an operand, if it is an array.
    pub(super) fn array_shape(&self, item: &Item) -> Option<Shape> {
        let arrays = self.arrays.as_ref()?;
        match item {
            Item::One(e) | Item::Condition(e, _) => arrays.shapes.get(e).cloned(),
            _ => None,
        }
    }

    pub(super) fn is_array(&self, item: &Item) -> bool {
        self.arrays.is_some() && self.array_shape(item).is_some()
    }

    /// Whether it is a vector written out where arrays are declared, and so a column.
    pub(super) fn is_stack(&self, item: &Item) -> bool {
        self.arrays.is_some() && matches!(item, Item::Matrix(matrix) if matrix.vector)
    }

    /// An operand as an expression and its shape; a vector written out becomes an array.
    pub(super) fn operand_of(&mut self, item: Item, span: Span) -> Result<(Expr, Shape)> {
        if let Item::Matrix(matrix) = item {
            return self.stack(&matrix, span);
        }
        let shape = self.array_shape(&item).unwrap_or_default();
        let e = match item {
            Item::Condition(e, _) => e,
            item => item.scalar(self.pool, span)?,
        };
        Ok((e, shape))
    }

    fn stack(&mut self, matrix: &Matrix, span: Span) -> Result<(Expr, Shape)> {
        if !matrix.vector {
            let message = phrase!("a matrix of expressions does not mix with arrays; only a vector [a, b] does");
            return Err(Error::new(ErrorKind::Shape, message).at(span));
        }
        let e = Operation::Stack.call(self.pool, &matrix.entries);
        let shape = Shape::of(vec![Size::Number(matrix.rows)]);
        self.note(e, &shape);
        Ok((e, shape))
    }

    /// Takes over the shapes that a definition was read with.
    pub(super) fn know(&mut self, shapes: &HashMap<Expr, Shape>) {
        if let Some(arrays) = &mut self.arrays {
            arrays.shapes.extend(shapes.iter().map(|(e, shape)| (*e, shape.clone())));
        }
    }

    fn note(&mut self, e: Expr, shape: &Shape) {
        if let (Some(arrays), false) = (self.arrays.as_mut(), shape.is_number()) {
            arrays.shapes.insert(e, shape.clone());
        }
    }

    /// An array of this shape; a number that came of it (`0*X`) fills it.
    fn array(&mut self, e: Expr, shape: &Shape) -> Result<Item> {
        self.pool.check()?;
        if shape.is_number() || self.pool.as_number(e).is_none() {
            self.note(e, shape);
            return Ok(Item::One(e));
        }
        let filled = fill(self.pool, e, &shape.axes);
        let plain = Shape::of(shape.axes.clone());
        self.note(filled, &plain);
        if shape.row {
            let row = Operation::Transpose.call(self.pool, &[filled]);
            self.note(row, shape);
            return Ok(Item::One(row));
        }
        Ok(Item::One(filled))
    }

    /// A binary operator with an array on a side.
    pub(super) fn array_operation(&mut self, kind: Kind, a: Item, b: Item, span: Span) -> Result<Item> {
        let ((a, left), (b, right)) = (self.operand_of(a, span)?, self.operand_of(b, span)?);
        let number = left.is_number() || right.is_number();
        let made = match kind {
            Kind::Plus => (self.pool.add(&[a, b]), left.broadcast(&right, key!("a sum"))),
            Kind::Minus => (self.pool.sub(a, b), left.broadcast(&right, key!("a difference"))),
            Kind::DotStar => (self.pool.mul(&[a, b]), left.broadcast(&right, ".*")),
            Kind::Star if number => (self.pool.mul(&[a, b]), left.times(&right)),
            Kind::Star => (Operation::Times.call(self.pool, &[a, b]), left.times(&right)),
            Kind::Slash if !right.is_number() => {
                let message = phrase!("division by an array of shape {right}; write A*inv(B), or ./ for entry by entry", right);
                return Err(Error::new(ErrorKind::Shape, message).at(span));
            }
            Kind::DotSlash | Kind::Slash => (self.pool.div(a, b), left.broadcast(&right, "./")),
            Kind::DotCaret => (self.pool.pow(a, b), left.broadcast(&right, ".^")),
            Kind::Caret => return self.array_power(a, &left, b, &right, span),
            kind => {
                let (Item::Condition(condition, place), shape) =
                    (self.comparison(kind, a, b, span), left.broadcast(&right, key!("a comparison")).map_err(|e| e.at(span))?)
                else {
                    return Err(Error::new(ErrorKind::Parse, phrase!("this operator takes no arrays")).at(span));
                };
                self.note(condition, &shape);
                return Ok(Item::Condition(condition, place));
            }
        };
        let shape = made.1.map_err(|e| e.at(span))?;
        self.array(made.0, &shape)
    }

    fn array_power(&mut self, base: Expr, shape: &Shape, exponent: Expr, right: &Shape, span: Span) -> Result<Item> {
        if !right.is_number() {
            return Err(
                Error::new(ErrorKind::Shape, phrase!("an exponent is a number, not an array; write .^ for entry by entry")).at(span)
            );
        }
        shape.square(&phrase!("a power")).map_err(|e| e.at(span))?;
        let e = match self.pool.as_i64(exponent) {
            Some(1) => base,
            Some(-1) => Operation::Inv.call(self.pool, &[base]),
            Some(n) if n.unsigned_abs() <= 64 => Operation::Power.call(self.pool, &[base, exponent]),
            _ => {
                let message = phrase!("the power of a matrix is a whole number up to 64; write .^ for entry by entry");
                return Err(Error::new(ErrorKind::Shape, message).at(span));
            }
        };
        self.array(e, shape)
    }

    /// The negative of an array.
    pub(super) fn array_negative(&mut self, item: Item, span: Span) -> Result<Item> {
        let (e, shape) = self.operand_of(item, span)?;
        let e = self.pool.neg(e);
        self.array(e, &shape)
    }

    /// A root of each entry.
    pub(super) fn array_root(&mut self, item: Item, index: Expr, span: Span) -> Result<Item> {
        let (e, shape) = self.operand_of(item, span)?;
        let exponent = self.pool.recip(index);
        let e = self.pool.pow(e, exponent);
        self.array(e, &shape)
    }

    /// `X'`
    pub(super) fn array_transpose(&mut self, item: Item, span: Span) -> Result<Item> {
        let (e, shape) = self.operand_of(item, span)?;
        let turned = shape.transposed().map_err(|e| e.at(span))?;
        let e = Operation::Transpose.call(self.pool, &[e]);
        self.array(e, &turned)
    }

    /// A function of TABLE 1, entry by entry.
    pub(super) fn array_each(&mut self, function: Function, args: Vec<Item>, span: Span) -> Result<Item> {
        let mut shape = Shape::number();
        let mut list = Args::new();
        for item in args {
            let (e, of) = self.operand_of(item, span)?;
            shape = shape.broadcast(&of, function.row().name).map_err(|e| e.at(span))?;
            list.push(e);
        }
        let item = self.row(function, &list, span)?;
        let e = item.scalar(self.pool, span)?;
        self.array(e, &shape)
    }

    /// `if(c, a, b)` entry by entry.
    pub(super) fn array_branch(&mut self, args: Vec<Item>, function: Function, span: Span) -> Result<Item> {
        let mut shape = Shape::number();
        let mut list = Args::new();
        for item in args {
            let (e, of) = self.operand_of(item, span)?;
            shape = shape.broadcast(&of, "if").map_err(|e| e.at(span))?;
            list.push(e);
        }
        let e = self.pool.apply(function, &list);
        self.array(e, &shape)
    }

    /// A function of TABLE 3.
    pub(super) fn array_function(&mut self, operation: Operation, name: &str, args: Vec<Item>, span: Span) -> Result<Item> {
        match operation {
            Operation::Eye | Operation::Fill => return self.made(operation, name, args, span),
            _ if operation.is_reduction() => return self.reduction(operation, name, args, span),
            _ => {}
        }
        let [item] = <[Item; 1]>::try_from(args).map_err(|args| {
            Error::new(ErrorKind::Arity, phrase!("`{name}` takes 1 argument, not {args}", name, args = args.len())).at(span)
        })?;
        let (e, shape) = self.operand_of(item, span)?;
        let result = operation.shape(name, &shape).map_err(|e| e.at(span))?;
        if shape.is_number() && operation == Operation::Transpose {
            return Ok(Item::One(e));
        }
        let e = operation.call(self.pool, &[e]);
        self.array(e, &result)
    }

    /// `sum(X)`, `sum(X, axis=0)`, `sum(X, 1)`, `sum(X, axis=1, keep)`
    fn reduction(&mut self, operation: Operation, name: &str, args: Vec<Item>, span: Span) -> Result<Item> {
        let usage = || Error::new(ErrorKind::Arity, phrase!("`{name}` takes an array, and maybe axis=0 or axis=1 and keep", name)).at(span);
        let (mut axis, mut keep) = (None, false);
        let mut args = args.into_iter();
        let array = args.next().ok_or_else(usage)?;
        for item in args {
            match item {
                Item::Axis(at) if axis.is_none() => axis = Some(at),
                Item::Keep if axis.is_some() && !keep => keep = true,
                Item::One(e) if axis.is_none() => {
                    let at = self.pool.as_i64(e).and_then(|at| usize::try_from(at).ok());
                    axis = Some(at.ok_or_else(usage)?);
                }
                _ => return Err(usage()),
            }
        }
        let (e, shape) = self.operand_of(array, span)?;
        if shape.is_number() && axis.is_none() {
            return Ok(Item::One(e));
        }
        let result = shape.reduced(axis, keep).map_err(|e| e.at(span))?;
        let code = self.pool.integer(axis.map_or(-1, |axis| axis as i64));
        let keep = if keep { Expr::ONE } else { Expr::ZERO };
        let e = operation.call(self.pool, &[e, code, keep]);
        self.array(e, &result)
    }

    /// `eye(n)`, `zeros(n, m)`, `ones(n)`
    fn made(&mut self, operation: Operation, name: &str, args: Vec<Item>, span: Span) -> Result<Item> {
        let allowed = if operation == Operation::Eye { 1..=1 } else { 1..=AXES };
        if !allowed.contains(&args.len()) {
            return Err(Error::new(
                ErrorKind::Arity,
                phrase!(
                    "`{name}` takes its sizes, numbers or names: {count}",
                    name,
                    count = if operation == Operation::Eye { phrase!("one") } else { phrase!("one or more") }
                ),
            )
            .at(span));
        }
        let mut axes = Vec::new();
        for item in args {
            let (e, _) = self.operand_of(item, span)?;
            axes.push(self.size(e).ok_or_else(|| {
                Error::new(ErrorKind::Shape, phrase!("the sizes of `{name}` are whole numbers above 0 or names of sizes", name)).at(span)
            })?);
        }
        if operation == Operation::Eye {
            axes.push(axes[0].clone());
            let e = size_expr(self.pool, &axes[0]);
            let e = operation.call(self.pool, &[e]);
            return self.array(e, &Shape::of(axes));
        }
        let value = if name == "ones" { Expr::ONE } else { Expr::ZERO };
        self.array(value, &Shape::of(axes))
    }

    fn size(&self, e: Expr) -> Option<Size> {
        match self.pool.node(e) {
            crate::expr::Node::Number(n) => {
                n.as_i64().and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=LARGEST).contains(n)).map(Size::Number)
            }
            crate::expr::Node::Symbol(symbol) => Some(Size::Name(self.pool.symbol_key(symbol).into())),
            _ => None,
        }
    }
}

/// An array with this entry everywhere.
fn fill(pool: &mut Pool, e: Expr, axes: &[Size]) -> Expr {
    let mut args = Args::from_slice(&[e]);
    for size in axes {
        args.push(size_expr(pool, size));
    }
    Operation::Fill.call(pool, &args)
}

/// A size as an expression.
pub(crate) fn size_expr(pool: &mut Pool, size: &Size) -> Expr {
    match size {
        Size::Number(n) => pool.number(Number::from(i64::try_from(*n).unwrap_or(i64::MAX))),
        Size::Name(name) => pool.symbol(name),
    }
}
