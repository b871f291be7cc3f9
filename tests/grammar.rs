//! Does every example of grammar.md read as it says there?
//! Deliberately holds no example of its own: the specification is the list of cases.
//! Read next: `grammar.md`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::fs;

/// An example: the line of grammar.md, what is typed, what comes of it.
struct Case {
    line: usize,
    input: String,
    wanted: String,
}

/// The `input => result` lines of the code blocks of this kind.
fn cases(kind: &str) -> Vec<Case> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/grammar.md")).unwrap();
    let mut found = Vec::new();
    let mut block: Option<&str> = None;
    for (at, line) in text.lines().enumerate() {
        if let Some(fence) = line.strip_prefix("```") {
            block = if block.is_some() { None } else { Some(fence.trim()) };
            continue;
        }
        if block != Some(kind) || line.trim().is_empty() {
            continue;
        }
        let Some((input, wanted)) = line.rsplit_once("=> ") else { panic!("grammar.md:{}: no `=>` in an example", at + 1) };
        found.push(Case { line: at + 1, input: input.trim().to_owned(), wanted: wanted.trim().to_owned() });
    }
    assert!(block.is_none(), "a code block of grammar.md is not closed");
    found
}

/// Runs all cases of a kind and reports all that fail at once.
fn check(kind: &str, of: impl Fn(&str) -> String) {
    let cases = cases(kind);
    assert!(!cases.is_empty(), "grammar.md has no block of kind `{kind}`");
    let mut wrong = 0;
    for case in &cases {
        let got = of(&case.input);
        if got != case.wanted {
            println!("grammar.md:{}: {}\n  says  {}\n  is    {got}", case.line, case.input, case.wanted);
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "{wrong} of {} examples of kind `{kind}` do not hold", cases.len());
}

#[test]
fn there_are_many_examples() {
    let count: usize = ["examples", "matrices", "errors", "prompts"].iter().map(|kind| cases(kind).len()).sum();
    assert!(count > 60, "only {count} examples were found in grammar.md");
}

#[test]
fn examples_read_as_shown() {
    check("examples", |input| match input.parse::<symdiff::Expression>() {
        Ok(read) => read.to_string(),
        Err(error) => format!("an error: {error}"),
    });
}

#[test]
fn what_is_printed_reads_back() {
    for case in cases("examples") {
        let read: symdiff::Expression = case.wanted.parse().unwrap();
        assert_eq!(read.to_string(), case.wanted, "grammar.md:{}", case.line);
    }
}

#[test]
fn matrices_are_as_shown() {
    check("matrices", |input| symdiff::simplify(input).unwrap_or_else(|error| format!("an error: {error}")));
}

#[test]
fn errors_have_their_kinds() {
    // simplify, since an Expression is never a matrix and errors of shape would be hidden
    check("errors", |input| match symdiff::simplify(input) {
        Ok(read) => format!("no error: {read}"),
        Err(error) => error.kind().word().to_owned(),
    });
}

#[test]
#[cfg(feature = "cli")]
fn prompts_are_answered() {
    check("prompts", |input| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_symdiff")).arg(input).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if done.status.success() { text(&done.stdout) } else { format!("an error: {}", text(&done.stderr)) }
    });
}

/// The arrays of the examples of section 15.
const SHAPES: &str = "A: n×n, B: n×n, X: n×m, x: n, y: n, w: m";

/// The answer about an array formula.
fn array(op: symdiff::session::Op, expr: &str, wrt: &str) -> symdiff::Result<String> {
    let shapes = symdiff::read_shapes(SHAPES)?.into_iter().map(|(name, shape)| (name.into(), shape)).collect();
    let wrt = wrt.split_whitespace().map(|name| (name.into(), 1)).collect();
    let request = symdiff::session::Request { op: Some(op), expr: Some(expr.into()), wrt, shapes, vector: true, ..Default::default() };
    symdiff::session::Session::new(symdiff::Budget::default())
        .answer(&request)
        .map(|response| response.answer.to_text(symdiff::teach::Language::English))
}

#[test]
fn arrays_are_as_shown() {
    check("arrays", |input| array(symdiff::session::Op::Simplify, input, "").unwrap_or_else(|error| format!("an error: {error}")));
}

#[test]
fn what_arrays_are_printed_as_reads_back() {
    check("arrays", |input| {
        let printed = array(symdiff::session::Op::Simplify, input, "").unwrap();
        array(symdiff::session::Op::Simplify, &printed, "").unwrap_or_else(|error| format!("an error: {error}"))
    });
}

#[test]
fn derivatives_of_arrays_are_as_shown() {
    check("array-derivatives", |input| {
        let (op, rest) = input.split_once(' ').unwrap();
        let (expr, name) = rest.rsplit_once(" by ").unwrap();
        let op = symdiff::session::Op::of(op).unwrap();
        array(op, expr, name).unwrap_or_else(|error| format!("an error: {error}"))
    });
}

#[test]
fn errors_of_arrays_have_their_kinds() {
    check("array-errors", |input| match array(symdiff::session::Op::Simplify, input, "") {
        Ok(read) => format!("no error: {read}"),
        Err(error) => error.kind().word().to_owned(),
    });
}
