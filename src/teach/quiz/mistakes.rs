//! Which wrong answers does an exercise invite, and what is said to each?
//! Deliberately makes no mistake of its own: `slips.rs` has the table, and `grade.rs` must find each of these answers wrong.
//! Read next: `slips.rs`.

use super::Question;
use crate::diff;
use crate::error::Result;
use crate::expr::{Expr, Pool, Symbol};
use crate::matrix::Value;
use crate::simplify::Engine;
use crate::teach::diagnose::diagnose;
use crate::teach::grade::{Grade, grade};
use crate::teach::outline::{Outline, outline};
use crate::teach::seen::plain_derivative;
use crate::teach::slips::candidates;
use crate::teach::write::said;
use crate::teach::{Language, Markup};
use crate::text::{Names, parse, print};

/// A wrong answer that an exercise invites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The mistake's name: `chain-inner-missing`, ...
    pub name: &'static str,
    /// What it gives, simplified.
    pub answer: String,
    /// What is said to it.
    pub text: String,
}

/// So many mistakes are foreseen, and answers up to this cost.
const MOST: usize = 5;
const LARGEST: u32 = 45;

/// An exercise that has been read.
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) e: Expr,
    pub(super) by: Vec<Symbol>,
    pub(super) right: Expr,
}

/// Reads and derives an exercise.
pub(super) fn read(pool: &mut Pool, question: &Question) -> Result<Read> {
    let value = parse(pool, &question.text, &Names::default())?.value;
    let x = pool.symbol_named(super::X);
    let by = vec![x; question.order];
    let right = diff::diff(pool, &value, &by)?;
    let first = |value: &Value| value.entries().first().copied().unwrap_or(Expr::ZERO);
    Ok(Read { e: first(&value), right: first(&right), value, by })
}

/// The usual mistakes, each with another answer, the surest first.
pub(super) fn mistakes(question: &Question, language: Language, markup: Markup) -> Result<Vec<Mistake>> {
    let mut pool = Pool::default();
    let pool = &mut pool;
    let Read { e, by, right, .. } = read(pool, question)?;
    let Some(&x) = by.first() else { return Ok(Vec::new()) };
    let outline = outline(pool, &question.text, &Names::default(), x)?;
    let root = outline.roots.first().copied();
    let mut engine = Engine::new(pool);
    let (mut before, mut plain, mut wrong) = (e, e, Vec::new());
    for _ in &by {
        before = plain;
        plain = plain_derivative(&mut engine, plain, x)?;
    }
    let mut all = if by.len() > 1 {
        // mistakes of the last derivative, and that it was not taken
        wrong.push(before);
        let collected = engine.collect(before)?;
        candidates(&mut engine, collected, x, (&Outline::default(), None))?
    } else {
        candidates(&mut engine, e, x, (&outline, root))?
    };
    all.retain(|candidate| !candidate.is_other_view);
    all.sort_by_key(|candidate| candidate.slip);
    wrong.extend(all.into_iter().map(|candidate| candidate.answer));
    let mut found: Vec<Mistake> = Vec::new();
    let mut known = vec![right];
    for answer in wrong {
        if found.len() == MOST {
            break;
        }
        let mut engine = Engine::new(pool);
        let answer = engine.simplify(answer)?;
        if known.contains(&answer) || engine.size(answer) > LARGEST {
            continue;
        }
        known.push(answer);
        if !matches!(grade(pool, &[e], (right, plain), answer)?, Grade::Wrong(..)) {
            continue;
        }
        let Some(mistake) = diagnose(pool, e, &by, right, answer, (&outline, root))? else { continue };
        // one of a kind is enough
        if found.iter().any(|known| known.name == mistake.name) {
            continue;
        }
        let limit = pool.meter.budget.output;
        let text = said(pool, &[mistake.said], language, markup)?;
        found.push(Mistake { name: mistake.name, answer: print(pool, &Value::Scalar(answer), limit)?, text });
    }
    Ok(found)
}
