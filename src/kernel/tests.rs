//! What tapes look like: which steps are made, shared and fused.
//! Deliberately checks no values over columns; `tests/kernel.rs` does.
//! Read next: `build.rs`.

use super::*;
use crate::text::{Names, parse};

/// The tape of a text over x and y, one step a word.
fn tape(text: &str) -> Tape {
    let mut pool = Pool::default();
    let value = parse(&mut pool, text, &Names::default()).map(|parsed| parsed.value);
    let roots = value.map(|value| value.entries().to_vec()).unwrap_or_default();
    let inputs = ["x", "y", "z"].map(|name| pool.symbol_named(name));
    match build::build(&mut pool, &roots, &inputs) {
        Ok(tape) => tape,
        Err(error) => Tape { steps: Vec::new(), inputs: vec![error.to_string()], outputs: Vec::new() },
    }
}

fn shown(text: &str) -> String {
    let tape = tape(text);
    let mut names: Vec<String> = Vec::new();
    for step in &tape.steps {
        let of: Vec<&str> = step.operands().iter().map(|&v| names[v as usize].as_str()).collect();
        let name = match step {
            Step::Constant(c) => c.to_string(),
            Step::Input(at) => tape.inputs[*at as usize].clone(),
            Step::Call(f, _) => format!("{}({})", f.row().name, of.join(",")),
            Step::Select { compare, .. } => format!("{compare:?}({})", of.join(",")),
            other => {
                let shown = format!("{other:?}");
                format!("{}({})", shown.split('(').next().unwrap_or_default(), of.join(","))
            }
        };
        names.push(name);
    }
    tape.outputs.iter().map(|&v| names[v as usize].clone()).collect::<Vec<_>>().join("; ")
}

#[test]
fn sums_and_products_are_fused() {
    assert_eq!(shown("x*y + z"), "MulAdd(x,y,z)");
    assert_eq!(shown("x*y - z"), "MulSub(x,y,z)");
    assert_eq!(shown("z - x*y"), "NegMulAdd(x,y,z)");
    assert_eq!(shown("x - y"), "Sub(x,y)");
    assert_eq!(shown("-x - y"), "Neg(Add(x,y))");
    assert_eq!(shown("1 - x"), "Sub(1,x)");
    assert_eq!(shown("exp(x^2 + 2*x + 3)"), "?");
}
