//! ReLU and its mask: what passes forward where x > 0 passes back there, and nothing elsewhere.
//! Run with `cargo run --example relu_mask`; every number is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use approx::assert_relative_eq;
use symdiff::net::{Layer, Solo};

fn main() -> symdiff::Result<()> {
    let relu = Layer::named("relu")?;
    println!("y = {}\ndx = {}\n", relu.train, relu.explain()?.derivative("x").unwrap_or_default());

    // Slip: `Relu.forward(f, x)` calls the class and not an object, so that there is no `self` to keep the mask in.
    // Here a layer that runs is an object, and backward before forward is refused.
    let mut layer = Solo::new(relu.clone())?;
    let refused = layer.backward(&[1.0]);
    println!("backward first: {}", refused.as_ref().err().map_or("", |error| error.message()));
    assert!(refused.is_err());

    let x = [1.0, -0.5, -2.0, 3.0];
    let y = layer.forward(&[&x])?;
    let dout = [0.1, 0.2, 0.3, 0.4];
    let dx = &layer.backward(&dout)?[0].values;
    println!("x {x:?}\ny {y:?}\ndout {dout:?}\ndx {dx:?}\n");
    for (got, want) in y.iter().zip([1.0, 0.0, 0.0, 3.0]) {
        assert_relative_eq!(*got, want);
    }
    for (got, want) in dx.iter().zip([0.1, 0.0, 0.0, 0.4]) {
        assert_relative_eq!(*got, want);
    }

    // Slip: `dout[self.mask] = 0` overwrites what came from above, which another layer may still need. Here dout is borrowed.
    assert_relative_eq!(dout[1], 0.2);

    // Slip: the mask `x < 0` in the place of `x <= 0` lets dout pass at 0. There the two sides have the slopes 0 and 1; the book's
    // mask, and the derivative here, take 0.
    layer.forward(&[&[0.0]])?;
    assert_relative_eq!(layer.backward(&[1.0])?[0].values[0], 0.0);
    for claim in ["dx = if(x <= 0, 0, dout)", "dx = if(x < 0, 0, dout)", "dx = if(x <= 0, dout, 0)"] {
        let verdict = relu.diagnose(claim)?;
        println!("{}", verdict[0].to_text());
        assert_eq!(verdict[0].verdict == "equal", claim.contains("<= 0, 0"));
    }
    Ok(())
}
