//! What is the text of which expression? Exact texts, depth, order, limits.
//! Deliberately builds with constructors, not with the parser.
//! Read next: `print.rs`.
#![allow(clippy::unwrap_used)]

use super::print::{Style, write};
use super::*;
use crate::expr::{Expr, Head, Pool};
use crate::function::{Function, TABLE};
use crate::matrix::{Matrix, Value};
use crate::number::Number;
use crate::walk::least_letters;

/// A reader of postfix, so that the tests need no parser: `x 2 ^ sin 3 *`; `f/2` is a call with two arguments.
fn build(pool: &mut Pool, postfix: &str) -> Expr {
    let mut stack: Vec<Expr> = Vec::new();
    for word in postfix.split_whitespace() {
        let (name, arity) = word.split_once('/').map_or((word, 1), |(name, n)| (name, n.parse().unwrap_or(0)));
        let e = match word {
            "+" | "*" | "^" | "/" | "-" => {
                let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
                match word {
                    "+" => pool.add(&[a, b]),
                    "*" => pool.mul(&[a, b]),
                    "^" => pool.pow(a, b),
                    "/" => pool.div(a, b),
                    _ => pool.sub(a, b),
                }
            }
            "neg" => {
                let a = stack.pop().unwrap();
                pool.neg(a)
            }
            "sqrt" => {
                let a = stack.pop().unwrap();
                pool.pow(a, Expr::HALF)
            }
            "add3" | "mul3" | "mul4" | "add4" => {
                let parts = stack.split_off(stack.len() - if word.ends_with('3') { 3 } else { 4 });
                if word.starts_with("add") { pool.add(&parts) } else { pool.mul(&parts) }
            }
            "f" | "f'" | "f''" | "g" => {
                let arg = stack.pop().unwrap();
                let mut head = pool.unknown(&word[..1]);
                for _ in 1..word.len() {
                    head = pool.slope(head, 1);
                }
                pool.call(head, &[arg])
            }
            _ => match (word.parse::<i64>(), Function::find(name, arity)) {
                (Ok(n), _) => pool.integer(n),
                (_, Some(f)) if word != "e" => {
                    let args = stack.split_off(stack.len() - arity);
                    pool.apply(f, &args)
                }
                _ => match Function::find(word, 0) {
                    Some(f) => pool.apply(f, &[]),
                    None if word == "e" => pool.apply(Function::named("exp", 1), &[Expr::ONE]),
                    None => pool.symbol(word),
                },
            },
        };
        stack.push(e);
    }
    assert_eq!(stack.len(), 1, "{postfix}");
    stack[0]
}

fn text(postfix: &str) -> String {
    let mut pool = Pool::default();
    let e = build(&mut pool, postfix);
    print_expr(&pool, e, 1_000_000).unwrap()
}

#[test]
fn texts() {
    let table = [
        ("x 2 ^ 2 x * 3 add3", "x^2 + 2*x + 3"),
        ("a b -", "a - b"),
        ("x neg", "-x"),
        ("2 x * 3 /", "2*x/3"),
        ("x neg 3 /", "-x/3"),
        ("x 2 y * /", "x/(2*y)"),
        ("1 x /", "1/x"),
        ("x neg 1 neg ^", "-1/x"),
        ("1 x / 1 y / *", "1/(x*y)"),
        ("1 2 x * /", "1/(2*x)"),
        ("x sqrt", "sqrt(x)"),
        ("1 x sqrt /", "1/sqrt(x)"),
        ("x 1 3 / ^", "x^(1/3)"),
        ("1 x 3 2 / ^ /", "1/x^(3/2)"),
        ("x y neg ^", "1/x^y"),
        ("x -2 y * ^", "1/x^(2*y)"),
        ("2 sqrt", "sqrt(2)"),
        ("-2 x ^", "(-2)^x"),
        ("1 2 / x ^", "(1/2)^x"),
        ("x y ^ z ^", "(x^y)^z"),
        ("x y z ^ ^", "x^(y^z)"),
        ("x 2 ^ neg", "-x^2"),
        ("x neg 2 ^", "(-x)^2"),
        ("x 1 y / ^", "x^(1/y)"),
        ("2 3 /", "2/3"),
        ("-1 2 /", "-1/2"),
        ("x 2 3 / -", "x - 2/3"),
        ("e", "e"),
        ("e x ^", "exp(1)^x"),
        ("x exp", "exp(x)"),
        ("x neg exp", "exp(-x)"),
        ("I pi * 2 * x * e *", "2*pi*e*I*x"),
        ("eulergamma", "eulergamma"),
        ("x 0 less/2 a b if/3", "if(x < 0, a, b)"),
        ("x 0 lessequal/2 a b if/3", "if(x <= 0, a, b)"),
        ("x y same/2 a b if/3", "if(x == y, a, b)"),
        ("x y differs/2 1 +", "(x != y) + 1"),
        ("x factorial", "factorial(x)"),
        ("x abs", "abs(x)"),
        ("x y max/2", "max(x, y)"),
        ("x sqrt 3 ^", "sqrt(x)^3"),
        ("x 2 ^ f' x * 2 *", "2*x*f'(x^2)"),
        ("x f''", "f''(x)"),
        ("2 x * 2 + x 2 ^ 2 x * 3 add3 exp *", "(2*x + 2)*exp(x^2 + 2*x + 3)"),
        ("2 x w mul3", "2*w*x"),
        ("6 x w 2 ^ mul3", "6*w^2*x"),
        ("-6 x 3 ^ w -2 ^ mul3", "-6*x^3/w^2"),
        ("18 x 2 ^ * w /", "18*x^2/w"),
        ("x sin x *", "x*sin(x)"),
        ("x 2 ^ w 2 ^ 2 w x mul3 add3", "w^2 + 2*w*x + x^2"),
        ("x sin x +", "x + sin(x)"),
        ("x exp x exp x * +", "x*exp(x) + exp(x)"),
        ("12 θ * θ cos θ sin neg add3", "12*θ + cos(θ) - sin(θ)"),
        ("x sin x sin 2 ^ +", "sin(x)^2 + sin(x)"),
        ("1 x -", "1 - x"),
        ("1 x x 2 ^ neg add3", "1 + x - x^2"),
        ("x cos x x sin * -", "cos(x) - x*sin(x)"),
        ("x neg y neg +", "-x - y"),
        ("x y + neg", "-(x + y)"),
        ("a x y + -", "a - (x + y)"),
        ("x y + neg 2 /", "-(x + y)/2"),
        ("2 3 x * *", "6*x"),
        ("x x *", "x*x"),
        ("x y + z +", "x + y + z"),
        ("x y + 1 x + /", "(x + y)/(x + 1)"),
        ("pi 2 sqrt x mul3", "sqrt(2)*pi*x"),
        ("2 x ^ 2 log *", "2^x*log(2)"),
        ("x sin x exp *", "exp(x)*sin(x)"),
        ("y x sqrt *", "y*sqrt(x)"),
        ("x10 x2 x1 add3", "x1 + x2 + x10"),
        ("b A +", "A + b"),
        ("pi x +", "x + pi"),
        ("2 x * sin x sin +", "sin(x) + sin(2*x)"),
        ("x log 1 x / +", "log(x) + 1/x"),
        ("x 1 + 2 ^ x +", "(x + 1)^2 + x"),
        ("x 1 x / - sqrt", "sqrt(x - 1/x)"),
        ("x -2 ^ 1 2 / ^", "sqrt(1/x^2)"),
        ("x -1 ^ 3 ^", "(1/x)^3"),
        ("x -2 -3 y * * ^", "1/x^(-6*y)"),
        ("0 -1 ^", "1/0"),
        ("2 1 3 / neg ^ x *", "x/2^(1/3)"),
        ("2 1000000007 ^ neg", "-2^1000000007"),
        ("u x D/2", "D(u, x)"),
    ];
    for (postfix, expected) in table {
        assert_eq!(text(postfix), expected, "{postfix}");
    }
}

#[test]
fn sizes_are_those_of_the_texts() {
    let table = [
        ("x 2 ^ 2 x * 3 add3", 9),
        ("x neg", 2),
        ("x neg 3 /", 4),
        ("x neg y neg +", 4),
        ("x y neg ^", 5),
        ("x sqrt", 2),
        ("1 x sqrt /", 4),
        ("x 1 3 / ^", 5),
        ("x 2 y * /", 5),
        ("e", 1),
        ("1 x -", 3),
        ("x 2 3 / -", 5),
        ("-2 x ^", 4),
        ("2 x * 3 /", 5),
        ("x -2 y * ^", 7),
        ("e x ^", 4),
        ("2 x * 2 + x 2 ^ 2 x * 3 add3 exp *", 16),
    ];
    for (postfix, expected) in table {
        let mut pool = Pool::default();
        let e = build(&mut pool, postfix);
        assert_eq!(size(&pool, e), expected, "{}", text(postfix));
    }
}

#[test]
fn latex_and_unicode() {
    let table = [
        ("x 2 ^ 2 x * 3 add3", "x^{2} + 2 x + 3", "x² + 2·x + 3"),
        ("2 x * 3 /", r"\frac{2 x}{3}", "2·x/3"),
        ("x 1 + y / neg", r"-\frac{x + 1}{y}", "-(x + 1)/y"),
        ("1 x sqrt /", r"\frac{1}{\sqrt{x}}", "1/√x"),
        ("x 1 + sqrt", r"\sqrt{x + 1}", "√(x + 1)"),
        ("x sqrt 3 ^", r"\sqrt{x}^{3}", "(√x)³"),
        ("x 2 ^ sqrt", r"\sqrt{x^{2}}", "√(x²)"),
        ("x 1 3 / ^", r"\sqrt[3]{x}", "x^(1/3)"),
        ("x 12 ^", "x^{12}", "x¹²"),
        ("theta sin 2 ^", r"\sin^{2}\left(\theta\right)", "sin(θ)²"),
        ("x exp", "e^{x}", "exp(x)"),
        ("x exp 2 ^", r"\left(e^{x}\right)^{2}", "exp(x)²"),
        ("x_1 alpha * rate *", r"\alpha \mathrm{rate} x_{1}", "α·rate·x_1"),
        ("value_ 2 ^", r"\mathrm{value\_}^{2}", "value_²"),
        ("변수 é_1 *", r"\text{é}_{1} \text{변수}", "é_1·변수"),
        ("2 3 x ^ *", r"2 \cdot 3^{x}", "2·3^x"),
        ("pi", r"\pi", "π"),
        ("x abs", r"\left|x\right|", "abs(x)"),
        ("x 1 + factorial", r"\left(x + 1\right)!", "factorial(x + 1)"),
        ("n x besselj/2", r"J_{n}\left(x\right)", "besselj(n, x)"),
        ("x 0 less/2 a b if/3", r"\begin{cases}a & x < 0\\b & \text{otherwise}\end{cases}", "if(x < 0, a, b)"),
        ("x f'", r"f'\left(x\right)", "f'(x)"),
        ("2 3 / x ^", r"\left(\frac{2}{3}\right)^{x}", "(2/3)^x"),
        ("x y neg ^", r"\frac{1}{x^{y}}", "1/x^y"),
    ];
    for (postfix, expected_latex, expected_unicode) in table {
        let mut pool = Pool::default();
        let value = Value::Scalar(build(&mut pool, postfix));
        assert_eq!(latex(&pool, &value, 1000).unwrap(), expected_latex, "{postfix}");
        assert_eq!(unicode(&pool, &value, 1000).unwrap(), expected_unicode, "{postfix}");
    }
}

#[test]
fn slopes_of_several_arguments() {
    let mut pool = Pool::default();
    let (n, x) = (pool.symbol("n"), pool.symbol("x"));
    let f = pool.unknown("f");
    let (one, bessel) = (pool.slope(f, 1), pool.slope(Head::Function(Function::named("besselj", 2)), 1));
    let two = pool.slope(one, 2);
    for (head, expected) in [(one, "D[1](f)(n, x)"), (two, "D[1,2](f)(n, x)"), (bessel, "D[1](besselj)(n, x)")] {
        let e = pool.call(head, &[n, x]);
        assert_eq!(print_expr(&pool, e, 100).unwrap(), expected);
    }
}

#[test]
fn matrices() {
    let mut pool = Pool::default();
    let (a, b) = (pool.symbol("a"), pool.symbol("b"));
    let vector = Value::Matrix(Matrix { rows: 2, columns: 1, entries: vec![a, b], vector: true });
    assert_eq!(print(&pool, &vector, 100).unwrap(), "[a, b]");
    assert_eq!(latex(&pool, &vector, 100).unwrap(), r"\begin{pmatrix} a \\ b \end{pmatrix}");
    let square = Value::Matrix(Matrix { rows: 2, columns: 2, entries: vec![a, b, b, a], vector: false });
    assert_eq!(print(&pool, &square, 100).unwrap(), "[[a, b], [b, a]]");
}

#[test]
fn shared_parts_get_names() {
    let mut pool = Pool::default();
    let e = build(&mut pool, "x 2 ^ exp x 2 ^ exp cos *");
    assert_eq!(print_where(&pool, &Value::Scalar(e), 100).unwrap(), "t1*cos(t1) where\n  t1 = exp(x^2)");
    let e = build(&mut pool, "x 2 ^ 1 + exp x 2 ^ 1 + exp cos * x 2 ^ 1 + sin +");
    let expected = "t2*cos(t2) + sin(t1) where\n  t1 = x^2 + 1\n  t2 = exp(t1)";
    assert_eq!(print_where(&pool, &Value::Scalar(e), 100).unwrap(), expected);
    pool.symbol("t1");
    assert!(print_where(&pool, &Value::Scalar(e), 100).unwrap().contains("t3 = exp(t2)"));
}

#[test]
fn a_symbol_named_e_is_not_eulers_number() {
    let mut pool = Pool::default();
    let (e, number) = (pool.symbol("e"), pool.apply(Function::named("exp", 1), &[Expr::ONE]));
    let both = pool.mul(&[e, number]);
    assert_eq!(print_expr(&pool, both, 100).unwrap(), "exp(1)*e");
}

#[test]
fn the_order_does_not_depend_on_how_it_was_made() {
    let parts = ["x sin", "x cos 2 ^", "x y * sin", "y", "x y z mul3", "x 2 ^ y +  z *", "x 1 - sqrt", "3", "y x / log", "pi", "x y f' *"];
    let mut one = Pool::default();
    let terms: Vec<Expr> = parts.iter().map(|part| build(&mut one, part)).collect();
    let (a, p) = (one.add(&terms), one.mul(&terms));
    let mut two = Pool::default();
    let mut terms: Vec<Expr> = parts.iter().rev().map(|part| build(&mut two, part)).collect();
    terms.rotate_left(4);
    let (b, q) = (two.add(&terms), two.mul(&terms));
    assert_eq!(print_expr(&one, a, 1000).unwrap(), print_expr(&two, b, 1000).unwrap());
    assert_eq!(print_expr(&one, p, 1000).unwrap(), print_expr(&two, q, 1000).unwrap());
}

#[test]
fn depth_and_limit() {
    let work = || {
        let mut pool = Pool::default();
        let x = pool.symbol("x");
        let minus = |pool: &mut Pool, e| {
            let e = pool.neg(e);
            pool.pow(x, e)
        };
        let (mut nest, mut sums, mut powers) = (x, x, x);
        for _ in 0..1_000_000 {
            nest = pool.apply(Function::named("sin", 1), &[nest]);
        }
        for _ in 0..100_000 {
            powers = minus(&mut pool, powers);
            let part = pool.mul(&[x, sums]);
            sums = pool.add(&[part, Expr::ONE]);
        }
        let nest_text = print_expr(&pool, nest, 10_000_000).unwrap();
        assert_eq!(nest_text.len(), 5_000_001);
        assert_eq!(size(&pool, nest), 1_000_001);
        assert!(print_expr(&pool, powers, 10_000_000).unwrap().starts_with("1/x^(1/x^(1/x"));
        assert_eq!(size(&pool, powers), 4 * 100_000 + 1 - 2 + 2);
        assert!(print_expr(&pool, sums, 10_000_000).unwrap().starts_with("x*(x*(x"));
        assert!(latex(&pool, &Value::Scalar(sums), 10_000_000).is_ok());
        let error = print_expr(&pool, nest, 1000).unwrap_err();
        assert_eq!(error.message(), "the output limit of 1000 characters is reached; raise it with --max-output");
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap().join().unwrap();
}

#[test]
fn the_least_length_is_no_longer_than_the_text() {
    let mut pool = Pool::default();
    let sources =
        ["x", "1 x y 2 ^ / -", "x y * 1 2 / ^ x abs /", "x y less/2 x log x exp if/3", "x 1 + x 1 + n ^ *", "x neg f'", "x x + x x + *"];
    let mut all: Vec<Expr> = sources.iter().map(|source| build(&mut pool, source)).collect();
    for (at, row) in TABLE.iter().enumerate() {
        let names: Vec<Expr> = ["x", "y", "z", "w"].iter().take(row.parameters.len()).map(|name| pool.symbol(name)).collect();
        all.push(pool.apply(Function(at as u16), &names));
    }
    for e in all {
        let value = Value::Scalar(e);
        let least = least_letters(&pool, value.entries());
        for style in [Style::Text, Style::Unicode, Style::Latex] {
            let text = write(&pool, &value, 1000, style).unwrap();
            assert!(least <= text.chars().count(), "{least}: {text}");
        }
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_before_its_terms_are_put_in_order() {
    let mut pool = Pool::default();
    let x = pool.symbol("x");
    let factors: Vec<Expr> = (1..100_000).map(|n| pool.integer(n)).collect();
    let factors: Vec<Expr> = factors.into_iter().map(|n| pool.add(&[x, n])).collect();
    let product = pool.mul(&factors);
    let terms: Vec<Expr> = factors.iter().map(|&factor| pool.mul(&[factor, product])).collect();
    let sum = pool.add(&terms);
    // putting the factors of all terms in order would take 10^10 steps
    let error = print(&pool, &Value::Scalar(sum), 1_000_000).unwrap_err();
    assert_eq!(error.message(), "the output limit of 1000000 characters is reached; raise it with --max-output");
}

#[test]
fn big_numbers_are_not_written_past_the_limit() {
    let mut pool = Pool::default();
    let big = pool.number(Number::integer(10).pow(5000, 100_000).unwrap());
    assert_eq!(print_expr(&pool, big, 6000).unwrap().len(), 5001);
    assert!(print_expr(&pool, big, 100).is_err());
}
