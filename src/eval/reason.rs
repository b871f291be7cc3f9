//! Why an expression has no value at a point: the innermost part that has none, in a sentence.
//! Deliberately works nothing out anew; it reads the values of a run.
//! Read next: `node.rs`.

use super::call;
use super::complex::Complex;
use super::node::Run;
use crate::expr::{Expr, Head, Node, Pool};
use crate::function::Function;
use crate::message::Phrase;
use crate::phrase;
use crate::special;

/// The sentence for a root that is undefined.
pub(super) fn undefined(pool: &Pool, run: &Run<f64>, root: Expr) -> Phrase {
    let value = |e: Expr| run.slot(e).map(|slot| &slot.value);
    let bad = |e: Expr| value(e).is_some_and(|z| z.is_nan());
    if !bad(root) {
        return phrase!("the value does not exist at this point");
    }
    let mut at = root;
    loop {
        let parts = pool.children(at);
        let inner = match pool.node(at) {
            Node::Call(Head::Function(call::IF), args) if !bad(args[0]) => {
                let taken = if value(args[0]).is_some_and(|z| z.is_zero()) { args[2] } else { args[1] };
                Some(taken).filter(|&e| bad(e))
            }
            _ => parts.iter().copied().find(|&e| bad(e)),
        };
        match inner {
            Some(part) => at = part,
            None => break,
        }
    }
    match pool.node(at) {
        Node::Pow(..) => phrase!("the value does not exist: {why}", why = phrase!("division by zero")),
        Node::Call(Head::Function(call::LOG), _) => phrase!("the value does not exist: {why}", why = phrase!("the logarithm of 0")),
        Node::Call(Head::Function(f), _) => {
            let args: Vec<&Complex<f64>> = pool.children(at).iter().filter_map(|&e| value(e)).collect();
            of_call(f, &args)
        }
        _ => phrase!("the value does not exist: {why}", why = phrase!("infinities that cancel, or 0 times infinity")),
    }
}

/// Of a function that has no value although its arguments do.
fn of_call(f: Function, args: &[&Complex<f64>]) -> Phrase {
    let name = f.row().name;
    let texts: Vec<String> = args
        .iter()
        .map(|z| match z.is_real() {
            true => short(z.re),
            false => format!("{} {} {}*I", short(z.re), if z.im < 0.0 { '-' } else { '+' }, short(z.im.abs())),
        })
        .collect();
    let call = format!("{name}({})", texts.join(", "));
    let floats: Vec<f64> = args.iter().map(|z| z.re).collect();
    if args.iter().all(|z| z.is_real() && z.is_finite())
        && let Some(reason) = special::reason(name, &floats)
    {
        return reason.sentence(name, &call);
    }
    phrase!("the value does not exist, or is not known: `{call}`", call)
}

/// Very large and very small numbers with an exponent.
fn short(x: f64) -> String {
    if x == 0.0 || (1e-5..1e16).contains(&x.abs()) { x.to_string() } else { format!("{x:e}") }
}
