//! A network learns to read digits: the last section of the course, on real data that lie beside this file.
//!
//! `cargo run --release --example train_digits` trains on 1,437 small images and tests on 360 others. With a folder of MNIST's four files as
//! its argument it trains on those instead: `cargo run --release --example train_digits -- FOLDER`.
//!
//! The notebook's training loop names `self.parmas` where it means `self.params`, so that an update would be lost; here parameters move only inside
//! the plan of a step, each by its own derived gradient.
#![allow(clippy::print_stdout)]

use symdiff::net::data::{Dataset, Options, Targets};
use symdiff::net::{Examples, Layer, Network, Optimizer, Position, Quiet, TrainingPlan, Wanted, score, train};

fn main() -> symdiff::Result<()> {
    let folder = std::env::args().nth(1);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv");
    let mut data = Dataset::read(folder.as_deref().unwrap_or(file), &Options::default())?;
    if folder.is_none() {
        // pixels from 0 to 16 become inputs around 0
        data.standardise();
    }
    let (Targets::Labels(train_labels), Targets::Labels(test_labels)) = (&data.train.targets, &data.test.targets) else {
        return Ok(());
    };
    let train_part = Examples { inputs: &data.train.inputs, targets: Wanted::Labels(train_labels) };
    let test_part = Examples { inputs: &data.test.inputs, targets: Wanted::Labels(test_labels) };

    // TwoLayerNet: affine, ReLU, affine, softmax with loss; no backward pass is written for any of them
    let layers = ["affine 50", "relu", "affine 10"].into_iter().map(Layer::named).collect::<symdiff::Result<Vec<_>>>()?;
    let mut net = Network::new(data.features, layers, Layer::loss("softmax")?)?;
    net.initialise(None, 1);

    let before = score(&net, test_part)?;
    let plan = TrainingPlan { batch: 100, epochs: 17, ..TrainingPlan::new(Optimizer::named("sgd", 0.1)?) };
    train(&mut net, train_part, None, &plan, Position::default(), &mut Quiet)?;
    let after = score(&net, test_part)?;
    println!("before: loss {:.3}, accuracy {:.1} %", before.loss, before.accuracy * 100.0);
    println!("after:  loss {:.3}, accuracy {:.1} %", after.loss, after.accuracy * 100.0);
    // chance is 10 %; a single layer reaches some 93 % on these images
    assert!(before.accuracy < 0.4 && after.accuracy > 0.94);
    Ok(())
}
