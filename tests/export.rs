//! The exported source code, compiled and run: each self-test must print `ok`. Languages without a tool on the machine are
//! named and left out; `SYMDIFF_EXPORT_ALL=1`, which the gate sets, makes a missing tool an error where every machine can have it.
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
    ("x^(-2/3)/3 + 7*y^2/5 - 123456789012345678901234567890*x/98765432109876543210987654321", "x,y"),
    ("sign(x)*hypot(x, y)*min(x, -y) + (2*x + 3)^12/10^9 + if(x == y, 1, ceil(y))", "y,x"),
    // words of one language or another, letters that not all have, and what programs like to call their counters
    ("in*out + ifelse*None^2 + merge*active + sin(lambda)*class", "in,lambda,None,active"),
    ("θ^2*λ + n*i + t1*T2 + gl_x__y", "θ,i,n"),
];

/// Formulas with functions that only some libraries have: erf most of them, digamma (the slope of gamma) SciPy.
const SPECIAL: &[(&str, &str)] = &[("erf(x) + x*erfc(x/2)", "x"), ("gamma(x + 1)", "")];

/// What JAX and PyTorch have: the slope of digamma, with an order that must be a whole number.
const FRAMEWORK: &[(&str, &str)] = &[("digamma(x + 2) + polygamma(2, x + 1)", "x"), ("erf(x)*lgamma(x + 3)", "x")];

fn exported(arguments: &[&str], formula: &str, wrt: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_symdiff"));
    command.args(["export", formula]).args(arguments);
    if !wrt.is_empty() {
        command.args(["--wrt", wrt]);
    }
    run(&mut command, formula)
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a tool runs here.
fn runs(tool: &str, arguments: &[&str]) -> bool {
    let found = Command::new(tool).args(arguments).output().is_ok_and(|output| output.status.success());
    if !found {
        println!("left out: {tool} {} does not run here", arguments.join(" "));
    }
    found
}

/// The same of a tool that the gate must have.
fn has(tool: &str, arguments: &[&str]) -> bool {
    let found = runs(tool, arguments);
    let needed = std::env::var_os("SYMDIFF_EXPORT_ALL").is_some();
    assert!(found || !needed, "{tool} {} does not run, and SYMDIFF_EXPORT_ALL is set", arguments.join(" "));
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
        fs::write(&file, exported(&["--to", to, "--test"], formula, wrt)).unwrap();
        check(&file, formula);
    }
}

/// The same for interpreters that take long to start: one run for all files.
fn all_in_one(to: &str, formulas: &[(&str, &str)]) {
    const RUN: &str = "import runpy, sys\nfor file in sys.argv[1:]:\n    print(file)\n    runpy.run_path(file, run_name='__main__')";
    let files = std::cell::RefCell::new(Vec::new());
    each(to, "py", formulas, |file, _| files.borrow_mut().push(file.to_path_buf()));
    let said = run(Command::new("python3").args(["-c", RUN]).args(files.into_inner()), to);
    assert_eq!(said.lines().filter(|line| *line == "ok").count(), formulas.len(), "{said}");
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
fn fortran_runs() {
    if !runs("gfortran", &["--version"]) {
        return;
    }
    let compile = compiled(|file, program| {
        let mut command = Command::new("gfortran");
        command.args(["-std=f2008", "-Wall", "-Werror", "-J"]).arg(file.parent().unwrap()).arg("-o").args([program, file]);
        command
    });
    // lines end at 132 characters, names at 63
    let name = "n".repeat(70);
    let sum: Vec<String> = (1..60).map(|i| format!("cos({i}*x + {name})^{i}/{i}")).collect();
    let long = sum.join(" + ");
    each("fortran", "f90", &[FORMULAS, &SPECIAL[..1], &[(&long, "x")]].concat(), compile);
}

#[test]
fn jax_runs() {
    if runs("python3", &["-c", "import jax"]) {
        all_in_one("jax", &[FORMULAS, &SPECIAL[..1], FRAMEWORK].concat());
    }
}

#[test]
fn pytorch_runs() {
    if runs("python3", &["-c", "import torch"]) {
        all_in_one("pytorch", &[FORMULAS, &SPECIAL[..1], FRAMEWORK].concat());
    }
}

#[test]
fn glsl_compiles() {
    if !runs("glslangValidator", &["--version"]) {
        return;
    }
    let folder = folder("glsl");
    for (at, (formula, wrt)) in FORMULAS.iter().enumerate() {
        for version in ["330", "450", "300 es\nprecision highp float;"] {
            let file = folder.join(format!("f{at}.vert"));
            let source = exported(&["--to", "glsl"], formula, wrt);
            fs::write(&file, format!("#version {version}\n{source}\nvoid main() {{ gl_Position = vec4(0.0); }}\n")).unwrap();
            let said = run(Command::new("glslangValidator").arg(&file), formula);
            assert!(!said.contains("WARNING"), "{formula}: {said}");
        }
    }
}

/// What GLSL has and C++ has not.
const SHADER: &str = "#define out\nstruct vec2 { float x, y; vec2(float a, float b) : x(a), y(b) {} };\n\
    [[maybe_unused]] static float length(vec2 v) { return hypot(v.x, v.y); }\n[[maybe_unused]] static float atan(float y, float x) { return atan2(y, x); }\n";

/// A shader prints nothing, but its functions are C++ in single precision, once `out` is left out: they must agree with those that are
/// exported to C++.
#[test]
fn glsl_has_the_values_of_cpp() {
    let gnu =
        Command::new("c++").arg("--version").output().is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("Free Software"));
    if !gnu {
        println!("left out: c++ is not GCC here");
        return;
    }
    let folder = folder("glsl_values");
    for (at, (formula, wrt)) in FORMULAS.iter().enumerate() {
        let (cpp, glsl) = (exported(&["--to", "cpp", "--name", "g"], formula, wrt), exported(&["--to", "glsl"], formula, wrt));
        let head = cpp.lines().find(|line| line.starts_with("inline ")).unwrap();
        let point: Vec<String> = (1..=head.matches("double ").count()).map(|i| format!("0.{}25", i + 3)).collect();
        let (point, count) = (point.join(", "), wrt.split(',').count());
        let main = format!(
            "int main() {{\n float slopes[{count}];\n float value = f({point}, slopes);\n auto [wanted, gradient] = g({point});\n\
             auto near = [](double a, double b) {{ return std::abs(a - b) <= 2e-5 * (1 + std::abs(b)); }};\n bool ok = near(value, wanted);\n\
             for (int i = 0; i < {count}; i++) ok = ok && near(slopes[i], gradient[i]);\n std::puts(ok ? \"ok\" : \"differs\");\n}}\n"
        );
        let file = folder.join(format!("f{at}.cpp"));
        fs::write(&file, format!("{cpp}\n#include <cstdio>\nusing namespace std;\n{SHADER}{glsl}\n{main}")).unwrap();
        let compile = compiled(|file, program| {
            let mut command = Command::new("c++");
            command.args(["-std=c++17", "-fsingle-precision-constant", "-o"]).args([program, file]);
            command
        });
        compile(&file, formula);
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
