//! Inverse and determinant of a matrix of doubles.
//! Deliberately plain: these are small parts of the formulas that need them.
//! Read next: `plan/run.rs`, which calls them.

/// The pivots of a matrix by elimination with row exchanges (their product is the determinant), and the eliminated matrix beside the
/// identity (Golub and Van Loan, Matrix Computations, 3.4).
fn eliminate(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let width = 2 * n;
    let mut work = vec![0.0; n * width];
    for row in 0..n {
        work[row * width..row * width + n].copy_from_slice(&matrix[row * n..(row + 1) * n]);
        work[row * width + n + row] = 1.0;
    }
    let mut pivots = Vec::with_capacity(n);
    for step in 0..n {
        let best = (step..n).max_by(|&a, &b| work[a * width + step].abs().total_cmp(&work[b * width + step].abs())).unwrap_or(step);
        let mut pivot = work[best * width + step];
        if best != step {
            for column in 0..width {
                work.swap(best * width + column, step * width + column);
            }
            pivot = -pivot;
        }
        pivots.push(pivot);
        let pivot = work[step * width + step];
        if pivot == 0.0 {
            continue;
        }
        for row in 0..n {
            if row == step {
                continue;
            }
            let factor = work[row * width + step] / pivot;
            if factor != 0.0 {
                for column in step..width {
                    work[row * width + column] -= factor * work[step * width + column];
                }
            }
        }
        for column in step..width {
            work[step * width + column] /= pivot;
        }
    }
    (pivots, work)
}

/// The pivots of a square matrix.
pub(crate) fn pivots(matrix: &[f64], n: usize) -> Vec<f64> {
    eliminate(matrix, n).0
}

/// The inverse of a square matrix; `None` if it is singular.
pub(crate) fn inverse_of(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let (pivots, work) = eliminate(matrix, n);
    if pivots.contains(&0.0) {
        return None;
    }
    Some((0..n).flat_map(|row| work[row * 2 * n + n..(row + 1) * 2 * n].iter().copied()).collect())
}
