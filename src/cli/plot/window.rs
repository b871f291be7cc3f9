//! Which part of the plane is shown, and which round numbers stand at its sides?
//! Deliberately knows values only: `sample.rs` takes them.
//! Read next: `terminal.rs`, `svg.rs`.

use super::sample::{Point, values};

/// From where to where.
pub(crate) type Range = (f64, f64);

/// What is shown without a range.
const USUAL: Range = (-5.0, 5.0);

/// Where a function is worth looking at, if nobody says: around 0, or where it has values.
pub(crate) fn usual(f: impl Fn(f64) -> f64, touching: &[f64]) -> Range {
    let mut range = USUAL;
    for scale in [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 0.1, 0.01] {
        let wide = (USUAL.0 * scale, USUAL.1 * scale);
        let points = values(&f, wide, 400);
        let defined = |point: &&Point| point.1.is_finite();
        let (Some(first), Some(last)) = (points.iter().find(defined), points.iter().rfind(defined)) else { continue };
        let (left, right) = (first.0 > wide.0, last.0 < wide.1);
        let room = (wide.1 - wide.0) / 20.0;
        range = match (left, right) {
            (false, false) => wide,
            (true, false) => (first.0 - room, first.0 - room + wide.1 - wide.0),
            (false, true) => (last.0 + room - wide.1 + wide.0, last.0 + room),
            (true, true) => {
                let room = ((last.0 - first.0) / 10.0).max(room / 50.0);
                (first.0 - room, last.0 + room)
            }
        };
        break;
    }
    for &at in touching {
        // a tangent has some of the curve on both sides
        let wide = range.1 - range.0;
        range = (range.0.min(at - wide / 5.0), range.1.max(at + wide / 5.0));
    }
    let step = step(range, 20);
    ((range.0 / step).floor() * step, (range.1 / step).ceil() * step)
}

/// The heights that are shown: those of the function, poles cut off, and as much of the derivative as leaves the function visible.
pub(crate) fn height(function: &[Point], derivative: &[Point], touching: &[f64]) -> Range {
    let (mut low, mut high, _) = tame(function).unwrap_or((-1.0, 1.0, false));
    for &y in touching {
        (low, high) = (low.min(y), high.max(y));
    }
    if let Some((below, above, has_poles)) = tame(derivative) {
        let flat = high - low <= 1e-9 * low.abs().max(high.abs());
        let most = match (flat, has_poles) {
            (true, _) => f64::INFINITY,
            (false, true) => (high - low) / 2.0,
            (false, false) => 2.0 * (high - low),
        };
        (low, high) = (below.max(low - most).min(low), above.min(high + most).max(high));
    }
    let room = if high - low > 1e-9 * low.abs().max(high.abs()) { 0.0 } else { low.abs().max(1.0) / 2.0 };
    (low - room, high + room)
}

/// Least and largest value; where few are far from the others, these are cut off, which is told.
fn tame(points: &[Point]) -> Option<(f64, f64, bool)> {
    let mut heights: Vec<f64> = points.iter().map(|point| point.1).filter(|y| y.is_finite()).collect();
    heights.sort_by(f64::total_cmp);
    let (low, high) = (*heights.first()?, *heights.last()?);
    let quantile = |share: f64| heights.get(((heights.len() - 1) as f64 * share).round() as usize).copied().unwrap_or(low);
    let (a, b) = (quantile(0.05), quantile(0.95));
    if high - low <= 4.0 * (b - a) || b <= a {
        return Some((low, high, false));
    }
    Some((low.max(a - (b - a) / 2.0), high.min(b + (b - a) / 2.0), true))
}

/// A range widened to round numbers.
pub(crate) fn rounded(range: Range, marks: usize) -> Range {
    let step = step(range, marks);
    // a hair beyond a round number is that number
    ((range.0 / step + 1e-9).floor() * step, (range.1 / step - 1e-9).ceil() * step)
}

/// The round distance (1, 2 or 5 times a power of ten) at which some `marks` fit.
fn step((low, high): Range, marks: usize) -> f64 {
    let least = ((high - low) / marks.max(1) as f64).max(f64::MIN_POSITIVE);
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|digit| digit * power).find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// Round numbers in a range, and how they are written.
pub(crate) fn marks(range: Range, count: usize) -> Vec<(f64, String)> {
    let step = step(range, count);
    let (first, last) = ((range.0 / step - 1e-9).ceil(), (range.1 / step + 1e-9).floor());
    let number = (last - first).clamp(0.0, 1000.0) as usize;
    (0..=number).map(|at| (first + at as f64) * step).map(|value| (value, label(value, step, range))).collect()
}

fn label(value: f64, step: f64, (low, high): Range) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !(1e-3..1e6).contains(&low.abs().max(high.abs())) {
        let digits = (value.abs().log10().floor() - step.log10().floor()).clamp(0.0, 12.0) as usize;
        let text = format!("{value:.digits$e}");
        let (number, power) = text.split_once('e').unwrap_or((&text, "0"));
        let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
        return format!("{number}e{power}");
    }
    // a hair below a power of ten is that power
    let digits = (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(range: Range, count: usize) -> String {
        marks(range, count).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn marks_are_round() {
        assert_eq!(labels((-3.0, 3.0), 7), "-3 -2 -1 0 1 2 3");
        assert_eq!(labels((0.0, 0.37), 5), "0 0.1 0.2 0.3");
        assert_eq!(labels((-1234.0, 987.0), 5), "-1000 -500 0 500");
        assert_eq!(labels((0.0, 3.2e7), 4), "0 1e7 2e7 3e7");
        assert_eq!(labels((1.00001, 1.00004), 4), "1.00001 1.00002 1.00003 1.00004");
        assert_eq!(labels((0.0, 4e-9), 4), "0 1e-9 2e-9 3e-9 4e-9");
        assert_eq!(rounded((-2.9, 2.1), 6), (-3.0, 3.0));
    }

    #[test]
    fn ranges_are_where_the_values_are() {
        assert_eq!(usual(|x| x * x, &[]), (-5.0, 5.0));
        assert_eq!(usual(|x| if x > 0.0 { x.ln() } else { f64::NAN }, &[]), (-0.5, 10.0));
        let (low, high) = usual(f64::asin, &[]);
        assert!((-1.5..=-1.0).contains(&low) && (1.0..=1.5).contains(&high), "{low} {high}");
        let (low, high) = usual(|x| (x - 300.0).sqrt(), &[]);
        assert!((200.0..=300.0).contains(&low) && high > 1000.0, "{low} {high}");
        assert!(usual(|x| x, &[30.0]).1 >= 32.0);
        assert_eq!(usual(|_| f64::NAN, &[]), (-5.0, 5.0));
    }

    #[test]
    fn poles_do_not_flatten_the_rest() {
        let (low, high) = height(&values(|x| 1.0 / x, (-5.0, 5.0), 1001), &[], &[]);
        assert!(low > -20.0 && high < 20.0 && low < -3.0 && high > 3.0, "{low} {high}");
        assert_eq!(height(&values(|x| x * x, (-5.0, 5.0), 100), &[], &[]), (0.0, 25.0));
        let (low, high) = height(&values(|_| 2.0, (0.0, 1.0), 9), &values(|_| 0.0, (0.0, 1.0), 9), &[]);
        assert_eq!((low, high), (0.0, 2.0));
        let (low, high) =
            height(&values(|x| (50.0 * x).sin(), (-5.0, 5.0), 999), &values(|x| 50.0 * (50.0 * x).cos(), (-5.0, 5.0), 999), &[]);
        assert!(low > -6.0 && high < 6.0, "{low} {high}");
    }
}
