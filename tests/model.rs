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

/// A number to be foretold has no classes: no accuracy is told, and none is drawn.
#[test]
fn accuracy_is_told_only_of_classes() {
    let folder = folder("curves");
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let rows: String = (0..200).map(|i| format!("{},{},{}.5\n", i % 7, i % 5, (i % 7) * (i % 5))).collect();
    fs::write(file("numbers.csv"), format!("a,b,y\n{rows}")).unwrap();
    let rows: String = (0..200).map(|i| format!("{},{},{}\n", i % 7, i % 5, if i % 7 > 3 { "yes" } else { "no" })).collect();
    fs::write(file("classes.csv"), format!("a,b,y\n{rows}")).unwrap();
    for (name, loss, classes) in [("numbers.csv", "mse", false), ("classes.csv", "softmax", true)] {
        let (data, svg, layers) = (file(name), file("curve.svg"), if classes { "2-8-2" } else { "2-8-1" });
        let words = [
            "train", "--data", &data, "--layers", layers, "--loss", loss, "--lr", "0.001", "--epochs", "3", "--seed", "1", "--curve", &svg,
        ];
        let output = symdiff(&words);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("test loss"), "{text}");
        assert_eq!(text.contains("accuracy"), classes, "{text}");
        let picture = fs::read_to_string(&svg).unwrap();
        assert!(picture.contains("test loss"), "{picture}");
        assert_eq!(picture.contains("accuracy") && picture.contains("100 %"), classes, "{picture}");
    }
}

/// Whether Python has a module.
fn python_has(module: &str) -> bool {
    let found = Command::new(python()).args(["-c", &format!("import {module}")]).output().is_ok_and(|output| output.status.success());
    if !found {
        println!("left out: Python has no {module}");
        // PyTorch is gigabytes: it is compared with where it is, and asked for nowhere
        let needed = module != "torch" && std::env::var_os("SYMDIFF_EXPORT_ALL").is_some();
        assert!(!needed, "Python has no {module}, and SYMDIFF_EXPORT_ALL is set");
    }
    found
}

/// The Python of `SYMDIFF_PYTHON`, or the usual one.
fn python() -> String {
    std::env::var("SYMDIFF_PYTHON").unwrap_or_else(|_| "python3".into())
}

/// Rows between -2 and 2.
fn rows(count: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 7919 + 13) % 1000) as f32 / 250.0 - 2.0).collect()
}

/// Networks of every layer that there is, and of own texts.
fn networks() -> Vec<(String, Model)> {
    let layers = [
        "relu",
        "sigmoid",
        "tanh",
        "softplus",
        "gelu",
        "silu",
        "mul 3",
        "add -2",
        "dropout 0.3",
        "batchnorm",
        "= X.*sigmoid(c*X) where c = 1.5",
        "= sin(x) + x^2 - abs(x)",
        "= if(x < 0, exp(x) - 1, x)",
        "= X./sqrt(sum(X.^2, axis=1, keep) + 1)",
        "= X - mean(X, 0)",
        "= X*W*W where W: m×5 ~ he",
        "= (X - max(X, axis=1, keep))/2",
        "= X - logsumexp(X)",
        "= softmax(X)",
    ];
    let mut found = Vec::new();
    for (number, text) in layers.into_iter().enumerate() {
        for loss in ["softmax", "mse"] {
            let layers = ["affine 5", text, "affine 3"].map(|text| Layer::named(text).unwrap()).to_vec();
            let mut network = Network::new(4, layers, Layer::loss(loss).unwrap()).unwrap();
            network.initialise(None, number as u64);
            for (at, tensor) in network.state.iter_mut().enumerate() {
                tensor.values.iter_mut().enumerate().for_each(|(entry, x)| *x += 0.1 * (1 + at + entry) as f64);
            }
            let mut model = Model::of(network);
            if loss == "mse" {
                model.scaling.standard = Some((vec![0.1, 0.2, 0.3, 0.4], vec![1.0, 2.0, 0.0, 0.5]));
            } else {
                model.classes = ["a", "it's \"b\"", "c"].map(String::from).to_vec();
            }
            found.push((format!("net{number}_{loss}"), model));
        }
    }
    found
}

#[test]
fn exported_networks_say_the_same() {
    let folder = folder("export");
    let inputs = rows(4 * 7);
    let mut main = String::new();
    let mut count = 0;
    for (name, model) in networks() {
        let outputs = model.predict(&inputs).unwrap();
        let table = |values: &[f64], width: usize| serde_json::Value::from(values.chunks(width).map(<[f64]>::to_vec).collect::<Vec<_>>());
        let doubles: Vec<f64> = inputs.iter().map(|&x| f64::from(x)).collect();
        let whole = model.network.layers.iter().any(|layer| layer.name.contains("mean(X, 0)"));
        let mut case = serde_json::json!({ "whole": whole, "inputs": table(&doubles, 4), "outputs": table(&outputs, 3) });
        if model.has_probabilities() {
            let mut rows = outputs.clone();
            rows.chunks_mut(3).for_each(symdiff::net::softmax);
            case["probabilities"] = table(&rows, 3);
        }
        fs::write(folder.join(format!("{name}.json")), case.to_string()).unwrap();
        for (to, ending) in [("onnx", ".onnx"), ("numpy", "_numpy.py"), ("pytorch", "_pytorch.py"), ("rust", ".rs")] {
            let target = symdiff::net::ExportTarget::find(to).unwrap();
            let bytes = model.export(target).unwrap_or_else(|error| panic!("{name} to {to}: {error}"));
            if to != "onnx" {
                let text = String::from_utf8(bytes.clone()).unwrap();
                assert_eq!(text.contains("probabilities("), model.has_probabilities(), "{name} to {to}");
            }
            fs::write(folder.join(format!("{name}{ending}")), bytes).unwrap();
        }
        // functions of a crate that is not at hand are left out of the Rust test
        if !fs::read_to_string(folder.join(format!("{name}.rs"))).unwrap().contains("libm::") {
            main += &format!("#[path = \"{name}.rs\"]\nmod {name};\n");
            main += &format!("fn check_{name}() {{ check(\"{name}\", &{name}::predict(&INPUTS), &{outputs:?}); }}\n");
            count += 1;
        }
    }
    assert!(count > 25, "{count}");
    let calls: String = networks()
        .iter()
        .map(|(name, _)| name)
        .filter(|name| main.contains(&format!("mod {name};")))
        .map(|name| format!("    check_{name}();\n"))
        .collect();
    let check = "fn check(name: &str, got: &[f64], want: &[f64]) {\n    assert_eq!(got.len(), want.len(), \"{name}\");\n    for (a, b) in got.iter().zip(want) {\n        assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), \"{name}: {a} is not {b}\");\n    }\n}\n";
    let doubles: Vec<f64> = inputs.iter().map(|&x| f64::from(x)).collect();
    let main = format!(
        "#![allow(dead_code)]\n{main}\nconst INPUTS: [f64; {}] = {doubles:?};\n{check}fn main() {{\n{calls}    println!(\"ok\");\n}}\n",
        doubles.len()
    );
    fs::write(folder.join("main.rs"), main).unwrap();
    let built =
        Command::new("rustc").args(["--edition", "2024", "-o"]).arg(folder.join("main")).arg(folder.join("main.rs")).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let ran = Command::new(folder.join("main")).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));

    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/model_export.py");
    for (what, modules) in
        [("onnx", &["numpy", "onnx", "onnxruntime"][..]), ("numpy", &["numpy", "scipy"]), ("pytorch", &["numpy", "torch"])]
    {
        if modules.iter().all(|module| python_has(module)) {
            let output = Command::new(python()).args([script, what]).arg(&folder).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && text.contains("ok"), "{what}: {text}");
        }
    }
}

#[test]
fn what_has_no_form_is_told() {
    let layers = ["affine 2", "= X*inv(W) where W: 2×2 ~ he"].map(|text| Layer::named(text).unwrap()).to_vec();
    let mut network = Network::new(3, layers, Layer::loss("mse").unwrap()).unwrap();
    network.initialise(None, 1);
    let error = Model::of(network).export(symdiff::net::ExportTarget::Onnx).unwrap_err();
    assert_eq!(error.message(), "the network cannot be exported: it uses the inverse of a matrix");
}

#[test]
fn the_command_exports_to_a_file() {
    let folder = folder("command");
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let model = file("iris.safetensors");
    iris().save(&model).unwrap();
    said(&["export", &model, "--to", "onnx", "--out", &file("iris.onnx")]);
    assert!(fs::read(file("iris.onnx")).unwrap().windows(7).any(|bytes| bytes == b"symdiff"));
    let text = said(&["export", &model, "--to", "numpy"]);
    assert!(text.contains("CLASSES = [\"setosa\",\"versicolor\",\"virginica\"]"), "{text}");
    said(&["export", "x^2", "--to", "rust", "--out", &file("square.rs")]);
    assert!(fs::read_to_string(file("square.rs")).unwrap().contains("pub fn f(x: f64)"));
    for (words, part) in
        [(vec!["export", &model], "to what?"), (vec!["export", &model, "--to", "cobol"], "a network is not exported to `cobol`")]
    {
        let output = symdiff(&words);
        assert!(String::from_utf8_lossy(&output.stderr).contains(part) && output.status.code() == Some(2));
    }
}
