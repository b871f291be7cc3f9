//! Where does a curve run? Points close together, taken apart where the function has no value, a pole or a jump.
//! Deliberately knows nothing of characters or pixels.
//! Read next: `window.rs` (which part is shown), `terminal.rs`, `svg.rs`.

/// A point of the plane.
pub(crate) type Point = (f64, f64);

/// Halvings after which two neighbours are as close as floats need to be.
const HALVINGS: usize = 50;

/// The values of a function from left to right, NaN where there is none: at equal distances, unless it swings so fast that these would
/// show waves that are not there.
pub(crate) fn values(f: impl Fn(f64) -> f64, (from, to): (f64, f64), steps: usize) -> Vec<Point> {
    let steps = steps.max(1);
    // places without a period: multiples of the golden section, in order within each step
    let scattered = |parts: usize| {
        let at = move |part: usize| from + (to - from) * (part as f64 + (part as f64 * GOLDEN).fract()) / parts as f64;
        (0..parts).map(at).chain([to]).map(|x| (x, f(x))).collect::<Vec<Point>>()
    };
    let turns = scattered(steps).windows(3).filter(|three| matches!(three, [a, b, c] if (b.1 - a.1) * (c.1 - b.1) < 0.0)).count();
    if turns * 8 >= steps && turns > 2 {
        return scattered(steps * FINER);
    }
    let even = |step: usize| if step == steps { to } else { from + (to - from) * (step as f64 / steps as f64) };
    (0..=steps).map(even).map(|x| (x, f(x))).collect()
}

/// Values in the place of one, where a function swings fast.
const FINER: usize = 8;

const GOLDEN: f64 = 0.618_033_988_749_895;

/// The runs of a curve: between two runs the function is not defined, or it jumps. `height` is that of the window.
pub(crate) fn runs(f: impl Fn(f64) -> f64, points: &[Point], height: f64) -> Vec<Vec<Point>> {
    let (mut runs, mut run): (Vec<Vec<Point>>, Vec<Point>) = (Vec::new(), Vec::new());
    let rise = |at: usize| match (points.get(at), points.get(at + 1)) {
        (Some(a), Some(b)) => (b.1 - a.1).abs(),
        _ => f64::NAN,
    };
    for (at, &(x, y)) in points.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| points.get(at)).copied();
        match before {
            Some((a, value)) if value.is_finite() && y.is_finite() => {
                let step = rise(at - 1);
                let beside = [at.checked_sub(2).map_or(f64::NAN, rise), rise(at)].into_iter().fold(0.0, f64::max);
                let steep = step > height / 8.0 || (step > height / 400.0 && step > 6.0 * beside);
                if steep && let Some((left, right)) = broken(&f, (a, value), (x, y)) {
                    // as far as the break from both sides, so that a pole goes out of the picture
                    run.push(left);
                    runs.push(std::mem::take(&mut run));
                    run.push(right);
                }
            }
            // the end of a run lies between the last value and the first point without one
            Some((a, value)) if value.is_finite() => {
                run.push(edge(&f, (a, value), x));
                runs.push(std::mem::take(&mut run));
            }
            Some((a, _)) if y.is_finite() => run.push(edge(&f, (x, y), a)),
            _ => {}
        }
        if y.is_finite() {
            run.push((x, y));
        }
    }
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}

/// The last points before and behind a break: the rise between two points does not become smaller when they come together.
fn broken(f: &impl Fn(f64) -> f64, mut a: Point, mut b: Point) -> Option<(Point, Point)> {
    let rise = (b.1 - a.1).abs();
    for _ in 0..HALVINGS {
        let x = f64::midpoint(a.0, b.0);
        if x <= a.0 || x >= b.0 {
            break;
        }
        let middle = (x, f(x));
        if !middle.1.is_finite() {
            return Some((edge(f, a, x), edge(f, b, x)));
        }
        if (middle.1 - a.1).abs() > (b.1 - middle.1).abs() {
            b = middle;
        } else {
            a = middle;
        }
        if (b.1 - a.1).abs() < rise / 4.0 {
            return None;
        }
    }
    Some((a, b))
}

/// The last point with a value on the way to one without.
fn edge(f: &impl Fn(f64) -> f64, mut inside: Point, mut outside: f64) -> Point {
    for _ in 0..HALVINGS {
        let x = f64::midpoint(inside.0, outside);
        let y = f(x);
        if y.is_finite() {
            inside = (x, y);
        } else {
            outside = x;
        }
    }
    inside
}

/// The part of a line inside a rectangle; `None` if there is none.
pub(crate) fn clip(a: Point, b: Point, (left, right): (f64, f64), (low, high): (f64, f64)) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut start, mut end) = (0.0f64, 1.0f64);
    for (slope, room) in [(-dx, a.0 - left), (dx, right - a.0), (-dy, a.1 - low), (dy, high - a.1)] {
        if slope == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            start = start.max(room / slope);
        } else {
            end = end.min(room / slope);
        }
    }
    let at = |t: f64| {
        if t == 0.0 {
            a
        } else if t == 1.0 {
            b
        } else {
            (a.0 + t * dx, a.1 + t * dy)
        }
    };
    if start > end {
        return None;
    }
    // of a very long line the ends come out wrong
    let inside = |point: Point| {
        let (a, b) = ((right - left) * 1e-6, (high - low) * 1e-6);
        (left - a..=right + a).contains(&point.0) && (low - b..=high + b).contains(&point.1)
    };
    let (a, b) = (at(start), at(end));
    (inside(a) && inside(b)).then_some((a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(f: impl Fn(f64) -> f64 + Copy, height: f64) -> Vec<(f64, f64)> {
        let points = values(f, (-3.0, 3.0), 600);
        runs(f, &points, height).iter().filter_map(|run| Some((run.first()?.0, run.last()?.0))).collect()
    }

    #[test]
    fn curves_are_apart_at_poles_and_jumps_only() {
        assert_eq!(cut(|x| x.powi(3), 54.0).len(), 1);
        assert_eq!(cut(|x| 1.0 / (1.0 + (-1000.0 * (x - 0.003)).exp()), 1.0).len(), 1, "steep, but no jump");
        assert_eq!(cut(|x| (x * 40.0).sin() * 40.0, 80.0).len(), 1);
        assert_eq!(cut(|x| 1.0 / (x - 0.0012), 20.0).len(), 2);
        assert_eq!(cut(f64::tan, 20.0).len(), 3);
        assert_eq!(cut(|x| x.floor(), 6.0).len(), 7, "six steps, and a point at 3");
        assert_eq!(cut(|x| (100.0 * x).floor() / 1000.0 + x.signum(), 60.0).len(), 2, "steps of no height are no jumps");
    }

    #[test]
    fn runs_end_where_the_function_does() {
        let ends = cut(|x| (1.0 - x * x).sqrt(), 1.0);
        assert!(matches!(ends[..], [(a, b)] if (a + 1.0).abs() < 1e-9 && (b - 1.0).abs() < 1e-9), "{ends:?}");
        let ends = cut(|x| (x.sin() / x) / f64::from(x.abs() < 2.005 || x > 2.5), 1.0);
        assert_eq!(ends.len(), 3, "apart at 0 and between 2.005 and 2.5: {ends:?}");
    }

    #[test]
    fn fast_waves_are_not_slow_ones() {
        // 100 equal steps would hit the same place of each wave
        let points = values(|x| (x * std::f64::consts::TAU * 100.0).cos(), (0.0, 1.0), 100);
        assert!(points.iter().any(|point| point.1 < -0.9), "{points:?}");
        let points = values(|x| (x * 1000.0).sin(), (-5.0, 5.0), 600);
        assert!(points.is_sorted_by(|a, b| a.0 < b.0), "from left to right");
        for part in points.chunks_exact(50) {
            let (low, high) = part.iter().fold((0.0f64, 0.0f64), |(low, high), p| (low.min(p.1), high.max(p.1)));
            assert!(low < -0.9 && high > 0.9, "{low} {high}");
        }
    }

    #[test]
    fn runs_go_as_far_as_the_break() {
        let f = |x: f64| 1e-3 / (x - 0.0012);
        let points = values(f, (-3.0, 3.0), 600);
        let runs = runs(f, &points, 1.0);
        let ends: Vec<f64> = runs.iter().flat_map(|run| [run.first().map_or(0.0, |p| p.1), run.last().map_or(0.0, |p| p.1)]).collect();
        assert!(matches!(ends[..], [_, low, high, _] if low < -1e6 && high > 1e6), "{ends:?}");
        let points = values(f64::floor, (0.0, 2.0), 7);
        let ends: Vec<f64> = super::runs(f64::floor, &points, 2.0).iter().filter_map(|run| Some(run.last()?.0)).collect();
        assert!((ends.first().copied().unwrap_or(0.0) - 1.0).abs() < 1e-9, "{ends:?}");
    }

    #[test]
    fn lines_are_clipped() {
        let inside = |a, b| clip(a, b, (0.0, 10.0), (0.0, 10.0));
        assert_eq!(inside((1.0, 1.0), (2.0, 3.0)), Some(((1.0, 1.0), (2.0, 3.0))));
        assert_eq!(inside((-10.0, 5.0), (30.0, 5.0)), Some(((0.0, 5.0), (10.0, 5.0))));
        assert_eq!(inside((5.0, -90.0), (5.0, 110.0)), Some(((5.0, 0.0), (5.0, 10.0))));
        assert_eq!(inside((1e-18, -1e36), (0.1, -1e5)), None);
        assert_eq!(inside((11.0, 0.0), (12.0, 5.0)), None);
        assert_eq!(inside((-1.0, 9.5), (1.0, 11.5)), None);
    }
}
