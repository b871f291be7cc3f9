//! Runs a plan over columns: each instruction goes over a block of points before the next one starts.
//! Deliberately has no instruction set of its own: the loops are plain, compiled once for each `Level`.
//! Read next: `plan.rs`, the instructions; `vector/mod.rs`, the functions that are called.

use super::lane::Lane;
use super::plan::{First, Instruction, Plan, Then};
use crate::vector::{Compare, Level};
use smallvec::SmallVec;
use std::cell::Cell;

/// Bytes that constants and temporaries of one block may take: an eighth of a usual second-level cache.
const CACHE: usize = 128 * 1024;

/// Bytes that one block of a value takes at most.
const PAGE: usize = 4096;

/// A cache line, so that blocks begin on one: loads across lines take twice the time.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u64; 8]);

thread_local! {
    /// Memory for constants and temporaries, kept so that a thread allocates it once.
    static MEMORY: Cell<Vec<Line>> = const { Cell::new(Vec::new()) };
}

/// Points in a block: enough to pay for the choice of the loop, few enough to stay in the cache.
fn block_size<T>(plan: &Plan, points: usize) -> usize {
    let slots = (plan.constants.len() + plan.temporaries).max(1);
    let fitting = (CACHE / (slots * size_of::<T>())).min(PAGE / size_of::<T>());
    let block = (fitting / 2 + 1).next_power_of_two().max(64);
    block.min(points.next_multiple_of(64))
}

/// Runs the plan over all points. Every column, of inputs and of outputs, has `points` entries: the caller has checked.
#[allow(unsafe_code)]
pub(super) fn run<T: Lane>(plan: &Plan, level: Level, inputs: &[&[T]], outputs: &mut [&mut [T]], points: usize) {
    debug_assert!(inputs.len() == plan.inputs && outputs.len() == plan.outputs);
    let block = block_size::<T>(plan, points);
    // one line between blocks, so that the same lane of two slots is not the same set of the cache
    let stride = block + 64 / size_of::<T>();
    let slots = plan.constants.len() + plan.temporaries;
    let mut memory = MEMORY.take();
    let lines = (slots * stride * size_of::<T>()).div_ceil(64);
    if memory.len() < lines {
        memory.resize(lines, Line([0; 8]));
    }
    let base = memory.as_mut_ptr().cast::<T>();
    let mut places: SmallVec<[*mut T; 64]> = inputs.iter().map(|column| column.as_ptr().cast_mut()).collect();
    places.extend(outputs.iter_mut().map(|column| column.as_mut_ptr()));
    // `wrapping_add` needs no promise; the slots lie inside `memory`
    places.extend((0..slots).map(|slot| base.wrapping_add(slot * stride)));
    let columns = plan.inputs + plan.outputs;
    for (&c, &place) in plan.constants.iter().zip(&places[columns..]) {
        // SAFETY: the slot has `stride` entries inside `memory`, of which `block` are filled; nothing else refers to it.
        unsafe { std::slice::from_raw_parts_mut(place, block) }.fill(T::from_double(c));
    }
    let mut at = 0;
    while at < points {
        let lanes = block.min(points - at);
        // SAFETY: every place has `lanes` entries: the columns, since `at + lanes <= points`, and the slots, since
        // `lanes <= block`. Columns of outputs are borrowed mutably, so no two of them and no input overlap; the plan never
        // writes to inputs or constants, nor to a place that the same instruction reads. The level is one that the machine
        // has (`Level::highest`).
        unsafe { run_block(plan, level, &places, lanes) };
        for place in &mut places[..columns] {
            *place = place.wrapping_add(lanes);
        }
        at += lanes;
    }
    MEMORY.set(memory);
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
unsafe fn run_block<T: Lane>(plan: &Plan, level: Level, places: &[*mut T], lanes: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        match level {
            Level::Avx512 => avx512(plan, level, places, lanes),
            Level::Avx2 => avx2(plan, level, places, lanes),
            Level::Baseline => instructions::<T, false>(plan, level, places, lanes),
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[allow(unsafe_code)]
unsafe fn run_block<T: Lane>(plan: &Plan, level: Level, places: &[*mut T], lanes: usize) {
    // SAFETY: as the caller promises.
    unsafe { instructions::<T, { cfg!(target_arch = "aarch64") }>(plan, level, places, lanes) }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
#[target_feature(enable = "avx512f")]
unsafe fn avx512<T: Lane>(plan: &Plan, level: Level, places: &[*mut T], lanes: usize) {
    // SAFETY: as the caller promises.
    unsafe { instructions::<T, true>(plan, level, places, lanes) }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<T: Lane>(plan: &Plan, level: Level, places: &[*mut T], lanes: usize) {
    // SAFETY: as the caller promises.
    unsafe { instructions::<T, true>(plan, level, places, lanes) }
}

/// The loop of an instruction. As arguments of a function, `out` and the operands are known not to overlap, so that the
/// loop needs no check before it runs over vectors.
#[inline(always)]
fn lanes<T: Copy>(out: &mut [T], [a, b, c, d, e]: [&[T]; 5], f: impl Fn(T, T, T, T, T) -> T) {
    inner(out, a, b, c, d, e, f);
}

#[inline(always)]
fn inner<T: Copy>(out: &mut [T], a: &[T], b: &[T], c: &[T], d: &[T], e: &[T], f: impl Fn(T, T, T, T, T) -> T) {
    let n = out.len();
    let (a, b, c, d, e) = (&a[..n], &b[..n], &c[..n], &d[..n], &e[..n]);
    for i in 0..n {
        out[i] = f(a[i], b[i], c[i], d[i], e[i]);
    }
}

/// The second halves that follow every first half `$p`.
macro_rules! pairs {
    ($then:expr, $out:expr, $from:expr, $p:expr) => {{
        let p = $p;
        match $then {
            Then::Add => lanes($out, $from, |a, b, c, d, _| p(a, b, c) + d),
            Then::Sub => lanes($out, $from, |a, b, c, d, _| p(a, b, c) - d),
            Then::From => lanes($out, $from, |a, b, c, d, _| d - p(a, b, c)),
            Then::Mul => lanes($out, $from, |a, b, c, d, _| p(a, b, c) * d),
            Then::Over => lanes($out, $from, |a, b, c, d, _| p(a, b, c) / d),
            Then::Under => lanes($out, $from, |a, b, c, d, _| d / p(a, b, c)),
            Then::Square => lanes($out, $from, |a, b, c, _, _| {
                let f = p(a, b, c);
                f * f
            }),
            Then::MulAdd => lanes($out, $from, |a, b, c, d, e| T::mul_add::<FUSED>(p(a, b, c), d, e)),
            Then::MulSub => lanes($out, $from, |a, b, c, d, e| T::mul_add::<FUSED>(p(a, b, c), d, -e)),
            Then::NegMulAdd => lanes($out, $from, |a, b, c, d, e| T::mul_add::<FUSED>(-p(a, b, c), d, e)),
            Then::AddProduct => lanes($out, $from, |a, b, c, d, e| T::mul_add::<FUSED>(d, e, p(a, b, c))),
            Then::ProductMinus => lanes($out, $from, |a, b, c, d, e| T::mul_add::<FUSED>(d, e, -p(a, b, c))),
            Then::SubProduct => lanes($out, $from, |a, b, c, d, e| T::mul_add::<FUSED>(-d, e, p(a, b, c))),
            Then::SquareAdd => lanes($out, $from, |a, b, c, d, _| {
                let f = p(a, b, c);
                T::mul_add::<FUSED>(f, f, d)
            }),
            Then::FromSquare => lanes($out, $from, |a, b, c, d, _| {
                let f = p(a, b, c);
                T::mul_add::<FUSED>(-f, f, d)
            }),
            Then::Neg => lanes($out, $from, |a, b, c, _, _| -p(a, b, c)),
            Then::Sqrt => lanes($out, $from, |a, b, c, _, _| p(a, b, c).sqrt()),
            _ => {}
        }
    }};
}

/// All instructions over one block.
///
/// # Safety
/// Each place has `lanes` entries; those written to overlap no other place.
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn instructions<T: Lane, const FUSED: bool>(plan: &Plan, level: Level, places: &[*mut T], lanes: usize) {
    for &Instruction { first, then, to, from } in &plan.instructions {
        // SAFETY: as the caller promises; the plan never gives an operand the place of the result.
        let out = unsafe { std::slice::from_raw_parts_mut(places[to as usize], lanes) };
        // SAFETY: as above; operands may be one place, since they are only read.
        let slice = |place: u32| unsafe { &*std::ptr::slice_from_raw_parts(places[place as usize].cast_const(), lanes) };
        if then == Then::Call {
            let call = &plan.calls[from[0] as usize];
            let arguments: SmallVec<[&[T]; 4]> = call.arguments.iter().map(|&place| slice(place)).collect();
            T::call(call.function, level, &arguments, out);
            continue;
        }
        let from = from.map(slice);
        match first {
            First::Value => match then {
                Then::Value => out.copy_from_slice(from[0]),
                Then::Power => T::powers(level, from[0], from[3], out),
                Then::Abs | Then::Floor | Then::Ceil | Then::Min | Then::Max | Then::Select(_) => others(then, out, from),
                _ => pairs!(then, out, from, |a: T, _: T, _: T| a),
            },
            First::Add => pairs!(then, out, from, |a: T, b: T, _: T| a + b),
            First::Sub => pairs!(then, out, from, |a: T, b: T, _: T| a - b),
            First::Mul => pairs!(then, out, from, |a: T, b: T, _: T| a * b),
            First::MulAdd => pairs!(then, out, from, |a: T, b: T, c: T| T::mul_add::<FUSED>(a, b, c)),
            First::MulSub => pairs!(then, out, from, |a: T, b: T, c: T| T::mul_add::<FUSED>(a, b, -c)),
            First::NegMulAdd => pairs!(then, out, from, |a: T, b: T, c: T| T::mul_add::<FUSED>(-a, b, c)),
        }
    }
}

/// The second halves that stand alone.
#[inline(always)]
fn others<T: Lane>(then: Then, out: &mut [T], from: [&[T]; 5]) {
    match then {
        Then::Abs => lanes(out, from, |a, _, _, _, _| a.abs()),
        Then::Floor => lanes(out, from, |a, _, _, _, _| a.floor()),
        Then::Ceil => lanes(out, from, |a, _, _, _, _| a.ceil()),
        Then::Min => lanes(out, from, |a, _, _, d, _| {
            let least = if a < d { a } else { d };
            if a.is_nan() { a } else { least }
        }),
        Then::Max => lanes(out, from, |a, _, _, d, _| {
            let most = if a > d { a } else { d };
            if a.is_nan() { a } else { most }
        }),
        Then::Select(Compare::Less) => lanes(out, from, |a, b, _, d, e| if a < d { e } else { b }),
        Then::Select(Compare::LessEqual) => lanes(out, from, |a, b, _, d, e| if a <= d { e } else { b }),
        Then::Select(Compare::Equal) => lanes(out, from, |a, b, _, d, e| if a == d { e } else { b }),
        Then::Select(Compare::NotEqual) => lanes(out, from, |a, b, _, d, e| if a != d { e } else { b }),
        _ => {}
    }
}
