//! Does each language get its own names, and what it lacks in another form?
//! Deliberately compiles nothing: `tests/export.rs` does.
//! Read next: `body.rs`.
#![allow(clippy::expect_used)] // a test that fails must say so
use super::{Export, Language, export, syntax};
use crate::expr::Pool;
use crate::function::TABLE;
use crate::text::{Names, parse};

fn source(text: &str, inputs: &[&str], to: Language) -> crate::error::Result<String> {
    let mut pool = Pool::default();
    let names = Names { symbols: inputs.iter().map(|name| (*name).to_string()).collect(), ..Names::default() };
    let e = parse(&mut pool, text, &names)?.value.entries()[0];
    let symbols: Vec<_> = inputs.iter().map(|name| pool.symbol_named(name)).collect();
    export(&mut pool, e, &symbols, &symbols, &Export { to, name: "f", test: false })
}

#[test]
fn names_are_those_of_the_language() -> crate::error::Result<()> {
    for (text, to, wanted) in [
        ("log(x)", Language::Rust, "x.ln()"),
        ("log(x)", Language::C, "log(x)"),
        ("log(x)", Language::Python, "math.log(x)"),
        ("asin(x)", Language::Numpy, "numpy.arcsin(x)"),
        ("erf(x)", Language::Rust, "libm::erf(x)"),
        ("besselj(2, x)", Language::Cpp, "std::cyl_bessel_j(std::abs(2.0), std::abs(x))"),
        ("atan2(x, 2)", Language::Julia, "atan(x, 2.0)"),
        ("x^y", Language::Fortran, "x**y"),
        ("if(x < 0, x, x^2)", Language::Python, "if x < 0.0 else"),
    ] {
        let inputs: &[&str] = if text.contains('y') { &["x", "y"] } else { &["x"] };
        let source = source(text, inputs, to)?;
        assert!(source.contains(wanted), "{text} in {to:?} has no {wanted}:\n{source}");
    }
    Ok(())
}

#[test]
fn what_a_language_lacks_is_written_out_or_named() -> crate::error::Result<()> {
    assert!(source("sech(x)", &["x"], Language::C)?.contains("exp(x)"));
    assert!(source("log(1 + exp(x))", &["x"], Language::Fortran)?.contains("atanh"));
    let error = source("erf(x)", &["x"], Language::Javascript).expect_err("JavaScript has no erf");
    assert_eq!(error.to_string(), "javascript has no function for `erf`, and symdiff writes none");
    Ok(())
}

#[test]
fn names_never_collide() -> crate::error::Result<()> {
    let source = source("t1*t2*lambda + sin(t1*t2*lambda)", &["t1", "t2", "lambda"], Language::Python)?;
    assert!(source.contains("def f(t1, t2, lambda_):"), "{source}");
    assert!(source.contains("s1 ="), "{source}");
    Ok(())
}

#[test]
fn words_that_are_taken_are_no_names() -> crate::error::Result<()> {
    for (input, to, wanted) in [
        ("ifelse", Language::Julia, "f(ifelse_)"),
        ("Merge", Language::Fortran, "f(Merge_, value"),
        ("None", Language::Rust, "f(None_: f64)"),
        ("mutable", Language::Cpp, "f(double mutable_)"),
        ("active", Language::Glsl, "f(float active_"),
        ("gl_x__y", Language::Glsl, "f(float glx_y"),
        ("n", Language::C, "f(double n,"),
        ("None", Language::C, "f(double None,"),
        ("by_x", Language::C, "f(double byx,"),
        ("x_column", Language::C, "f(double x_col,"),
        ("by_x", Language::Cpp, "f(double by_x)"),
    ] {
        let source = source(&format!("{input}^2"), &[input], to)?;
        assert!(source.contains(wanted), "{to:?} has no {wanted}:\n{source}");
    }
    let long = "a".repeat(70);
    assert!(source(&format!("{long}^2"), &[&long], Language::Fortran)?.lines().all(|line| line.len() <= 132));
    for (name, to) in [("found", Language::Fortran), ("gl_f", Language::Glsl), ("zip", Language::Jax), ("clamp_it", Language::C)] {
        let mut pool = Pool::default();
        let (x, input) = (pool.symbol("x"), pool.symbol_named("x"));
        let found = export(&mut pool, x, &[input], &[], &Export { to, name, test: false });
        assert_eq!(found.is_err(), name != "clamp_it", "{name}");
    }
    Ok(())
}

#[test]
fn every_name_in_the_table_is_of_a_known_language() {
    let known: Vec<&str> = Language::ALL.iter().map(|&language| syntax::of(language).name).collect();
    for row in TABLE {
        for entry in row.code.split(';').map(str::trim).skip(1) {
            let (language, name) = entry.split_once(' ').unwrap_or((entry, ""));
            assert!(known.contains(&language) && !name.is_empty(), "the row of {} has `{entry}`", row.name);
        }
    }
}
