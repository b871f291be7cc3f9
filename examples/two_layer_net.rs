//! TwoLayerNet: the derived gradient against the numerical one, parameter by parameter.
//! Run with `cargo run --example two_layer_net`; every number is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use approx::assert_relative_eq;
use symdiff::net::{Initial, Layer, Network, Targets};

fn main() -> symdiff::Result<()> {
    let layers = vec![Layer::named("affine 5")?, Layer::named("relu")?, Layer::named("affine 3")?];
    let mut net = Network::new(4, layers, Layer::loss("softmax")?)?;
    net.initialise(Some(Initial::Normal(0.5)), 1);
    for (layer, shape, numbers) in net.summary()? {
        println!("{layer:<10} {shape:<6} {numbers} numbers");
    }
    let x = [0.5, -1.2, 0.3, 0.8, -0.4, 0.9, 1.1, -0.7, 0.2, 0.6, -0.9, 0.1];
    let t = Targets::Labels(&[0, 2, 1]);
    println!("loss {:.6}, accuracy {:.2}\n", net.loss(&x, t)?, net.accuracy(&x, t)?);

    // `gradient` goes back through the layers once; `numerical_gradient` asks for the loss twice per number.
    let (derived, numerical) = (net.gradient(&x, t)?, net.numerical_gradient(&x, t)?);
    for (a, b) in derived.iter().zip(&numerical) {
        let largest = a.values.iter().zip(&b.values).fold(0.0f64, |most, (a, b)| most.max((a - b).abs()));
        println!("{:<3} {:?}: largest difference {largest:.1e}", a.name, a.axes);
        assert_relative_eq!(largest, 0.0, epsilon = 1e-8);
    }
    let check = net.check(&x, t)?;
    println!("{} entries compared, largest relative difference {:.1e}\n", check.compared, check.worst);
    assert!(check.agrees());

    // Slip: `self.parmas` is a name that nobody else reads. Here parameters are fields of a struct, and a wrong name does not compile:
    // net.parmas   // no field `parmas` on type `Network`

    // Slip: `loss_W = lambda W: self.loss(x, t)` ignores its W. That works only where the numerical derivative moves the entries of
    // the very array that the network holds; with a copy every difference is 0.
    let mut copy = net.parameters.clone();
    copy[0].values[0] += 0.1;
    assert_relative_eq!(net.loss(&x, t)?, net.clone().loss(&x, t)?);
    let before = net.loss(&x, t)?;
    net.parameters[0].values[0] += 1e-4;
    let slope = (net.loss(&x, t)? - before) / 1e-4;
    println!("by W1[0, 0]: derived {:.6}, one difference {slope:.6}", derived[0].values[0]);
    assert_relative_eq!(slope, derived[0].values[0], epsilon = 1e-3);
    Ok(())
}
