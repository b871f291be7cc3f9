//! Is a formula set as a person would write it? Whole pictures, and every row of TABLE 1.
//! Deliberately reads texts: what is set comes from the same tree as LaTeX.
//! Read next: `layout.rs`.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::function::{Class, TABLE};
use crate::text::{Names, parse};

fn set(text: &str) -> String {
    let mut pool = Pool::default();
    let value = parse(&mut pool, text, &Names::default()).unwrap().value;
    pretty(&pool, &value, 100_000).unwrap()
}

/// The picture without its margin.
fn check(text: &str, picture: &str) {
    let lines: Vec<&str> = picture.lines().skip_while(|line| line.trim().is_empty()).collect();
    let margin = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(margin..).unwrap_or("").trim_end()).collect();
    let expected = lines.join("\n").trim_end().to_owned();
    let found = set(text);
    assert_eq!(found, expected, "{text}\n{found}\n");
}

#[test]
fn fractions_powers_and_roots() {
    check("2*x*y^2 + sin(x)^2", "2·x·y² + sin²(x)");
    check(
        "(x^2 + 1)/(2*y) - x/2",
        "
        x² + 1   x
        ────── - ─
         2·y     2",
    );
    check(
        "-x/2",
        "
          x
        - ─
          2",
    );
    check(
        "exp(-x^2/2)*(x/y + 1)^3",
        "
                    x²
               3  - ──
        ⎛x    ⎞     2
        ⎜─ + 1⎟ ·e
        ⎝y    ⎠",
    );
    check(
        "sqrt(x) + sqrt(x^2 + 1) + (x + 1)^(1/5) + x^(1/3)",
        "
         ┌──────             5┌─────
        ╲│x² + 1 + √x + ∛x + ╲│x + 1",
    );
    check(
        "sqrt(1/x)/2",
        "
          ┌─
          │1
          │─
         ╲│x
        ─────
          2",
    );
    check(
        "x^(n + 1)*2^(1/x)",
        "
                1
                ─
         n + 1  x
        x     ·2",
    );
    check("x1^2 + theta_12 + rate", "x₁² + rate + θ₁₂");
    check("2^10*x^(-10)", "1024\n────\nx¹⁰");
}

#[test]
fn brackets_grow_with_what_they_hold() {
    check("abs(x) + abs(x/2)", "      │x│\n|x| + │─│\n      │2│");
    check("factorial(x) + factorial(x + 1)", "x! + (x + 1)!");
    check("floor(x) + ceil(y)", "⌈y⌉ + ⌊x⌋");
    check(
        "f(x/y) + floor(x/y)",
        "
         ⎛x⎞   ⎢x⎥
        f⎜─⎟ + ⎢─⎥
         ⎝y⎠   ⎣y⎦",
    );
    check("[[1, x],[x^2, -1]]", "⎡1   x ⎤\n⎣x²  -1⎦");
    check("[x, y]", "⎡x⎤\n⎣y⎦");
    check(
        "[[1/x, 0],[0, 1]]",
        "
        ⎡1   ⎤
        ⎢─  0⎥
        ⎢x   ⎥
        ⎢    ⎥
        ⎣0  1⎦",
    );
    check("conjugate(z) + gamma(x)", "_\nz + Γ(x)");
}

#[test]
fn pieces_and_formal_derivatives() {
    check("if(x < 0, -x, x^2)", "⎧ -x  x < 0\n⎨\n⎩ x²  otherwise");
    check("f''(x) + D[1,2](f)(x, y)", "f′′(x) + ∂    f(x, y)\n          1,2");
    check("D[1](f)(x, y) + D(g(x), x)", "d\n──(g(x)) + ∂₁ f(x, y)\ndx");
    check("besselj(n, x)", "J (x)\n n");
}

#[test]
fn widths_are_those_of_the_characters() {
    check("길이^2/높이", "길이²\n─────\n높이");
}

/// What TABLE 1 says in LaTeX is understood: nothing of its notation is left over, and every part is shown.
#[test]
fn all_functions_are_set() {
    for row in TABLE.iter().filter(|row| row.reads_as.is_none()) {
        let mut pool = Pool::default();
        let args: Vec<_> = row.parameters.iter().enumerate().map(|(at, _)| pool.symbol(["q", "w", "v", "z"][at % 4])).collect();
        let function = crate::function::Function::find(row.name, args.len()).unwrap();
        let e = pool.apply(function, &args);
        let picture = pretty(&pool, &Value::Scalar(e), 100_000).unwrap();
        assert!(!picture.contains(['\\', '{', '}', '#', '^', '&']), "{}: {picture}", row.name);
        for name in ["q", "w", "v", "z"].iter().take(args.len()) {
            assert!(picture.contains(name), "{}: {picture}", row.name);
        }
        assert!(row.class == Class::Constant || picture.chars().count() > args.len(), "{}: {picture}", row.name);
    }
}

#[test]
fn limits_hold_and_depth_is_no_danger() {
    let mut pool = Pool::default();
    let mut e = pool.symbol("x");
    for _ in 0..3_000 {
        e = pool.recip(e);
        e = pool.add(&[e, crate::expr::Expr::ONE]);
    }
    let error = pretty(&pool, &Value::Scalar(e), 1_000_000).unwrap_err();
    assert!(error.to_string().contains("--max-output"), "{error}");
    for latex in ["}", "\\right)", "\\frac{", "x^", "\\begin{cases}a", "&", "\\end{cases}", "\\left(", "\\sqrt[", "\\", "^_^_{", "\\\\"] {
        layout(latex, 1000).unwrap();
    }
}
