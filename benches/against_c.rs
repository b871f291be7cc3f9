//! How fast are kernels against C: the same formulas by symdiff's own export, compiled by gcc at its best?
//! `cargo bench --bench against_c` prints ratios (below 1: symdiff is faster), measured in alternation in one process, one
//! thread; `-- k1 k5` some cases, `-- --avx2` holds both to AVX2. Needs `cc` (gcc on x86-64) and writes to the target folder.
#![allow(clippy::print_stdout, clippy::expect_used, clippy::panic)]
#![allow(unsafe_code)] // calls the compiled C

mod w4;

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use symdiff::{Export, Kernel, Language, Level};
use w4::{Case, cases, column};

/// `run(n, inputs, outputs)` over columns and `point(input, output)`, which the shared object exports.
type Columns = unsafe extern "C" fn(usize, *const *const f64, *const *mut f64);
type Point = unsafe extern "C" fn(*const f64, *mut f64);

/// The exported C with two entries, compiled to a shared object.
fn compiled(case: &Case, avx2: bool) -> libloading::Library {
    let names: Vec<&str> = case.names.iter().map(String::as_str).collect();
    let export = Export { to: Language::C, name: "f", test: false };
    let mut source = export.source(&case.f, &names, &names).expect("C");
    let n = names.len();
    let inputs = (0..n).map(|at| format!("in[{at}]")).collect::<Vec<_>>().join(", ");
    let outputs = (0..=n).map(|at| format!("out[{at}]")).collect::<Vec<_>>().join(", ");
    let point = (0..n).map(|at| format!("in[{at}]")).collect::<Vec<_>>().join(", ");
    let _ = write!(
        source,
        "\nvoid run(size_t n, const double *const *in, double *const *out) {{ f_columns(n, {inputs}, {outputs}); }}\n\
         void point(const double *in, double *out) {{ out[0] = f({point}, out + 1); }}\n"
    );
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let set = if avx2 { "avx2" } else { "native" };
    let (file, object) = (folder.join(format!("{}_{set}.c", case.name)), folder.join(format!("{}_{set}.so", case.name)));
    fs::write(&file, source).expect("the target folder can be written");
    let mut cc = Command::new("cc");
    // gcc joins sin and cos of one argument into a call that it cannot vectorise; without that pass it is at its best
    cc.args(["-O3", "-ffast-math", "-fdisable-tree-sincos", "-shared", "-fPIC", "-w", "-o"]).args([&object, &file]);
    cc.args(if avx2 { ["-mavx2", "-mfma"] } else { ["-march=native", "-mprefer-vector-width=512"] }).arg("-lm");
    let output = cc.output().expect("cc runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // SAFETY: the object was compiled above from source without constructors.
    unsafe { libloading::Library::new(&object) }.expect("a shared object")
}

/// The least times of two works, run in alternation for about two seconds.
fn alternate(mut ours: impl FnMut(), mut theirs: impl FnMut()) -> (Duration, Duration) {
    let timed = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let (mut a, mut b) = (Duration::MAX, Duration::MAX);
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 10 || (start.elapsed() < Duration::from_secs(2) && rounds < 20_000) {
        b = b.min(timed(&mut theirs));
        a = a.min(timed(&mut ours));
        rounds += 1;
    }
    (a, b)
}

/// Nanoseconds per point of the kernel and of C. Columns begin in different cache sets, or wide kernels lose half their speed.
fn per_point(kernel: &Kernel, columns: Columns, case: &Case, points: usize) -> (f64, f64) {
    let drawn: Vec<Vec<f64>> = case.intervals.iter().enumerate().map(|(at, &i)| column(at, points + 16 * at, i)).collect();
    let inputs: Vec<&[f64]> = drawn.iter().map(|c| &c[..points]).collect();
    let make = || -> Vec<Vec<f64>> { (0..kernel.outputs()).map(|at| vec![0.0; points + 16 * at]).collect() };
    let (mut ours, mut theirs) = (make(), make());
    let pointers: Vec<*const f64> = inputs.iter().map(|c| c.as_ptr()).collect();
    let targets: Vec<*mut f64> = theirs.iter_mut().map(|c| c.as_mut_ptr()).collect();
    let mut results: Vec<&mut [f64]> = ours.iter_mut().map(|c| &mut c[..points]).collect();
    let (a, b) = alternate(
        || kernel.eval_columns(black_box(&inputs), black_box(&mut results)).expect("columns of one length"),
        // SAFETY: the object reads `points` numbers of each input and writes as many of each output.
        || unsafe { columns(points, black_box(pointers.as_ptr()), black_box(targets.as_ptr())) },
    );
    for (at, (mine, other)) in ours.iter().zip(&theirs).enumerate() {
        let size = other[..points].iter().fold(0.0f64, |size, x| size.max(x.abs()));
        let worst = mine[..points].iter().zip(other).fold(0.0f64, |worst, (x, y)| worst.max((x - y).abs()));
        assert!(worst <= 1e-9 * size, "{}: output {at} differs by {worst} of {size}", case.name);
    }
    let each = |time: Duration| time.as_secs_f64() * 1e9 / points as f64;
    (each(a), each(b))
}

fn single(kernel: &Kernel, point: Point, case: &Case) -> (f64, f64) {
    let at: Vec<f64> = case.intervals.iter().map(|(low, high)| low + 0.3 * (high - low)).collect();
    let (mut out, mut other) = (vec![0.0; kernel.outputs()], vec![0.0; kernel.outputs()]);
    let (a, b) = alternate(
        || (0..200).for_each(|_| kernel.eval(black_box(&at), black_box(&mut out)).expect("a point")),
        // SAFETY: the object reads one number for each input and writes one for each output.
        || (0..200).for_each(|_| unsafe { point(black_box(at.as_ptr()), black_box(other.as_mut_ptr())) }),
    );
    (a.as_secs_f64() * 5e6, b.as_secs_f64() * 5e6)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let avx2 = arguments.iter().any(|a| a == "--avx2");
    let wanted: Vec<&String> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let level = if avx2 { Level::Avx2 } else { Level::best() };
    println!("{level:?}; ns per point for value and all partial derivatives, symdiff / C = ratio; build in us");
    println!("{:<5}{:>27}{:>27}{:>27}{:>10}{:>14}", "case", "n = 4096", "n = 10^6", "one point", "build", "two threads");
    let mut product = Vec::new();
    for case in cases().iter().filter(|case| wanted.is_empty() || wanted.contains(&&case.name)) {
        let names: Vec<&str> = case.names.iter().map(String::as_str).collect();
        let make = || Kernel::value_and_gradient(&case.f, &names, &names).expect("a kernel").level(level).threads(1);
        let kernel = make();
        let library = compiled(case, avx2);
        // SAFETY: the source above defines both with these types.
        let (columns, point) =
            unsafe { (*library.get::<Columns>(b"run").expect("`run`"), *library.get::<Point>(b"point").expect("`point`")) };
        let shown = |(a, b): (f64, f64)| format!("{a:9.3} /{b:9.3} ={:6.2}", a / b);
        let (cached, large) = (per_point(&kernel, columns, case, 4096), per_point(&kernel, columns, case, 1_000_000));
        let one = single(&kernel, point, case);
        let (build, _) = alternate(|| drop(black_box(make())), || {});
        product.push(cached.0 / cached.1);
        let two = threads(&kernel, case);
        println!(
            "{:<5}{:>27}{:>27}{:>27}{:>10.0}{:>13.2}x",
            case.name,
            shown(cached),
            shown(large),
            shown(one),
            build.as_secs_f64() * 1e6,
            two
        );
    }
    let mean = (product.iter().map(|ratio| ratio.ln()).sum::<f64>() / product.len() as f64).exp();
    println!("geometric mean of the ratios at 4096 points: {mean:.2}");
}

/// How many times faster two threads are than one, over as many points as stay in a shared cache of 16 MB: with more, both wait for memory.
fn threads(kernel: &Kernel, case: &Case) -> f64 {
    let points = (16 << 20) / (8 * (case.intervals.len() + kernel.outputs()));
    let drawn: Vec<Vec<f64>> = case.intervals.iter().enumerate().map(|(at, &i)| column(at, points + 16 * at, i)).collect();
    let inputs: Vec<&[f64]> = drawn.iter().map(|c| &c[..points]).collect();
    let mut outputs: Vec<Vec<f64>> = (0..kernel.outputs()).map(|at| vec![0.0; points + 16 * at]).collect();
    let mut run = |kernel: &Kernel| {
        let mut results: Vec<&mut [f64]> = outputs.iter_mut().map(|c| &mut c[..points]).collect();
        let start = Instant::now();
        kernel.eval_columns(&inputs, black_box(&mut results)).expect("columns of one length");
        start.elapsed()
    };
    let two = kernel.clone().threads(2);
    let (mut a, mut b) = (Duration::MAX, Duration::MAX);
    for _ in 0..40 {
        a = a.min(run(kernel));
        b = b.min(run(&two));
    }
    a.as_secs_f64() / b.as_secs_f64()
}
