//! Softmax with cross entropy: a loss whose derivative is short, (softmax(X) - T)/N.
//! Run with `cargo run --example softmax_loss`; every number is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use approx::assert_relative_eq;
use symdiff::net::{Layer, Solo};

/// Softmax of one row.
fn softmax(row: &[f64]) -> Vec<f64> {
    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = row.iter().map(|x| (x - most).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|p| p / sum).collect()
}

fn main() -> symdiff::Result<()> {
    let loss = Layer::loss("softmax")?;
    let derived = loss.explain()?;
    println!("L = {}\ndX = {}\n", loss.train, derived.derivative("X").unwrap_or_default());
    assert_eq!(derived.derivative("X"), Some("(softmax(X) - T)/N"));

    let x = [0.3, 2.9, 4.0, 1.0, -1.0, 0.5];
    let t = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let mut layer = Solo::with_sizes(loss.clone(), &[("m", 3)])?;
    let value = layer.forward(&[&x, &t])?[0];
    let rows: Vec<f64> = x.chunks(3).flat_map(softmax).collect();
    let by_hand = -(rows[2].ln() + rows[3].ln()) / 2.0;
    println!("loss {value}, by hand {by_hand}");
    assert_relative_eq!(value, by_hand, max_relative = 1e-12);
    let dx = &layer.backward(&[1.0])?[0].values;
    println!("dX {dx:?}");
    for ((got, y), t) in dx.iter().zip(&rows).zip(&t) {
        assert_relative_eq!(*got, (y - t) / 2.0, max_relative = 1e-12, epsilon = 1e-15);
    }

    // entries as large as this overflow exp; logsumexp does not mind
    let value = layer.forward(&[&[1000.0, 0.0, 0.0], &[1.0, 0.0, 0.0]])?[0];
    assert_relative_eq!(value, 0.0);

    // Slip: `self.t = f` keeps the wrong thing, so that backward computes softmax(X) - X.
    // Slip: `dout = t` hands the targets down in the place of a derivative.
    // Slip: without `/N` the gradient grows with the batch.
    for claim in ["dX = (softmax(X) - X)/N", "dX = T", "dX = softmax(X) - T"] {
        let verdict = loss.diagnose(claim)?;
        println!("{}", verdict[0].to_text());
        assert_eq!(verdict[0].verdict, "different");
    }
    Ok(())
}
