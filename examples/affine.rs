//! The affine layer X*W + b: shapes, a batch of one, and the three derivatives.
//! Run with `cargo run --example affine`; every number is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use approx::assert_relative_eq;
use symdiff::net::{Layer, Solo};

fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert_relative_eq!(*got, *want, max_relative = 1e-12);
    }
}

fn main() -> symdiff::Result<()> {
    let affine = Layer::read("affine")?;
    println!("Y = {}", affine.train);
    for formula in affine.explain()?.backward {
        println!("{} = {}", formula.name, formula.text);
    }

    // shapes (2,), (2, 3) and (3,): a one-dimensional X is a batch of one
    let mut layer = Solo::new(affine.clone())?;
    let (x, w, b) = ([1.0, 2.0], [0.1, 0.3, 0.5, 0.2, 0.4, 0.6], [0.1, 0.2, 0.3]);
    let y = layer.forward(&[&x, &w, &b])?;
    println!("\none example: {y:?}");
    close(&y, &[0.6, 1.3, 2.0]);
    let gradient = layer.backward(&[1.0, 10.0, 100.0])?;
    for tensor in &gradient {
        println!("d{} {:?} {:?}", tensor.name, tensor.axes, tensor.values);
    }
    assert_eq!(gradient[1].axes, [2, 3]);
    close(&gradient[0].values, &[53.1, 64.2]);
    close(&gradient[1].values, &[1.0, 10.0, 100.0, 2.0, 20.0, 200.0]);
    close(&gradient[2].values, &[1.0, 10.0, 100.0]);

    // two examples: each row of X has a row of Y, and db is the sum over the batch
    let y = layer.forward(&[&[1.0, 2.0, 0.0, 1.0], &w, &b])?;
    close(&y, &[0.6, 1.3, 2.0, 0.3, 0.6, 0.9]);
    let gradient = layer.backward(&[1.0, 2.0, 3.0, 10.0, 20.0, 30.0])?;
    close(&gradient[2].values, &[11.0, 22.0, 33.0]);

    // Slip: `Affine()` without W and b.
    let refused = layer.forward(&[&x]);
    println!("\n{}", refused.as_ref().err().map_or("", |error| error.message()));
    assert!(refused.is_err());
    // Slip: `backward(f, dout)` with the output, or something else that is not the derivative from above; its length tells.
    layer.forward(&[&x, &w, &b])?;
    let refused = layer.backward(&x);
    println!("{}", refused.as_ref().err().map_or("", |error| error.message()));
    assert!(refused.is_err());

    // Slips in the formulas
    for formula in affine.diagnose("dX = dout*W, dW = dout'*X, db = dout")? {
        println!("{}", formula.to_text());
        assert_eq!(formula.verdict, "different");
        assert!(formula.slip.is_some());
    }
    Ok(())
}
