//! Is the picture of a function right, with characters and as SVG?
//! Deliberately asks for whole pictures: the parts are tested beside them.
//! Read next: `../plot.rs`.

use super::*;

fn picture(svg: bool, expr: &str, words: &[&str], at: &[&str]) -> Result<String, Error> {
    let sketch = sketch(words.iter().copied(), at.iter().copied(), true)?;
    let size = if svg { (300, 200) } else { (49, 9) };
    let picture = Picture { sketch, svg, width: Some(size.0), height: Some(size.1), out: None };
    let request = Request { expr: Some(expr.to_owned().into()), ..Request::default() };
    drawn(&mut Session::new(symdiff::Budget::default()), &request, &picture, Color::Never)
}

#[test]
fn a_parabola_with_its_tangent() {
    let drawn = picture(false, "x^2/2", &["x=-2..2"], &["x=1"]).unwrap();
    let expected = "\
⠤⠤⠤⠤  f(x) = x²/2
⠄⠠⠀⠄  f′(x) = x
⠤⠄⠤⠄  tangent at x = 1: y = x - 1/2
     2 ┤⠑⢦⡀                │               ⡀⢤⡶⠋
       │  ⠙⠢⣄              │          ⢀⡠⠔⠊⣡⡔⠋⠒⠉
       │    ⠈⠙⠢⣄⡀          │      ⣀⠤⠒⠈⢀⣠⠔⠛⠉
       │        ⠉⠓⠦⢄⣀      │ ⢀⡠⠄⠂⠉⣀⡠⠴●⠉
     0 ┤─────────────⠉⠙⠒⠒⣒⠲⠒⠚⠓⣒⠖⠋⠉⠁────────────
       │             ⡀⠤⠒⠉⢀⣀⠄ ⠉
       │        ⢀⡠⠔⠊⠁⢀⡠⠄ ⠁ │
       │    ⣀⠤⠒⠈ ⣀⠤⠂ ⠁     │
    -2 ┤⡠⠄⠂⠉ ⣀⠤⠂           │
       └┬────────┬─────────┬─────────┬────────┬ x
       -2       -1         0         1        2
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn no_line_crosses_a_pole() {
    let drawn = picture(false, "1/x", &["x=-1..1", "y=-20..20"], &[]).unwrap();
    let expected = "\
⠤⠤⠤⠤  f(x) = 1/x
⠄⠠⠀⠄  f′(x) = -1/x²
    20 ┤                   │⢱
       │                   │⠸⡀
       │                   │ ⢳⡀
       │                   │  ⠙⠲⠤⣄⣀⣀
     0 ┤⠤⢤⢤⣀⣀⣀⣀⣀⣀⣀⣀⡀───────┼───────⠈⠉⠉⠉⠉⡉⣉⢉⡉⣓⠲⠖
       │      ⠈⠁⠉⠒⠠⠍⡉⠙⠒⠦⣄  │      ⢀⡀⠔⠘⠈⠁⠁
       │            ⠑⢂  ⠈⢧ │     ⡠⠃
       │             ⠈⠆  ⠈⡆│    ⠰
   -20 ┤              ⠐⡀  ⢣│   ⢀⠃
       └┬────────┬─────────┬─────────┬────────┬ x
      -1.0     -0.5        0        0.5      1.0
";
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn ranges_and_places_are_read() {
    let read = |words: &[&str], at: &[&str]| {
        let sketch = sketch(words.iter().copied(), at.iter().copied(), true).map_err(|error| error.message().to_owned())?;
        let range = |range: Option<(String, String)>| range.map(|(from, to)| format!("{from}..{to}")).unwrap_or_default();
        Ok([sketch.variable.unwrap_or_default(), range(sketch.range), range(sketch.height), sketch.touching.join(" ")].join("|"))
    };
    let ok = |words: &[&str], at: &[&str]| read(words, at).unwrap_or_else(|error: String| error);
    assert_eq!(ok(&[], &[]), "|||");
    assert_eq!(ok(&["t"], &[]), "t|||");
    assert_eq!(ok(&["x=-3..pi/2"], &["1"]), "x|-3..pi/2||1");
    assert_eq!(ok(&["y=0..5"], &[]), "||0..5|");
    assert_eq!(ok(&["y=0..5", "x=1..2"], &["x=1,x=2"]), "x|1..2|0..5|1 2");
    assert_eq!(ok(&["y=0..5"], &["y=1"]), "y|0..5||1");
    assert_eq!(ok(&["x=1..2", "t=1..2"], &["t=1"]), "t|1..2|1..2|1");
    for (words, at) in [(&["x=3"][..], &[][..]), (&["1..2"], &[]), (&["x="], &[]), (&[], &["x=1,t=2"]), (&["x=1..2"], &["t=1"])] {
        assert!(read(words, at).is_err(), "{words:?} {at:?}");
    }
}

#[test]
fn what_cannot_be_drawn_is_told() {
    for (expr, words, at, told) in [
        ("x*y", &[][..], &[][..], "which of x and y"),
        ("a*x", &["x=0..1"], &[], "a needs a value"),
        ("x", &["x=1..1"], &[], "from a smaller number"),
        ("x", &["x=3..1"], &[], "from a smaller number"),
        ("abs(x)", &[], &["0"], "no tangent at 0"),
        ("floor(x)", &[], &["1"], "no tangent at 1"),
        ("max(x, x^2)", &[], &["1"], "no tangent at 1"),
        ("log(x)", &[], &["x=-1"], "no tangent at -1"),
        ("zeta(x)", &[], &[], "--no-derivative"),
        ("g(x)", &[], &[], "`g`"),
        ("[x, 1]", &[], &[], "takes one expression"),
    ] {
        match picture(false, expr, words, at) {
            Ok(drawn) => assert_eq!(drawn, told, "{expr}"),
            Err(error) => assert!(error.message().contains(told), "{expr}: {}", error.message()),
        }
    }
}

#[test]
fn every_picture_has_its_size() {
    for expr in
        ["x", "0", "sqrt(-1 - x^2)", "1/x", "1e200*x", "1e-200*x", "x/10^9 + 10^9", "gamma(x)", "sign(x)", "exp(exp(x))", "tan(1/x)"]
    {
        let drawn = picture(false, expr, &[], &[]).unwrap();
        let body: Vec<&str> = drawn.lines().filter(|line| line.contains(['│', '┤'])).collect();
        assert_eq!(body.len(), 9, "{expr}\n{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() <= 51), "{expr}\n{drawn}");
        let svg = picture(true, expr, &[], &[]).unwrap();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{expr}\n{svg}");
    }
}

#[test]
fn svg_has_a_path_for_each_run_and_escapes_text() {
    let svg = picture(true, "if(x < 0, 1, 2)", &["x=-1..1"], &[]).unwrap();
    assert!(svg.contains("f(x) = if(x &lt; 0, 1, 2)") && !svg.contains("x < 0"), "{svg}");
    let path = svg.lines().rfind(|line| line.contains("stroke=\"#0072b2\"") && line.contains('L')).unwrap();
    assert_eq!(path.matches('M').count(), 2, "apart at the jump: {path}");
    let circle = picture(true, "x^2", &["x=-1..1"], &["0.5"]).unwrap();
    assert!(circle.contains("<circle") && circle.contains("tangent at x = 0.5: y = x - 1/4"), "{circle}");
}
