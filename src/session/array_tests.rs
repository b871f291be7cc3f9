//! Identities with their printed forms, and random formulas against central differences.
//! Deliberately through the session, as every door asks it; numbers in brackets are equations of Petersen and Pedersen, The Matrix Cookbook (2012).
//! Read next: `session/array.rs`.

use super::super::{Answer, Given, Numbers, Op, Request, Session};
use crate::message::Language;
use crate::shape::read_shapes;
use crate::{Budget, Result};

const SHAPES: &str = "A: n×n, B: n×n, C: n×n, D: n×n, X: n×n, Y: n×m, Z: n×m, W: m×k, T: n×k, G: n×k, w: m, x: n, a: n, b: n, d: n, b2: k";

#[rustfmt::skip] // a table: one row, one identity
const IDENTITIES: &[(Op, &str, &str, &str)] = &[
    (Op::Gradient, "x'*a", "x", "a"), // (69)
    (Op::Gradient, "a'*X*b", "X", "a*b'"), // (70)
    (Op::Gradient, "a'*X'*b", "X", "b*a'"), // (71)
    (Op::Gradient, "a'*X*a", "X", "a*a'"), // (72)
    (Op::Gradient, "b'*X'*X*c", "X", "X*(c*b' + b*c')"), // (77)
    (Op::Gradient, "(B*x + b)'*C*(D*x + d)", "x", "D'*C'*(B*x + b) + B'*C*(D*x + d)"), // (78)
    (Op::Gradient, "x'*B*x", "x", "(B' + B)*x"), // (81)
    (Op::Gradient, "b'*X'*D*X*c", "X", "D*X*c*b' + D'*X*b*c'"), // (82)
    (Op::Gradient, "(X*b + c)'*D*(X*b + c)", "X", "(D' + D)*(X*b + c)*b'"), // (83)
    (Op::Gradient, "det(X)", "X", "det(X)*inv(X)'"), // (49)
    (Op::Gradient, "det(A*X*B)", "X", "det(A*X*B)*inv(X)'"), // (51)
    (Op::Gradient, "det(X'*A*X)", "X", "2*det(X'*A*X)*inv(X)'"), // (52)
    (Op::Gradient, "logdet(Y'*Y)", "Y", "2*Y*inv(Y'*Y)"), // (55)
    (Op::Gradient, "logdet(X)", "X", "inv(X)'"), // (57)
    (Op::Gradient, "det(X^3)", "X", "3*det(X^3)*inv(X)'"), // (58)
    (Op::Jacobian, "inv(X)", "X", "-inv(X)[i,k]*inv(X)[l,j]"), // (60)
    (Op::Gradient, "a'*inv(X)*b", "X", "-inv(X)'*a*(inv(X)*b)'"), // (61)
    (Op::Gradient, "det(inv(X))", "X", "-det(inv(X))*inv(X)'"), // (62)
    (Op::Gradient, "tr(A*inv(X)*B)", "X", "-(inv(X)*B*A*inv(X))'"), // (63)
    (Op::Gradient, "tr(inv(X + A))", "X", "-inv((X + A)^2)'"), // (64)
    (Op::Gradient, "tr(X)", "X", "eye(n)"), // (99)
    (Op::Gradient, "tr(X*A)", "X", "A'"), // (100)
    (Op::Gradient, "tr(A*X*B)", "X", "(B*A)'"), // (101)
    (Op::Gradient, "tr(A*X'*B)", "X", "B*A"), // (102)
    (Op::Gradient, "tr(X'*A)", "X", "A"), // (103)
    (Op::Gradient, "tr(A*X')", "X", "A"), // (104)
    (Op::Gradient, "tr(X^2)", "X", "2*X'"), // (106)
    (Op::Gradient, "tr(X^2*B)", "X", "(X*B + B*X)'"), // (107)
    (Op::Gradient, "tr(X'*B*X)", "X", "(B' + B)*X"), // (108)
    (Op::Gradient, "tr(B*X*X')", "X", "(B + B')*X"), // (109)
    (Op::Gradient, "tr(X*B*X')", "X", "X*(B + B')"), // (111)
    (Op::Gradient, "tr(A*X*B*X)", "X", "(B*X*A + A*X*B)'"), // (114)
    (Op::Gradient, "tr(X'*X)", "X", "2*X"), // (115)
    (Op::Gradient, "tr(B'*X'*C*X*B)", "X", "(C' + C)*X*B*B'"), // (116)
    (Op::Gradient, "tr(X'*B*X*C)", "X", "B'*X*C' + B*X*C"), // (117)
    (Op::Gradient, "tr(A*X*B*X'*C)", "X", "C*A*X*B + (B*X'*C*A)'"), // (118)
    (Op::Gradient, "tr((A*X*B + C)*(A*X*B + C)')", "X", "2*A'*(A*X*B + C)*B'"), // (119)
    (Op::Gradient, "tr(X^4)", "X", "4*(X^3)'"), // (121)
    (Op::Gradient, "norm(x - a)", "x", "(x - a)/norm(x - a)"), // (129)
    (Op::Jacobian, "(x - a)/norm(x - a)", "x", "eye(n)/norm(x - a) - (x - a)*(x - a)'/norm(x - a)^3"), // (130)
    (Op::Gradient, "norm(x)^2", "x", "2*x"), // (131)
    (Op::Gradient, "norm(X)^2", "X", "2*X"), // (132)
    (Op::Gradient, "sum((Y*w - x).^2)", "w", "2*Y'*(Y*w - x)"),
    (Op::Gradient, "sum((Y*w - x).^2)/n + c*norm(w)^2", "w", "2*(c*w + Y'*(Y*w - x)/n)"),
    (Op::Hessian, "sum((Y*w - x).^2)", "w", "2*Y'*Y"),
    (Op::Gradient, "sum(log(1 + exp(Y*w)) - x.*(Y*w))", "w", "Y'*(sigmoid(Y*w) - x)"),
    (Op::Hessian, "sum(log(1 + exp(Y*w)))", "w", "Y'*diag(sigmoid(Y*w).*(1 - sigmoid(Y*w)))*Y"),
    (Op::Gradient, "-sum(x.*log(sigmoid(Y*w)) + (1 - x).*log(1 - sigmoid(Y*w)))", "w", "Y'*(sigmoid(Y*w) - x)"),
    (Op::Gradient, "logsumexp(x)", "x", "softmax(x)"),
    (Op::Hessian, "logsumexp(x)", "x", "diag(softmax(x)) - softmax(x)*softmax(x)'"),
    (Op::Hessian, "logsumexp(A*x)", "x", "A'*diag(softmax(A*x))*(A - A'*softmax(A*x))"),
    (Op::Jacobian, "softmax(x)", "x", "diag(softmax(x)) - softmax(x)*softmax(x)'"),
    (Op::Gradient, "-sum(T.*log(softmax(Y*W)))", "W", "Y'*(softmax(Y*W).*sum(T, axis=1, keep) - T)"),
    (Op::Gradient, "sum(logsumexp(T) - T)", "T", "k*softmax(T) - 1"),
    (Op::Gradient, "logdet(A) + (x - a)'*inv(A)*(x - a)", "A", "inv(A)' - inv(A)'*(x - a)*(inv(A)*(x - a))'"),
    (Op::Gradient, "(x'*A*x)/(x'*x)", "x", "(A + A')*x/(x'*x) - 2*x'*A*x*x/(x'*x)^2"),
    (Op::Gradient, "x'*a/(norm(x)*norm(a))", "x", "(x'*x*a - x'*a*x)/(norm(x)^3*norm(a))"),
    (Op::Gradient, "sum(relu(Y*w))", "w", "Y'*if(0 < Y*w, 1, 0)"),
    (Op::Gradient, "norm(Y - mean(Y, axis=0))^2", "Y", "2*(Y - mean(Y, axis=0))"),
    (Op::Gradient, "sum((Y*W + b2).^2)", "b2", "2*sum(b2 + Y*W, axis=0)"),
    (Op::Gradient, "sum(softmax(T).*G)", "T", "(G - sum(G.*softmax(T), axis=1, keep)).*softmax(T)"),
    (Op::Jacobian, "tanh(A*x + b)", "x", "diag(1 - tanh(A*x + b).^2)*A"),
    (Op::Jacobian, "x*norm(x)", "x", "x*x'/norm(x) + norm(x)*eye(n)"),
    (Op::Hessian, "exp(a'*x)", "x", "exp(a'*x)*a*a'"),
    (Op::Hessian, "sqrt(1 + x'*x)", "x", "((x'*x + 1)*eye(n) - x*x')/(x'*x + 1)^(3/2)"),
    (Op::Gradient, "sum(sqrt(1 + (Y*w - x).^2))", "w", "Y'*((Y*w - x)./sqrt((Y*w - x).^2 + 1))"),
    (Op::Hessian, "sum(sqrt(1 + (Y*w - x).^2))", "w", "Y'*diag(1./((Y*w - x).^2 + 1).^(3/2))*Y"),
    (Op::Gradient, "mean(X)", "X", "ones(n, n)/n^2"),
    (Op::Gradient, "tr(A*B*X + A*C*X)", "A", "((C + B)*X)'"),
    (Op::Gradient, "sum(x./sum(x).*a)", "x", "a/sum(x) - x'*a/sum(x)^2"),
    (Op::Gradient, "sum(A.*exp(x*b'))", "x", "(A.*exp(x*b'))*b"),
];

/// The name of an array, its axes and its entries.
type Value = (&'static str, Vec<usize>, Vec<f64>);

fn ask(op: Op, expr: &str, wrt: &str, shapes: &str, at: Option<&[Value]>) -> Result<Answer> {
    let shapes = read_shapes(shapes)?.into_iter().map(|(name, shape)| (name.into(), shape)).collect();
    let wrt = wrt.split_whitespace().map(|name| (name.into(), 1)).collect();
    let at = at.map(|at| at.iter().map(|(name, axes, data)| ((*name).into(), Given::Array(axes.clone(), data.clone()))).collect());
    let request = Request { op: Some(op), expr: Some(expr.into()), wrt, shapes, at, vector: true, ..Request::default() };
    Session::new(Budget::default()).answer(&request).map(|response| response.answer)
}

#[test]
fn identities_print_as_people_write_them() {
    let mut wrong = 0;
    for (op, expr, wrt, form) in IDENTITIES {
        // a letter that is no declared array here is a vector where a formula multiplies it as one
        let shapes = if expr.contains("*c") && !expr.contains("*c)") && !expr.contains("c*norm") || expr.contains("+ c)") {
            format!("{SHAPES}, c: n")
        } else {
            SHAPES.to_owned()
        };
        let shown = ask(*op, expr, wrt, &shapes, None).map_or_else(|error| error.to_string(), |answer| answer.to_text(Language::English));
        if shown != *form {
            println!("{op:?} {expr} by {wrt}\n  wanted {form}\n  shown  {shown}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "{wrong} of {} identities", IDENTITIES.len());
}

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.next() as usize % list.len()]
    }

    fn float(&mut self) -> f64 {
        0.3 + (self.next() % 1000) as f64 / 1200.0
    }
}

/// The point and the declarations of the random formulas: sizes 3, 2 and 4.
const DECLARED: [(&str, &[usize]); 9] =
    [("A", &[3, 3]), ("B", &[3, 3]), ("X", &[3, 2]), ("Y", &[3, 2]), ("W", &[2, 4]), ("x", &[3]), ("y", &[3]), ("w", &[2]), ("z", &[4])];

/// A formula of this shape.
fn formula(dice: &mut Dice, shape: &[usize], depth: usize) -> String {
    let names: Vec<&str> = DECLARED.iter().filter(|(_, axes)| *axes == shape).map(|(name, _)| *name).collect();
    if depth == 0 && !names.is_empty() {
        return (*dice.of(&names)).to_owned();
    }
    let deeper = depth.saturating_sub(1);
    let inside = |dice: &mut Dice, shape: &[usize]| format!("({})", formula(dice, shape, deeper));
    let length = *dice.of(&[3usize, 2, 4]);
    let each = |dice: &mut Dice| {
        let a = inside(dice, shape);
        match dice.next() % 8 {
            0 => format!("exp{a}"),
            1 => format!("sigmoid{a}"),
            2 => format!("tanh{a}"),
            3 => format!("log(1 + {a}.^2)"),
            4 => format!("{a} - {}", inside(dice, shape)),
            5 => format!("{a}.*{}", inside(dice, shape)),
            6 => format!("{a}./(2 + {}.^2)", inside(dice, shape)),
            _ => format!("2*{a} + {}", inside(dice, shape)),
        }
    };
    match (shape, dice.next() % 6) {
        ([], 0) => format!("sum{}", inside(dice, &[3, 2])),
        ([], 1) => format!("tr{}", inside(dice, &[3, 3])),
        ([], 2) => format!("norm{}", inside(dice, &[length])),
        ([], 3) => format!("logsumexp{}", inside(dice, &[length])),
        ([], _) => format!("{}'*{}", inside(dice, &[length]), inside(dice, &[length])),
        ([_], 0) => format!("softmax{}", inside(dice, shape)),
        ([n], 1 | 2) => format!("{}*{}", inside(dice, &[*n, length]), inside(dice, &[length])),
        ([n], 3) => format!("mean({}, axis=0)", inside(dice, &[length, *n])),
        ([n, m], 0 | 1) => format!("{}*{}", inside(dice, &[*n, length]), inside(dice, &[length, *m])),
        ([n, m], 2) => format!("{}*{}'", inside(dice, &[*n]), inside(dice, &[*m])),
        ([n, m], 3) => format!("{}'", inside(dice, &[*m, *n])),
        ([n, m], 4) if n == m => format!("inv(5*eye({n}) + tanh{})", inside(dice, shape)),
        _ if depth == 0 && shape.is_empty() => "x'*y".to_owned(),
        _ if depth == 0 => format!("{}*{}'", inside(dice, &shape[..1]), inside(dice, &shape[1..])),
        _ => each(dice),
    }
}

fn point(dice: &mut Dice) -> Vec<Value> {
    DECLARED.iter().map(|(name, axes)| (*name, axes.to_vec(), (0..axes.iter().product()).map(|_| dice.float()).collect())).collect()
}

fn shapes() -> String {
    let one = |(name, axes): &(&str, &[usize])| format!("{name}: {}", axes.iter().map(usize::to_string).collect::<Vec<_>>().join("×"));
    DECLARED.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn flat(numbers: &Numbers) -> Vec<f64> {
    let float = |value: &Option<f64>| value.unwrap_or(f64::NAN);
    match numbers {
        Numbers::One(value) => vec![float(value)],
        Numbers::List(values) | Numbers::Nested(_, values) => values.iter().map(float).collect(),
        Numbers::Rows(rows) => rows.iter().flatten().map(float).collect(),
    }
}

fn value(expr: &str, at: &[Value]) -> Vec<f64> {
    match ask(Op::Eval, expr, "", &shapes(), Some(at)) {
        Ok(Answer::Value { value, .. }) => flat(&value),
        other => panic!("{expr}: {other:?}"),
    }
}

#[test]
fn gradients_are_central_differences_and_read_back() {
    let mut dice = Dice(20);
    for round in 0..60 {
        let expr = formula(&mut dice, &[], 3);
        let at = point(&mut dice);
        let used: Vec<usize> = (0..DECLARED.len()).filter(|&one| expr.contains(DECLARED[one].0)).collect();
        let one = *dice.of(&used);
        let name = DECLARED[one].0;
        let Ok(Answer::Text { result, value: Some(slope), .. }) = ask(Op::Gradient, &expr, name, &shapes(), Some(&at)) else {
            panic!("round {round}: {expr} by {name}");
        };
        let slope = flat(&slope);
        let largest = slope.iter().fold(1e-3f64, |largest, value| largest.max(value.abs()));
        for (entry, slope) in slope.iter().enumerate() {
            let moved = |step: f64| {
                let mut at = at.clone();
                at[one].2[entry] += step;
                value(&expr, &at)[0]
            };
            let step = 1e-4;
            let wanted = (8.0 * (moved(step) - moved(-step)) - (moved(2.0 * step) - moved(-2.0 * step))) / (12.0 * step);
            assert!((slope - wanted).abs() < 1e-6 * largest.max(wanted.abs()), "{expr} by {name}: {slope} at {entry}, not {wanted}");
        }
        let again = value(&result, &at);
        assert_eq!(again.len(), slope.len(), "{expr} by {name}: {result}");
        for (again, slope) in again.iter().zip(&slope) {
            assert!((again - slope).abs() < 1e-8 * largest, "{expr} by {name}: {result} has {again}, not {slope}");
        }
    }
}

#[test]
fn jacobians_and_hessians_read_back() {
    let mut dice = Dice(7);
    for round in 0..40 {
        let (op, shape): (Op, &[usize]) = if round % 2 == 0 { (Op::Jacobian, &[3]) } else { (Op::Hessian, &[]) };
        let expr = formula(&mut dice, shape, 2);
        let at = point(&mut dice);
        let used: Vec<&str> = DECLARED.iter().map(|(name, _)| *name).filter(|name| expr.contains(name)).collect();
        let name = *dice.of(&used);
        let Ok(Answer::Text { result, value: Some(slope), .. }) = ask(op, &expr, name, &shapes(), Some(&at)) else {
            panic!("round {round}: {op:?} {expr} by {name}");
        };
        let (slope, again) = (flat(&slope), value(&result, &at));
        let largest = slope.iter().fold(1e-3f64, |largest, value| largest.max(value.abs()));
        assert_eq!(again.len(), slope.len(), "{op:?} {expr} by {name}: {result}");
        for (again, slope) in again.iter().zip(&slope) {
            assert!((again - slope).abs() < 1e-8 * largest, "{op:?} {expr} by {name}: {result} has {again}, not {slope}");
        }
    }
}

#[test]
fn what_is_printed_is_the_same_expression() {
    let mut dice = Dice(3);
    for _ in 0..60 {
        let all: [&[usize]; 4] = [&[], &[3], &[3, 2], &[3, 3]];
        let shape = *dice.of(&all);
        let expr = formula(&mut dice, shape, 2);
        let Ok(Answer::Text { result, .. }) = ask(Op::Simplify, &expr, "", &shapes(), None) else { panic!("{expr}") };
        let declared = read_shapes(&shapes()).unwrap().into_iter().map(|(name, shape)| (name.into(), shape)).collect();
        let request = Request {
            op: Some(Op::Equal),
            a: Some(expr.as_str().into()),
            b: Some(result.as_str().into()),
            shapes: declared,
            ..Request::default()
        };
        match Session::new(Budget::default()).answer(&request).map(|response| response.answer) {
            Ok(Answer::Verdict { verdict, .. }) => assert_ne!(verdict, "different", "{expr} and {result}"),
            other => panic!("{expr} and {result}: {other:?}"),
        }
    }
}
