//! Solves a nonlinear system by Newton's method with the exact Jacobian: why clean rain is sour.
//!
//! Water in contact with air takes up carbon dioxide. In equilibrium at 25 degrees (constants from Stumm and Morgan, Aquatic
//! Chemistry, 3rd edition: Henry's 10^-1.47, K1 = 10^-6.35, K2 = 10^-10.33, Kw = 10^-14), with 420 parts per million of it in the
//! air, the concentrations of H+, HCO3-, CO3-- and OH- obey three laws of mass action and the balance of charges. The unknowns are
//! their logarithms, so that they stay positive.
//!
//! `cargo run --example newton`
#![allow(clippy::print_stdout)]

use symdiff::{Expression, Kernel, Result};

const UNKNOWNS: [&str; 4] = ["h", "b", "c", "w"];

/// Gauss's elimination with the largest pivot: `m*x = v`.
fn solve(mut m: [[f64; 4]; 4], mut v: [f64; 4]) -> [f64; 4] {
    for at in 0..4 {
        let pivot = (at..4).fold(at, |best, row| if m[row][at].abs() > m[best][at].abs() { row } else { best });
        m.swap(at, pivot);
        v.swap(at, pivot);
        let top = m[at];
        for row in at + 1..4 {
            let factor = m[row][at] / top[at];
            m[row].iter_mut().zip(top).for_each(|(entry, above)| *entry -= factor * above);
            v[row] -= factor * v[at];
        }
    }
    for at in (0..4).rev() {
        let known: f64 = (at + 1..4).map(|column| m[at][column] * v[column]).sum();
        v[at] = (v[at] - known) / m[at][at];
    }
    v
}

fn main() -> Result<()> {
    let system: Vec<Expression> = [
        "h + b - log(10^-6.35 * 10^-1.47 * 420e-6)", // H+ + HCO3- from CO2
        "h + c - b - log(10^-10.33)",                // H+ + CO3-- from HCO3-
        "h + w - log(10^-14)",                       // H+ + OH- from water
        "log(exp(b) + 2*exp(c) + exp(w)) - h",       // charges
    ]
    .iter()
    .map(|text| text.parse())
    .collect::<Result<_>>()?;
    let values = Kernel::new(&system, &UNKNOWNS)?;
    let jacobian = Kernel::jacobian(&system, &UNKNOWNS, &UNKNOWNS)?;

    // neutral water
    let mut point = [-16.0; 4];
    for step in 1..=20 {
        let (mut f, mut rows) = ([0.0; 4], [0.0; 16]);
        values.eval(&point, &mut f)?;
        jacobian.eval(&point, &mut rows)?;
        let mut matrix = [[0.0; 4]; 4];
        for (row, entries) in matrix.iter_mut().zip(rows.chunks(4)) {
            row.copy_from_slice(entries);
        }
        let step_by = solve(matrix, f);
        for (x, d) in point.iter_mut().zip(step_by) {
            *x -= d;
        }
        let size = step_by.iter().fold(0.0, |most: f64, d| most.max(d.abs()));
        println!("step {step}: pH = {:.6}, largest change {size:.1e}", -point[0] / 10f64.ln());
        if size < 1e-12 {
            break;
        }
    }
    let ph = -point[0] / 10f64.ln();
    // H+ and HCO3- are all that counts: pH = (6.35 + 1.47 - log10(420e-6))/2, up to a few parts in 10^3 of the charge
    let estimate = (6.35 + 1.47 - 420e-6f64.log10()) / 2.0;
    assert!((ph - estimate).abs() < 2e-3, "{ph} is not near {estimate}");
    println!("clean rain has pH {ph:.2}");
    Ok(())
}
