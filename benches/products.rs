//! How near do products of matrices come to what the machine can do, and how do they compare with the crate `gemm`?
//! `cargo bench --bench products` prints, for each shape in single precision and one thread, the share of the processor's
//! measured peak of fused multiplications and additions; `-- 784` only shapes whose name holds the word. Rounds alternate
//! between peak, crate and own code; medians are printed. The last columns count what each takes from the allocator per product.
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use symdiff::Level;
use symdiff::product::{View, Workspace, multiply};

/// Counts allocations.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it is.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Rows, inner dimension and columns; whether A and B are turned; what the product is for.
#[rustfmt::skip]
const SHAPES: &[(usize, usize, usize, bool, bool, &str)] = &[
    (100, 784, 50, false, false, "784-50-10 forward"),
    (100, 50, 10, false, false, "784-50-10 forward"),
    (100, 10, 50, false, true, "784-50-10 backward"),
    (50, 100, 10, true, false, "784-50-10 weights"),
    (784, 100, 50, true, false, "784-50-10 weights"),
    (100, 50, 784, false, true, "784-50-10 to the inputs"),
    (256, 784, 512, false, false, "784-512-512-10 forward"),
    (256, 512, 512, false, false, "784-512-512-10 forward"),
    (256, 512, 10, false, false, "784-512-512-10 forward"),
    (256, 10, 512, false, true, "784-512-512-10 backward"),
    (256, 512, 512, false, true, "784-512-512-10 backward"),
    (512, 256, 10, true, false, "784-512-512-10 weights"),
    (512, 256, 512, true, false, "784-512-512-10 weights"),
    (784, 256, 512, true, false, "784-512-512-10 weights"),
    (100, 784, 10, false, false, "784-10 forward"),
    (784, 100, 10, true, false, "784-10 weights"),
    (784, 512, 1, false, false, "matrix times vector"),
    (512, 784, 1, true, false, "turned matrix times vector"),
    (1, 784, 512, false, false, "vector times matrix"),
];

/// Sums that go on independently of each other: more than a processor needs to hide how long one takes.
const CHAINS: usize = 12;

/// The loop of one level: multiplies and adds, with nothing to load.
#[cfg(target_arch = "x86_64")]
macro_rules! chains {
    ($name:ident, $feature:literal, $fill:ident, $fused:ident) => {
        #[target_feature(enable = $feature)]
        fn $name(rounds: usize, x: f32, y: f32) {
            use std::arch::x86_64::{$fill, $fused};
            let (x, y, mut sums) = ($fill(x), $fill(y), [$fill(1.0); CHAINS]);
            for _ in 0..rounds {
                for sum in &mut sums {
                    *sum = $fused(*sum, x, y);
                }
            }
            black_box(sums);
        }
    };
}

#[cfg(target_arch = "x86_64")]
chains!(chains_avx2, "avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps);
#[cfg(target_arch = "x86_64")]
chains!(chains_avx512, "avx512f", _mm512_set1_ps, _mm512_fmadd_ps);

/// The same for the baseline, as the compiler makes it.
fn chains(rounds: usize, x: f32, y: f32) {
    let mut sums = [[1.0_f32; 4]; CHAINS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = sum.map(|sum| sum * x + y);
        }
    }
    black_box(sums);
}

/// Operations per second, a multiplication and an addition being two.
#[allow(unsafe_code)]
fn peak() -> f64 {
    const ROUNDS: usize = 20_000;
    let (x, y) = (black_box(0.999), black_box(0.001));
    let start = Instant::now();
    let lanes = match Level::highest() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            // SAFETY: the processor was found to have this level.
            unsafe { chains_avx512(ROUNDS, x, y) };
            16
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            // SAFETY: as above.
            unsafe { chains_avx2(ROUNDS, x, y) };
            8
        }
        _ => {
            chains(ROUNDS, x, y);
            4
        }
    };
    (2 * ROUNDS * CHAINS * lanes) as f64 / start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[allow(unsafe_code)]
fn by_the_crate(out: &mut [f32], a: View<'_, f32>, b: View<'_, f32>) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    assert!(out.len() == m * n && b.rows == k && a.data.len() >= m * k && b.data.len() >= k * n);
    let [a_row, a_column, b_row, b_column] = [a.row_stride, a.column_stride, b.row_stride, b.column_stride].map(|s| s as isize);
    let (a, b) = (a.data.as_ptr(), b.data.as_ptr());
    let (to, serial) = (out.as_mut_ptr(), gemm::Parallelism::None);
    // SAFETY: the sizes were checked, and the views of this file have no gaps.
    unsafe {
        gemm::gemm(m, n, k, to, 1, n as isize, false, a, a_column, a_row, b, b_column, b_row, 0.0, 1.0, false, false, false, serial);
    }
}

/// Seconds of one run, and allocations of one.
fn timed(repeats: usize, mut work: impl FnMut()) -> (f64, usize) {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let start = Instant::now();
    (0..repeats).for_each(|_| work());
    let time = start.elapsed().as_secs_f64() / repeats as f64;
    (time, (ALLOCATIONS.load(Ordering::Relaxed) - before) / repeats)
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let best = median((0..50).map(|_| peak()).collect());
    println!("{:?}; peak {:.1} GFLOP/s in one thread; shares of it", Level::highest(), best / 1e9);
    println!("{:<18}{:<28}{:>8}{:>8}{:>8}{:>10}{:>14}{:>6}", "shape", "what for", "gemm", "own", "ratio", "own us", "takes: gemm", "own");
    for &(m, k, n, a_turned, b_turned, what) in SHAPES {
        let turned = |t: bool| if t { "T" } else { "" };
        let name = format!("{m}x{k}{}x{n}{}", turned(a_turned), turned(b_turned));
        if !wanted.is_empty() && !wanted.iter().any(|w| name.contains(w.as_str()) || what.contains(w.as_str())) {
            continue;
        }
        let numbers = |count: usize, by: usize| (0..count).map(|i| (i % by) as f32 * 0.1 - 0.7).collect::<Vec<f32>>();
        let (a, b) = (numbers(m * k, 17), numbers(k * n, 13));
        let a = if a_turned { View::row_major(&a, k, m).transposed() } else { View::row_major(&a, m, k) };
        let b = if b_turned { View::row_major(&b, n, k).transposed() } else { View::row_major(&b, k, n) };
        let (mut theirs, mut ours, mut workspace) = (vec![0.0; m * n], vec![0.0; m * n], Workspace::default());
        let repeats = (8_000_000 / (m * k * n)).max(1);
        let (mut peaks, mut their_times, mut our_times, mut taken) = (vec![], vec![], vec![], (0, 0));
        for round in 0..41 {
            let (their_time, their_taken) = timed(repeats, || by_the_crate(&mut theirs, black_box(a), black_box(b)));
            let (our_time, our_taken) =
                timed(repeats, || multiply(&mut workspace, &mut ours, black_box(a), black_box(b), false).expect("sizes that fit"));
            if round > 0 {
                peaks.push(peak());
                their_times.push(their_time);
                our_times.push(our_time);
                taken = (their_taken, our_taken);
            }
        }
        let worst = theirs.iter().zip(&ours).map(|(x, y)| (x - y).abs() / (1.0 + x.abs())).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{name}: {worst}");
        let (peak, their_time, our_time) = (median(peaks), median(their_times), median(our_times));
        let share = |time: f64| 100.0 * (2 * m * k * n) as f64 / time / peak;
        println!(
            "{name:<18}{what:<28}{:>7.0}%{:>7.0}%{:>8.2}{:>10.1}{:>14}{:>6}",
            share(their_time),
            share(our_time),
            their_time / our_time,
            our_time * 1e6,
            taken.0,
            taken.1
        );
    }
}
