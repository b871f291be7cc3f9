//! Does `symdiff layer` show the right backward passes, judge wrong ones, and write code that runs?
//! Deliberately looks from outside only: every test runs the binary.
//! Read next: `src/net/explain.rs`, `src/net/doctor.rs`, `src/net/code/mod.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

mod common;

use common::{Ended, run_with};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn run(words: &[&str]) -> Ended {
    run_with(&[&["layer"], words].concat(), b"")
}

fn answer(words: &[&str]) -> String {
    let (code, out, error) = run(words);
    assert_eq!(code, 0, "{words:?}: {error}");
    out
}

/// The formulas, without the check.
fn formulas(words: &[&str]) -> Vec<String> {
    answer(words).lines().take_while(|line| !line.starts_with("check")).map(str::to_owned).collect()
}

#[test]
fn backward_passes_are_those_of_the_textbook() {
    for (layer, wanted) in [
        ("1/(1+exp(-x))", &["y = 1/(1+exp(-x))", "dx = dout*y*(1 - y)"][..]),
        ("tanh(x)", &["y = tanh(x)", "dx = dout*(1 - y^2)"]),
        ("relu", &["y = max(x, 0)", "dx = if(0 < x, dout, 0)"]),
        ("softplus", &["y = log(1 + exp(x))", "dx = dout*(1 - exp(-y))"]),
        ("gelu", &["y = x*(1 + erf(x/sqrt(2)))/2", "dx = dout*(x*exp(-x^2/2)/(sqrt(2)*sqrt(pi)) + erf(x/sqrt(2))/2 + 1/2)"]),
        ("exp(-x^2)", &["y = exp(-x^2)", "dx = -2*dout*x*y"]),
        ("mul", &["out = x*y", "dx = dout*y", "dy = dout*x"]),
        ("add", &["out = x + y", "dx = dout", "dy = dout"]),
        ("sigmoid(X)", &["Y = sigmoid(X)", "dX = Y.*dout.*(1 - Y)"]),
        ("X*W + b where W: m×k ~ he, b: k ~ zeros", &["Y = X*W + b", "dX = dout*W'", "dW = X'*dout", "db = sum(dout, axis=0)"]),
        ("softmax", &["Y = (sum(logsumexp(X)) - sum(T.*X))/N", "dX = (softmax(X) - T)/N"]),
        ("mse", &["Y = sum((X - T).^2)/(2*N)", "dX = (X - T)/N"]),
        ("dropout", &["Y = X.*M/(1 - rate)", "dX = M.*dout/(1 - rate)"]),
    ] {
        assert_eq!(formulas(&[layer]), wanted, "{layer}");
    }
    // the text of batch normalisation is long; its shift is not, and the numbers are checked below
    assert_eq!(formulas(&["batchnorm"]).last().unwrap(), "dshift = sum(dout, axis=0)");
    assert_eq!(formulas(&["affine", "50"]), formulas(&["affine"]));
}

#[test]
fn every_backward_pass_agrees_with_differences() {
    for layer in
        ["affine 7", "relu", "sigmoid", "tanh", "softplus", "gelu", "silu", "mul", "dropout", "batchnorm", "softmax", "mse", "log(x)"]
    {
        let (code, out, error) = run(&[layer, "--format", "json"]);
        assert_eq!(code, 0, "{layer}: {error}");
        let reply: serde_json::Value = serde_json::from_str(&out).unwrap();
        let check = &reply["check"];
        assert!(check["entries"].as_u64().unwrap() > 0, "{layer}");
        assert!(check["largest_relative_difference"].as_f64().unwrap() < 1e-8, "{layer}: {check}");
    }
}

/// The verdict of one formula, and the likely slip.
fn verdict(layer: &str, formula: &str) -> (String, String) {
    let (code, out, error) = run(&[layer, "--backward", formula, "--format", "json"]);
    assert_eq!(code, 0, "{layer} {formula}: {error}");
    let reply: serde_json::Value = serde_json::from_str(&out).unwrap();
    let first = &reply["verdicts"][0];
    let word = |name: &str| first[name].as_str().unwrap_or_default().to_owned();
    let proof = if first["proof"].is_null() { String::new() } else { format!(" {}", word("proof")) };
    (word("verdict") + &proof, word("slip"))
}

#[test]
fn right_formulas_are_proved() {
    for (layer, formula) in [
        ("sigmoid", "dx = dout*y*(1-y)"),
        ("sigmoid", "dx = dout*exp(-x)/(1+exp(-x))^2"),
        ("tanh", "dx = dout*(1-y^2)"),
        ("tanh", "dx = dout*(1-tanh(x)^2)"),
        ("relu", "dx = if(x > 0, dout, 0)"),
        ("relu", "dx = if(x <= 0, 0, dout)"),
        ("affine", "dX = dout*W'"),
        ("affine", "dW = X'*dout"),
        ("affine", "db = sum(dout, axis=0)"),
        ("softmax", "dX = (softmax(X) - T)/N"),
        ("batchnorm", "dshift = sum(dout, 0)"),
    ] {
        assert_eq!(verdict(layer, formula).0, "equal exact", "{layer} {formula}");
    }
}

#[test]
fn wrong_formulas_get_their_slip() {
    for (layer, formula, slip) in [
        ("sigmoid", "dx = dout*x*(1-x)", "x stands where the output y belongs"),
        ("sigmoid", "dx = -dout*y*(1-y)", "the sign is turned"),
        ("sigmoid", "dx = y*(1-y)", "dout is missing"),
        ("sigmoid", "dx = dout", "the layer's own derivative is missing"),
        ("exp(-x^2)", "dx = dout*y", "the derivative of the inner part -x^2 is missing"),
        ("relu", "dx = if(x <= 0, dout, 0)", "the mask is turned around"),
        ("mul", "dx = dout*x", "x stands where y belongs"),
        ("affine", "dW = dout'*X", "transposed"),
        ("affine", "dX = dout*W", "dout*W'"),
        ("affine", "db = dout", "not summed over the batch"),
        ("affine", "db = sum(dout, axis=1)", "summed over the wrong axis"),
        ("affine", "db = sum(dout)", "summed over everything"),
        ("softmax", "dX = softmax(X) - T", "scaled by N"),
        ("softmax", "dX = (T - softmax(X))/N", "the sign is turned"),
        ("softmax", "dX = (softmax(X) - X)/N", "X stands where T belongs"),
    ] {
        let (word, found) = verdict(layer, formula);
        assert_eq!(word, "different", "{layer} {formula}");
        assert!(found.contains(slip), "{layer} {formula}: {found}");
    }
    assert_eq!(verdict("relu", "dx = if(x < 0, 0, dout)").0, "different", "they differ at 0 alone");
}

#[test]
fn mistakes_are_named() {
    for (words, message) in [
        (&["sigmiod"][..], "there is no layer `sigmiod`"),
        (&["X*W + b"], "which is neither X nor declared"),
        (&["sigmoid", "--backward", "dw = 1"], "`dw` is no derivative of this layer; there are dx"),
        (&["sigmoid", "--backward", "dx = dout*q"], "`q` is no name of this layer"),
        (&["sigmoid", "--backward", "dx = dout*(y"], "is not closed"),
        (&["sigmoid", "--to", "cobol"], "a layer is written in rust, numpy, pytorch, jax"),
        (&["inv(X)", "--shape", "X: n×n", "--to", "rust"], "is not written in rust"),
        (&["x*dout"], "`dout` is the derivative that comes from above"),
    ] {
        let (code, _, error) = run(words);
        assert_ne!(code, 0, "{words:?}");
        assert!(error.contains(message), "{words:?}: {error}");
    }
}

#[test]
fn no_formula_is_too_strange() {
    for (layer, formula) in [
        ("affine", "db = softmax(3)*dout"),
        ("affine", "db = logsumexp(dout)"),
        ("affine", "dX = inv(dout)"),
        ("affine", "dX = [[1, 2]]"),
        ("affine", "dX = 1"),
        ("sigmoid", "dx = 1/0"),
        ("sigmoid", "dx = log(-1)*dout"),
        ("sigmoid", "dx = D(dout, x)"),
        ("softmax", "dX = softmax(N)"),
    ] {
        assert_eq!(verdict(layer, formula).0, "different", "{layer} {formula}");
    }
    let unknown = formulas(&["f(2*x)"]);
    assert_eq!(unknown, ["y = f(2*x)", "dx = 2*dout*f'(2*x)"]);
    assert_eq!(formulas(&["X*W where W: 3×2 ~ he"])[1], "dX = dout*W'");
}

#[test]
fn batch_and_repl_answer_too() {
    let pipe = |words: &[&str], input: &str| {
        let file = folder("doors").join("input");
        fs::write(&file, input).unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_symdiff")).args(words).stdin(fs::File::open(file).unwrap()).output().unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    let reply = pipe(&["batch"], "{\"id\": 1, \"op\": \"layer\", \"expr\": \"tanh(x)\", \"backward\": \"dx = dout*y\"}\n");
    let reply: serde_json::Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(reply["backward"]["dx"], "dout*(1 - y^2)");
    assert_eq!(reply["verdicts"][0]["verdict"], "different");
    let shown = pipe(&["repl"], "layer tanh(x) backward dx = dout*(1 - y^2)\nlayer relu to numpy\n");
    assert!(shown.contains("equal (proved)") && shown.contains("class Relu:"), "{shown}");
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("layer_{name}"));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a tool runs here.
fn has(tool: &str, arguments: &[&str]) -> bool {
    let found = Command::new(tool).args(arguments).output().is_ok_and(|output| output.status.success());
    if !found {
        println!("left out: {tool} {} does not run here", arguments.join(" "));
    }
    found
}

fn ends_well(command: &mut Command, what: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(output.status.success(), "{what}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

/// Derivatives of `sum(dout*forward)` by every array, against central differences; what a layer takes is given by its lengths.
const CHECK: &str = r#"
import numpy
generator = numpy.random.default_rng(3)
N, m, k = 4, 3, 2

def check(make, arrays, own=(), scale=True):
    # `arrays` go to forward, `own` to the constructor
    state = generator.bit_generator.state
    def forward(arrays, own):
        numpy.random.seed(1)
        layer = make(*own)
        return layer, layer.forward(*arrays)
    layer, y = forward(arrays, own)
    dout = generator.normal(size=numpy.shape(y)) if scale else 1.0
    back = layer.backward(dout)
    back = list(back) if isinstance(back, tuple) else [back]
    every = list(arrays[:len(back)]) + list(own)
    found = back + [value for name, value in vars(layer).items() if name.startswith("d") and name[1:] in vars(layer)]
    assert len(found) == len(every), (len(found), len(every))
    for at, (array, slope) in enumerate(zip(every, found)):
        assert numpy.shape(slope) == numpy.shape(array)
        for place in numpy.ndindex(*array.shape):
            step, sides = 1e-6, []
            for sign in (1, -1):
                moved = [part.copy() for part in every]
                moved[at][place] += sign*step
                new = moved[:len(back)] + list(arrays[len(back):])
                sides.append(numpy.sum(dout*forward(new, moved[len(back):])[1]))
            numerical = (sides[0] - sides[1])/(2*step)
            assert abs(numerical - slope[place]) < 1e-6*(1 + abs(numerical)), (at, place, numerical, slope[place])
"#;

#[test]
fn numpy_classes_have_the_gradient_of_differences() {
    if !has("python3", &["-c", "import numpy"]) {
        return;
    }
    let scipy = has("python3", &["-c", "import scipy.special"]);
    let batch = "[generator.normal(size=(N, m))]";
    let pair = "[generator.normal(size=(N, m)), generator.normal(size=(N, m))]";
    for (layer, call) in [
        ("sigmoid", format!("check(Under, {batch})")),
        ("tanh", format!("check(Under, {batch})")),
        ("relu", format!("check(Under, {batch})")),
        ("gelu", format!("check(Under, {batch})")),
        ("softplus", format!("check(Under, {batch})")),
        ("mul", format!("check(Under, {pair})")),
        ("X.*sigmoid(X)", format!("check(Under, {batch})")),
        ("max(X, 0) + max(X, axis=1)*ones(m)'", format!("check(Under, {batch})")),
        ("dropout", format!("check(Under, {batch})")),
        ("affine", format!("check(Under, {batch}, [generator.normal(size=(m, k)), generator.normal(size=k)])")),
        ("batchnorm", format!("check(Under, {batch}, [generator.normal(size=m), generator.normal(size=m)])")),
        ("softmax", format!("check(Under, {pair}, scale=False)")),
        ("mse", format!("check(Under, {pair}, scale=False)")),
    ] {
        let (code, source, error) = run(&[layer, "--to", "numpy", "--name", "under"]);
        assert_eq!(code, 0, "{layer}: {error}");
        if source.contains("scipy") && !scipy {
            continue;
        }
        let file = folder("numpy").join("under.py");
        fs::write(&file, format!("{source}\n{CHECK}\n{call}\n")).unwrap();
        ends_well(Command::new("python3").arg(&file), layer);
    }
}

#[test]
fn pytorch_and_jax_are_python_and_run_where_they_are() {
    if !has("python3", &["--version"]) {
        return;
    }
    for layer in ["sigmoid", "relu", "affine", "softmax", "dropout", "batchnorm", "mul"] {
        for to in ["pytorch", "jax"] {
            let file = folder(to).join("under.py");
            fs::write(&file, answer(&[layer, "--to", to])).unwrap();
            ends_well(Command::new("python3").args(["-m", "py_compile"]).arg(&file), layer);
        }
    }
    if has("python3", &["-c", "import torch"]) {
        for (layer, call) in [("relu", "relu, [x]"), ("sigmoid", "sigmoid, [x]"), ("affine", "affine, [x, w, b]")] {
            let test = "torch.set_default_dtype(torch.float64)\nmake = lambda *size: torch.randn(*size, requires_grad=True)\nx, w, b = make(4, 3), make(3, 2), make(2)\n";
            let file = folder("pytorch").join("run.py");
            fs::write(&file, format!("{}\n{test}assert torch.autograd.gradcheck({call})\n", answer(&[layer, "--to", "pytorch"]))).unwrap();
            ends_well(Command::new("python3").arg(&file), layer);
        }
    }
}

#[test]
fn rust_functions_have_the_gradient_of_differences() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    let numbers = "fn numbers(n: usize, seed: f64) -> Vec<f64> { (0..n).map(|i| ((i as f64 + seed)*1.7).sin()).collect() }";
    let near = "fn near(a: f64, b: f64) { assert!((a - b).abs() < 1e-6*(1.0 + b.abs()), \"{a} {b}\"); }";
    let affine = "let (x, w, b, d) = (numbers(12, 0.1), numbers(6, 0.5), numbers(2, 0.9), numbers(8, 0.3));\n\
        let value = |x: &[f64], w: &[f64], b: &[f64]| under(x, w, b, 4, 3, 2).iter().zip(&d).map(|(y, d)| y*d).sum::<f64>();\n\
        let (dx, dw, db) = under_backward(&x, &w, &b, &d, 4, 3, 2);\n\
        let moved = |a: &[f64], i: usize, h: f64| { let mut a = a.to_vec(); a[i] += h; a };\n\
        for i in 0..12 { near(dx[i], (value(&moved(&x, i, 1e-6), &w, &b) - value(&moved(&x, i, -1e-6), &w, &b))/2e-6); }\n\
        for i in 0..6 { near(dw[i], (value(&x, &moved(&w, i, 1e-6), &b) - value(&x, &moved(&w, i, -1e-6), &b))/2e-6); }\n\
        for i in 0..2 { near(db[i], (value(&x, &w, &moved(&b, i, 1e-6)) - value(&x, &w, &moved(&b, i, -1e-6)))/2e-6); }";
    let softmax = "let (x, t) = (numbers(12, 0.1), numbers(12, 0.7));\n\
        let moved = |a: &[f64], i: usize, h: f64| { let mut a = a.to_vec(); a[i] += h; a };\n\
        let dx = under_backward(&x, &t, 4, 3);\n\
        for i in 0..12 { near(dx[i], (under(&moved(&x, i, 1e-6), &t, 4, 3) - under(&moved(&x, i, -1e-6), &t, 4, 3))/2e-6); }";
    let batchnorm = "let (x, g, s, d) = (numbers(12, 0.1), numbers(3, 0.5), numbers(3, 0.9), numbers(12, 0.3));\n\
        let value = |x: &[f64]| under(x, &g, &s, 4, 3).iter().zip(&d).map(|(y, d)| y*d).sum::<f64>();\n\
        let (dx, _, _) = under_backward(&x, &g, &s, &d, 4, 3);\n\
        let moved = |a: &[f64], i: usize, h: f64| { let mut a = a.to_vec(); a[i] += h; a };\n\
        for i in 0..12 { near(dx[i], (value(&moved(&x, i, 1e-6)) - value(&moved(&x, i, -1e-6)))/2e-6); }";
    let sigmoid = "for x in [-2.0, 0.3, 1.5] { near(under_backward(under(x), 2.0), (under(x + 1e-6) - under(x - 1e-6))/1e-6); }";
    for (layer, body) in [("affine", affine), ("softmax", softmax), ("batchnorm", batchnorm), ("sigmoid", sigmoid)] {
        let folder = folder("rust");
        let (file, program) = (folder.join("under.rs"), folder.join(format!("under_{layer}")));
        let source = answer(&[layer, "--to", "rust", "--name", "under"]);
        fs::write(&file, format!("{source}\n{numbers}\n{near}\nfn main() {{\n{body}\n}}\n")).unwrap();
        ends_well(Command::new(&rustc).args(["--edition", "2021", "-A", "dead_code", "-o"]).arg(&program).arg(&file), layer);
        ends_well(&mut Command::new(&program), layer);
    }
}
