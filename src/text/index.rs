//! How is index notation read: `A[i,k]`, `sum[k](A[i,k]*B[k,j])`?
//! Deliberately reads indices by themselves, as no expression stands between these brackets; `array/lower.rs` gives them their meaning.
//! Read next: `text/array.rs`, `operation.rs` (which letters are indices).

use super::build::Item;
use super::parse::{Callee, Parser};
use super::token::{Bracket, Kind, Token};
use crate::error::{Error, Kind as ErrorKind, Result, Span};
use crate::expr::{Args, Expr};
use crate::message::Phrase;
use crate::operation::{self, Operation};
use crate::phrase;
use crate::shape::{Shape, Size};

impl Parser<'_> {
    /// Whether `[` after this operand picks an entry of it.
    pub(super) fn is_indexed(&self, item: Option<&Item>) -> bool {
        item.is_some_and(|item| self.is_array(item) || self.is_stack(item))
    }

    /// `[i,k]` after an array: one of its entries.
    pub(super) fn entry(&mut self, token: Token) -> Result<()> {
        let item = self.pop(token.span)?;
        let (array, shape) = self.operand_of(item, token.span)?;
        let (indices, span) = self.indices()?;
        if indices.len() != shape.rank() {
            let message = phrase!(
                "an entry of an array of shape {shape} has {rank} indices, not {indices}",
                shape,
                rank = shape.rank(),
                indices = indices.len()
            );
            return Err(Error::new(ErrorKind::Shape, message).at(span));
        }
        for (&index, size) in indices.iter().zip(&shape.axes) {
            if let (0.., Size::Number(length)) = (index, size)
                && index.unsigned_abs() >= *length as u64
            {
                return Err(Error::new(
                    ErrorKind::Shape,
                    phrase!("there is no entry {index} along an axis of length {length}; entries count from 0", index, length),
                )
                .at(span));
            }
        }
        let mut args = Args::from_slice(&[array]);
        args.extend(self.codes(&indices));
        let e = Operation::Entry.call(self.pool, &args);
        self.values.push(Item::One(e));
        Ok(())
    }

    /// `sum[k](`: a call whose brackets hold what is summed.
    pub(super) fn sum_over(&mut self, token: Token) -> Result<()> {
        self.at += 1;
        let (indices, span) = self.indices()?;
        if indices.iter().any(|&index| index >= 0) {
            return Err(Error::new(ErrorKind::Parse, phrase!("a sum runs over indices, as in sum[k](A[i,k]*B[k,j])")).at(span));
        }
        if self.peek(0) != Kind::Open(Bracket::Round) {
            return Err(Error::new(ErrorKind::Parse, phrase!("after `sum[k]` comes what is summed, in brackets")).at(span));
        }
        // as if the name stood right before the bracket
        self.at -= 1;
        let codes = self.codes(&indices);
        self.begin_call(Callee::Over(codes.to_vec()), token)
    }

    /// What is summed over indices.
    pub(super) fn over(&mut self, indices: &[Expr], args: Vec<Item>, span: Span) -> Result<Item> {
        let [item] = <[Item; 1]>::try_from(args).map_err(|args| {
            Error::new(ErrorKind::Arity, phrase!("a sum over indices takes 1 argument, not {args}", args = args.len())).at(span)
        })?;
        let (e, shape) = self.operand_of(item, span)?;
        if shape != Shape::number() {
            return Err(Error::new(
                ErrorKind::Shape,
                phrase!("a sum over indices is of entries such as A[i,k], not of an array of shape {shape}", shape),
            )
            .at(span));
        }
        let mut all = Args::from_slice(&[e]);
        all.extend_from_slice(indices);
        Ok(Item::One(Operation::Over.call(self.pool, &all)))
    }

    /// Entries as they are, indices as negative numbers.
    fn codes(&mut self, indices: &[i64]) -> Args {
        indices.iter().map(|&index| self.pool.integer(index)).collect()
    }

    /// The indices between the brackets that open here: numbers, or letters as negative numbers from -1 down.
    fn indices(&mut self) -> Result<(Vec<i64>, Span)> {
        let open = self.tokens.list[self.at];
        self.at += 1;
        let mut found = Vec::new();
        loop {
            let token = self.tokens.list[self.at];
            let text = self.text.get(token.span.start..token.span.end).unwrap_or_default();
            let bad = |what: Phrase| Err(Error::new(ErrorKind::Parse, what).at(token.span));
            found.push(match token.kind {
                Kind::Number => match text.parse::<u32>() {
                    Ok(number) => i64::from(number),
                    Err(_) => return bad(phrase!("an entry is a whole number, counted from 0")),
                },
                Kind::Name => match operation::index_number(text) {
                    Some(number) => -1 - i64::from(number),
                    None => return bad(phrase!("an index is one of i j k l p q r s t u v a b c, maybe with a number behind")),
                },
                _ => return bad(phrase!("an index is a letter such as i, or the number of an entry")),
            });
            self.at += 1;
            let next = self.tokens.list[self.at];
            self.at += 1;
            match next.kind {
                Kind::Comma => {}
                Kind::Close(Bracket::Square) => return Ok((found, open.span.to(next.span))),
                _ => return Err(Error::new(ErrorKind::Parse, phrase!("indices end with `]` and have commas between them")).at(next.span)),
            }
        }
    }
}
