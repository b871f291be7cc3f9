//! Do products agree with three plain loops, on every level of this machine, for all sorts of sizes and strides?
//! Deliberately knows nothing of tiles: it asks `multiply` alone.
//! Read next: `drive.rs`.
#![allow(clippy::unwrap_used)] // a test that fails must say so

use super::*;

/// A small generator, so that every run draws the same.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn up_to(&mut self, most: usize) -> usize {
        self.next() as usize % (most + 1)
    }

    /// Between -1 and 1, in thousandths.
    fn float(&mut self) -> f64 {
        self.up_to(2000) as f64 / 1000.0 - 1.0
    }
}

trait Float: Element {
    const EPSILON: f64;
    fn of(x: f64) -> Self;
    fn wide(self) -> f64;
}

impl Float for f32 {
    const EPSILON: f64 = f32::EPSILON as f64;
    fn of(x: f64) -> f32 {
        x as f32
    }
    fn wide(self) -> f64 {
        f64::from(self)
    }
}

impl Float for f64 {
    const EPSILON: f64 = f64::EPSILON;
    fn of(x: f64) -> f64 {
        x
    }
    fn wide(self) -> f64 {
        self
    }
}

fn levels() -> Vec<Level> {
    [Level::Baseline, Level::Avx2, Level::Avx512].into_iter().filter(|&level| level <= Level::highest()).collect()
}

/// The data of a matrix whose rows or columns lie in one piece, with gaps between them; gaps hold NaN, which would show.
fn matrix<T: Float>(draw: &mut Draw, rows: usize, columns: usize, kind: usize) -> (Vec<T>, usize, usize) {
    let gap = [0, 3, 0, 3, 5][kind];
    let (row_stride, column_stride) = match kind {
        0 | 1 => (columns + gap, 1),
        2 | 3 => (1, rows + gap),
        _ => (2 * columns + gap, 2),
    };
    let length = if rows * columns == 0 { 0 } else { (rows - 1) * row_stride + (columns - 1) * column_stride + 1 };
    let mut data = vec![T::of(f64::NAN); length];
    for i in 0..rows {
        for j in 0..columns {
            data[i * row_stride + j * column_stride] = T::of(draw.float());
        }
    }
    (data, row_stride, column_stride)
}

fn check<T: Float>(draw: &mut Draw, workspace: &mut Workspace<T>, [m, k, n]: [usize; 3]) {
    let (a_kind, b_kind, accumulate) = (draw.up_to(4), draw.up_to(4), draw.up_to(1) == 1);
    let (a_data, row_stride, column_stride) = matrix::<T>(draw, m, k, a_kind);
    let a = View { data: &a_data, rows: m, columns: k, row_stride, column_stride };
    let (b_data, row_stride, column_stride) = matrix::<T>(draw, k, n, b_kind);
    let b = View { data: &b_data, rows: k, columns: n, row_stride, column_stride };
    let before: Vec<T> = (0..m * n).map(|_| T::of(if accumulate { draw.float() } else { f64::NAN })).collect();
    for level in levels() {
        let mut out = before.clone();
        multiply_at(level, workspace, &mut out, a, b, accumulate).unwrap();
        for (at, (&found, &start)) in out.iter().zip(&before).enumerate() {
            let (i, j) = (at / n, at % n);
            let term =
                |p: usize| a.data[i * a.row_stride + p * a.column_stride].wide() * b.data[p * b.row_stride + j * b.column_stride].wide();
            let start = if accumulate { start.wide() } else { 0.0 };
            let wanted = start + (0..k).map(term).sum::<f64>();
            // k + 1 roundings of sums, each at most epsilon times the sum of the magnitudes, whatever the order; f64 twice, since
            // the plain loop rounds too
            let size = start.abs() + (0..k).map(|p| term(p).abs()).sum::<f64>();
            let bound = 2.0 * (k + 2) as f64 * T::EPSILON * size;
            assert!(
                (found.wide() - wanted).abs() <= bound,
                "{level:?} {m}x{k}x{n} kinds {a_kind} {b_kind} at {i} {j}: {found:?}, not {wanted}"
            );
        }
    }
}

fn all_sorts<T: Float>() {
    let mut draw = Draw(7);
    let mut workspace = Workspace::default();
    for _ in 0..150 {
        let size = [draw.up_to(40), draw.up_to(40), draw.up_to(40)];
        check::<T>(&mut draw, &mut workspace, size);
    }
    for _ in 0..60 {
        let size = [1 + draw.up_to(2), draw.up_to(150), draw.up_to(150)];
        let turn = draw.up_to(2);
        check::<T>(&mut draw, &mut workspace, [size[turn % 3], size[(turn + 1) % 3], size[(turn + 2) % 3]]);
    }
    // blocks end inside these
    for size in [[530, 20, 20], [20, 1040, 20], [20, 530, 131], [520, 515, 3], [7, 5, 140], [50, 7, 200], [33, 784, 50], [150, 33, 50]] {
        for _ in 0..3 {
            check::<T>(&mut draw, &mut workspace, size);
        }
    }
}

#[test]
fn singles_agree_with_plain_loops() {
    all_sorts::<f32>();
}

#[test]
fn doubles_agree_with_plain_loops() {
    all_sorts::<f64>();
}

#[test]
fn one_row_may_stand_for_all() {
    let row = [1.0, 2.0, 3.0];
    let a = View { data: &row, rows: 20, columns: 3, row_stride: 0, column_stride: 1 };
    let ones = [1.0; 60];
    let mut out = [0.0; 400];
    multiply(&mut Workspace::default(), &mut out, a, View::row_major(&ones, 3, 20), false).unwrap();
    assert_eq!(out, [6.0; 400]);
}

#[test]
fn sizes_that_do_not_fit_are_errors() {
    let data = [1.0_f32; 6];
    let mut workspace = Workspace::default();
    let mut out = [0.0; 4];
    let square = View::row_major(&data, 2, 2);
    let mut failed = |out: &mut [f32], a, b| multiply(&mut workspace, out, a, b, false).unwrap_err();
    let error = failed(&mut out, square, View::row_major(&data, 3, 2));
    assert_eq!(error.kind(), Kind::Shape);
    assert_eq!(error.message(), "a matrix of 2 x 2 cannot be multiplied by one of 3 x 2: 2 columns, 3 rows");
    let error = failed(&mut out[..3], square, square);
    assert_eq!(error.message(), "the product has 2 x 2 entries, the result has room for 3");
    let beyond = View { data: &data, rows: 2, columns: 2, row_stride: 5, column_stride: 1 };
    let error = failed(&mut out, square, beyond);
    assert_eq!(error.message(), "the right matrix of 2 x 2 with strides 5 and 1 does not lie in its 6 numbers");
    let far = View { data: &data, rows: 2, columns: 2, row_stride: usize::MAX, column_stride: usize::MAX };
    assert_eq!(failed(&mut out, far, square).kind(), Kind::Shape);
}

#[test]
fn huge_strides_of_single_rows_do_no_harm() {
    let data = [2.0_f32; 40];
    let a = View { data: &data, rows: 1, columns: 40, row_stride: usize::MAX, column_stride: 1 };
    let b = View { data: &data, rows: 40, columns: 1, row_stride: 1, column_stride: usize::MAX };
    let mut out = [0.0];
    multiply(&mut Workspace::default(), &mut out, a, b, false).unwrap();
    assert_eq!(out, [160.0]);
    let column = a.transposed();
    let mut square = [0.0; 1600];
    multiply(&mut Workspace::default(), &mut square, column, b.transposed(), false).unwrap();
    assert_eq!(square, [4.0; 1600]);
    // wide enough for a turned A to be packed
    let wide = [2.0_f32; 130];
    let row = View { data: &wide, rows: 1, columns: 130, row_stride: usize::MAX, column_stride: 1 };
    let mut all = [0.0; 40 * 130];
    multiply(&mut Workspace::default(), &mut all, column, row, false).unwrap();
    assert_eq!(all, [4.0; 40 * 130]);
}

#[test]
fn rows_that_overlap_are_read_as_they_lie() {
    let mut draw = Draw(11);
    let mut workspace = Workspace::<f32>::default();
    // a column turned (its one row has the stride of a column), rows that are all the same, rows that begin one entry after the other
    for (k, row_stride) in [(1, 1), (1, 0), (40, 0), (40, 1), (40, 7)] {
        for n in [64, 100, 133] {
            let (m, length) = (50, (k - 1) * row_stride + n);
            let data: Vec<f32> = (0..length).map(|_| draw.float() as f32).collect();
            let left: Vec<f32> = (0..m * k).map(|_| draw.float() as f32).collect();
            let b = View { data: &data, rows: k, columns: n, row_stride, column_stride: 1 };
            let mut out = vec![f32::NAN; m * n];
            multiply(&mut workspace, &mut out, View::row_major(&left, m, k), b, false).unwrap();
            for (at, &found) in out.iter().enumerate() {
                let sum: f64 = (0..k).map(|p| f64::from(left[at / n * k + p]) * f64::from(data[p * row_stride + at % n])).sum();
                // sums of at most 40 products below 1 in single floats
                approx::assert_abs_diff_eq!(f64::from(found), sum, epsilon = 40.0 * f64::from(f32::EPSILON));
            }
        }
    }
}
