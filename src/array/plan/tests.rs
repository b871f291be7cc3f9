//! Plans against the plain way of `value.rs`: random formulas, both floats, one thread and two.
#![allow(clippy::panic)] // a test that fails must say at what

use super::{Memory, Team, Update, build, build_with};
use crate::array::{Arrays, Dense, Environment, Leaf, lower};
use crate::expr::Pool;
use crate::shape::{Size, read_shapes};
use crate::text::{self, Names};
use std::collections::HashMap;

/// The arrays of a declaration as names that a formula may have.
fn declared(shapes: &str) -> Names {
    let shapes: Vec<_> = read_shapes(shapes).unwrap_or_else(|e| panic!("{shapes}: {}", e.message())).into_iter().collect();
    Names { symbols: shapes.iter().map(|(name, _)| name.clone()).collect(), shapes, ..Names::default() }
}

fn environment(arrays: &mut Arrays<'_>, sizes: &HashMap<Box<str>, usize>, names: &Names) -> Environment {
    let mut given = Environment { sizes: sizes.clone(), ..Environment::default() };
    let mut state = 7u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f64 / (1u64 << 24) as f64 - 0.4
    };
    for (name, shape) in &names.shapes {
        let axes: Vec<usize> = shape
            .axes
            .iter()
            .map(|size| match size {
                Size::Number(n) => *n,
                Size::Name(name) => sizes[name],
            })
            .collect();
        let data = (0..axes.iter().product()).map(|_| next()).collect();
        let symbol = arrays.pool().symbol_named(name);
        given.arrays.insert(symbol, Dense { axes, data });
    }
    let c = arrays.pool().symbol_named("c");
    given.numbers.insert(c, 1.7);
    given
}

#[test]
fn plans_give_what_the_plain_way_gives() {
    let shapes = "X: n×m, W: m×k, V: k×k, b: k, x: m, y: n, T: n×k, A: k×k";
    let texts = [
        "X*W + b",
        "sum((X*x - y).^2)",
        "max(X*W + b, 0)*V",
        "X'*y",
        "sum(logsumexp(X*W + b)) - sum(T.*(X*W + b))",
        "softmax(X*W)",
        "softmax(X*W*V')*A",
        "y'*X*diag(x)*W*b",
        "diag(b)*V*diag(b)*A",
        "inv(A + 3*eye(k))*V",
        "logdet(A*A' + 2*eye(k)) + det(V + 2*eye(k))",
        "sum(X, axis=0)",
        "sum(X, axis=1)",
        "mean(X, 0) - x",
        "max(X, axis=1)",
        "min(X, axis=0)",
        "(X - mean(X, 0))./sqrt(mean((X - mean(X, 0)).^2, 0) + c)",
        "tr(V*A*V')",
        "tr(V) + sum(diag(V).*b)",
        "sum(V*A*V)",
        "[x'*x, sum(y), c*n]",
        "x*x'",
        "c*X./(1 + exp(-X))",
        "sum(X.*(T*W'))",
        "V.*A' - A.*V'",
        "sum(exp(V*A'), axis=0)",
        "X*W*V*A*b",
    ];
    for (n, m, k) in [(3, 4, 5), (1, 1, 1), (7, 2, 3), (20, 30, 17)] {
        let sizes: HashMap<Box<str>, usize> = [("n".into(), n), ("m".into(), m), ("k".into(), k)].into();
        for text in texts {
            let mut pool = Pool::default();
            let names = declared(shapes);
            let mut arrays = Arrays::new(&mut pool);
            let mut parsed = text::parse(arrays.pool(), text, &names).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
            let e = match &parsed.value {
                crate::matrix::Value::Scalar(e) => *e,
                crate::matrix::Value::Matrix(m) => {
                    let e = crate::operation::Operation::Stack.call(arrays.pool(), &m.entries);
                    parsed.shapes.insert(e, crate::shape::Shape::of(vec![Size::Number(m.rows)]));
                    e
                }
            };
            let value = lower(&mut arrays, e, &parsed.shapes).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
            let given = environment(&mut arrays, &sizes, &names);
            let root = [(value.e, value.shape.axes.clone())];
            let expected = arrays.values(&root, &given).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
            let plan = build(&mut arrays, &root, &sizes).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
            for threads in [1, 2] {
                let mut team = Team::new(threads);
                let doubles: Vec<&[f64]> = plan.arrays.iter().map(|symbol| &*given.arrays[symbol].data).collect();
                let scalars: Vec<f64> = plan.scalars.iter().map(|symbol| given.numbers[symbol]).collect();
                let mut memory = Memory::<f64>::new(&plan, threads);
                for _ in 0..2 {
                    plan.run(&mut memory, &mut team, &doubles, &scalars, &mut []).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
                }
                let found = plan.output(&memory, 0, &doubles, &scalars);
                let scale = expected[0].data.iter().fold(0.0f64, |most, x| most.max(x.abs()));
                assert_eq!(found.len(), expected[0].data.len(), "{text}");
                for (a, b) in found.iter().zip(&expected[0].data) {
                    // sums of up to some 10^4 terms, in another order
                    approx::assert_relative_eq!(a, b, epsilon = 1e-11 * scale, max_relative = 1e-10);
                }
                let singles: Vec<Vec<f32>> = doubles.iter().map(|data| data.iter().map(|&x| x as f32).collect()).collect();
                let views: Vec<&[f32]> = singles.iter().map(Vec::as_slice).collect();
                let scalars: Vec<f32> = scalars.iter().map(|&x| x as f32).collect();
                let mut memory = Memory::<f32>::new(&plan, threads);
                plan.run(&mut memory, &mut team, &views, &scalars, &mut []).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
                for (a, b) in plan.output(&memory, 0, &views, &scalars).iter().zip(&expected[0].data) {
                    approx::assert_relative_eq!(f64::from(*a), *b, epsilon = 2e-4 * scale + 1e-6, max_relative = 1e-2);
                }
            }
        }
    }
}

#[test]
fn the_largest_and_smallest_are_nan_where_an_entry_is() {
    for text in ["max(X, axis=1)", "min(X, axis=1)", "max(X, axis=0)", "min(X, axis=0)"] {
        let (mut pool, names) = (Pool::default(), declared("X: 19×5"));
        let mut arrays = Arrays::new(&mut pool);
        let parsed = text::parse(arrays.pool(), text, &names).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        let crate::matrix::Value::Scalar(e) = parsed.value else { panic!("{text} is a matrix of expressions") };
        let value = lower(&mut arrays, e, &parsed.shapes).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        let root = [(value.e, value.shape.axes.clone())];
        let mut given = environment(&mut arrays, &HashMap::new(), &names);
        // NaN before, between and behind larger and smaller entries, and infinities
        for array in given.arrays.values_mut() {
            for (row, column, x) in
                [(0, 0, f64::NAN), (8, 2, f64::NAN), (18, 4, f64::NAN), (3, 1, f64::INFINITY), (11, 3, f64::NEG_INFINITY), (9, 0, -0.0)]
            {
                array.data[row * array.axes[1] + column] = x;
            }
        }
        let expected = arrays.values(&root, &given).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        let plan = build(&mut arrays, &root, &HashMap::new()).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        let data: Vec<&[f64]> = plan.arrays.iter().map(|symbol| &*given.arrays[symbol].data).collect();
        let mut memory = Memory::<f64>::new(&plan, 1);
        plan.run(&mut memory, &mut Team::new(1), &data, &[], &mut []).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
        let found = plan.output(&memory, 0, &data, &[]);
        assert_eq!(found.len(), expected[0].data.len());
        assert!(found.iter().any(|x| x.is_nan()) && found.iter().any(|x| !x.is_nan()), "{text}: {found:?}");
        for (at, (&x, &right)) in found.iter().zip(&expected[0].data).enumerate() {
            assert!(x == right || (x.is_nan() && right.is_nan()), "{text} at {at}: {x}, not {right}");
        }
    }
}

/// What arrays became, what they had to become, and how many of them were first made in other memory.
struct Replaced {
    found: Vec<Vec<f64>>,
    expected: Vec<Vec<f64>>,
    copies: usize,
}

/// Arrays A, B (40x40) and v (40) of whole numbers after one run that replaces each by the formula beside it.
fn replaced(updates: &[(&str, &str)], threads: usize) -> Result<Replaced, crate::Error> {
    let mut pool = Pool::default();
    let names = declared("A: 40×40, B: 40×40, v: 40");
    let mut arrays = Arrays::new(&mut pool);
    let mut read = |text: &str| {
        let parsed = text::parse(arrays.pool(), text, &names)?;
        let crate::matrix::Value::Scalar(e) = parsed.value else { panic!("{text} is a matrix of expressions") };
        lower(&mut arrays, e, &parsed.shapes)
    };
    let read: Vec<_> = updates.iter().map(|(name, text)| Ok((read(name)?, read(text)?))).collect::<Result<_, crate::Error>>()?;
    let sizes = HashMap::new();
    let mut given = environment(&mut arrays, &sizes, &names);
    given.arrays.values_mut().for_each(|array| array.data.iter_mut().for_each(|x| *x = (*x * 10.0).round()));
    let roots: Vec<_> = read.iter().map(|(_, becomes)| (becomes.e, becomes.shape.axes.clone())).collect();
    let expected = arrays.values(&roots, &given)?.into_iter().map(|dense| dense.data).collect();
    let mut all = Vec::new();
    let mut moving = Vec::new();
    for (array, becomes) in &read {
        let Some(Leaf::Entry(node, _)) = arrays.as_leaf(array.e).cloned() else { panic!("no array") };
        let crate::array::Source::Symbol(symbol) = *arrays.source(node) else { panic!("no symbol") };
        all.push(Update { array: node, becomes: becomes.e });
        moving.push(given.arrays[&symbol].data.clone());
    }
    let plan = build_with(&mut arrays, &[(read[0].0.e, read[0].0.shape.axes.clone())], &all, &sizes)?;
    let before = moving[0].clone();
    let data: Vec<&[f64]> = plan.arrays.iter().map(|symbol| &*given.arrays[symbol].data).collect();
    let mut memory = Memory::<f64>::new(&plan, threads);
    let mut views: Vec<&mut [f64]> = moving.iter_mut().map(Vec::as_mut_slice).collect();
    plan.run(&mut memory, &mut Team::new(threads), &data, &[], &mut views)?;
    assert_eq!(plan.output(&memory, 0, &data, &[]), before, "asked for as it was: {updates:?}");
    let copies = plan.steps.iter().filter(|step| matches!(step, super::step::Step::Copy { .. })).count();
    Ok(Replaced { found: moving, expected, copies })
}

#[test]
fn what_replaces_an_array_is_made_of_what_all_were_before() -> Result<(), crate::Error> {
    for (copies, updates) in [
        // one map reads all before it writes
        (0, &[("A", "A + B"), ("B", "A.*B")][..]),
        (0, &[("A", "B"), ("B", "A")]),
        (0, &[("A", "2*B + v"), ("B", "A - 3*B")]),
        // what does not read itself place by place
        (1, &[("A", "A'")]),
        (1, &[("A", "B'"), ("B", "A")]),
        // products come before what replaces their factors
        (0, &[("A", "A*A + B"), ("v", "A*v")]),
        (0, &[("A", "A - B"), ("B", "A*B"), ("v", "A'*v")]),
        (0, &[("v", "v + sum(A, axis=0)"), ("A", "A*B*A"), ("B", "v*v' + A")]),
        // a factor of a product is a map over the same loops
        (0, &[("A", "A + B"), ("B", "(A.*B)*A")]),
        (0, &[("A", "A + B"), ("B", "(B.*B)*A")]),
        // one waits for another, which waits for a third
        (0, &[("v", "2*v"), ("A", "A + v"), ("B", "A*B")]),
        // maps over other loops that wait for each other
        (1, &[("B", "B + v"), ("v", "v + diag(B)")]),
    ] {
        for threads in [1, 2] {
            let done = replaced(updates, threads)?;
            // sums of whole numbers are exact in any order
            assert_eq!(done.found, done.expected, "{updates:?}");
            assert_eq!(done.copies, copies, "{updates:?}");
        }
    }
    Ok(())
}
