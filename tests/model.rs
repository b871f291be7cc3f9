//! Networks in files: what `predict` says of data.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use symdiff::net::data::{Dataset, Options, Targets};
use symdiff::net::{Examples, Layer, Model, Network, Optimizer, Position, Quiet, TrainingPlan, Wanted, train};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("model_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn symdiff(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_symdiff")).args(words).output().unwrap()
}

fn said(words: &[&str]) -> String {
    let output = symdiff(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const IRIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/iris.csv");

/// A network that has learned irises.
fn iris() -> Model {
    let mut data = Dataset::read(IRIS, &Options::default()).unwrap();
    data.standardise();
    let layers = ["affine 8", "tanh", "affine 3"].map(|text| Layer::named(text).unwrap()).to_vec();
    let mut network = Network::new(4, layers, Layer::loss("softmax").unwrap()).unwrap();
    network.initialise(None, 1);
    let Targets::Labels(labels) = &data.train.targets else { panic!("no labels") };
    let examples = Examples { inputs: &data.train.inputs, targets: Wanted::Labels(labels) };
    let plan = TrainingPlan { batch: 20, epochs: 40, ..TrainingPlan::new(Optimizer::named("adam", 0.02).unwrap()) };
    train(&mut network, examples, None, &plan, Position::default(), &mut Quiet).unwrap();
    Model { classes: data.classes, names: data.names, scaling: data.scaling, ..Model::of(network) }
}

#[test]
fn predictions_are_a_table_with_probabilities() {
    let folder = folder("predict");
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let model = file("iris.safetensors");
    iris().save(&model).unwrap();

    let said_of_file = said(&["predict", &model, "--data", IRIS, "--out", &file("out.csv")]);
    let accuracy: f64 = said_of_file.strip_prefix("accuracy ").and_then(|text| text.split(' ').next()).unwrap().parse().unwrap();
    assert!(accuracy > 94.0, "{said_of_file}");
    let table = fs::read_to_string(file("out.csv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("prediction,setosa,versicolor,virginica"));
    let mut count = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let sum: f64 = cells[1..].iter().map(|cell| cell.parse::<f64>().unwrap()).sum();
        assert!(cells.len() == 4 && (sum - 1.0).abs() < 1e-5, "{line}");
        count += 1;
    }
    assert_eq!(count, 150);

    // columns in another order, without answers, say the same
    let iris = fs::read_to_string(IRIS).unwrap();
    let turned: String = iris
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{},{}\n", cells[3], cells[2], cells[1], cells[0])
        })
        .collect();
    fs::write(file("turned.csv"), turned).unwrap();
    assert_eq!(said(&["predict", &model, "--data", &file("turned.csv")]), table);

    // one example, as text and as JSON
    let first = iris.lines().nth(1).unwrap().rsplit_once(',').unwrap().0;
    let one = said(&["predict", &model, "--at", first]);
    assert_eq!(one.lines().nth(1), table.lines().nth(1));
    let json: serde_json::Value = serde_json::from_str(&said(&["predict", &model, "--at", first, "--format", "json"])).unwrap();
    assert_eq!(json["predictions"][0], "setosa");
    assert_eq!(json["classes"][2], "virginica");
    let json: serde_json::Value = serde_json::from_str(&said(&["predict", &model, "--data", IRIS, "--format", "json"])).unwrap();
    assert!((json["accuracy"].as_f64().unwrap() * 100.0 - accuracy).abs() < 0.01 && json["predictions"].as_array().unwrap().len() == 150);
}

#[test]
fn values_are_predicted_with_their_error() {
    let folder = folder("values");
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let mut network = Network::new(2, vec![Layer::named("affine 1").unwrap()], Layer::loss("mse").unwrap()).unwrap();
    network.parameters[0].values = vec![2.0, -1.0];
    Model::of(network).save(file("line.safetensors")).unwrap();
    fs::write(file("rows.csv"), "1,1,1.5\n0.5,3,-2\n").unwrap();
    let output = symdiff(&["predict", &file("line.safetensors"), "--data", &file("rows.csv")]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "prediction\n1\n-2\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("root mean square error 0.353553"));
}

#[test]
fn what_does_not_fit_is_told() {
    let folder = folder("misfits");
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let model = file("iris.safetensors");
    iris().save(&model).unwrap();
    fs::write(file("few.csv"), "sepal_length,species\n1,setosa\n").unwrap();
    fs::write(file("no.safetensors"), "no model").unwrap();
    for (words, part, code) in [
        (vec!["predict", &model, "--at", "1,2"], "an example of this model is 4 numbers", 1),
        (vec!["predict", &model, "--at", "1,2,3,x"], "`x` is no number", 2),
        (vec!["predict", &model], "of which data?", 2),
        (vec!["predict", &model, "--data", &file("few.csv")], "has no column `", 1),
        (vec!["predict", &file("no.safetensors"), "--at", "1"], "is no .safetensors file", 1),
        (vec!["predict", &file("none.safetensors"), "--at", "1"], "cannot be read", 1),
    ] {
        let output = symdiff(&words);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(part) && output.status.code() == Some(code), "{words:?}: {text}");
    }
}
