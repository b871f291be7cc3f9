//! Is memory ever writable and executable at once, and do codes live and die on several threads?
//! Deliberately asks the system itself, where it can.
//! Read next: `memory.rs`.

use crate::kernel::native::Native;
use crate::kernel::tape::{Step, Tape};
use crate::vector::Level;

fn doubling(by: f64) -> Tape {
    let steps = vec![Step::Input(0), Step::Constant(by), Step::Mul(0, 1)];
    Tape { steps, inputs: vec!["x".into()], outputs: vec![2] }
}

#[cfg(target_os = "linux")]
#[test]
fn no_page_is_writable_and_executable() {
    let _native = Native::<f64>::compile(&doubling(2.0), Level::Avx2);
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for line in maps.lines() {
        let access = line.split_whitespace().nth(1).unwrap_or_default();
        assert!(!(access.contains('w') && access.contains('x')), "{line}");
    }
}

#[test]
fn code_is_shared_by_threads_and_given_back() {
    let x: Vec<f64> = (0..100).map(f64::from).collect();
    for round in 0..300 {
        let by = f64::from(round);
        let Some(native) = Native::<f64>::compile(&doubling(by), Level::Avx2) else { return };
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut y = vec![0.0; x.len()];
                    assert!(native.run(&[&x], &mut [&mut y]).is_empty());
                    assert!(x.iter().zip(&y).all(|(x, y)| x * by == *y));
                });
            }
        });
    }
}
