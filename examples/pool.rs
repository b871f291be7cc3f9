//! The pool below the easy face: share work between many derivatives, and bound it.
//! Run with `cargo run --example pool`.
#![allow(clippy::print_stdout)] // an example shows what it does

use symdiff::{Budget, Expression, Kind};

fn main() -> symdiff::Result<()> {
    // A chain of 2,000 sines: the graph of its derivative has 6,000 nodes, its text would have 10 million characters.
    let mut chain = Expression::symbol("x");
    for _ in 0..2_000 {
        chain = chain.sin();
    }
    let derivative = chain.diff("x")?;
    println!("a chain of 2000 sines: {} nodes, its derivative {}", chain.node_count(), derivative.node_count());
    assert!(derivative.node_count() < 7_000);
    assert_eq!(chain.eval(&[("x", 0.0)])?, 0.0);
    assert_eq!(derivative.eval(&[("x", 0.0)])?, 1.0);

    // The same expression made twice is the same handle.
    let mut pool = symdiff::Pool::new(Budget { nodes: 50, ..Budget::default() });
    let (x, y) = (pool.symbol("x"), pool.symbol("y"));
    assert_eq!(pool.add(&[x, y]), pool.add(&[y, x]));

    // A budget ends with an error of kind `limit`, never with a wrong answer.
    let mut power = x;
    for k in 0..100 {
        let k = pool.integer(k + 3);
        power = pool.pow(power, k);
    }
    let error = (0..1_000).find_map(|_| pool.check().err());
    println!("{}", error.as_ref().map_or(String::new(), ToString::to_string));
    assert_eq!(error.map(|e| e.kind()), Some(Kind::Limit));
    Ok(())
}
