//! The computational graphs of the course: buying fruit, and the sigmoid, built from their nodes with the library.
//! Run with `cargo run --example computational_graph`; every number is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use approx::assert_relative_eq;
use symdiff::Expression;
use symdiff::net::Graph;
use symdiff::net::graph::{Drawing, Quantity};

/// The value of a node, and the derivative of the output by it.
fn check(graph: &Graph, node: &Expression, forward: f64, backward: f64) {
    let node = graph.node(&node.to_string());
    let number = |of: Option<&Quantity>| of.and_then(Quantity::number).unwrap_or(f64::NAN);
    assert_relative_eq!(number(node.map(|node| &node.forward)), forward, max_relative = 1e-6);
    assert_relative_eq!(number(node.map(|node| &node.backward)), backward, max_relative = 1e-6);
}

fn main() -> symdiff::Result<()> {
    println!("Two apples, three oranges and the tax\n");
    let [apple, n_apple, orange, n_orange, tax] = ["apple", "n_apple", "orange", "n_orange", "tax"].map(Expression::symbol);
    let apples = apple.clone() * &n_apple;
    let oranges = orange.clone() * &n_orange;
    let fruit = apples.clone() + &oranges;
    let price = fruit.clone() * &tax;
    let at = [("apple", 100.0), ("n_apple", 2.0), ("orange", 150.0), ("n_orange", 3.0), ("tax", 1.1)];
    let graph = Graph::of(&price, &at)?;
    println!("{}", graph.to_text(&Drawing::default()));
    check(&graph, &apples, 200.0, 1.1);
    check(&graph, &oranges, 450.0, 1.1);
    check(&graph, &fruit, 650.0, 1.1);
    check(&graph, &price, 715.0, 1.0);
    check(&graph, &apple, 100.0, 2.2);
    check(&graph, &n_apple, 2.0, 110.0);
    check(&graph, &orange, 150.0, 3.3);
    check(&graph, &n_orange, 3.0, 165.0);
    check(&graph, &tax, 1.1, 650.0);

    println!("The sigmoid\n");
    let x = Expression::symbol("x");
    let minus = -x.clone();
    let exp = minus.exp();
    let below = exp.clone() + 1;
    let sigmoid = Expression::from(1) / &below;
    let graph = Graph::of(&sigmoid, &[("x", 1.0)])?;
    println!("{}", graph.to_text(&Drawing::default()));
    check(&graph, &x, 1.0, 0.196_611_93);
    check(&graph, &minus, -1.0, -0.196_611_93);
    check(&graph, &exp, 0.367_879_44, -0.534_446_65);
    check(&graph, &below, 1.367_879_44, -0.534_446_65);
    check(&graph, &sigmoid, 0.731_058_58, 1.0);
    // the slope through the output, y*(1 - y), is the same
    let y = sigmoid.eval(&[("x", 1.0)])?;
    check(&graph, &x, 1.0, y * (1.0 - y));
    Ok(())
}
