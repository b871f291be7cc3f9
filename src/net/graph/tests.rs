//! Do the numbers of a graph agree with central differences, and the pictures with the book?
//! Deliberately goes through the public face only. Read next: `../../../tests/graph.rs`, the command.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

fn text(expression: &str, at: &[(&str, f64)]) -> String {
    Graph::read(expression, at).unwrap().to_text(&Drawing::default())
}

#[test]
fn look() {
    for (e, at) in [
        ("apple*n*tax", &[("apple", 100.0), ("n", 2.0), ("tax", 1.1)][..]),
        ("(apple*n_apple + orange*n_orange)*tax", &[("apple", 100.0), ("n_apple", 2.0), ("orange", 150.0), ("n_orange", 3.0), ("tax", 1.1)]),
        ("1/(1+exp(-x))", &[("x", 1.0)]),
        ("x*sin(x) + x", &[("x", 2.0)]),
        ("(a+b)*(a-b)/(a+b)^2", &[("a", 2.0), ("b", 1.0)]),
        ("x*y", &[]),
    ] {
        std::io::Write::write_all(&mut std::io::stderr(), (text(e, at) + "\n").as_bytes()).unwrap();
    }
}
