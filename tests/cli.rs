//! Does the program keep its contract, from words and lines to answers and exit codes?
//! Deliberately looks from outside only: every test runs the binary.
//! Read next: `src/cli/main.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Ended, run_with};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn run(words: &[&str]) -> Ended {
    run_with(words, b"")
}

/// The answer of a run that ends well.
fn answer(words: &[&str]) -> String {
    let (code, out, err) = run(words);
    assert_eq!((code, &*err), (0, ""), "{words:?}: {out}");
    out.trim_end().to_owned()
}

/// The message of a run that fails with this code.
fn failure(code: i32, words: &[&str]) -> String {
    let (ended, out, err) = run(words);
    assert_eq!((ended, &*out), (code, ""), "{words:?}: {err}");
    assert!(err.starts_with("error: "), "{words:?}: {err}");
    err
}

fn batch(lines: &str) -> Vec<Value> {
    let (code, out, err) = run_with(&["batch"], lines.as_bytes());
    assert_eq!((code, &*err), (0, ""));
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kind(reply: &Value) -> &str {
    reply["error"]["kind"].as_str().unwrap_or("")
}

/// A folder of this test's own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("symdiff-test-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn derivatives() {
    assert_eq!(answer(&["exp(x^2+2x+3)", "x"]), "(2*x + 2)*exp(x^2 + 2*x + 3)");
    assert_eq!(answer(&["x^2*w", "x"]), "2*w*x");
    assert_eq!(answer(&["x^3*y^2", "x", "2", "y"]), "12*x*y");
    assert_eq!(answer(&["diff", "x^3*y^2", "x", "2", "y"]), "12*x*y");
    assert_eq!(answer(&["-x^2", "x"]), "-2*x");
    assert_eq!(answer(&["-x^2"]), "-2*x");
    assert_eq!(answer(&["x^5", "x", "999999999"]), "0");
    assert_eq!(answer(&["e^(x^2+2x+3) x로 미분"]), "(2*x + 2)*exp(x^2 + 2*x + 3)");
    assert_eq!(answer(&["[[x^2*w, 3*x*w^2],[2*x*w^3, 6*x^3*w^-1]]", "w"]), "[[x^2, 6*w*x], [6*w^2*x, -6*x^3/w^2]]");
}

#[test]
fn the_other_commands() {
    assert_eq!(answer(&["gradient", "x^2*y", "x", "y"]), "[2*x*y, x^2]");
    assert_eq!(answer(&["hessian", "x^2*y", "x", "y"]), "[[2*y, 2*x], [2*x, 0]]");
    assert_eq!(answer(&["jacobian", "[x*y, x]", "x", "y"]), "[[y, x], [1, 0]]");
    assert_eq!(answer(&["simplify", "x + x"]), "2*x");
    assert_eq!(answer(&["eval", "x^2*w", "--at", "x=3,w=2"]), "18");
    assert_eq!(answer(&["eval", "sin(x)", "--at", "x=pi/2"]), "1");
    assert_eq!(answer(&["eval", "x^2*w", "--at", "x=3", "--at", "w=2", "--grad", "x,w"]), "18\nd/dx = 12\nd/dw = 9");
    assert_eq!(answer(&["equal", "x + x", "2*x"]), "equal");
    assert!(answer(&["equal", "x", "x + 1"]).starts_with("different"));
}

#[test]
fn definitions_and_assumptions() {
    let composite = ["a(z(x))", "x", "--let", "a(z)=1+e^z", "--let", "z(x)=1+x"];
    assert_eq!(answer(&composite), "exp(x + 1)");
    assert_eq!(answer(&["a*x", "x", "--let", "a=b^2", "--let", "b=3"]), "9");
    assert_eq!(answer(&["simplify", "sqrt(x^2)", "--assume", "x>0"]), "x");
    assert_eq!(answer(&["simplify", "sqrt(x^2)"]), "abs(x)");
    failure(2, &["f(x)", "x", "--let", "f(x)=g(x)", "--let", "g(x)=f(x)"]);
    failure(2, &["x", "x", "--let", "x=3"]);
    failure(2, &["x", "x", "--assume", "x>5"]);
    let error = failure(2, &["z(x)", "x", "--let", "z(x)=1+"]);
    assert!(error.contains("z(x)") && error.contains('^'), "{error}");
}

#[test]
fn formats() {
    let reply: Value = serde_json::from_str(&answer(&["x^2*w", "x", "--format", "json"])).unwrap();
    assert_eq!(reply, serde_json::json!({"result": "2*w*x"}));
    let reply: Value = serde_json::from_str(&answer(&["gradient", "x^2*y", "x", "y", "--format", "json"])).unwrap();
    assert_eq!(reply, serde_json::json!({"result": {"x": "2*x*y", "y": "x^2"}}));
    assert!(answer(&["x^3", "x", "--format", "unicode"]).contains('²'));
    assert!(answer(&["x^3", "x", "--format", "latex"]).contains("x^"));
}

#[test]
fn exit_codes_and_messages() {
    let error = failure(2, &["x^", "x"]);
    assert!(error.contains("x^\n") && error.contains('^'), "{error}");
    let error = failure(2, &["x + sinn(x)", "x"]);
    assert!(error.contains("did you mean `sin`?"), "{error}");
    let error = failure(2, &["sin(x)", "sin"]);
    assert!(error.contains("`sin` is a function"), "{error}");
    assert!(failure(2, &["export", "x^2", "--wrt", "sin", "--to", "c"]).contains("`sin` is a function"));
    assert!(failure(2, &["eval", "x^2", "--at", "x=2", "--grad", "sin"]).contains("`sin` is a function"));
    assert!(failure(2, &["plot", "x^2", "sin=-1..1"]).contains("`sin` is a function"));
    assert_eq!(answer(&["x^2", "gamma"]), "0"); // a Greek letter may be a variable that is not there
    let error = failure(2, &["x*y"]);
    assert!(error.contains('x') && error.contains('y'), "{error}");
    let usage: [&[&str]; 9] = [
        &["--frobnicate"],
        &["x", "x", "--frobnicate"],
        &["x^2", "x", "2", "3"],
        &["diff", "x", "x", "100000000000000000000"],
        &["eval", "x", "--at", "x"],
        &["eval", "x"],
        &["equal", "x"],
        &["diff", "sin(x, y)", "x"],
        &["x", "x", "--format", "html"],
    ];
    for words in usage {
        failure(2, words);
    }
    failure(1, &["eval", "log(x)", "--at", "x=-1"]);
    failure(1, &["eval", "1/x", "--at", "x=0"]);
    failure(1, &["gradient", "[x, y]", "x", "y"]);
    let error = failure(1, &["(x+1)^2*(x+2)", "x", "--max-nodes", "6"]);
    assert!(error.contains("--max-nodes"), "{error}");
    let (code, out, err) = run(&[]);
    assert_eq!((code, &*out), (2, ""));
    assert!(err.contains("symdiff --help"));
}

#[test]
fn stdin_as_expression() {
    assert_eq!(run_with(&["-", "x"], b"\xef\xbb\xbfx^2\r\n"), (0, "2*x\n".into(), String::new()));
    for bad in [&b"\xff"[..], b"", b"x + \x07", "x + \u{202e}1".as_bytes()] {
        let (code, out, err) = run_with(&["diff", "-", "x"], bad);
        assert_eq!((code, &*out), (2, ""), "{bad:?}");
        assert!(err.starts_with("error: "));
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    assert!(!failure(2, &["x^", "x"]).contains('\u{1b}'));
    assert!(run(&["x^", "x", "--color", "always"]).2.contains('\u{1b}'));
}

#[test]
fn help_has_examples() {
    let (code, out, _) = run(&["--help"]);
    assert_eq!(code, 0);
    for command in ["diff", "gradient", "jacobian", "hessian", "simplify", "equal", "eval", "batch", "repl", "completions"] {
        assert!(out.contains(command), "{command}");
        let (code, page, _) = run(&[command, "--help"]);
        assert!(code == 0 && page.contains(&format!("symdiff {command}")) && page.contains("Examples:"), "{command}: {page}");
    }
    assert!(out.contains("Examples:"));
    assert_eq!(answer(&["--version"]), concat!("symdiff ", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(answer(&["completions", shell]).contains("symdiff"));
    }
    assert!(answer(&["help", "sin"]).contains("cos(x)"));
}

/// The examples of the help pages that are one command run.
#[test]
fn examples_of_help_run() {
    for command in ["diff", "gradient", "jacobian", "hessian", "simplify", "equal", "eval"] {
        let page = run(&[command, "--help"]).1;
        for example in page.lines().filter_map(|line| line.strip_prefix("  symdiff ")).filter(|line| !line.contains("--data")) {
            let mut words = Vec::new();
            for (i, piece) in example.split('"').enumerate() {
                if i % 2 == 1 {
                    words.push(piece);
                } else {
                    words.extend(piece.split_whitespace());
                }
            }
            let (code, out, err) = run(&words);
            assert!(code == 0 && !out.is_empty(), "{example}: {err}");
        }
    }
}

#[test]
fn batch_answers_the_contract() {
    let replies = batch(concat!(
        r#"{"id": 1, "op": "diff", "expr": "x^2*w", "wrt": ["x"]}"#,
        "\n\r\n",
        r#"{"id": 2, "op": "eval", "expr": "x^2*w", "at": {"x": 3, "w": 2}}"#,
        "\r\n",
        r#"{"id": 3, "op": "diff", "expr": "x^", "wrt": ["x"]}"#,
        "\n",
        r#"{"id": 4, "op": "equal", "a": "sin(x)^2", "b": "1-cos(x)^2"}"#,
        "\n",
        r#"{"id": 5, "op": "gradient", "expr": "x^2*y", "wrt": ["x", "y"], "at": {"x": 1, "y": 3}}"#,
        "\n",
        r#"{"id": 6, "op": "diff", "expr": "x^3", "wrt": ["x", "x"], "at": {"x": 2}}"#,
        "\n",
        r#"{"id": 7, "op": "eval", "expr": "log(x)", "at": {"x": -1}}"#,
        "\n",
        r#"{"id": 8, "op": "equal", "a": "x", "b": "x^"}"#,
        "\n",
        r#"{"id": 9, "op": "eval", "expr": "z(x)*a", "let": {"z(x)": "1+x", "a": "3"}, "at": {"x": 1}, "grad": ["x"]}"#,
    ));
    assert_eq!(replies.len(), 9);
    assert_eq!(replies[0], serde_json::json!({"id": 1, "result": "2*w*x"}));
    assert_eq!(replies[1], serde_json::json!({"id": 2, "value": 18.0}));
    assert_eq!((kind(&replies[2]), &replies[2]["error"]["span"]), ("parse", &serde_json::json!([2, 2])));
    assert_eq!(replies[3], serde_json::json!({"id": 4, "verdict": "equal", "proof": "exact"}));
    assert_eq!(replies[4]["result"], serde_json::json!({"x": "2*x*y", "y": "x^2"}));
    assert_eq!(replies[4]["value"], serde_json::json!({"x": 6.0, "y": 1.0}));
    assert_eq!(replies[5], serde_json::json!({"id": 6, "result": "6*x", "value": 12.0}));
    assert!(replies[6]["value"].is_null() && replies[6]["note"].is_string(), "{}", replies[6]);
    assert_eq!((kind(&replies[7]), &replies[7]["error"]["in"]), ("parse", &serde_json::json!("b")));
    assert_eq!(replies[8], serde_json::json!({"id": 9, "value": 6.0, "grad": {"x": 3.0}}));
}

#[test]
fn batch_keeps_order_and_survives() {
    let mut lines = Vec::new();
    for i in 0..1000 {
        lines.extend(match i % 7 {
            0 => format!("{{\"id\": {i}, \"op\": \"eval\", \"expr\": \"{i} + 1\"}}\n").into_bytes(),
            1 => format!("{{\"id\": {i}, \"op\": \"diff\", \"expr\": \"sin(x^{i})*exp(x)\", \"wrt\": [\"x\"]}}\n").into_bytes(),
            2 => format!("{{\"id\": {i}, \"op\": \"nonsense\"}}\n").into_bytes(),
            3 => [format!("{{\"id\": {i}, \"op\": \"diff\", \"expr\": \"").as_bytes(), b"\xff\"}\n"].concat(),
            4 => format!("{{\"id\": {i}, \"op\": \"diff\", \"wrt\": {}{}}}\n", "[".repeat(5000), "]".repeat(5000)).into_bytes(),
            5 => format!("{{\"id\": {i}, \"op\": \"diff\"\n").into_bytes(),
            _ => format!("{{\"id\": {i}, \"op\": \"eval\", \"expr\": \"x\"}}\n").into_bytes(),
        });
    }
    let (code, out, err) = run_with(&["batch"], &lines);
    assert_eq!((code, &*err), (0, ""));
    let replies: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(replies.len(), 1000);
    for (i, reply) in replies.iter().enumerate() {
        assert_eq!(reply["id"], i, "{reply}");
        match i % 7 {
            0 => assert_eq!(reply["value"], i as f64 + 1.0),
            1 => assert!(reply["result"].is_string(), "{reply}"),
            6 => assert_eq!(kind(reply), "name"),
            _ => assert_eq!(kind(reply), "request", "{reply}"),
        }
    }
}

#[test]
fn batch_answers_when_its_input_pauses() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_symdiff")).arg("batch").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for i in 0..3 {
        writeln!(input, "{{\"id\": {i}, \"op\": \"eval\", \"expr\": \"1 + 1\"}}").unwrap();
        let mut reply = String::new();
        output.read_line(&mut reply).unwrap();
        assert_eq!(reply, format!("{{\"id\": {i}, \"value\": 2.0}}\n"));
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::new("pipe");
    let line = "{\"id\": 1, \"op\": \"eval\", \"expr\": \"1 + 1\"}\n";
    let file = folder.file("lines.jsonl", &line.repeat(100_000));
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_symdiff")).args(["batch", &file]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "{\"id\": 1, \"value\": 2.0}\n");
    let done = child.wait_with_output().unwrap();
    assert_eq!((done.status.code(), done.stderr), (Some(0), Vec::new()));
}

#[test]
fn tables() {
    let folder = Folder::new("table");
    let points = folder.file("points.csv", "w,x,name\n2,3,a\n1, nan,b\n");
    let out = folder.path("out.csv");
    assert_eq!(
        answer(&["eval", "x^2*w", "--data", &points, "--grad", "x,w"]),
        "w,x,name,value,d/dx,d/dw\n2,3,a,18,12,9\n1, nan,b,nan,nan,nan"
    );
    assert_eq!(answer(&["eval", "x^2*a", "--data", &points, "--at", "a=2", "--out", &out]), "");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "w,x,name,value\n2,3,a,18\n1, nan,b,nan\n");
    let error = failure(1, &["eval", "x*y", "--data", &points]);
    assert!(error.contains("`y`") && error.contains("`w`, `x`, `name`"), "{error}");
    let bad = folder.file("bad.csv", "x\n1\noops\n");
    let error = failure(1, &["eval", "x", "--data", &bad, "--out", &out]);
    assert!(error.contains("row 2") && error.contains("oops"), "{error}");
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("w,x,name"), "a failed run leaves the old table");
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 3, "no temporary file is left");
    let european = folder.file("european.csv", "x;y\n1,5;2\n");
    assert_eq!(answer(&["eval", "x*y", "--data", &european]), "x;y;value\n1,5;2;3");
    failure(1, &["eval", "x", "--data", &folder.file("a.npy", "x")]);
    failure(1, &["eval", "x", "--data", &folder.file("empty.csv", "")]);
    failure(1, &["eval", "x", "--data", "."]);
    failure(1, &["eval", "x", "--data", &points, "--out", &folder.path("no/such/out.csv")]);
    failure(2, &["eval", "x^", "--data", &points]);
}

#[test]
fn line_by_line() {
    let lines = "f(x) = x^2 + 1\na = 3\ndiff f(x)*a x\nans + 1\nf(2)\nx + (y\n + y)\neval x^2 at x = 3\nequal x + x, 2*x\nassume x>0\nsimplify sqrt(x^2)\nquit\n";
    let (code, out, err) = run_with(&["repl"], lines.as_bytes());
    assert_eq!((code, &*err), (0, ""));
    assert_eq!(out, "6*x\n6*x + 1\n5\nx + 2*y\n9\nequal\nx\n");
    let (code, out, err) = run_with(&["repl"], b"x^\n1 + 1\na = b\nb = a\n");
    assert_eq!((code, &*out), (2, "2\n"));
    assert!(err.contains('^') && err.contains("refers to itself"), "{err}");
    let (code, out, _) = run_with(&["repl"], b"help\nhelp besselj\n");
    assert!(code == 0 && out.contains("besselj"));
}

#[test]
fn derivatives_that_are_written_down_are_carried_out() {
    for (words, wanted) in [
        (&["simplify", "sin''(x^2)"][..], "-sin(x^2)"),
        (&["simplify", "D(x*y, y)"], "x"),
        (&["simplify", "D(sqrt(y^2)*x, x)"], "abs(y)"),
        (&["simplify", "D(sqrt(y^2)*x, x)", "--complex"], "sqrt(y^2)"),
        (&["D(x*sqrt(x^2), x)", "x", "--complex"], "2*sqrt(x^2)/x"),
        (&["equal", "D(x^2, x)", "2x"], "equal"),
        (&["eval", "abs'(x)", "--at", "x=-2"], "-1"),
        (&["simplify", "D[1](hypot)(0, 0)"], "D[1](hypot)(0, 0)"),
        (&["simplify", "D[1](hypot)(3, 4)"], "3/hypot(3, 4)"),
    ] {
        assert_eq!(answer(words), wanted, "{words:?}");
    }
    failure(1, &["eval", "D[1](atan2)(0, 0)"]);
    assert!(answer(&["graph", "sin'(x)", "--at", "x=0"]).contains("cos"));
    assert!(answer(&["export", "abs'(x)", "--to", "c"]).contains("f(x) = sign(x)"));
    answer(&["plot", "D(x*y, y)", "x=-1..1"]);
}
