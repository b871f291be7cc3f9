//! Fits a curve to measured data by Levenberg and Marquardt's method with exact derivatives.
//!
//! The data are Misra1a of NIST's Statistical Reference Datasets (D. Misra, 1978, dental research in monomolecular
//! adsorption; public domain): y = b1*(1 - exp(-b2*x)). NIST certifies eleven digits of the answer.
//!
//! `cargo run --example curve_fit`
#![allow(clippy::print_stdout)]

use symdiff::{Expression, Kernel, Result};

#[rustfmt::skip]
const X: [f64; 14] = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0];
#[rustfmt::skip]
const Y: [f64; 14] = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78];

/// Certified values: b1, b2 and the residual sum of squares.
const CERTIFIED: [f64; 3] = [2.389_421_291_8e2, 5.501_564_318_1e-4, 1.245_513_889_4e-1];

/// The sum of squares of the residuals, and the normal equations: J'J and J'r.
fn measure(kernel: &Kernel, b: [f64; 2]) -> Result<(f64, [[f64; 2]; 2], [f64; 2])> {
    let (mut model, mut by_b1, mut by_b2) = ([0.0; 14], [0.0; 14], [0.0; 14]);
    kernel.eval_columns(&[&[b[0]; 14], &[b[1]; 14], &X], &mut [&mut model, &mut by_b1, &mut by_b2])?;
    let (mut sum, mut normal, mut right) = (0.0, [[0.0; 2]; 2], [0.0; 2]);
    for i in 0..X.len() {
        let (residual, row) = (Y[i] - model[i], [by_b1[i], by_b2[i]]);
        sum += residual * residual;
        for p in 0..2 {
            right[p] += row[p] * residual;
            for q in 0..2 {
                normal[p][q] += row[p] * row[q];
            }
        }
    }
    Ok((sum, normal, right))
}

fn main() -> Result<()> {
    let model: Expression = "b1*(1 - exp(-b2*x))".parse()?;
    let kernel = Kernel::value_and_gradient(&model, &["b1", "b2", "x"], &["b1", "b2"])?;
    // NIST's harder start
    let mut b = [500.0, 0.0001];
    let mut damping = 1e-3;
    let (mut sum, mut normal, mut right) = measure(&kernel, b)?;
    for step in 1..=100 {
        // (J'J + damping*diag(J'J)) d = J'r, by Cramer's rule
        let [[p, q], [_, r]] = normal;
        let (p, r) = (p * (1.0 + damping), r * (1.0 + damping));
        let determinant = p * r - q * q;
        let d = [(right[0] * r - right[1] * q) / determinant, (right[1] * p - right[0] * q) / determinant];
        let next = [b[0] + d[0], b[1] + d[1]];
        let measured = measure(&kernel, next)?;
        if measured.0 <= sum {
            let small = d.iter().zip(&next).all(|(d, b)| d.abs() < 1e-12 * b.abs());
            b = next;
            (sum, normal, right) = measured;
            damping /= 5.0;
            if small || step % 10 == 0 {
                println!("step {step}: b1 = {:.10}, b2 = {:.10e}, sum of squares {:.10e}", b[0], b[1], sum);
            }
            if small {
                break;
            }
        } else if damping > 1e12 {
            break; // no step is better: rounding has the last word
        } else {
            damping *= 2.0;
        }
    }
    // eleven digits are certified; the normal equations square the condition of the problem, which costs two or three
    for (got, certified) in [b[0], b[1], sum].into_iter().zip(CERTIFIED) {
        assert!((got / certified - 1.0).abs() < 1e-8, "{got} is not the certified {certified}");
    }
    println!("agrees with NIST's certified values");
    Ok(())
}
