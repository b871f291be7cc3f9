//! Buying apples and oranges with layers: Mul and Add, forward and backward.
//! Run with `cargo run --example layers_mul_add`; every number is checked.
#![allow(clippy::print_stdout)] // an example shows what it does

use approx::assert_relative_eq;
use symdiff::net::{Layer, Solo};

/// A layer of two numbers, forward.
fn forward(layer: &mut Solo, x: f64, y: f64) -> symdiff::Result<f64> {
    Ok(layer.forward(&[&[x], &[y]])?[0])
}

/// What it hands back to its two inputs.
fn backward(layer: &mut Solo, dout: f64) -> symdiff::Result<(f64, f64)> {
    let gradient = layer.backward(&[dout])?;
    Ok((gradient[0].values[0], gradient[1].values[0]))
}

fn main() -> symdiff::Result<()> {
    // `mul` is the text x*y, `add` the text x + y; nothing else says how to go back
    let mul = || Solo::new(Layer::read("mul")?);
    let add = || Solo::new(Layer::read("add")?);

    println!("Two apples and the tax");
    let (mut apple_layer, mut tax_layer) = (mul()?, mul()?);
    let apples = forward(&mut apple_layer, 100.0, 2.0)?;
    let price = forward(&mut tax_layer, apples, 1.1)?;
    assert_relative_eq!(price, 220.0, max_relative = 1e-12);
    let (dapples, dtax) = backward(&mut tax_layer, 1.0)?;
    let (dapple, dnumber) = backward(&mut apple_layer, dapples)?;
    println!("  price {price:.0}, dapple {dapple:.1}, dnumber {dnumber:.0}, dtax {dtax:.0}");
    assert_relative_eq!(dapple, 2.2, max_relative = 1e-12);
    assert_relative_eq!(dnumber, 110.0, max_relative = 1e-12);
    assert_relative_eq!(dtax, 200.0, max_relative = 1e-12);

    println!("With three oranges");
    let (mut apple_layer, mut orange_layer, mut sum_layer, mut tax_layer) = (mul()?, mul()?, add()?, mul()?);
    let apple_price = forward(&mut apple_layer, 100.0, 2.0)?;
    let orange_price = forward(&mut orange_layer, 150.0, 3.0)?;
    let fruit = forward(&mut sum_layer, apple_price, orange_price)?;
    let price = forward(&mut tax_layer, fruit, 1.1)?;
    assert_relative_eq!(price, 715.0, max_relative = 1e-12);
    let (dfruit, dtax) = backward(&mut tax_layer, 1.0)?;
    let (dapple_price, dorange_price) = backward(&mut sum_layer, dfruit)?;
    // The notebook hands `dorange_price` to the apple layer. That gives the right numbers only because an addition hands both of its
    // inputs the same gradient; with any other layer here it would be wrong.
    assert_relative_eq!(dapple_price, dorange_price);
    let (dapple, dapple_number) = backward(&mut apple_layer, dapple_price)?;
    let (dorange, dorange_number) = backward(&mut orange_layer, dorange_price)?;
    println!(
        "  price {price:.0}, dapple {dapple:.1}, dnumber {dapple_number:.0}, dorange {dorange:.1}, dnumber {dorange_number:.0}, dtax {dtax:.0}"
    );
    assert_relative_eq!(dapple, 2.2, max_relative = 1e-12);
    assert_relative_eq!(dapple_number, 110.0, max_relative = 1e-12);
    assert_relative_eq!(dorange, 3.3, max_relative = 1e-12);
    assert_relative_eq!(dorange_number, 165.0, max_relative = 1e-12);
    assert_relative_eq!(dtax, 650.0, max_relative = 1e-12);

    // a multiplication written backwards the wrong way round is caught
    let verdict = Layer::read("mul")?.diagnose("dx = dout*x, dy = dout*y")?;
    for formula in &verdict {
        println!("  {}", formula.to_text().replace('\n', "\n  "));
        assert_eq!(formula.verdict, "different");
    }
    Ok(())
}
