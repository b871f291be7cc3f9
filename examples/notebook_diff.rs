//! The first part of the class notebook: sums, a matrix of expressions, the chain-rule exercises, a composite.
//! Run with `cargo run --example notebook_diff`; every line is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use symdiff::{Expression, diff, simplify};

fn check(what: &str, got: &str, want: &str) {
    println!("{what:48} = {got}");
    assert_eq!(got, want);
}

fn main() -> symdiff::Result<()> {
    println!("Expressions");
    let (x, y) = (Expression::symbol("x"), Expression::symbol("y"));
    check("x + y", &(x.clone() + &y).to_string(), "x + y");
    let z = Expression::from(2) * &x + Expression::from(3) * &y + 5;
    check("2x + 3y + 5", &z.to_string(), "2*x + 3*y + 5");

    println!("\nA matrix of expressions");
    let matrix = "[[x^2*w, 3*x*w^2], [2*x*w^3, 6*x^3*w^(-1)]]";
    check("d/dw", &diff(matrix, "w")?, "[[x^2, 6*w*x], [6*w^2*x, -6*x^3/w^2]]");
    check("d/dx", &diff(matrix, "x")?, "[[2*w*x, 3*w^2], [2*w^3, 18*x^2/w]]");

    println!("\nThe chain rule");
    check("d/dx e^{x^2+2x+3}", &diff(r"$e^{x^{2} + 2x + 3}$", "x")?, "(2*x + 2)*exp(x^2 + 2*x + 3)");
    check("d/dt (e^t+3t+9)^3", &diff(r"$(e^{t} + 3t + 9)^{3}$", "t")?, "3*(3*t + exp(t) + 9)^2*(exp(t) + 3)");
    check(
        "d/dθ log(cos θ + sin θ + 6θ^2 + 9)",
        &diff(r"$\log(\cos\theta + \sin\theta + 6\theta^{2} + 9)$", r"\theta")?,
        "(12*θ + cos(θ) - sin(θ))/(6*θ^2 + cos(θ) + sin(θ) + 9)",
    );
    check("d/dx e^{x^2+6x+3}", &diff(r"$e^{x^{2} + 6x + 3}$", "x")?, "(2*x + 6)*exp(x^2 + 6*x + 3)");

    println!("\nA composite: z = 1 + x, a = 1 + e^z");
    let z: Expression = "1 + x".parse()?;
    let a: Expression = "1 + e^z".parse()?;
    let composite = a.subs(&[("z", z)])?;
    check("a(z(x))", &composite.to_string(), "exp(x + 1) + 1");
    check("d/dx a(z(x))", &composite.diff("x")?.to_string(), "exp(x + 1)");
    check("and at x = 0", &simplify("exp(0 + 1)")?, "e");
    Ok(())
}
