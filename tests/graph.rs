//! Does `symdiff graph` draw what the course draws, in every format, and survive what it is given?
//! Deliberately looks from outside only: every test runs the binary.
//! Read next: `src/net/graph.rs`; `src/net/graph/tests.rs` holds the numbers against central differences.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Ended, run_with};
use serde_json::Value;

fn run(words: &[&str], stdin: &str) -> Ended {
    run_with(words, stdin.as_bytes())
}

fn graph(words: &[&str]) -> String {
    let words: Vec<&str> = ["graph"].into_iter().chain(words.iter().copied()).collect();
    let (code, out, err) = run(&words, "");
    assert_eq!((code, &*err), (0, ""), "{words:?}");
    out
}

/// The picture without its legend.
fn picture(words: &[&str]) -> String {
    let out = graph(words);
    out.split("\n\nBackward: ").next().unwrap_or_default().to_owned()
}

const FRUIT: [&str; 3] = ["(apple*n_apple + orange*n_orange)*tax", "--at", "apple=100,n_apple=2,orange=150,n_orange=3,tax=1.1"];

#[test]
fn apples() {
    let wanted = "
       100
apple ──────┐
       2.2  │     200
            ├─ * ──────┐
        2   │     1.1  │
n ──────────┘          │     220
       110             ├─ * ─────→
                       │      1
       1.1             │
tax ───────────────────┘
       200";
    assert_eq!("\n".to_owned() + &picture(&["apple*n*tax", "--at", "apple=100,n=2,tax=1.1"]), wanted);
}

#[test]
fn apples_and_oranges() {
    let wanted = "
          100
apple ─────────┐
          2.2  │     200
               ├─ * ──────┐
           2   │     1.1  │
n_apple ───────┘          │
          110             │     650
                          ├─ + ──────┐
          150             │     1.1  │
orange ────────┐          │          │
          3.3  │     450  │          │
               ├─ * ──────┘          │     715
           3   │     1.1             ├─ * ─────→
n_orange ──────┘                     │      1
          165                        │
                                     │
          1.1                        │
tax ─────────────────────────────────┘
          650";
    assert_eq!("\n".to_owned() + &picture(&FRUIT), wanted);
}

#[test]
fn the_sigmoid() {
    let wanted = "
      1                 -1             0.36788         1.3679        0.73106
x ─────────── *(-1) ──────────── exp ──────────── +1 ──────────── / ─────────→
   0.19661           -0.19661         -0.53445        -0.53445          1

Backward: d comes from the right; y is a node's output, x (or a, b) its input
  *(-1)  d times (-1)
  exp    d times y
  +1     passes d on
  /      d times -y^2
";
    assert_eq!("\n".to_owned() + &graph(&["1/(1+exp(-x))", "--at", "x=1"]), wanted);
}

#[test]
fn what_is_used_twice_gets_the_sum() {
    let wanted = "
             2
x ────────────────────────┬──────────────────┬───────────────┐
   -0.83229 + 0.9093 + 1  │                  │               │
          = 1.077         │                  │               │     3.8186
                          │        0.9093    │               ├─ + ────────→
                          └── sin ─────────┐ └─┐             │        1
                                      2    │   │     1.8186  │
                                           │   ├─ * ─────────┘
                                           │   │        1
                                           └───┘";
    assert_eq!("\n".to_owned() + &picture(&["x*sin(x) + x", "--at", "x=2"]), wanted);
    assert!(graph(&["x*sin(x) + x", "--at", "x=2", "--digits", "3"]).contains("= 1.08 "));
}

#[test]
fn definitions_keep_their_order() {
    let words = ["price(100, 2)*1.1", "--let", "price(p, n)=(p - 1)*n/p", "--format", "json"];
    let graph: Value = serde_json::from_str(&graph(&words)).unwrap();
    let labels: Vec<&str> = graph["nodes"].as_array().unwrap().iter().filter_map(|node| node["label"].as_str()).collect();
    assert_eq!(labels, ["100", "1", "-", "2", "*", "/", "1.1", "*"]);
}

#[test]
fn a_picture_without_room_is_a_table() {
    let out = graph(&["(a+b)*(a-b)/(a+b)^2", "--at", "a=2,b=1", "--digits", "9"]);
    assert!(out.starts_with("node  operation  inputs  value"), "{out}");
    assert!(out.contains("\n3     +          1, 2    3 "), "{out}");
}

#[test]
fn exercises_leave_numbers_out() {
    for (which, forward, backward) in [("forward", false, true), ("backward", true, false), ("both", false, false)] {
        for format in ["text", "svg", "dot", "mermaid"] {
            let words = ["apple*n*tax", "--at", "apple=100,n=37,tax=13", "--blank", which, "--format", format];
            let out = graph(&words);
            assert!(out.contains("____"), "{out}");
            // 48100 is the value of the output, 481 the derivative by apple
            let has = |number: &str| out.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|word| word == number);
            assert_eq!((has("48100"), has("481")), (forward, backward), "{which} {format}:\n{out}");
        }
    }
}

/// Every tag is closed in turn, and no text has a bare sign of the language.
fn well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        assert!(!text.contains('>') || open.last() == Some(&"style"), "{text}");
        for entity in text.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|name| entity.starts_with(name)), "{text}");
        }
        let end = at + rest[at..].find('>').unwrap_or_else(|| panic!("a tag has no end: {rest}"));
        let tag = &rest[at + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or(tag));
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
}

#[test]
fn svg_is_well_formed() {
    for words in [
        &FRUIT[..],
        &["1/(1+exp(-x))", "--at", "x=1"],
        &["if(x < y, x, y) + max(x, 0)*가격", "--at", "x=1,y=2,가격=3"],
        &["x*y + sin(x)"],
        &["2"],
    ] {
        let svg = graph(&[words, &["--format", "svg"]].concat());
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{svg}");
        well_formed(&svg);
    }
    let svg = graph(&[&FRUIT[..], &["--format", "svg"]].concat());
    assert_eq!(svg.matches("class=\"node\"").count(), 9);
    assert_eq!(svg.matches("class=\"tip\"").count(), 9);
    assert!(svg.contains(">715</text>") && svg.contains(">165</text>"));
}

#[test]
fn files_have_the_format_of_their_ending() {
    let folder = std::env::temp_dir().join(format!("symdiff-graph-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, begins) in
        [("g.svg", "<svg"), ("g.dot", "digraph"), ("g.gv", "digraph"), ("g.mmd", "flowchart LR"), ("g.json", "{"), ("g.txt", "   ")]
    {
        let path = folder.join(name);
        let path = path.to_str().unwrap();
        assert_eq!(graph(&["x*y", "--at", "x=2,y=3", "--out", path]), "");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with(begins), "{name}: {text}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let (code, _, err) = run(&["graph", "x", "--out", "g.png"], "");
    assert_eq!(code, 2);
    assert!(err.contains("the ending of `g.png` is no format of a graph"), "{err}");
    let (code, _, err) = run(&["graph", "x", "--out", "/no/such/folder/g.svg"], "");
    assert_eq!(code, 1);
    assert!(err.contains("cannot be written"), "{err}");
}

#[test]
fn json_has_floats_in_full() {
    let out = graph(&["1/(1+exp(-x))", "--at", "x=1", "--format", "json"]);
    let graph: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(graph["nodes"][0]["label"], "x");
    assert_eq!(graph["nodes"][4]["forward"].as_f64(), Some(0.731_058_578_630_004_9));
    assert_eq!(graph["nodes"][2]["rule"], "d times y");
    assert_eq!(graph["edges"].as_array().map(Vec::len), Some(4));
}

#[test]
fn batch_and_repl_know_it() {
    let lines = r#"{"id": 1, "op": "graph", "expr": "x*y", "at": {"x": 2, "y": 3}}
{"id": 2, "op": "graph", "expr": "x*y"}
{"id": 3, "op": "graph", "expr": "x*y", "at": {"x": 2}}
{"id": 4, "op": "graph", "expr": "[x, y]"}
"#;
    let (code, out, err) = run(&["batch"], lines);
    assert_eq!((code, &*err), (0, ""));
    let replies: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&replies[0]["id"], &replies[0]["nodes"][2]["forward"]), (&1.into(), &6.0.into()));
    assert_eq!(replies[1]["nodes"][0]["backward"], "y");
    assert_eq!(replies[2]["error"]["message"], "no value is given for y");
    assert_eq!(replies[3]["error"]["kind"], "shape");
    let (code, out, _) = run(&["repl"], "a = 2\ngraph a*x at x=3\n");
    assert_eq!(code, 0);
    assert!(out.contains("x ") && out.contains('6'), "{out}");
}

#[test]
fn mistakes_are_told() {
    for (words, code, message) in [
        (&["graph", "x*"][..], 2, "found the end"),
        (&["graph", "x*y", "--at", "x=1"], 2, "no value is given for y"),
        (&["graph", "x*y*z", "--at", "x=1"], 2, "no values are given for y and z"),
        (&["graph", "log(x)", "--at", "x=-1"], 1, "not real"),
        (&["graph", "1/x", "--at", "x=0"], 1, "division by zero"),
        (&["graph", "[x, y]"], 1, "graph takes one expression"),
        (&["graph", "x", "--blank", "all"], 2, "backward"),
        (&["graph", "x", "--digits", "0"], 2, "1..=17"),
        (&["graph", "x", "--format", "png"], 2, "svg"),
    ] {
        let (ended, out, err) = run(words, "");
        assert_eq!((ended, &*out), (code, ""), "{words:?}: {err}");
        assert!(err.contains(message), "{words:?}: {err}");
    }
}

#[test]
fn large_and_deep_inputs_end_well() {
    let deep = "sin(".repeat(20_000) + "x" + &")".repeat(20_000);
    let sum = vec!["x"; 20_000].join("+");
    for text in [&deep, &sum] {
        let (code, _, err) = run(&["graph", "-", "--at", "x=1"], text);
        assert_eq!(code, 1);
        assert!(err.contains("more than 400 nodes; draw a part of the expression"), "{err}");
    }
    let brackets = "(".repeat(20_000) + "x" + &")".repeat(20_000);
    let (code, out, _) = run(&["graph", "-", "--at", "x=1"], &brackets);
    assert_eq!((code, &*out), (0, "   1\nx ───→\n   1\n"));
    // as many nodes as there may be, each using x
    let horner = (0..190).fold("x".to_owned(), |inner, i| format!("(({inner})*x + {})", i + 2));
    for format in ["text", "svg", "dot", "mermaid", "json"] {
        let (code, out, err) = run(&["graph", "-", "--at", "x=0.5", "--format", format], &horner);
        assert_eq!((code, &*err), (0, ""), "{format}");
        assert!(out.len() > 1_000, "{format}");
    }
}
