//! Do the pictures and the commands of the REPL come out as they should, from the words of the command line to the file?
//! Deliberately looks from outside only: every test runs the binary.
//! Read next: `src/cli/plot.rs`, `src/cli/repl.rs`, `src/text/layout.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::run_with;

fn answer(words: &[&str]) -> String {
    let (code, out, err) = run_with(words, b"");
    assert_eq!((code, &*err), (0, ""), "{words:?}: {out}");
    out
}

fn repl(lines: &str) -> (i32, String, String) {
    run_with(&["repl"], lines.as_bytes())
}

#[test]
fn answers_in_two_dimensions() {
    assert_eq!(answer(&["x^3/3 + 1/x", "x", "--format", "pretty"]), "     1\nx² - ──\n     x²\n");
    assert_eq!(answer(&["hessian", "x^2/y", "x", "y", "--format", "pretty"]).lines().count(), 7);
    assert_eq!(answer(&["gradient", "sum((X*w - y).^2)", "w", "--shape", "X: n×m, w: m, y: n", "--format", "pretty"]), "2 Xᵀ (X w - y)\n");
    let both = answer(&["gradient", "x'*A*x/2", "A", "x", "--shape", "A: n×n, x: n", "--format", "pretty"]);
    assert!(both.starts_with("d/dA =\n") && both.contains("────"), "{both}");
    let (code, _, err) = run_with(&["x/y", "x", "--where", "--format", "pretty"], b"");
    assert!(code == 2 && err.contains("--where"), "{err}");
    let (code, _, err) = run_with(&["x/y", "x", "--max-output", "3", "--format", "pretty"], b"");
    assert!(code == 1 && err.contains("--max-output"), "{err}");
}

#[test]
fn curves_on_the_terminal() {
    let drawn = answer(&["plot", "x^2", "x=-2..2", "--at", "x=1", "--width", "60", "--height", "12"]);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[0], "⠤⠤⠤⠤  f(x) = x²");
    assert_eq!(lines[1], "⠄⠠⠀⠄  f′(x) = 2·x");
    assert_eq!(lines[2], "⠤⠄⠤⠄  tangent at x = 1: y = 2·x - 1");
    assert_eq!(lines.len(), 3 + 12 + 2);
    assert!(drawn.contains('●') && !drawn.contains('\u{1b}'), "no colour where no terminal is:\n{drawn}");
    assert!(lines.iter().all(|line| line.chars().count() <= 61), "{drawn}");
    assert_eq!(answer(&["plot", "x^2", "x=-2..2", "--no-derivative"]).lines().count(), 1 + 20 + 2);
    let colored = answer(&["plot", "x^2", "--color", "always"]);
    assert!(colored.contains("\u{1b}[36m") && colored.contains("\u{1b}[33m"));
    let (code, out, _) = run_with(&["plot", "-", "--height", "10"], b"x^2\n");
    assert_eq!((code, out.lines().count()), (0, 2 + 10 + 2), "an expression from stdin is read");
}

#[test]
fn mistakes_are_told() {
    let failed = |code: i32, words: &[&str], told: &str| {
        let (ended, out, err) = run_with(words, b"");
        assert!(ended == code && out.is_empty() && err.contains(told), "{words:?}: {ended} {out} {err}");
    };
    failed(2, &["plot", "x*y"], "which of x and y");
    failed(2, &["plot", "x^", "x=0..1"], "^");
    failed(2, &["plot", "x", "x=3"], "x=-3..3");
    failed(2, &["plot", "x", "--out", "a.png"], ".svg");
    failed(2, &["plot", "x", "x=1..a"], "a");
    failed(1, &["plot", "abs(x)", "--at", "x=0"], "corner");
    failed(1, &["plot", "log(x)", "--at", "x=-1"], "no tangent");
    failed(1, &["plot", "[x, 2]"], "one expression");
}

/// Whether tags are closed in the order in which they were opened, and attributes quoted.
fn is_well_formed(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for piece in svg.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { return false };
        if text.contains('&') && !text.split('&').skip(1).all(|part| ["amp;", "lt;", "gt;"].iter().any(|known| part.starts_with(known))) {
            return false;
        }
        if tag.matches('"').count() % 2 != 0 {
            return false;
        }
        let name = tag.trim_matches('/').split([' ', '\n']).next().unwrap_or("");
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) if open.pop() != Some(name) => return false,
            (false, false) => open.push(name),
            _ => {}
        }
    }
    open.is_empty()
}

#[test]
fn curves_as_svg() {
    let folder = std::env::temp_dir().join(format!("symdiff-pictures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("tan.svg");
    let name = file.to_str().unwrap();
    assert_eq!(answer(&["plot", "tan(x) + if(x<0, 0, 1)", "x=-2..2", "--at", "1", "--out", name]), "");
    let svg = std::fs::read_to_string(&file).unwrap();
    assert!(is_well_formed(&svg), "{svg}");
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n") && svg.contains("if(x &lt; 0, 0, 1)"), "{svg}");
    let curve = svg.lines().rfind(|line| line.contains("#0072b2") && line.contains('L')).unwrap();
    assert_eq!(curve.matches('M').count(), 4, "apart at two poles and a jump: {curve}");
    assert!(!is_well_formed("<a><b></a></b>") && !is_well_formed("<a>&</a>") && !is_well_formed("<a x=\"></a>"));
    let (code, out, err) = repl(&format!("f(t) = t^3\n:plot f(t) t=0..1 at 1/2 to {name}\n"));
    assert_eq!((code, &*out, &*err), (0, "", ""));
    let svg = std::fs::read_to_string(&file).unwrap();
    assert!(is_well_formed(&svg) && svg.contains("tangent at t = 1/2: y = 3·t/4 - 1/4"), "{svg}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn commands_with_a_colon() {
    let (code, out, err) = repl(":diff x^2/3 x\n:latex\n:latex 1/x\n:lang\n:plot x^2 x=-1..1\n:quit\n1 + 1\n");
    assert_eq!((code, &*err), (0, ""), "{out}");
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("2*x/3"), "plain text where no terminal is");
    assert_eq!(lines.next(), Some("\\frac{2 x}{3}"));
    assert_eq!(lines.next(), Some("\\frac{1}{x}"));
    assert_eq!(lines.next(), Some("en"));
    assert_eq!(lines.next(), Some("⠤⠤⠤⠤  f(x) = x²"));
    assert!(!out.ends_with("2\n"), "nothing follows :quit");
    let (code, out, err) = repl(":latex\n:frobnicate\n:stepz\n:steps\n:lang tlh\n:save a.pdf\n:load /no/such/file\n1 + 1\n");
    assert_eq!((code, &*out), (2, "2\n"));
    for told in ["no answer yet", "`:frobnicate`", "did you mean `:steps`?", "no derivative yet", "`tlh`", ".html", "/no/such/file"] {
        assert!(err.contains(told), "{told}: {err}");
    }
}

#[test]
fn sessions_are_saved_and_loaded() {
    let folder = std::env::temp_dir().join(format!("symdiff-sessions-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let lines = "f(x) = x^3\ndiff f(x)/2 x\nf(\n2)\nx^\n";
    let (md, tex, html) = (path("s.md"), path("s.tex"), path("s.html"));
    let (code, out, _) = repl(&format!("{lines}:save {md}\n:save {tex}\n:save {html}\n"));
    assert_eq!(code, 2, "a line failed");
    assert!(out.ends_with(&format!("4 entries saved in {html}\n")), "{out}");
    let markdown = std::fs::read_to_string(&md).unwrap();
    assert!(markdown.contains("```symdiff\n> f(\n| 2)\n```\n\n$$\n8\n$$\n"), "{markdown}");
    assert!(markdown.contains("\\frac{3 x^{2}}{2}") && markdown.contains("error: "), "{markdown}");
    assert!(is_well_formed(
        std::fs::read_to_string(&html).unwrap().trim_start_matches("<!DOCTYPE html>\n").replace("<meta charset=\"utf-8\">", "").as_str()
    ));
    for file in [md, tex] {
        let (code, out, err) = repl(&format!(":load {file}\nans\nf(3)\n"));
        assert!(code == 2 && err.contains("1 of the lines"), "{err}");
        assert!(out.starts_with("> f(x) = x^3\n> diff f(x)/2 x\n3*x^2/2\n> f(\n2)\n8\n> x^\n"), "{out}");
        assert!(out.ends_with("8\n27\n"), "definitions and ans are there: {out}");
    }
    let plain = path("lines.txt");
    std::fs::write(&plain, format!("a = 5\n\nx + (a\n + 1)\n:load {plain}\nquit\n7\n")).unwrap();
    let (_, out, err) = repl(&format!(":load {plain}\n"));
    assert!(out.contains("x + 6\n") && !out.contains("\n7\n") && err.contains("loads no other"), "{out}{err}");
    std::fs::remove_dir_all(&folder).unwrap();
}
