//! How does an exercise come about: chance picks a sentence of the grammar, and it is kept if it fits its level.
//! Deliberately writes no exercise itself (`grammar.rs`) and knows no rule of differentiation.
//! Read next: `grammar.rs`.

use super::grammar::{self, Allowed};
use super::{Question, Quiz, Topic};
use crate::diff;
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::expr::{Expr, Node, Pool, Symbol};
use crate::matrix::Value;
use crate::net::random::Stream;
use crate::phrase;
use crate::simplify::Engine;
use crate::teach::numeric::has_pieces;
use crate::teach::seen::{Seen, see};
use crate::text::{Names, parse, print};
use crate::walk::{Memo, reachable};

/// So many sentences in a row that do not fit or are known already: there are no more.
const TRIES: usize = 500;
/// Places at which an exercise should have real values, and how many of them must have one.
const PLACES: [f64; 7] = [0.3, 0.7, 1.3, 2.1, 3.7, -0.4, -1.7];
const REAL: usize = 2;

/// Forms that are dealt like cards: no form comes twice before all have come once.
struct Deck {
    topic: Topic,
    forms: Vec<&'static str>,
    at: usize,
}

impl Deck {
    fn new(topic: Topic, level: u8, chance: &mut Stream) -> Deck {
        let mut forms = grammar::forms(topic.word(), level);
        chance.shuffle(&mut forms);
        Deck { topic, forms, at: 0 }
    }

    fn next(&mut self) -> Option<&'static str> {
        let form = self.forms.get(self.at % self.forms.len().max(1)).copied();
        self.at += 1;
        form
    }
}

/// The exercises of a quiz, all different.
pub(super) fn questions(quiz: &Quiz) -> Result<Vec<Question>> {
    let allowed = quiz.allowed()?;
    let mut chance = Stream::new(quiz.seed, u64::from(quiz.level));
    let topics: Vec<Topic> = match quiz.topic {
        Topic::Mixed => Topic::ALL.iter().copied().filter(|&topic| topic != Topic::Mixed).collect(),
        topic => vec![topic],
    };
    let mut decks: Vec<Deck> = topics.into_iter().map(|topic| Deck::new(topic, quiz.level, &mut chance)).collect();
    chance.shuffle(&mut decks);
    let mut pool = Pool::default();
    let mut found: Vec<Question> = Vec::with_capacity(quiz.count.min(100));
    let mut vain = 0;
    while found.len() < quiz.count {
        if vain == TRIES {
            let message = phrase!(
                "topic {word} has only {found} different exercises at level {level}",
                word = quiz.topic.word(),
                found = found.len(),
                level = quiz.level
            );
            return Err(Error::new(Kind::Request, message));
        }
        let turn = found.len() % decks.len().max(1);
        let Some(deck) = decks.get_mut(turn) else { break };
        let (topic, Some(form)) = (deck.topic, deck.next()) else { break };
        let text = grammar::sentence(form, quiz.level, allowed, &mut chance);
        pool.clear();
        match fitting(&mut pool, &text, topic, quiz.level, allowed)? {
            Some(question) if found.iter().all(|known| known.text != question.text) => {
                found.push(question);
                vain = 0;
            }
            _ => vain += 1,
        }
    }
    Ok(found)
}

/// The exercise of a text, if it fits.
fn fitting(pool: &mut Pool, text: &str, topic: Topic, level: u8, allowed: &Allowed) -> Result<Option<Question>> {
    let x = pool.symbol_named("x");
    let value = parse(pool, text, &Names::default())?.value;
    let Value::Scalar(e) = value else { return Ok(None) };
    if depth(pool, e) > allowed.depth || !is_of_topic(pool, e, x, topic) {
        return Ok(None);
    }
    let by = vec![x; topic.order()];
    // like terms side by side, or a power of a power, is no exercise in differentiation
    let mut engine = Engine::new(pool);
    let collected = engine.collect(e)?;
    if engine.size(collected) + 1 < engine.size(e) {
        return Ok(None);
    }
    let answer = diff::diff(pool, &value, &by)?;
    let &[right] = answer.entries() else { return Ok(None) };
    let moves = pool.may_contain(right, x) || (level == 1 && right != Expr::ZERO);
    let cost = Engine::new(pool).size(right);
    if !moves
        || cost > allowed.answer
        || !has_nice_numbers(pool, &[e, right], allowed.number)
        || has_pieces(pool, &[right])
        || !is_real(pool, e, right, x)
    {
        return Ok(None);
    }
    let limit = pool.meter.budget.output;
    let (text, answer) = (print(pool, &value, limit)?, print(pool, &answer, limit)?);
    Ok(Some(Question { text, order: topic.order(), answer, topic, cost }))
}

/// How many functions and powers stand inside each other.
pub(super) fn depth(pool: &Pool, e: Expr) -> u32 {
    let mut depths: Memo<u32> = Memo::new();
    for part in reachable(pool, &[e]) {
        let deepest = |parts: &[Expr]| parts.iter().filter_map(|&part| depths.get(part)).max().unwrap_or(0);
        let depth = match pool.node(part) {
            Node::Number(_) | Node::Symbol(_) => 0,
            Node::Add(parts) | Node::Mul(parts) => deepest(parts),
            // a power of the variable is no function of a function
            Node::Pow(base, exponent) => match (depths.get(base).unwrap_or(0), pool.node(base)) {
                (0, Node::Symbol(_)) if pool.as_number(exponent).is_some_and(crate::number::Number::is_integer) => 0,
                (below, _) => 1 + below.max(depths.get(exponent).unwrap_or(0)),
            },
            Node::Call(_, parts) => 1 + deepest(parts),
        };
        depths.set(part, depth);
    }
    depths.get(e).unwrap_or(0)
}

/// Whether the rule of the topic is the first one that the exercise needs, where the topic is a rule.
fn is_of_topic(pool: &mut Pool, e: Expr, by: Symbol, topic: Topic) -> bool {
    let mut seen = see(pool, e, by);
    while let Seen::Scaled(_, rest) = seen {
        seen = see(pool, rest, by);
    }
    match topic {
        Topic::Chain => seen.inner(pool, by).is_some_and(|inner| !crate::teach::seen::is_symbol(pool, inner, by)),
        Topic::Product => matches!(seen, Seen::Product(_)),
        Topic::Quotient => matches!(seen, Seen::Quotient(..)),
        Topic::Power => {
            matches!(seen, Seen::Power(..) | Seen::Quotient(Expr::ONE, _))
                || matches!(seen, Seen::Quotient(above, _) if !pool.may_contain(above, by))
        }
        Topic::Sum => matches!(seen, Seen::Sum(_)),
        _ => true,
    }
}

fn has_nice_numbers(pool: &Pool, roots: &[Expr], largest: i64) -> bool {
    let nice = |n: i64| (-largest..=largest).contains(&n);
    reachable(pool, roots)
        .into_iter()
        .filter_map(|part| pool.as_number(part))
        .all(|number| number.small().is_some_and(|(above, below)| nice(above) && nice(below)))
}

/// Whether it and its derivative have real values at some of a few places.
fn is_real(pool: &mut Pool, e: Expr, right: Expr, x: Symbol) -> bool {
    let mut real = 0;
    for place in PLACES {
        if let Ok(values) = eval::values_quick(pool, &[e, right], &[(x, place)]) {
            real += usize::from(values.iter().all(|value| value.is_finite() && value.im == 0.0));
        }
    }
    real >= REAL
}
