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

/// The largest difference between the tape's output and the engine's value at some points, relative to the value.
fn values(text: &str, at: &[f64]) -> Vec<f64> {
    let kernel = Kernel::run(tape(text));
    let mut out = vec![0.0; kernel.outputs()];
    let point = [at, &[0.0; 3]].concat();
    kernel.eval(&point[..3], &mut out).map_or_else(|_| Vec::new(), |()| out)
}

#[test]
fn sums_and_products_are_fused() {
    assert_eq!(shown("x*y + z"), "MulAdd(x,y,z)");
    assert_eq!(shown("x*y - z"), "MulSub(x,y,z)");
    assert_eq!(shown("z - x*y"), "NegMulAdd(x,y,z)");
    assert_eq!(shown("x - y"), "Sub(x,y)");
    assert_eq!(shown("-x - y"), "Neg(Add(x,y))");
    assert_eq!(shown("1 - x"), "Sub(1,x)");
    assert_eq!(shown("exp(x^2 + 2*x + 3)"), "exp(MulAdd(x,2,MulAdd(x,x,3)))");
    assert_eq!(shown("3*x - 3*y"), "Mul(Sub(x,y),3)");
    assert_eq!(shown("[x*y + 1, x*y - z]"), "MulAdd(x,y,1); MulSub(x,y,z)");
    assert_eq!(shown("x*y + sin(x*y)"), "Add(Mul(x,y),sin(Mul(x,y)))");
}

#[test]
fn terms_share_factors_and_divisors() {
    assert_eq!(shown("3*x + 3*y*z + 1"), "MulAdd(MulAdd(y,z,x),3,1)");
    assert_eq!(shown("x/z + y/z"), "Div(Add(x,y),z)");
    assert_eq!(shown("x/sqrt(2)"), format!("Mul(x,{})", 1.0 / 2f64.sqrt()));
}

#[test]
fn a_product_has_one_division() {
    assert_eq!(shown("x/y/z"), "Div(x,Mul(y,z))");
    assert_eq!(shown("(x/y)*(2/z)"), "Div(Mul(x,2),Mul(y,z))");
    assert_eq!(shown("1/sqrt(x)"), "Div(1,Sqrt(x))");
    assert_eq!(shown("x^-2"), "Div(1,Mul(x,x))");
}

#[test]
fn three_divisions_share_a_reciprocal() {
    assert_eq!(shown("[x/z, y/z]"), "Div(x,z); Div(y,z)");
    assert_eq!(shown("[x/z, y/z, 1/z]"), "Mul(x,Div(1,z)); Mul(y,Div(1,z)); Div(1,z)");
}

#[test]
fn powers_are_chains_of_products() {
    assert_eq!(shown("[x^2, x^3, x^6]"), "Mul(x,x); Mul(x,Mul(x,x)); Mul(Mul(x,Mul(x,x)),Mul(x,Mul(x,x)))");
    assert_eq!(shown("x^(3/2)"), "Mul(x,Sqrt(x))");
    assert_eq!(tape("x^15").steps.len(), 6);
    assert_eq!(shown("x^y"), "Power(x,y)");
    assert_eq!(shown("x^65"), "Power(x,65)");
}

#[test]
fn careful_forms() {
    assert_eq!(shown("exp(x) - 1"), "expm1(x)");
    assert_eq!(shown("1 - exp(x)"), "Neg(expm1(x))");
    assert_eq!(shown("log(1 + x)"), "log1p(x)");
    assert_eq!(shown("log(1 + exp(x))"), "softplus(x)");
    assert_eq!(shown("log(1/(1 + exp(-x)))"), "Neg(softplus(Neg(x)))");
    assert_eq!(shown("1/(1 + exp(-x))"), "sigmoid(x)");
    assert_eq!(shown("exp(x)/(1 + exp(x))"), "sigmoid(x)");
    assert_eq!(shown("exp(-x)/(1 + exp(-x))^2"), "Mul(sigmoid(x),Sub(1,sigmoid(x)))");
    assert_eq!(shown("1 + erf(x)"), "erfc(Neg(x))");
    assert_eq!(shown("1 - erf(x)"), "erfc(x)");
    assert_eq!(shown("exp(2*log(x))"), "Mul(x,x)");
    assert_eq!(shown("log(exp(x))"), "x");
    assert_eq!(shown("exp(x)*exp(y)"), "exp(Add(x,y))");
    assert_eq!(shown("sqrt(x^2 + y^2 + 1)"), "Sqrt(MulAdd(x,x,MulAdd(y,y,1)))");
}

#[test]
fn signs_move_to_where_they_cost_nothing() {
    assert_eq!(shown("sin(-x)"), "Neg(sin(x))");
    assert_eq!(shown("y - sin(-x)"), "Add(y,sin(x))");
    assert_eq!(shown("cos(-x)"), "cos(x)");
    assert_eq!(shown("floor(-x)"), "Neg(Ceil(x))");
    assert_eq!(shown("(-x)^3*y + z"), "NegMulAdd(Mul(x,Mul(x,x)),y,z)");
    assert_eq!(shown("exp(-x^2)"), "exp(Neg(Mul(x,x)))");
    assert_eq!(shown("exp(-x*y)"), "exp(NegMulAdd(x,y,0))");
}

#[test]
fn branches_are_selects() {
    assert_eq!(shown("if(x < y, x, z)"), "Less(x,y,x,LessEqual(y,x,z,NaN))");
    assert_eq!(shown("max(x, 0)"), "Max(0,x)");
    assert_eq!(values("if(x > 0, log(x), 0)", &[-1.0]), [0.0]);
    assert_eq!(values("if(x == 0, 1, sin(x)/x)", &[0.0]), [1.0]);
    assert!(values("if(x < 1, 2, 3)", &[f64::NAN])[0].is_nan());
    assert!(values("if(x == 1, 2, 3)", &[f64::NAN])[0].is_nan());
    assert!(values("if(x != 1, 2, 3)", &[f64::NAN])[0].is_nan());
    assert_eq!(values("[sign(x), heaviside(x), abs(x), arg(x)]", &[-2.0]), [-1.0, 0.0, 2.0, std::f64::consts::PI]);
    assert_eq!(values("[sign(x), heaviside(x), abs(x)]", &[0.0]), [0.0, 1.0, 0.0]);
    assert!(values("[sign(x), heaviside(x), abs(x), max(x, 1), min(1, x)]", &[f64::NAN]).iter().all(|v| v.is_nan()));
}

#[test]
fn what_has_no_value_is_named() {
    let said = |text: &str| tape(text).inputs.join("");
    assert_eq!(said("x + w"), "`w` is not among the inputs of the kernel");
    assert_eq!(said("f(x)"), "`f` has no numeric value: it is an unknown function");
    assert_eq!(said("D[1](besselj)(x, y)"), "the formal derivative `D[1](besselj)` has no numeric value");
    assert_eq!(said("x*I"), "`I` has no real value, and kernels work with real numbers");
}

#[test]
fn constants_are_folded() {
    assert_eq!(shown("sqrt(2)*pi*x + 2^10 - 1024"), format!("Mul(x,{})", 2f64.sqrt() * std::f64::consts::PI));
}

#[test]
fn plans_write_to_no_place_that_they_read() {
    for text in ["x*y + sin(x*y)/(1 + x^2)", "[x, x, 3, x + y, x + y]", "(x + y)^2*(x - y)^3 + exp(x*y)*(x - z)", "if(x < y, x^2, sin(z))"]
    {
        let plan = Plan::new(&tape(text));
        for instruction in &plan.instructions {
            let read: Vec<u32> = match instruction.then {
                plan::Then::Call => plan.calls[instruction.from[0] as usize].arguments.to_vec(),
                _ => instruction.from.to_vec(),
            };
            assert!(!read.contains(&instruction.to), "{text}: {instruction:?}");
            assert!(instruction.to >= plan.inputs as u32);
        }
    }
}

#[test]
fn parts_without_symbols_are_rounded_once() {
    assert_eq!(shown("sqrt(sin(pi))"), "0");
    assert_eq!(shown("exp(1)^2/3 - 1"), "1.4630186996435501");
}
