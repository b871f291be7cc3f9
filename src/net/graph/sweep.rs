//! What are the values of a graph's nodes, and what comes back to each? One sweep forward, one backward.
//! Deliberately takes every slope from `diff.rs` and every value from `eval`; it only adds up what meets at a node.
//! Read next: `../../diff.rs`; `../../gradient.rs` does the same for answers that are not drawn.

use super::plan::{Kind, Operand, Part};
use super::rules;
use super::{Edge, Graph, Node, Quantity, Role};
use crate::diff::contribution;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::eval;
use crate::expr::{Args, Expr, Head, Pool, Symbol};
use crate::matrix::Value;
use crate::number::Number;
use crate::phrase;
use crate::simplify::{Engine, known};
use crate::text::print;
use crate::walk;

/// Longer expressions are not shown in a graph.
const SHOWN: usize = 40;
/// Larger derivatives are not even printed.
const PRINTED: usize = 200;

/// The graph of a plan: with numbers at a point, with expressions without one.
pub(super) fn graph(pool: &mut Pool, plan: &[Part], at: Option<&[(Symbol, f64)]>) -> Result<Graph> {
    let edges: Vec<Wire> = wires(plan);
    let (forward, backward, back) = match at {
        Some(at) => numbers(pool, plan, &edges, at)?,
        None => texts(pool, plan, &edges)?,
    };
    let mut nodes = Vec::with_capacity(plan.len());
    for ((part, forward), backward) in plan.iter().zip(forward).zip(backward) {
        pool.check()?;
        let inputs = part.operands.iter().filter_map(|operand| if let Operand::Part(from) = operand { Some(*from) } else { None });
        let (label, rule) = (rules::label(pool, part), rules::rule(pool, part));
        let role = match part.kind {
            Kind::Symbol => Role::Symbol,
            Kind::Number => Role::Number,
            _ if part.operands.is_empty() => Role::Number,
            _ => Role::Operation,
        };
        nodes.push(Node { role, label, expression: expression(pool, part.e)?, inputs: inputs.collect(), forward, backward, rule });
    }
    let edges = edges.into_iter().zip(back).map(|(wire, backward)| Edge { from: wire.from, to: wire.to, slot: wire.input, backward });
    Ok(Graph { nodes, edges: edges.collect() })
}

/// An edge: which operand of which part, counted with (`slot`) and without (`input`) those in the label.
struct Wire {
    from: usize,
    to: usize,
    slot: usize,
    input: usize,
}

fn wires(plan: &[Part]) -> Vec<Wire> {
    let mut wires = Vec::new();
    for (to, part) in plan.iter().enumerate() {
        let mut input = 0;
        for (slot, operand) in part.operands.iter().enumerate() {
            if let Operand::Part(from) = operand {
                wires.push(Wire { from: *from, to, slot, input });
                input += 1;
            }
        }
    }
    wires
}

fn expression(pool: &mut Pool, e: Expr) -> Result<String> {
    let limit = pool.meter.budget.output;
    if walk::count(pool, &[e]) > PRINTED {
        return Ok("…".to_owned());
    }
    // a text may be far longer than its graph
    match print(pool, &Value::Scalar(e), limit.min(100 * PRINTED)) {
        Err(error) if error.kind() == ErrorKind::Limit => Ok("…".to_owned()),
        other => other,
    }
}

type Swept = (Vec<Quantity>, Vec<Quantity>, Vec<Quantity>);

// ---- numbers

fn quantity(value: Option<f64>) -> Quantity {
    value.map_or(Quantity::Undefined, |value| Quantity::Number(value + 0.0))
}

fn numbers(pool: &mut Pool, plan: &[Part], wires: &[Wire], at: &[(Symbol, f64)]) -> Result<Swept> {
    let Some(output) = plan.last() else { return Ok((Vec::new(), Vec::new(), Vec::new())) };
    super::all_given(pool, output.e, at)?;
    let at = &exact(at)?[..];
    let whole = eval::real_value_exact(pool, output.e, at)?;
    let roots: Vec<Expr> = plan.iter().map(|part| part.e).collect();
    let mut forward = values(pool, &roots, at)?;
    if let Some(last) = forward.last_mut() {
        *last = Some(whole);
    }
    let mut slopes = Vec::with_capacity(wires.len());
    let mut engine = Engine::new(pool);
    for wire in wires {
        engine.pool.check()?;
        // a slope that cannot be written has no value either
        slopes.push(slope(&mut engine, &plan[wire.to], plan, wire.slot, Expr::ONE).ok());
    }
    let roots: Vec<Expr> = slopes.iter().map(|slope| slope.unwrap_or(Expr::ZERO)).collect();
    let partials = values(pool, &roots, at)?;
    let mut back: Vec<Option<f64>> = vec![Some(0.0); wires.len()];
    let mut adjoint: Vec<Option<f64>> = vec![Some(0.0); plan.len()];
    // parts behind a branch that is not taken get nothing, whatever their slopes are
    let mut reached = vec![false; plan.len()];
    if let (Some(last), Some(flag)) = (adjoint.last_mut(), reached.last_mut()) {
        (*last, *flag) = (Some(1.0), true);
    }
    for (at, wire) in wires.iter().enumerate().rev() {
        if !reached[wire.to] || !passes(plan, wire, &forward) {
            continue;
        }
        reached[wire.from] = true;
        let partial = if slopes[at].is_some() { partials[at] } else { None };
        back[at] = match (adjoint[wire.to], partial) {
            (Some(d), Some(partial)) => Some(d * partial).filter(|value| value.is_finite()),
            _ => None,
        };
        adjoint[wire.from] = match (adjoint[wire.from], back[at]) {
            (Some(sum), Some(share)) => Some(sum + share).filter(|value| value.is_finite()),
            _ => None,
        };
    }
    let all = |values: Vec<Option<f64>>| values.into_iter().map(quantity).collect();
    Ok((all(forward), all(adjoint), all(back)))
}

/// The decimals that the floats are written as: 0.5 - 0.6 + 0.1 is 0.
fn exact(at: &[(Symbol, f64)]) -> Result<Vec<(Symbol, Number)>> {
    let number = |&(symbol, value): &(Symbol, f64)| Some((symbol, Number::from_shortest(value)?));
    let numbers: Option<Vec<(Symbol, Number)>> = at.iter().map(number).collect();
    numbers.ok_or_else(|| Error::new(ErrorKind::Domain, phrase!("a value of the point is not a finite number")))
}

/// Whether a derivative comes back along this wire at all: not into conditions, nor into branches that are not taken.
fn passes(plan: &[Part], wire: &Wire, forward: &[Option<f64>]) -> bool {
    let part = &plan[wire.to];
    match part.kind {
        Kind::Call(head) if rules::sign(head).is_some() => false,
        Kind::Call(Head::Function(known::IF)) => {
            let taken = match part.operands.first() {
                Some(Operand::Part(condition)) => forward[*condition].map(|value| value != 0.0),
                _ => None,
            };
            wire.slot == taken.map_or(0, |yes| if yes { 1 } else { 2 }) && wire.slot > 0
        }
        _ => true,
    }
}

/// Real values; one by one where one of them has none at all.
fn values(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, Number)]) -> Result<Vec<Option<f64>>> {
    match eval::real_values(pool, roots, at) {
        Err(error) if error.kind() == ErrorKind::Domain => {}
        done => return done,
    }
    let mut found = Vec::with_capacity(roots.len());
    for &root in roots {
        found.push(match eval::real_values(pool, &[root], at) {
            Ok(values) => values.first().copied().flatten(),
            Err(error) if error.kind() == ErrorKind::Domain => None,
            Err(error) => return Err(error),
        });
    }
    Ok(found)
}

// ---- expressions

fn texts(pool: &mut Pool, plan: &[Part], wires: &[Wire]) -> Result<Swept> {
    let mut engine = Engine::new(pool);
    let mut shares = vec![Expr::ZERO; wires.len()];
    let mut pending: Vec<Args> = vec![Args::new(); plan.len()];
    if let Some(last) = pending.last_mut() {
        last.push(Expr::ONE);
    }
    let mut adjoints = vec![Expr::ZERO; plan.len()];
    let mut wire = wires.len();
    for at in (0..plan.len()).rev() {
        engine.pool.check()?;
        adjoints[at] = engine.add(&pending[at]);
        while wire > 0 && wires[wire - 1].to == at {
            wire -= 1;
            let Wire { from, to, slot, .. } = wires[wire];
            shares[wire] = slope(&mut engine, &plan[to], plan, slot, adjoints[at])?;
            pending[from].push(shares[wire]);
        }
    }
    let mut written = |roots: &[Expr], tidy: bool| -> Result<Vec<Quantity>> {
        roots.iter().map(|&root| if tidy { tidied(&mut engine, root) } else { shown(engine.pool, root) }).collect()
    };
    let forward: Vec<Expr> = plan.iter().map(|part| part.e).collect();
    Ok((written(&forward, false)?, written(&adjoints, true)?, written(&shares, true)?))
}

fn shown(pool: &mut Pool, e: Expr) -> Result<Quantity> {
    let text = expression(pool, e)?;
    Ok(if text.chars().count() > SHOWN || text == "…" { Quantity::Long } else { Quantity::Text(text) })
}

fn tidied(engine: &mut Engine<'_>, e: Expr) -> Result<Quantity> {
    if walk::count(engine.pool, &[e]) > PRINTED {
        return Ok(Quantity::Long);
    }
    let e = engine.simplify(e)?;
    shown(engine.pool, e)
}

// ---- slopes

/// What comes back to one operand of a part: `d` times the slope of the part by it.
fn slope(engine: &mut Engine<'_>, part: &Part, plan: &[Part], slot: usize, d: Expr) -> Result<Expr> {
    let mut collected = Args::new();
    for operand in &part.operands {
        let e = match operand {
            Operand::Part(at) => plan[*at].e,
            Operand::Fixed(e, _) => *e,
        };
        collected.push(engine.collect(e)?);
    }
    Ok(match (part.kind, &collected[..], slot) {
        (Kind::Add, ..) | (Kind::Subtract, _, 0) => d,
        (Kind::Subtract, ..) | (Kind::Negate, ..) => engine.negate(d),
        (Kind::Multiply, &[a, b], _) => engine.mul(&[d, if slot == 0 { b } else { a }]),
        (Kind::Divide, &[_, b], 0) => {
            let over = engine.pow(b, Expr::MINUS_ONE);
            engine.mul(&[d, over])
        }
        (Kind::Divide, &[a, b], _) => {
            let minus_two = engine.pool.integer(-2);
            let over = engine.pow(b, minus_two);
            engine.mul(&[Expr::MINUS_ONE, d, a, over])
        }
        (Kind::Power, &[a, b], 0) => {
            let lower = engine.subtract(b, Expr::ONE);
            let power = engine.pow(a, lower);
            engine.mul(&[d, b, power])
        }
        (Kind::Power, &[a, b], _) => {
            let (power, log) = (engine.pow(a, b), engine.apply(known::LOG, &[a]));
            engine.mul(&[d, power, log])
        }
        (Kind::Call(Head::Function(known::IF)), &[condition, _, _], 1) => engine.apply(known::IF, &[condition, d, Expr::ZERO]),
        (Kind::Call(Head::Function(known::IF)), &[condition, _, _], 2) => engine.apply(known::IF, &[condition, Expr::ZERO, d]),
        (Kind::Call(head), ..) if rules::sign(head).is_some() || head == Head::Function(known::IF) => Expr::ZERO,
        (Kind::Call(head), args, _) => contribution(engine, head, args, slot, d)?,
        _ => return Err(Error::new(ErrorKind::Derivative, phrase!("this node has no inputs"))),
    })
}
