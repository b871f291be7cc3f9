//! Does the program answer array formulas: shapes in every spelling, errors with their place, formats, batch, REPL?
//! Deliberately knows few formulas: `src/session/array_tests.rs` has them.
//! Read next: `grammar.md`, section 15.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Ended, run_with};

/// Exit code, stdout and stderr of a call, without the end of the last line.
fn run(words: &[&str], input: &str) -> Ended {
    let (code, out, err) = run_with(words, input.as_bytes());
    (code, out.trim_end().to_owned(), err.trim_end().to_owned())
}

fn shown(words: &[&str]) -> String {
    let (code, out, err) = run(words, "");
    assert_eq!(code, 0, "{words:?}: {err}");
    out
}

fn error(words: &[&str]) -> String {
    let (code, out, err) = run(words, "");
    assert_ne!(code, 0, "{words:?}: {out}");
    err
}

#[test]
fn shapes_are_declared_in_every_spelling() {
    for shapes in ["X: n×m, w: m, y: n", "X: n x m; w: m; y: n", "X: [n, m], w: [m], y: [n]", "X: 3x2, w: 2, y: 3", "X:3×2,w:2,y:3"] {
        assert_eq!(shown(&["gradient", "sum((X*w - y).^2)", "w", "--shape", shapes]), "2*X'*(X*w - y)", "{shapes}");
    }
    assert_eq!(shown(&["gradient", "a'*X*b", "X", "--shape", "a: n", "--shape", "X: n×m, b: m"]), "a*b'");
}

#[test]
fn sizes_with_names_are_numbers_in_formulas() {
    assert_eq!(shown(&["gradient", "mean((X*w - y).^2)", "w", "--shape", "X: n×m, w: m, y: n"]), "2*X'*(X*w - y)/n");
    assert_eq!(shown(&["eval", "n*sum(x)", "--shape", "x: n", "--at", "x=[1,2,3]"]), "18");
}

#[test]
fn errors_show_their_place() {
    let message = error(&["gradient", "sum(X*X)", "X", "--shape", "X: 3×2"]);
    assert!(message.contains("3×2 times 3×2 is no matrix product") && message.contains('^'), "{message}");
    assert!(error(&["gradient", "X*w", "w", "--shape", "X: n×m, w: m"]).contains("use jacobian"));
    assert!(error(&["gradient", "sum(x)", "x", "--shape", "x 3"]).contains("does not declare a shape"));
    assert!(error(&["gradient", "sum(x)", "x", "--shape", "x: 3, x: 4"]).contains("two shapes"));
    assert!(error(&["simplify", "A[i]", "--shape", "A: n×n"]).contains("2 indices, not 1"));
    assert!(error(&["simplify", "A[5,0]", "--shape", "A: 3×3"]).contains("no entry 5"));
    assert!(error(&["simplify", "softmax(c)*x", "--shape", "x: 3"]).contains("takes a vector or a matrix"));
}

#[test]
fn formats_are_those_of_matrices() {
    let ask = |format| shown(&["gradient", "a'*inv(X)*b", "X", "--shape", "X: n×n, a: n, b: n", "--format", format]);
    assert_eq!(ask("text"), "-inv(X)'*a*(inv(X)*b)'");
    assert_eq!(ask("unicode"), "-inv(X)ᵀ·a·(inv(X)·b)ᵀ");
    assert_eq!(ask("latex"), r"-X^{-\top} a \left(X^{-1} b\right)^{\top}");
    assert_eq!(ask("json"), r#"{"result": {"X": "-inv(X)'*a*(inv(X)*b)'"}}"#);
}

#[test]
fn jacobians_and_hessians_have_axes() {
    assert_eq!(shown(&["jacobian", "A*X", "X", "--shape", "A: n×n, X: n×m"]), "A[i,k]*eye(m)[j,l]");
    assert_eq!(shown(&["hessian", "x'*A*x", "x", "--shape", "A: n×n, x: n"]), "A + A'");
    assert_eq!(shown(&["jacobian", "sum(A, axis=0)", "A", "--shape", "A: n×m"]), "eye(m)[i,k]*ones(n)[j]");
}

#[test]
fn values_stand_under_formulas() {
    let at = ["--shape", "X: 2×2, w: 2", "--at", "X=[[1,2],[3,4]], w=[1,0]"];
    assert_eq!(shown(&[&["gradient", "norm(X*w)^2", "w"], &at[..]].concat()), "2*X'*X*w\n= [20, 28]");
    assert_eq!(
        shown(&[&["gradient", "norm(X*w)^2", "w", "X"], &at[..]].concat()),
        "d/dw = 2*X'*X*w\n     = [20, 28]\nd/dX = 2*X*w*w'\n     = [[2, 0], [6, 0]]"
    );
    assert_eq!(shown(&[&["eval", "X*w"], &at[..]].concat()), "[1, 3]");
    let wrong = |at: &str| error(&["gradient", "norm(X*w)^2", "w", "--shape", "X: 2×2, w: 2", "--at", at]);
    assert!(wrong("X=[[1,2],[3,4]]").contains("no value is given for w"));
    assert!(wrong("X=[[1,2],[3,4]], w=[1,2,3]").contains("`w` has the shape 2, but its value has the shape 3"));
    assert!(error(&["gradient", "x^2", "x", "--at", "x=1"]).contains("--grad"));
}

#[test]
fn batch_takes_shapes_and_points() {
    let request = r#"{"id": 1, "op": "hessian", "expr": "logsumexp(x)", "wrt": ["x"], "shapes": {"x": [2]}, "at": {"x": [0, 0]}}"#;
    let (_, out, _) = run(&["batch"], &format!("{request}\n"));
    assert_eq!(
        out,
        r#"{"id": 1, "result": {"x": "diag(softmax(x)) - softmax(x)*softmax(x)'"}, "value": {"x": [[0.25,-0.25],[-0.25,0.25]]}}"#
    );
    let (_, out, _) = run(&["batch"], r#"{"id": 2, "op": "gradient", "expr": "x*x", "wrt": ["x"], "shapes": {"x": [2]}}"#);
    assert!(out.contains(r#""kind": "shape""#), "{out}");
}

#[test]
fn sides_are_compared() {
    let equal = |a, b| shown(&["equal", a, b, "--shape", "A: n×n, B: n×n, x: n"]);
    assert_eq!(equal("(A*B)'", "B'*A'"), "equal");
    assert_eq!(equal("sum[k](A[i,k]*B[k,j])", "A*B"), "equal");
    assert_eq!(equal("inv(A*B)", "inv(B)*inv(A)"), "equal");
    assert_eq!(equal("tr(A*B)", "tr(B*A)"), "equal");
    assert!(equal("A*B", "B*A").starts_with("different"));
    assert!(error(&["equal", "A", "x", "--shape", "A: n×n, x: n"]).contains("shapes"));
}

#[test]
fn the_repl_remembers_shapes() {
    let (_, out, err) = run(&["repl"], "shape X: 3×2, w: 2\ngradient norm(X*w)^2 w\n");
    assert!(out.contains("2*X'*X*w"), "{out}{err}");
}

#[test]
fn help_knows_the_functions_of_arrays() {
    assert!(shown(&["help", "logsumexp"]).contains("for each row"));
    assert!(shown(&["gradient", "--help"]).contains("--shape"));
}
