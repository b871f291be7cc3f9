//! Do the numbers of a graph agree with central differences, and its nodes with the text?
//! Deliberately goes through the public face only. Read next: `../../../tests/graph.rs`, the command.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use approx::assert_relative_eq;

fn labels(text: &str) -> String {
    let graph = Graph::read(text, &[]).unwrap();
    graph.nodes().iter().map(|node| &*node.label).collect::<Vec<_>>().join(" ")
}

#[test]
fn nodes_follow_the_text() {
    for (text, nodes) in [
        ("apple*n*tax", "apple n * tax *"),
        ("tax*n*apple", "tax n * apple *"),
        ("a*(b*c)", "a b c * *"),
        ("(a + b) + c", "a b + c +"),
        ("a - b - c", "a b - c -"),
        ("a/b/c", "a b / c /"),
        ("a/(b/c)", "a b c / /"),
        ("1/(1+exp(-x))", "x *(-1) exp +1 /"),
        ("2*x - 3", "x *2 -3"),
        ("3 - x/2", "x /2 3-"),
        ("(-3)*x + 0.5", "x *(-3) +0.5"),
        ("x^2 + 2^x + x^y", "x ^2 2^ + y ^ +"),
        ("sqrt(x)*e^x", "x sqrt exp *"),
        ("100*2*1.1", "100 2 * 1.1 *"),
        ("(x+y)*(x+y)", "x y + *"),
        ("(x+y)*(y+x)", "x y + *"),
        ("2*pi*x", "x *(2*pi)"),
        ("max(x, 0) + max(x, y)", "x max(·, 0) y max +"),
        ("if(x > 0, x, -x)", "x 0 < · *(-1) if"),
        ("log10(x)*y", "x log /log(10) y *"),
        ("x", "x"),
    ] {
        assert_eq!(labels(text), nodes, "{text}");
    }
}

#[test]
fn the_book_s_numbers() {
    let at = [("apple", 100.0), ("n_apple", 2.0), ("orange", 150.0), ("n_orange", 3.0), ("tax", 1.1)];
    let graph = Graph::read("(apple*n_apple + orange*n_orange)*tax", &at).unwrap();
    assert_relative_eq!(graph.output().unwrap().forward.number().unwrap(), 715.0, max_relative = 1e-14);
    for (name, derivative) in [("apple", 2.2), ("n_apple", 110.0), ("orange", 3.3), ("n_orange", 165.0), ("tax", 650.0)] {
        assert_relative_eq!(graph.node(name).unwrap().backward.number().unwrap(), derivative, max_relative = 1e-14);
    }
    let graph = Graph::read("1/(1+exp(-x))", &[("x", 1.0)]).unwrap();
    let numbers = |of: fn(&Node) -> &Quantity| graph.nodes().iter().map(|node| of(node).number().unwrap()).collect::<Vec<_>>();
    for (found, wanted) in numbers(|node| &node.forward).into_iter().zip([1.0, -1.0, 0.367_879, 1.367_879, 0.731_059]) {
        assert_relative_eq!(found, wanted, max_relative = 1e-5);
    }
    for (found, wanted) in numbers(|node| &node.backward).into_iter().zip([0.196_612, -0.196_612, -0.534_447, -0.534_447, 1.0]) {
        assert_relative_eq!(found, wanted, max_relative = 1e-5);
    }
}

/// A generator of the same numbers everywhere (Knuth's multiplier).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn expression(&mut self, size: u64) -> String {
        if size == 0 {
            return match self.below(5) {
                0 => (self.below(4) + 1).to_string(),
                at => ["x", "y", "z", "x"][at as usize - 1].to_owned(),
            };
        }
        let (a, b) = (self.expression(size - 1), self.expression(size / 2));
        match self.below(12) {
            0..=1 => format!("({a} + {b})"),
            2 => format!("({a} - {b})"),
            3..=4 => format!("{a}*{b}"),
            5 => format!("{a}/(({b})^2 + 1)"),
            6 => format!("sin({a})"),
            7 => format!("exp(-({a})^2)"),
            8 => format!("log(({a})^2 + 2)"),
            9 => format!("tanh({a})"),
            10 => format!("sqrt(({a})^2 + 1)"),
            _ => format!("atan2({a}, ({b})^2 + 1)"),
        }
    }
}

#[test]
fn derivatives_are_those_of_central_differences() {
    let mut dice = Dice(7);
    for _ in 0..150 {
        let text = dice.expression(4);
        let at = [("x", 0.7), ("y", -0.4), ("z", 1.3)];
        let graph = Graph::read(&text, &at).unwrap();
        let value = |name: &str, step: f64| {
            let moved: Vec<(&str, f64)> = at.iter().map(|&(known, x)| (known, if known == name { x + step } else { x })).collect();
            crate::line::eval(&text, &moved).unwrap()
        };
        assert_relative_eq!(graph.output().unwrap().forward.number().unwrap(), value("", 0.0), max_relative = 1e-12, epsilon = 1e-12);
        for node in graph.nodes().iter().filter(|node| node.role == Role::Symbol) {
            let h = 1e-5;
            let slope = (value(&node.label, h) - value(&node.label, -h)) / (2.0 * h);
            assert_relative_eq!(node.backward.number().unwrap(), slope, max_relative = 1e-5, epsilon = 1e-6);
        }
        for (at, node) in graph.nodes().iter().enumerate() {
            let shares: Vec<f64> =
                graph.edges().iter().filter(|edge| edge.from == at).map(|edge| edge.backward.number().unwrap()).collect();
            if !shares.is_empty() {
                let sum: f64 = shares.iter().sum();
                assert_relative_eq!(node.backward.number().unwrap(), sum, max_relative = 1e-12, epsilon = 1e-300);
            }
        }
    }
}

#[test]
fn every_function_has_the_slopes_of_its_row() {
    for row in crate::function::functions() {
        let names = ["a", "b", "c", "p", "q", "r"];
        let drawn = row.class != crate::function::Class::Form && !row.interval.is_empty() && row.parameters.len() <= names.len();
        if !drawn {
            continue;
        }
        let text = format!("{}({})", row.name, names[..row.parameters.len()].join(", "));
        let at: Vec<(&str, f64)> = names.iter().zip(row.interval).map(|(&name, (low, high))| (name, 0.4 * low + 0.6 * high)).collect();
        let Ok(graph) = Graph::read(&text, &at) else { panic!("{text} at {at:?} has no graph") };
        for (name, _) in &at {
            let slope = crate::line::diff(&text, name).unwrap();
            let found = graph.node(name).unwrap().backward.number();
            match crate::line::eval(&slope, &at) {
                Ok(value) => assert_relative_eq!(found.unwrap(), value, max_relative = 1e-10, epsilon = 1e-12),
                Err(_) => assert_eq!(found, None, "{text} by {name}"),
            }
        }
    }
}

#[test]
fn symbols_without_values_give_expressions() {
    let graph = Graph::read("x*y + sin(x)", &[]).unwrap();
    let text = |expression: &str| graph.node(expression).map(|node| node.backward.clone());
    assert_eq!(text("x"), Some(Quantity::Text("y + cos(x)".into())));
    assert_eq!(text("y"), Some(Quantity::Text("x".into())));
    assert_eq!(text("sin(x)"), Some(Quantity::Text("1".into())));
    let constant = Graph::read("100*2", &[]).unwrap();
    assert_eq!(constant.node("100").unwrap().backward, Quantity::Number(2.0));
}

#[test]
fn a_branch_that_is_not_taken_gets_nothing() {
    let graph = Graph::read("if(x > 0, log(x), x^2)", &[("x", -2.0)]).unwrap();
    assert_eq!(graph.node("x").unwrap().backward, Quantity::Number(-4.0));
    assert_eq!(graph.node("log(x)").unwrap().forward, Quantity::Undefined);
    assert_eq!(graph.node("log(x)").unwrap().backward, Quantity::Number(0.0));
    assert_eq!(Graph::read("sqrt(x)", &[("x", 0.0)]).unwrap().node("x").unwrap().backward, Quantity::Undefined);
}

#[test]
fn what_cancels_is_zero() {
    let graph = Graph::read("a - b + c", &[("a", 0.5), ("b", 0.6), ("c", 0.1)]).unwrap();
    assert_eq!(graph.output().unwrap().forward, Quantity::Number(0.0));
    assert_eq!(Graph::read("x", &[("x", f64::NAN)]).map_err(|error| error.kind()), Err(Kind::Domain));
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let kind = |text: &str, at: &[(&str, f64)]| Graph::read(text, at).map_err(|error| error.kind()).unwrap_err();
    assert_eq!(kind("x*y", &[("x", 1.0)]), Kind::Name);
    assert_eq!(kind("log(x)", &[("x", -1.0)]), Kind::Domain);
    assert_eq!(kind("[x, y]", &[]), Kind::Shape);
    let long = (0..500).map(|i| format!("sin({i}*x)")).collect::<Vec<_>>().join(" + ");
    assert_eq!(kind(&long, &[("x", 1.0)]), Kind::Limit);
}

#[test]
fn every_kind_of_node_has_a_rule() {
    let rule = |text: &str| Graph::read(text, &[]).unwrap().output().unwrap().rule.clone();
    for (text, wanted) in [
        ("x + y", "passes d on"),
        ("x - y", "d to a, -d to b"),
        ("1 - x", "-d"),
        ("x*y", "d times the other input (values swapped)"),
        ("3*x", "d times 3"),
        ("-x", "d times (-1)"),
        ("x/y", "d/b to a, d times -y/b to b"),
        ("1/x", "d times -y^2"),
        ("2/x", "d times -y^2/2"),
        ("x/2", "d/2"),
        ("x^3", "d times 3*x^2"),
        ("sqrt(x)", "d times 1/(2*y)"),
        ("2^x", "d times y*log(2)"),
        ("x^y", "d times b*a^(b - 1) to a, d times y*log(a) to b"),
        ("exp(x)", "d times y"),
        ("tanh(x)", "d times (1 - y^2)"),
        ("sin(x)", "d times cos(x)"),
        ("log(x)", "d times 1/x"),
        ("abs(x)", "d times sign(x)"),
        ("max(x, 0)", "d times if(0 < x, 1, 0)"),
        ("f(x)", "d times the derivative of f"),
    ] {
        assert_eq!(rule(text), wanted, "{text}");
    }
}

#[test]
fn pictures_of_random_graphs_are_drawn() {
    let mut dice = Dice(11);
    for size in 1..60 {
        let text = dice.expression(2 + size % 6);
        let graph = Graph::read(&text, &[("x", 0.7), ("y", -0.4), ("z", 1.3)]).unwrap();
        let wide = Drawing { width: 100_000, ..Drawing::default() };
        for picture in
            [graph.to_text(&Drawing::default()), graph.to_text(&wide), graph.to_svg(&wide), graph.to_dot(&wide), graph.to_mermaid(&wide)]
        {
            assert!(!picture.contains("NaN") && picture.ends_with('\n'), "{text}:\n{picture}");
        }
    }
}
