//! How fast are kernels: value and all partial derivatives of k1 to k6 over columns, one thread?
//! `cargo bench --bench kernels` prints nanoseconds per point; `-- k1 k5` some cases. Columns are drawn once, each from its
//! variable's interval, and written output pages are kept, so that neither is part of the times.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod w4;

use std::hint::black_box;
use std::time::{Duration, Instant};
use symdiff::{Kernel, Level};
use w4::{Case, cases, column};

/// The least time of one run, of runs that take about half a second together: other programs only add to it.
fn least(mut work: impl FnMut()) -> Duration {
    work();
    let start = Instant::now();
    let (mut least, mut runs) = (Duration::MAX, 0);
    while runs < 5 || (start.elapsed() < Duration::from_millis(500) && runs < 5000) {
        let start = Instant::now();
        work();
        least = least.min(start.elapsed());
        runs += 1;
    }
    least
}

/// Nanoseconds per point. Columns begin a cache line apart from each other's sets, or wide kernels lose half their speed.
fn per_point(kernel: &Kernel, case: &Case, points: usize) -> f64 {
    let inputs: Vec<Vec<f64>> = case.intervals.iter().enumerate().map(|(at, &i)| column(at, points + 16 * at, i)).collect();
    let columns: Vec<&[f64]> = inputs.iter().map(|c| &c[..points]).collect();
    let mut outputs: Vec<Vec<f64>> = (0..kernel.outputs()).map(|at| vec![0.0; points + 16 * at]).collect();
    let mut results: Vec<&mut [f64]> = outputs.iter_mut().map(|c| &mut c[..points]).collect();
    let time = least(|| kernel.eval_columns(black_box(&columns), black_box(&mut results)).expect("columns of one length"));
    time.as_secs_f64() * 1e9 / points as f64
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    println!("{:?}; ns per point for value and all partials, one thread", Level::best());
    println!(
        "{:<6}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
        "case", "operations", "build us", "n = 4096", "n = 10^6", "one point", "f32 4096"
    );
    for case in cases() {
        if !wanted.is_empty() && !wanted.contains(&case.name) {
            continue;
        }
        let names: Vec<&str> = case.names.iter().map(String::as_str).collect();
        let make = || Kernel::value_and_gradient(&case.f, &names, &names).expect("a kernel").threads(1);
        let build = least(|| drop(black_box(make())));
        let kernel = make();
        let point: Vec<f64> = case.intervals.iter().map(|(low, high)| low + 0.3 * (high - low)).collect();
        let mut out = vec![0.0; kernel.outputs()];
        let single = least(|| {
            for _ in 0..1000 {
                kernel.eval(black_box(&point), black_box(&mut out)).expect("a point");
            }
        });
        println!(
            "{:<6}{:>12}{:>12.1}{:>12.3}{:>12.3}{:>12.1}{:>12.3}",
            case.name,
            kernel.operations(),
            build.as_secs_f64() * 1e6,
            per_point(&kernel, &case, 4096),
            per_point(&kernel, &case, 1_000_000),
            single.as_secs_f64() * 1e6,
            per_point_f32(&kernel, &case, 4096),
        );
    }
}

fn per_point_f32(kernel: &Kernel, case: &Case, points: usize) -> f64 {
    let single = |c: Vec<f64>| c.into_iter().map(|x| x as f32).collect::<Vec<f32>>();
    let inputs: Vec<Vec<f32>> = case.intervals.iter().enumerate().map(|(at, &i)| single(column(at, points, i))).collect();
    let columns: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outputs: Vec<Vec<f32>> = vec![vec![0.0; points]; kernel.outputs()];
    let mut results: Vec<&mut [f32]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    let time = least(|| kernel.eval_columns_f32(black_box(&columns), black_box(&mut results)).expect("columns of one length"));
    time.as_secs_f64() * 1e9 / points as f64
}
