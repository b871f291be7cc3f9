//! The exported source code, compiled and run: each self-test must print `ok`. Languages without a tool on the machine are
//! named and left out; `SYMDIFF_EXPORT_ALL=1`, which the gate sets, makes a missing tool an error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Formula, `--wrt`: the kernels of the benchmark, and what is hard to write: choices, powers, names, constants.
const FORMULAS: &[(&str, &str)] = &[
    ("exp(x^2+2*x+3)", "x"),
    ("log(cos(t)+sin(t)+6*t^2+9)", "t"),
    ("x^3*y^2/(1+exp(-x*y)) + sqrt(x^2+y^2+1)", "x,y"),
    ("100*(b-a^2)^2 + (1-a)^2", "a,b"),
    ("if(x < 1, x^2, 2*x - 1)*abs(y)", "x,y"),
    ("max(x, y^2)*min(x, 2) + floor(x)", "x,y"),
    ("x^y + 2^x - (-x)/(3 - (y - x))", "x,y"),
    ("theta*lambda^2 - sin(theta)/lambda", "lambda,theta"),
    ("x^(1/3)*sinh(x)*tanh(y)*atan2(x, y)", "x,y"),
    ("log(1 + exp(x)) + (exp(y) - 1)*log(1 + y^2)", "x,y"),
    ("asin(x/9)*sec(x/5) + k*x", "x"),
];

/// Formulas with functions that only some libraries have: erf most of them, digamma (the slope of gamma) SciPy.
const SPECIAL: &[(&str, &str)] = &[("erf(x) + x*erfc(x/2)", "x"), ("gamma(x + 1)", "")];

fn source(formula: &str, wrt: &str, to: &str) -> Option<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_symdiff"));
    command.args(["export", formula, "--to", to, "--test"]);
    if !wrt.is_empty() {
        command.args(["--wrt", wrt]);
    }
    let output = command.output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a tool runs here.
fn has(tool: &str, arguments: &[&str]) -> bool {
    let found = Command::new(tool).args(arguments).output().is_ok_and(|output| output.status.success());
    if !found {
        println!("left out: {tool} {} does not run here", arguments.join(" "));
        let needed = std::env::var_os("SYMDIFF_EXPORT_ALL").is_some();
        assert!(!needed, "{tool} {} does not run, and SYMDIFF_EXPORT_ALL is set", arguments.join(" "));
    }
    found
}

fn run(command: &mut Command, what: &str) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{what}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {text}");
    text
}

/// Writes the source of each formula to a file of its own and gives both to `check`.
fn each(to: &str, ending: &str, formulas: &[(&str, &str)], check: impl Fn(&Path, &str)) {
    let folder = folder(to);
    for (at, (formula, wrt)) in formulas.iter().enumerate() {
        let file = folder.join(format!("f{at}.{ending}"));
        fs::write(&file, source(formula, wrt, to).unwrap_or_else(|| panic!("{formula} is not exported to {to}"))).unwrap();
        check(&file, formula);
    }
}

fn compiled(compile: impl Fn(&Path, &Path) -> Command) -> impl Fn(&Path, &str) {
    move |file, formula| {
        let program = file.with_extension("bin");
        run(&mut compile(file, &program), formula);
        assert!(run(&mut Command::new(&program), formula).ends_with("ok\n"), "{formula}");
    }
}

fn interpreted(interpreter: &str) -> impl Fn(&Path, &str) {
    let interpreter = interpreter.to_string();
    move |file, formula| assert!(run(Command::new(&interpreter).arg(file), formula).ends_with("ok\n"), "{formula}")
}

#[test]
fn rust_runs() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    each(
        "rust",
        "rs",
        FORMULAS,
        compiled(move |file, program| {
            let mut command = Command::new(&rustc);
            command.args(["--edition", "2021", "-D", "warnings", "-o"]).args([program, file]);
            command
        }),
    );
}

#[test]
fn c_runs() {
    if !has("cc", &["--version"]) {
        return;
    }
    let compile = compiled(|file, program| {
        let mut command = Command::new("cc");
        command.args(["-std=c99", "-O1", "-Wall", "-Wextra", "-Wno-unused-function", "-Werror", "-o"]).args([program, file]).arg("-lm");
        command
    });
    each("c", "c", &[FORMULAS, &SPECIAL[..1]].concat(), compile);
}

#[test]
fn cpp_runs() {
    if !has("c++", &["--version"]) {
        return;
    }
    let compile = compiled(|file, program| {
        let mut command = Command::new("c++");
        command.args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-o"]).args([program, file]);
        command
    });
    each("cpp", "cpp", &[FORMULAS, &SPECIAL[..1]].concat(), compile);
}

#[test]
fn python_runs() {
    if has("python3", &["--version"]) {
        each("python", "py", &[FORMULAS, &SPECIAL[..1]].concat(), interpreted("python3"));
    }
}

#[test]
fn numpy_runs() {
    if has("python3", &["-c", "import numpy, scipy.special"]) {
        each("numpy", "py", &[FORMULAS, SPECIAL].concat(), interpreted("python3"));
    }
}

#[test]
fn javascript_runs() {
    if has("node", &["--version"]) {
        each("javascript", "mjs", FORMULAS, interpreted("node"));
    }
}

#[test]
fn fortran_runs_where_a_compiler_is() {
    if Command::new("gfortran").arg("--version").output().is_err() {
        println!("left out: no gfortran here");
        return;
    }
    let compile = compiled(|file, program| {
        let mut command = Command::new("gfortran");
        command.args(["-std=f2008", "-Wall", "-J"]).arg(file.parent().unwrap()).arg("-o").args([program, file]);
        command
    });
    each("fortran", "f90", FORMULAS, compile);
}

#[test]
fn jax_and_pytorch_run_where_they_are() {
    for (module, to) in [("jax", "jax"), ("torch", "pytorch")] {
        let found = Command::new("python3").args(["-c", &format!("import {module}")]).output().is_ok_and(|output| output.status.success());
        if found {
            each(to, "py", FORMULAS, interpreted("python3"));
        } else {
            println!("left out: no {module} here");
        }
    }
}

#[test]
fn latex_is_aligned_equations() {
    let output = Command::new(env!("CARGO_BIN_EXE_symdiff")).args(["export", "x^2*y", "--wrt", "x,y", "--to", "latex"]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "\\begin{aligned}\nf(x, y) &= x^{2} y \\\\\n\\frac{\\partial f}{\\partial x} &= 2 x y \\\\\n\\frac{\\partial f}{\\partial y} &= x^{2}\n\\end{aligned}\n"
    );
}

#[test]
fn errors_say_what_to_do() {
    for (arguments, code, wanted) in [
        (vec!["export", "x^2"], 2, "to which language? write --to with one of rust, c, cpp, python"),
        (vec!["export", "x^2", "--to", "rst"], 2, "there is no export to `rst`"),
        (vec!["export", "erfi(x)", "--to", "c"], 1, "c has no function for `erfi`"),
        (vec!["export", "x^2", "--to", "c", "--name", "double"], 2, "`double` cannot be the name of a function in c"),
        (vec!["export", "[x, 1]", "--to", "c"], 1, "export takes one expression, this is a vector of 2 entries"),
        (vec!["export", "f(x)", "--to", "c"], 1, "`f` has no derivative with a numeric value"),
        (vec!["export", "x", "--to", "glsl", "--test"], 2, "there is no self-test in glsl"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_symdiff")).args(&arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(wanted), "{arguments:?}: {text}");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    }
}
