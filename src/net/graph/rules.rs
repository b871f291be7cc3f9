//! What is written at a node: its label, and in words what it does to the derivative that comes back.
//! Deliberately has no numbers and knows no function: slopes are the texts of TABLE 1.
//! Read next: `sweep.rs`, which works the same rules out.

use super::plan::{Kind, Operand, Part};
use crate::diff::contribution;
use crate::expr::{Args, Expr, Head, Pool};
use crate::function::{Function, Slope};
use crate::matrix::Value;
use crate::number::Number;
use crate::simplify::{Engine, known};
use crate::text::print;

/// The sign of a comparison, by its function.
const COMPARISONS: [(Function, &str); 4] = [(known::LESS, "<"), (known::LESS_EQUAL, "<="), (known::SAME, "=="), (known::DIFFERS, "!=")];

/// Whether the function is a comparison.
pub(super) fn sign(head: Head) -> Option<&'static str> {
    COMPARISONS.iter().find(|(function, _)| head == Head::Function(*function)).map(|&(_, sign)| sign)
}

fn name(pool: &Pool, head: Head) -> String {
    match head {
        Head::Function(function) => function.row().name.to_owned(),
        Head::Unknown(id) => pool.unknown_name(id).to_owned(),
        Head::Slope(id) => {
            let slope = pool.slope_head(id);
            let of = match slope.of {
                Head::Function(function) => function.row().name,
                Head::Unknown(id) | Head::Slope(id) => pool.unknown_name(id),
            };
            format!("D{:?}({of})", slope.slots)
        }
    }
}

/// Whether it is u^(1/2).
pub(super) fn is_root(pool: &Pool, part: &Part) -> bool {
    matches!((part.kind, part.operands.get(1)), (Kind::Power, Some(Operand::Fixed(e, _))) if pool.as_number(*e) == Some(&Number::HALF))
}

/// A constant beside a sign: in brackets unless it is a plain decimal, a name or a call.
fn bracketed(text: &str) -> String {
    if text.starts_with(char::is_alphanumeric) && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '(' | ')')) {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

/// What is drawn in the node of a part.
pub(super) fn label(pool: &Pool, part: &Part) -> String {
    let fixed = |slot: usize| match part.operands.get(slot) {
        Some(Operand::Fixed(_, text)) => Some(bracketed(text)),
        _ => None,
    };
    let binary = |sign: &str| match (fixed(0), fixed(1)) {
        (_, Some(right)) => format!("{sign}{right}"),
        (Some(left), _) if matches!(part.kind, Kind::Add | Kind::Multiply) => format!("{sign}{left}"),
        (Some(left), _) if part.kind != Kind::Divide || left != "1" => format!("{left}{sign}"),
        _ => sign.to_owned(),
    };
    match part.kind {
        Kind::Symbol => print(pool, &Value::Scalar(part.e), usize::MAX).unwrap_or_default(),
        Kind::Number => part.text.clone(),
        Kind::Add => binary("+"),
        Kind::Subtract => binary("-"),
        Kind::Multiply => binary("*"),
        Kind::Divide => binary("/"),
        Kind::Negate => "*(-1)".to_owned(),
        Kind::Power if is_root(pool, part) => "sqrt".to_owned(),
        Kind::Power => binary("^"),
        Kind::Call(head) => call(pool, head, part),
    }
}

fn call(pool: &Pool, head: Head, part: &Part) -> String {
    let fixed = part.operands.iter().any(|operand| matches!(operand, Operand::Fixed(..)));
    let shown = |operand: &Operand| if let Operand::Fixed(_, text) = operand { text.clone() } else { "·".to_owned() };
    let shown: Vec<String> = part.operands.iter().map(shown).collect();
    match (sign(head), &shown[..]) {
        (Some(sign), [a, b]) if fixed => format!("{a} {sign} {b}"),
        (Some(sign), _) => sign.to_owned(),
        _ if fixed && part.operands.len() > 1 => format!("{}({})", name(pool, head), shown.join(", ")),
        _ if head == Head::Function(known::EXP) && fixed && shown[0] == "1" => "e".to_owned(),
        _ => name(pool, head),
    }
}

/// What the node does to the derivative `d` that comes back; `y` is its own output. Empty for inputs.
pub(super) fn rule(pool: &mut Pool, part: &Part) -> String {
    let fixed = |slot: usize| match part.operands.get(slot) {
        Some(Operand::Fixed(_, text)) => Some(bracketed(text)),
        _ => None,
    };
    match part.kind {
        Kind::Symbol | Kind::Number => String::new(),
        Kind::Add => "passes d on".to_owned(),
        Kind::Subtract => match (fixed(0), fixed(1)) {
            (_, Some(_)) => "passes d on".to_owned(),
            (Some(_), _) => "-d".to_owned(),
            _ => "d to a, -d to b".to_owned(),
        },
        Kind::Multiply => match fixed(0).or(fixed(1)) {
            Some(constant) => format!("d times {constant}"),
            None => "d times the other input (values swapped)".to_owned(),
        },
        Kind::Negate => "d times (-1)".to_owned(),
        Kind::Divide => match (fixed(0), fixed(1)) {
            (_, Some(constant)) => format!("d/{constant}"),
            (Some(one), _) if one == "1" => "d times -y^2".to_owned(),
            (Some(constant), _) => format!("d times -y^2/{constant}"),
            _ => "d/b to a, d times -y/b to b".to_owned(),
        },
        Kind::Power if is_root(pool, part) => "d times 1/(2*y)".to_owned(),
        Kind::Power => match (fixed(0), &part.operands[1]) {
            (_, Operand::Fixed(exponent, _)) => format!("d times {}", power_slope(pool, *exponent)),
            (Some(base), _) => format!("d times y*log({base})"),
            _ => "d times b*a^(b - 1) to a, d times y*log(a) to b".to_owned(),
        },
        Kind::Call(head) => of_call(pool, head, part),
    }
}

/// n*x^(n - 1)
fn power_slope(pool: &mut Pool, exponent: Expr) -> String {
    let x = pool.symbol("x");
    let lower = pool.sub(exponent, Expr::ONE);
    let power = pool.pow(x, lower);
    let slope = pool.mul(&[exponent, power]);
    print(pool, &Value::Scalar(slope), usize::MAX).unwrap_or_default()
}

/// What the arguments of a function are called; `x` where one of them is no constant.
const INPUTS: [&str; 6] = ["a", "b", "c", "p", "q", "r"];

fn of_call(pool: &mut Pool, head: Head, part: &Part) -> String {
    let Head::Function(function) = head else { return format!("d times the derivative of {}", name(pool, head)) };
    if sign(head).is_some() {
        return "nothing comes back: it only jumps".to_owned();
    }
    if function == known::IF {
        return "d to the branch that is taken, 0 to the other".to_owned();
    }
    let row = function.row();
    let alone = part.operands.iter().filter(|operand| matches!(operand, Operand::Part(_))).count() == 1;
    let called = |slot: usize| if alone { "x" } else { INPUTS.get(slot).copied().unwrap_or("x") };
    let fixed = |slot: usize| match part.operands.get(slot) {
        Some(Operand::Fixed(_, text)) => bracketed(text),
        _ => called(slot).to_owned(),
    };
    let mut texts: Vec<String> = Vec::new();
    for slot in 0..row.parameters.len() {
        if !matches!(part.operands.get(slot), Some(Operand::Part(_))) {
            continue;
        }
        let text = match row.slopes.get(slot) {
            Some(Slope::Text(text)) => through_output(text, row.name, row.parameters, &fixed),
            Some(Slope::WithDu(_)) => of_reals(pool, head, part, slot, &called),
            _ => format!("the derivative of {}", row.name),
        };
        let text = if text.contains(" + ") || text.contains(" - ") { format!("d times ({text})") } else { format!("d times {text}") };
        texts.push(if alone { text } else { format!("{text} to {}", called(slot)) });
    }
    texts.join(", ")
}

/// A slope of TABLE 1 with the function itself as `y` and its parameters by their names here.
fn through_output(slope: &str, name: &str, parameters: &[&str], called: &dyn Fn(usize) -> String) -> String {
    let whole = format!("{name}({})", parameters.join(", "));
    let mut out = String::new();
    for (at, piece) in slope.split(&whole).enumerate() {
        if at > 0 {
            out.push('y');
        }
        let mut rest = piece;
        while let Some(start) = rest.find(|c: char| c.is_alphanumeric()) {
            let end = rest[start..].find(|c: char| !c.is_alphanumeric()).map_or(rest.len(), |length| start + length);
            let word = &rest[start..end];
            out += &rest[..start];
            match parameters.iter().position(|parameter| *parameter == word) {
                Some(slot) => out += &called(slot),
                None => out += word,
            }
            rest = &rest[end..];
        }
        out += rest;
    }
    out
}

/// The slope at real arguments of a function whose slope is written with `du`: `abs` has `sign(x)`.
fn of_reals<'a>(pool: &mut Pool, head: Head, part: &Part, slot: usize, called: &dyn Fn(usize) -> &'a str) -> String {
    let mut args = Args::new();
    for (slot, operand) in part.operands.iter().enumerate() {
        args.push(match operand {
            Operand::Fixed(e, _) => *e,
            Operand::Part(_) => pool.symbol(called(slot)),
        });
    }
    let mut engine = Engine::new(pool);
    let slope = contribution(&mut engine, head, &args, slot, Expr::ONE).unwrap_or(Expr::ONE);
    print(pool, &Value::Scalar(slope), usize::MAX).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_stand_beside_signs() {
        assert_eq!((bracketed("2"), bracketed("1.5"), bracketed("pi")), ("2".into(), "1.5".into(), "pi".into()));
        assert_eq!(through_output("1 - tanh(x)^2", "tanh", &["x"], &|_| "x".into()), "1 - y^2");
        assert_eq!(through_output("x/hypot(x, y)", "hypot", &["x", "y"], &|slot| INPUTS[slot].into()), "a/y");
        assert_eq!((bracketed("-1"), bracketed("1/2")), ("(-1)".into(), "(1/2)".into()));
    }
}
