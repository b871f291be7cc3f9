//! What does each kind of text mean? The text on the left means what the explicit text on the right means.
//! Deliberately compares handles of one pool, so that no number hides a difference.
//! Read next: `parse.rs`.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::HashMap;

use super::*;
use crate::budget::Budget;
use crate::error::{Error, Kind};
use crate::expr::{Expr, Node};

fn read_in(pool: &mut Pool, text: &str, names: &Names) -> Value {
    parse(pool, text, names).map(|parsed| parsed.value).map_err(|e| format!("{text}: {e} {:?}", e.span())).expect("readable")
}

fn one(pool: &mut Pool, text: &str) -> Expr {
    match read_in(pool, text, &Names::default()) {
        Value::Scalar(e) => e,
        Value::Matrix(_) => panic!("{text} is a matrix"),
    }
}

fn fails(text: &str) -> Error {
    match parse(&mut Pool::default(), text, &Names::default()) {
        Err(error) => error,
        Ok(_) => panic!("{text} is read"),
    }
}

fn same(cases: &[(&str, &str)]) {
    for (text, means) in cases {
        let mut pool = Pool::default();
        let wanted = read_in(&mut pool, means, &Names::default());
        assert_eq!(read_in(&mut pool, text, &Names::default()), wanted, "{text} should mean {means}");
    }
}

#[test]
fn precedence() {
    same(&[
        ("-x^2", "-(x^2)"),
        ("2^3^2", "2^(3^2)"),
        ("2**3", "8"),
        ("a--b", "a+b"),
        ("a - -b", "a + b"),
        ("2^-x^2", "2^(-(x^2))"),
        ("2*n!", "2*(n!)"),
        ("3!^2", "(3!)^2"),
        ("2^x!", "2^(x!)"),
        ("-x!", "-(x!)"),
        ("4^1/2", "(4^1)/2"),
        ("a*b/c*d", "((a*b)/c)*d"),
        ("a/b/c", "a/(b*c)"),
        ("-2*x", "(-2)*x"),
        ("-a*b", "(-1)*a*b"),
        ("a - b*c", "a + (-1)*b*c"),
        ("a + (b + c)", "(a + b) + c"),
        ("a*(b*c)", "(a*b)*c"),
        ("a/(b/c)", "a*c*b^(-1)"),
        ("1/x^2", "x^(-2)"),
        ("1/x^(2*y)", "x^(-2*y)"),
        ("+x", "x"),
        ("e^-x", "exp(-x)"),
        ("e^x*e^2", "exp(x)*exp(2)"),
        ("exp(1)", "e"),
        ("2{x+1}{x-1}", "2*(x+1)*(x-1)"),
        ("0.1", "1/10"),
        ("1e-3", "1/1000"),
        (".5", "1/2"),
        ("3e + 2", "3*e + 2"),
        ("3e+2", "300"),
        ("2e", "2*e"),
        ("2exp(-x)", "2*exp(-x)"),
    ]);
}

#[test]
fn implicit_products() {
    same(&[
        ("2x", "2*x"),
        ("1/2x", "(1/2)*x"),
        ("1/2(x+1)", "(1/2)*(x+1)"),
        ("(x+1)2", "2*(x+1)"),
        ("x(y)", "x*y"),
        ("x (x+1)", "x*(x+1)"),
        ("3x^2y", "3*x^2*y"),
        ("-3x^2y + 2x y^2", "-3*x^2*y + 2*x*y^2"),
        ("x_1 x_2", "x_1*x_2"),
        ("πr^2", "pi*r^2"),
        ("2πr", "2*pi*r"),
        ("θ(x+1)", "theta*(x+1)"),
        ("x|y|", "x*|y|"),
        ("e(x+1)", "e*(x+1)"),
        ("gamma + beta zeta", "gamma + beta*zeta"),
        ("D x", "D*x"),
    ]);
}

#[test]
fn bars() {
    same(&[
        ("|x|", "abs(x)"),
        ("||x|-|y||", "abs(abs(x) - abs(y))"),
        ("||x|-3|", "abs(abs(x) - 3)"),
        ("|-x|", "abs(-x)"),
        ("|(x-1)(x+2)|", "abs((x-1)*(x+2))"),
        ("|x|^2", "abs(x)^2"),
        ("2|x|", "2*abs(x)"),
        ("ln|x|", "log(abs(x))"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("|x(|y|)|", "abs(x*abs(y))"),
        ("⌊x⌋ + ⌈x⌉", "floor(x) + ceil(x)"),
    ]);
}

#[test]
fn textbook_functions() {
    same(&[
        ("sin x", "sin(x)"),
        ("-sin x", "-sin(x)"),
        ("cos 2x", "cos(2*x)"),
        ("sin x cos x", "sin(x)*cos(x)"),
        ("sin 2x cos x", "sin(2*x)*cos(x)"),
        ("sin^2 x", "sin(x)^2"),
        ("sin² x", "sin(x)^2"),
        ("sin^2(x)", "sin(x)^2"),
        ("sin^2(x) y", "sin(x)^2*y"),
        ("sin^(n+1) x", "sin(x)^(n+1)"),
        ("sin^n x", "sin(x)^n"),
        ("sin^-1 x", "asin(x)"),
        ("sin⁻¹ x", "asin(x)"),
        ("cosh^-1(x)", "acosh(x)"),
        ("ln x^2", "log(x^2)"),
        ("ln sin x", "log(sin(x))"),
        ("sin pi x", "sin(pi*x)"),
        ("sin -x", "sin(-x)"),
        ("sin -x y", "sin(-x*y)"),
        ("sin x + 1", "sin(x) + 1"),
        ("sin x * y", "sin(x)*y"),
        ("sin x!", "sin(x!)"),
        ("e^sin x", "exp(sin(x))"),
        ("e^sin x cos x", "exp(sin(x))*cos(x)"),
        ("sin(x)(x+1)", "sin(x)*(x+1)"),
        ("sin(x)^2", "(sin(x))^2"),
        ("sin(x)cos(y)", "sin(x)*cos(y)"),
        ("x sin x", "x*sin(x)"),
        ("tan^2 x - sec^2 x", "tan(x)^2 - sec(x)^2"),
        ("log_2(x)", "log(x)/log(2)"),
        ("log_10 x", "log(x)/log(10)"),
        ("2√x", "2*x^(1/2)"),
        ("√x^2", "(x^2)^(1/2)"),
        ("√2x", "2^(1/2)*x"),
        ("√(x+1)^2", "((x+1)^(1/2))^2"),
        ("∛x", "x^(1/3)"),
        ("sqrt(x)", "x^(1/2)"),
        ("1/sqrt(x)", "x^(-1/2)"),
        ("sin√x", "sin(x^(1/2))"),
        ("sin |x|", "sin(abs(x))"),
    ]);
}

#[test]
fn functions() {
    same(&[
        ("log(x, b)", "log(x)/log(b)"),
        ("2*log(x, b)", "2*log(x)*log(b)^(-1)"),
        ("max(a, b, c)", "max(a, max(b, c))"),
        ("trigamma(x)", "polygamma(1, x)"),
        ("Γ(x)", "gamma(x)"),
        ("β(x, y)", "beta(x, y)"),
        ("f''(x)", "D[1,1](f)(x)"),
        ("D[1](D[2](f))(x, y)", "D[1,2](f)(x, y)"),
        ("D(x^2, x, y)", "D(D(x^2, x), y)"),
        ("D(x)", "D*x"),
        ("if(x > 0, 1, 2)", "if(0 < x, 1, 2)"),
        ("if((x >= 0), 1, 2)", "if(0 <= x, 1, 2)"),
        ("if(x ≤ y, 1, 2)", "if(x <= y, 1, 2)"),
    ]);
    let mut pool = Pool::default();
    let unknown = one(&mut pool, "y'(t)");
    assert!(matches!(pool.node(unknown), Node::Call(crate::expr::Head::Slope(_), _)));
    let known = one(&mut pool, "D[1](besselj)(n, x)");
    assert!(matches!(pool.node(known), Node::Call(crate::expr::Head::Slope(_), args) if args.len() == 2));
}

#[test]
fn latex() {
    same(&[
        ("$$x^{10}$$", "x^10"),
        ("\\(x^2\\)", "x^2"),
        ("\\frac12", "1/2"),
        ("\\frac1x", "1/x"),
        ("\\frac xy", "x/y"),
        ("\\frac{1}x", "1/x"),
        ("\\frac ab c", "a/b*c"),
        ("\\frac\\pi2", "pi/2"),
        ("\\dfrac{\\frac{1}{x}}{y}", "1/(x*y)"),
        ("2\\frac{x}{3}", "2*x/3"),
        ("\\sqrt[3]{x}", "x^(1/3)"),
        ("\\sqrt x", "x^(1/2)"),
        ("\\sqrt{2\\pi}", "(2*pi)^(1/2)"),
        ("\\left[x+1\\right]^2", "(x+1)^2"),
        ("\\left|\\left|x\\right|-3\\right|", "abs(abs(x)-3)"),
        ("\\lvert x\\rvert", "abs(x)"),
        ("\\lfloor x\\rfloor", "floor(x)"),
        ("\\sin^{-1} x", "asin(x)"),
        ("\\sin^{2}x", "sin(x)^2"),
        ("\\sin{x}", "sin(x)"),
        ("\\cos\\theta", "cos(theta)"),
        ("\\log_{10} x", "log(x)/log(10)"),
        ("\\log_2 x", "log(x)/log(2)"),
        ("\\operatorname{sech}(x)", "sech(x)"),
        ("\\mathrm{e}^x", "exp(x)"),
        ("\\text{변수}_{1} + \\mathrm{value\\_}", "변수_1 + value_"),
        ("$b d e$", "b*d*e"),
        ("$xy$", "x*y"),
        ("$x_{1} + x_2$", "x_1 + x_2"),
        ("\\rho_{1} \\rho_2", "rho_1*rho_2"),
        ("a \\cdot b \\times c \\div d", "a*b*c/d"),
        ("f^{\\prime}(x) + \\, f''(x)", "f'(x) + f''(x)"),
        ("e^{-\\frac{x^2}{2}}", "exp(-x^2/2)"),
        ("\\sin\\frac{x}{2}", "sin(x/2)"),
        ("\\exp \\left(x\\right)", "exp(x)"),
        ("\\binom{n}{2}", "binomial(n, 2)"),
        ("\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}", "[[a, b], [c, d]]"),
        ("\\begin{vmatrix} a & b \\\\ c & d \\\\ \\end{vmatrix}", "a*d - b*c"),
        ("\\begin{cases} x^2 & x < 1 \\\\ 2 & \\text{otherwise} \\end{cases}", "if(x < 1, x^2, 2)"),
        ("\\begin{cases} x^2, & \\text{if } x < 1, \\\\ 2, & x \\ge 1 \\end{cases}", "if(x < 1, x^2, 2)"),
    ]);
}

#[test]
fn unicode() {
    same(&[
        ("x²y³", "x^2*y^3"),
        ("x¹⁰", "x^10"),
        ("x⁻¹", "1/x"),
        ("a − b", "a - b"),
        ("a·b×c÷d", "a*b*c/d"),
        ("λ^2 - μ", "lambda^2 - mu"),
        ("x₁", "x_1"),
        ("\u{feff}x\r\n", "x"),
    ]);
    let mut pool = Pool::default();
    let e = one(&mut pool, "\\theta + 1");
    let symbol = crate::walk::symbols(&pool, &[e])[0];
    assert_eq!((pool.symbol_name(symbol), pool.symbol_key(symbol)), ("θ", "theta"));
}

#[test]
fn matrices() {
    same(&[
        ("[[1,2],[3,4]]*[x,y]", "[x + 2*y, 3*x + 4*y]"),
        ("[[1,2],[3,4]]'", "[[1,3],[2,4]]"),
        ("[x,y]'*[x,y]", "x*x + y*y"),
        ("2*[x,y]", "[2*x,2*y]"),
        ("[x,y]/2", "[x/2,y/2]"),
        ("[1,2] - [x,y]", "[1-x, 2-y]"),
        ("[1,2].*[x,y]", "[x, 2*y]"),
        ("[x,y].^2", "[x^2, y^2]"),
        ("x.*y", "x*y"),
        ("sin([x,y])", "[sin(x),sin(y)]"),
        ("max([x,y], 0)", "[max(x,0),max(y,0)]"),
        ("det([[a,b],[c,d]])", "a*d - b*c"),
        ("tr([[a,b],[c,d]])", "a + d"),
        ("[[1,2],[3,4]]^-1", "inv([[1,2],[3,4]])"),
        ("[[1,2],[3,4]]^2", "[[7,10],[15,22]]"),
        ("x'", "x"),
    ]);
    assert_eq!(fails("[1,2]*[3,4]").kind(), Kind::Shape);
    assert_eq!(fails("[[1,2],[3]]").kind(), Kind::Shape);
    assert_eq!(fails("1/[1,2]").kind(), Kind::Shape);
}

#[test]
fn declared_names() {
    let mut pool = Pool::default();
    let body = read_in(&mut pool, "x^2 + k", &Names::default());
    let vector = read_in(&mut pool, "[x, 1]", &Names::default());
    let definition = |name: &str, parameters: &[&str], body: &Value| Definition {
        name: name.into(),
        parameters: parameters.iter().map(|&p| p.into()).collect(),
        body: body.clone(),
        shapes: HashMap::new(),
    };
    let names = Names {
        symbols: vec!["e".into(), "sinx".into(), "rate".into(), "α".into(), "x".into()],
        shapes: Vec::new(),
        functions: vec!["phi".into()],
        definitions: vec![definition("p", &["x"], &body), definition("q", &[], &body), definition("v", &[], &vector)],
    };
    for (text, means) in
        [("p(y+1)", "(y+1)^2 + k"), ("1 + q", "1 + x^2 + k"), ("2q", "2*(x^2 + k)"), ("v'*v", "x*x + 1"), ("αx", "alpha*x")]
    {
        let wanted = read_in(&mut pool, means, &Names::default());
        assert_eq!(read_in(&mut pool, text, &names), wanted, "{text}");
    }
    for (text, key) in [("e", "e"), ("sinx", "sinx"), ("$rate$", "rate")] {
        let Value::Scalar(e) = read_in(&mut pool, text, &names) else { panic!("{text}") };
        assert!(matches!(pool.node(e), Node::Symbol(symbol) if pool.symbol_key(symbol) == key), "{text}");
    }
    let Value::Scalar(e) = read_in(&mut pool, "φ(x)", &names) else { panic!("φ(x)") };
    assert!(matches!(pool.node(e), Node::Call(crate::expr::Head::Unknown(_), _)));
    assert_eq!(parse(&mut pool, "p(1, 2)", &names).map(|_| ()).map_err(|e| e.kind()), Err(Kind::Arity));
}

#[test]
fn errors_have_a_kind_and_a_place() {
    #[rustfmt::skip]
    let cases = [
        ("", Kind::Parse, 0, 0), ("$$", Kind::Parse, 0, 2), ("()", Kind::Parse, 1, 2), ("x^", Kind::Parse, 2, 2), ("x +", Kind::Parse, 3, 3),
        ("x + * 2", Kind::Parse, 4, 5), ("x // y", Kind::Parse, 3, 4), ("x,y", Kind::Parse, 1, 2), ("x ? y", Kind::Parse, 2, 3),
        ("x+1)", Kind::Parse, 3, 4), ("(x+1", Kind::Parse, 4, 4), ("(x+1]", Kind::Parse, 4, 5), ("||x|", Kind::Parse, 4, 4), ("2 3", Kind::Parse, 2, 3),
        ("x = 2", Kind::Parse, 2, 3), ("x < 2", Kind::Parse, 2, 3), ("if(1 < x < 2, 1, 2)", Kind::Parse, 9, 10), ("if(x, 1, 2) + 100", Kind::Parse, 0, 11),
        ("x + cos", Kind::Arity, 4, 7), ("sin()", Kind::Arity, 0, 5), ("atan2(x)", Kind::Arity, 0, 8), ("hyp2f1(1, 2, x)", Kind::Arity, 0, 6),
        ("x + \u{200e}1", Kind::Parse, 4, 7), ("x\0", Kind::Parse, 1, 2), ("\"x\"", Kind::Parse, 0, 1), ("π + ∮", Kind::Parse, 5, 8),
        ("\\frac{2}{}", Kind::Parse, 9, 10), ("\\frac{(2 + x}{1 - x)}", Kind::Parse, 12, 13), ("\\frac{1}{2", Kind::Parse, 10, 10),
        ("\\int_a^b x dx", Kind::Parse, 0, 4), ("\\frac{d}{dx} x^2", Kind::Parse, 5, 6), ("\\lefta", Kind::Name, 0, 6),
        ("$x + 1", Kind::Parse, 6, 6), ("x_{}", Kind::Parse, 2, 4), ("f'(x,", Kind::Parse, 5, 5), ("[]", Kind::Parse, 1, 2), ("x^2 & y", Kind::Parse, 4, 5),
    ];
    for (text, kind, start, end) in cases {
        let error = fails(text);
        assert_eq!((error.kind(), error.span()), (kind, Some(Span::new(start, end))), "{text}: {error}");
    }
    for text in ["\\alphabeta", "abcdefghijkl(x)", "sinh(1,2,3,4,5,6,7)"] {
        let span = fails(text).span().unwrap_or_default();
        assert!(span.end - span.start <= text.len() * 3 / 4, "{text}");
    }
}

#[test]
fn misspelt_names() {
    #[rustfmt::skip]
    let cases = [
        ("lgo(x)", "log"), ("asim(x)", "asin"), ("sqrtt(x)", "sqrt"), ("sen(x)", "sin"), ("coz(x)", "cos"), ("arcsen(x)", "arcsin"), ("Sin(x)", "sin"),
        ("SQRT(x)", "sqrt"), ("sinx", "sin(x)"), ("lnx + 1", "ln(x)"), ("expx", "exp(x)"), ("sin2x", "sin(2x)"), ("sinxcosx", "sin(x)cos(x)"), ("xsin(x)", "x*sin"), ("tanhh(x)", "tanh"), ("gama(x)", "gamma"),
        ("\\alphabeta", "\\alpha beta"), ("\\sinn x", "\\sin"), ("\\fracc{1}{2}", "\\frac"),
    ];
    for (text, meant) in cases {
        let error = fails(text);
        assert_eq!((error.kind(), error.suggestion()), (Kind::Name, Some(meant)), "{text}: {error}");
    }
}

#[test]
fn surprises_are_noted() {
    for (text, surprising) in
        [("1/2x", true), ("sin 2x cos x", true), ("sin^-1 x", true), ("x(x+1)", true), ("2x", false), ("sin(x)/2 + y", false)]
    {
        let parsed = parse(&mut Pool::default(), text, &Names::default());
        assert_eq!(parsed.is_ok_and(|parsed| !parsed.surprises.is_empty()), surprising, "{text}");
    }
}

#[test]
fn depth_and_width_cost_no_stack() {
    let deep = std::thread::Builder::new().stack_size(256 * 1024).spawn(|| {
        let n = 100_000;
        let texts = [
            format!("{}x{}", "(".repeat(n), ")".repeat(n)),
            format!("{}x{}", "sin(".repeat(n), ")".repeat(n)),
            format!("{}x", "sin ".repeat(n)),
            format!("{}x", "√".repeat(n)),
            format!("x{}", "!".repeat(n)),
            format!("{}x", "2^".repeat(n)),
            format!("{}x", "-".repeat(n)),
            format!("{}x{}", "1/(2*x*".repeat(n), ")".repeat(n)),
            format!("{}x{}", "1+(".repeat(n), ")".repeat(n)),
            format!("{}x{}", "max(x,".repeat(n), ")".repeat(n)),
            format!("{}x{}", "\\frac{1}{x+".repeat(n), "}".repeat(n)),
            format!("{}x{}", "|1+".repeat(n), "|".repeat(n)),
            format!("{}x{}y", "sin ".repeat(n), "|y|".repeat(n)),
            format!("{}1", "x^2+".repeat(n)),
            format!("${}$", "x".repeat(n)),
            "x".repeat(n),
            format!("{}x", " ".repeat(n)),
            format!("f{}(x)", "'".repeat(n)),
            format!("{}x{}", "[".repeat(n), "]".repeat(n)),
        ];
        for text in texts {
            let mut pool = Pool::new(Budget { time: None, ..Budget::default() });
            let read = parse(&mut pool, &text, &Names::default());
            let start: String = text.chars().take(20).collect();
            assert!(read.is_ok() || start.starts_with("f''") || start.starts_with("[["), "{start}: {:?}", read.err());
        }
    });
    assert!(deep.is_ok_and(|thread| thread.join().is_ok()));
    let text = format!("{}1", "3/7*".repeat(20_000));
    assert!(parse(&mut Pool::default(), &text, &Names::default()).is_ok());
}
