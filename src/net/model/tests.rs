//! Is what is loaded what was saved, and is a damaged file an error and never more?
//! Deliberately damages every byte of small files.
//! Read next: `model.rs`.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::{Model, Training};
use crate::error::Kind;
use crate::net::data::Scaling;
use crate::net::random::Stream;
use crate::net::{Layer, Network, Optimizer, Position, Schedule, TrainingPlan};

fn network(layers: &[&str], loss: &str) -> Network {
    let layers = layers.iter().map(|text| Layer::named(text).unwrap()).collect();
    let mut network = Network::new(4, layers, Layer::loss(loss).unwrap()).unwrap();
    network.initialise(None, 3);
    // as training in single floats leaves them
    for tensor in network.parameters.iter_mut().chain(&mut network.state) {
        tensor.values.iter_mut().for_each(|x| *x = f64::from(*x as f32));
    }
    network
}

/// A model with all there can be.
fn full() -> Model {
    let network = network(&["affine 3", "batchnorm", "dropout 0.3", "= X.*sigmoid(c*X) where c = 1.702", "affine 2"], "softmax");
    let optimizer = Optimizer { schedule: Schedule::Step { every: 3, factor: 0.1 }, ..Optimizer::named("adam", 0.1 + 0.2).unwrap() };
    let lengths = network.parameters.iter().flat_map(|tensor| [tensor.values.len(); 2]);
    let memories = lengths.zip(1..).map(|(length, at)| vec![f64::from(at) / 8.0; length]).collect();
    let plan = TrainingPlan { seed: u64::MAX, patience: Some(2), ..TrainingPlan::new(optimizer) };
    let position = Position { epoch: 1, batch: 7, step: 1 << 60, loss: 0.1 + 0.7, best: Some((f64::INFINITY, 1)), memories };
    Model {
        classes: vec!["ja".into(), "아니오".into()],
        names: ["a", "b", "c", "d"].map(String::from).to_vec(),
        image_shape: Some((2, 2)),
        scaling: Scaling { bytes: true, standard: Some((vec![0.1, 0.2, 0.3, 0.4], vec![1.0, 0.0, 1e-300, 3.0])) },
        training: Some(Training { plan, position }),
        ..Model::of(network)
    }
}

#[test]
fn what_is_loaded_is_what_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    for layer in ["relu", "sigmoid", "tanh", "softplus", "gelu", "silu", "mul 3", "add -2", "dropout", "dropout 0.123", "batchnorm"] {
        for doubles in [false, true] {
            let mut model = Model { doubles, ..Model::of(network(&["affine 3", layer, "affine 2"], "mse")) };
            model.network.decay = 1e-4;
            model.save(&path).unwrap();
            assert_eq!(Model::load(&path).unwrap(), model, "{layer}");
        }
    }
    let model = full();
    model.save(&path).unwrap();
    assert_eq!(Model::load(&path).unwrap(), model);
    assert_eq!(model.to_bytes().unwrap(), model.to_bytes().unwrap());
    // nothing is left beside it
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(model.save(folder.path()).unwrap_err().kind(), Kind::Io);
    assert_eq!(model.save(folder.path().join("none/model.safetensors")).unwrap_err().kind(), Kind::Io);
}

#[test]
fn layers_that_no_text_says_are_not_saved() {
    let mut model = Model::of(network(&["affine 2"], "mse"));
    model.network.layers[0].constants.push(("c".into(), f64::NAN));
    assert_eq!(model.to_bytes().unwrap_err().kind(), Kind::Data);
}

#[test]
fn files_cut_short_are_errors() {
    let bytes = full().to_bytes().unwrap();
    for length in 0..bytes.len() {
        assert_eq!(Model::from_bytes(&bytes[..length]).unwrap_err().kind(), Kind::Data, "{length}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Model::from_bytes(&longer).unwrap_err().kind(), Kind::Data);
}

#[test]
fn damaged_files_are_errors_or_models() {
    let bytes = full().to_bytes().unwrap();
    let header = 8 + bytes[..8].iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte));
    let mut random = Stream::new(5, 0);
    let (mut models, mut errors) = (0, 0);
    for round in 0..600 {
        let mut bytes = bytes.clone();
        for _ in 0..=round % 3 {
            let at = random.below(header);
            bytes[at] = if round % 2 == 0 { bytes[at] ^ 1 << random.below(8) } else { b"0123456789{}[]\",:xXWm*(+"[random.below(23)] };
        }
        match Model::from_bytes(&bytes) {
            Ok(_) => models += 1,
            Err(error) => {
                assert_eq!(error.kind(), Kind::Data);
                errors += 1;
            }
        }
    }
    assert!(models > 0 && errors > 300, "{models} {errors}");
}

/// A file whose metadata have other words.
fn changed(from: &str, to: &str) -> String {
    let bytes = full().to_bytes().unwrap();
    let length = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let text = std::str::from_utf8(&bytes[8..8 + length]).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    let text = text.replace(from, to);
    let changed = [&(text.len() as u64).to_le_bytes(), text.as_bytes(), &bytes[8 + length..]].concat();
    Model::from_bytes(&changed).map_or_else(|error| error.message().to_string(), |_| "read".into())
}

#[test]
fn mistakes_are_named() {
    assert_eq!(changed("m×3 ~ weights", "m×3 ~ he"), "read");
    assert!(changed("\\\"version\\\":1", "\\\"version\\\":9").starts_with("has the version 9 of this format"));
    assert!(changed("\"symdiff\"", "\"another\"").starts_with("holds tensors, but no network"));
    assert!(changed("\"W1\"", "\"V1\"").starts_with("lacks the tensor `W1`"));
    assert!(changed("m×3 ~ weights", "m×30000000000 ~ weights").contains("there is no room"));
    assert!(changed("\"shape\":[4,3]", "\"shape\":[3,4]").contains("with the sizes [3, 4]; its layers need [4, 3]"));
    assert!(changed("\"memory.W1.0\"", "\"memory.W9.0\"").starts_with("lacks the tensor `memory.W1.0`"));
    assert!(changed("\\\"memories\\\":true", "\\\"memories\\\":false").contains("tensors, but its network and training need"));
    assert!(changed("\\\"optimizer\\\":\\\"adam\\\"", "\\\"optimizer\\\":\\\"adaam\\\"").contains("there is no optimizer `adaam`"));
}

#[test]
fn a_claimed_length_reserves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.safetensors");
    std::fs::write(&path, u64::MAX.to_le_bytes()).unwrap();
    let error = Model::load(&path).unwrap_err();
    assert_eq!(error.kind(), Kind::Data);
    assert!(error.message().contains("longer than the file"), "{}", error.message());
    std::fs::write(&path, "text").unwrap();
    assert!(Model::load(&path).unwrap_err().message().contains("too short"));
    assert_eq!(Model::load(folder.path()).unwrap_err().kind(), Kind::Data);
    assert_eq!(Model::load(folder.path().join("none")).unwrap_err().kind(), Kind::Io);
}
