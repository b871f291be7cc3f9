//! Do limits, points without a derivative and verdicts by numbers reach every door?
//! Deliberately from outside: the program and the library; what is right is held by the tests beside the code.
//! Read next: `src/domain.rs`, `src/limit.rs`, `src/equal.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::run_with;
use serde_json::{Value, json};
use symdiff::calculus::{Proof, Verdict, domain, equal};
use symdiff::{Expression, Pool};

fn batch(lines: &[Value]) -> Vec<Value> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let (code, out, err) = run_with(&["batch"], text.as_bytes());
    assert_eq!((code, &*err), (0, ""));
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_domain_is_told_on_request() {
    let (code, out, err) = run_with(&["abs(x^2-1)", "x", "--domain"], b"");
    assert_eq!((code, &*err), (0, ""));
    assert_eq!(out.lines().nth(1), Some("not differentiable at x = -1: slope -2 from the left, 2 from the right"));
    let (_, out, _) = run_with(&["diff", "1/x", "x", "--domain", "--format", "json"], b"");
    let reply: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(reply["domain"]["points"][0]["kind"], "pole");
    assert_eq!(reply["domain"]["points"][0]["left"], "-infinity");
    let (code, _, err) = run_with(&["x*y", "x", "y", "--domain"], b"");
    assert!(code == 2 && err.contains("one variable"), "{code}: {err}");
}

#[test]
fn batch_says_domain_limits_and_numbers() {
    let replies = batch(&[
        json!({"id": 1, "op": "diff", "expr": "sqrt(x)", "wrt": ["x"], "domain": true}),
        json!({"id": 2, "op": "eval", "expr": "sin(x)/x", "at": {"x": 0}}),
        json!({"id": 3, "op": "eval", "expr": "1/x", "at": {"x": 0}}),
        json!({"id": 4, "op": "eval", "expr": "1/0"}),
        json!({"id": 5, "op": "eval", "expr": "abs(x)", "at": {"x": 0}, "grad": ["x"]}),
        json!({"id": 6, "op": "equal", "a": "tan(x/2)*(1 + cos(x))", "b": "sin(x)"}),
        json!({"id": 7, "op": "diff", "expr": "x^2", "wrt": ["x"]}),
    ]);
    assert_eq!(replies[0]["domain"]["outside"], json!(["x < 0"]));
    assert_eq!(replies[0]["domain"]["points"][0]["x"], 0.0);
    assert_eq!(replies[1]["value"], 1.0);
    assert!(replies[1]["note"].as_str().unwrap().starts_with("limit"), "{}", replies[1]);
    assert!(replies[2]["value"].is_null() && replies[2]["note"].as_str().unwrap().contains("from the left it goes to -infinity"));
    assert!(replies[3]["value"].is_null() && replies[3]["note"].is_string());
    assert!(replies[4]["note"].as_str().unwrap().contains("slope -1 from the left, 1 from the right"), "{}", replies[4]);
    assert_eq!(replies[5]["verdict"], "equal");
    assert!(replies[5]["proof"] == "exact" || replies[5]["points"].as_u64().unwrap() >= 40, "{}", replies[5]);
    assert!(replies[6].get("domain").is_none());
}

#[test]
fn the_library_says_the_same() {
    let mut pool = Pool::default();
    let (x, symbol) = (pool.symbol("x"), pool.symbol_named("x"));
    let inverse = pool.recip(x);
    let found = domain(&mut pool, inverse, symbol).unwrap();
    assert_eq!(found.spots.len(), 1);
    assert_eq!(found.spots[0].sides, [Some(f64::NEG_INFINITY), Some(f64::INFINITY)]);
    let double = pool.mul(&[symdiff::Expr::TWO, x]);
    let sum = pool.add(&[x, x]);
    assert_eq!(equal(&mut pool, double, sum).unwrap(), Verdict::Equal(Proof::Exact));
    let (a, b): (Expression, Expression) = ("tan(x/2)*(1 + cos(x))".parse().unwrap(), "sin(x)".parse().unwrap());
    assert_eq!(a.equals(&b).unwrap(), Some(true));
}
