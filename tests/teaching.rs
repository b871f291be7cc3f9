//! Are worked steps true and in order, answers judged rightly, and mistakes named?
//! Deliberately derives nothing: the cases and what is right of them come from a set made elsewhere (`data/teaching.jsonl`, each
//! with its origin), and the notebook's exercises are shown as a student reads them.
//! Read next: `src/teach/mod.rs`.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::Value;
use symdiff::teach::{Language, Level, Markup, Options, Part, Verdict, Worked, check, check_part, steps};

const RULES: [&str; 19] = [
    "constant",
    "variable",
    "sum",
    "constant-factor",
    "power",
    "root",
    "exponential",
    "logarithm",
    "trigonometric",
    "hyperbolic",
    "inverse-trigonometric",
    "function",
    "product",
    "quotient",
    "chain",
    "variable-exponent",
    "higher",
    "rewrite",
    "simplify",
];

fn cases(op: &str) -> Vec<Value> {
    let text = include_str!("data/teaching.jsonl");
    let all: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    all.into_iter().filter(|case| case["op"] == op).collect()
}

fn names(case: &Value) -> Vec<&str> {
    case["wrt"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

fn hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

#[test]
fn answers_are_judged_and_mistakes_named() {
    let cases = cases("check");
    assert!(cases.len() > 70);
    for case in &cases {
        let (expr, answer) = (case["expr"].as_str().unwrap(), case["answer"].as_str().unwrap());
        let found = check(expr, &names(case), answer, &Options::default()).unwrap();
        assert_eq!(found.verdict.word(), case["verdict"], "{answer} to {expr}: {}", found.text);
        let known: Vec<&str> = case["diagnosis"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
        match found.diagnosis {
            Some(name) => assert!(known.contains(&name), "{answer} to {expr}: {name}, not {known:?}"),
            None => assert!(known.is_empty(), "{answer} to {expr}: no mistake named, {known:?}"),
        }
        if found.verdict == Verdict::Wrong {
            let (given, right) = found.values.unwrap();
            assert_ne!(given, Some(right), "{answer} to {expr}");
        }
    }
}

#[test]
fn near_misses_and_pieces_are_not_taken_for_right() {
    let verdict = |expr, answer| check(expr, &["x"], answer, &Options::default()).unwrap().verdict;
    assert_eq!(verdict("x^2", "2*x + 10^(-30)*x"), Verdict::Wrong);
    assert_ne!(verdict("exp(x)", "exp(x) + exp(-1000)*x"), Verdict::Right);
    // equal but for a small interval
    assert_ne!(verdict("x^2", "2*x + if(x > 0.701, if(x < 0.702, 1, 0), 0)"), Verdict::Right);
    // large parts that cancel
    assert_eq!(verdict("sin(x)", "cos(x)*(cosh(x)^2 - sinh(x)^2)"), Verdict::Right);
    // over the reals log(x) has a derivative for positive x only
    assert_eq!(verdict("log(x)", "sqrt(1/x^2)"), Verdict::Right);
    assert_eq!(verdict("log(abs(x))", "sqrt(1/x^2)"), Verdict::Wrong);
    assert_eq!(verdict("x^3/3", "y' = x*x"), Verdict::Right);
    // side by side as a student writes
    assert_eq!(verdict("a*x^2*y", "2axy"), Verdict::Right);
}

fn is_sound(worked: &Worked, case: &str) {
    let mut before = &worked.start;
    for step in &worked.steps {
        assert_eq!(&step.before, before, "{case}");
        assert_ne!(step.before, step.after, "{case}");
        assert!(RULES.contains(&step.rule), "{case}: {}", step.rule);
        assert_eq!(hangul(&step.text), worked.language == Language::Korean, "{case}: {}", step.text);
        before = &step.after;
    }
    assert_eq!(before, &worked.result, "{case}");
    assert!(!worked.result.contains("D("), "{case}");
}

#[test]
fn steps_lead_from_the_exercise_to_the_result() {
    let cases = cases("steps");
    assert!(cases.len() > 30);
    for case in &cases {
        let (expr, by) = (case["expr"].as_str().unwrap(), names(case));
        let result = by.iter().try_fold(expr.to_owned(), |text, by| symdiff::diff(&text, by)).unwrap();
        for language in [Language::English, Language::Korean] {
            for level in [Level::Brief, Level::Normal, Level::Full] {
                let worked = steps(expr, &by, &Options { language, level, ..Options::default() }).unwrap();
                is_sound(&worked, expr);
                if by.len() == 1 {
                    assert_eq!(worked.result, result);
                }
                if level > Level::Brief {
                    for group in case["needs"].as_array().unwrap() {
                        let shown = worked.steps.iter().any(|step| group.as_array().unwrap().iter().any(|rule| step.rule == rule));
                        assert!(shown, "{expr}: one of {group}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_textbook_exercise_has_steps_too() {
    for expr in
        ["abs(x)*x", "if(x > 0, x^2, sin(x))", "besselj(2, x^2) + atan2(x, x^2)", "f(x^2)*x", "gamma(x)^x", "3", "y^2", "max(x, 1 - x)*x"]
    {
        let worked = steps(expr, &["x"], &Options::default()).unwrap();
        assert_eq!(worked.steps.last().map_or(&worked.start, |step| &step.after), &worked.result, "{expr}");
    }
    let deep = "sin(".repeat(25) + "x" + &")".repeat(25);
    assert_eq!(steps(&deep, &["x"], &Options::default()).unwrap().steps.len(), 25);
}

#[test]
fn formats_are_whole_documents() {
    for language in [Language::English, Language::Korean] {
        let worked = |markup| steps("x^2*sin(theta*x)", &["x"], &Options { language, markup, ..Options::default() }).unwrap();
        let html = worked(Markup::Html).to_text();
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
        assert!(html.contains("<msup><mi>x</mi><mn>2</mn></msup>") && html.contains("<mi>θ</mi>") && !html.contains("<script"));
        for tag in ["math", "mrow", "li", "mfrac", "msup"] {
            assert_eq!(html.matches(&format!("<{tag}")).count(), html.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        let markdown = worked(Markup::Markdown).to_text();
        assert!(markdown.starts_with("## ") && markdown.contains("$$") && markdown.contains(r"\frac{d}{d x}"));
        assert!(worked(Markup::Latex).to_text().contains(r"\begin{enumerate}"));
        assert!(worked(Markup::Unicode).to_text().contains("x²"));
    }
}

#[test]
fn parts_of_the_chain_rule_are_checked() {
    let verdict = |part, answer| check_part("5*exp(x^2 + 2*x + 3)", &["x"], answer, part, &Options::default()).unwrap().verdict;
    assert_eq!(verdict(Part::Inner, "3 + x*(x + 2)"), Verdict::Right);
    assert_eq!(verdict(Part::Inner, "x^2 + 2*x"), Verdict::Wrong);
    assert_eq!(verdict(Part::Outer, "e^u"), Verdict::Right);
    assert_eq!(verdict(Part::Outer, "t^2"), Verdict::Wrong);
    assert_eq!(verdict(Part::OuterDerivative, "exp(u)"), Verdict::Right);
    assert_eq!(verdict(Part::OuterDerivative, "exp(x^2 + 2*x + 3)"), Verdict::Right);
    assert_eq!(verdict(Part::InnerDerivative, "2(x+1)"), Verdict::Right);
    assert_eq!(verdict(Part::InnerDerivative, "2x"), Verdict::Wrong);
    assert!(check_part("x^2", &["x"], "x", Part::Inner, &Options::default()).is_err());
}

/// The exercises of a class notebook, as a student reads them; the texts were read by a person before they were kept.
#[test]
fn the_notebook_reads_well() {
    let mut shown = String::new();
    for (expr, by) in [
        ("exp(x^2+2x+3)", "x"),
        ("[[x^2*w, 3*x*w^2],[2*x*w^3, 6*x^3*w^-1]]", "w"),
        ("log(cos θ + sin θ + 6θ^2 + 9)·θ", "θ"),
        ("1/(1+exp(-x))", "x"),
    ] {
        for language in [Language::English, Language::Korean] {
            let worked = steps(expr, &[by], &Options { language, markup: Markup::Unicode, ..Options::default() }).unwrap();
            shown += &worked.to_text();
            shown += "\n----\n";
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/notebook_steps.txt");
    if std::env::var_os("SYMDIFF_WRITE").is_some() {
        std::fs::write(file, &shown).unwrap();
    }
    assert_eq!(shown, std::fs::read_to_string(file).unwrap(), "SYMDIFF_WRITE=1 writes the texts anew");
}
