//! How is a quantity of a graph written: exact where that is short, else with some significant digits?
//! Deliberately rounds for reading only; JSON has the floats in full.
//! Read next: `table.rs`.

use super::{Drawing, Edge, Node, Quantity};

/// `220`, `0.36788`, `1.5e-7`: the shortest decimal that reads back, or `digits` significant ones where it is longer.
pub(super) fn short(value: f64, digits: usize) -> String {
    let digits = digits.clamp(1, 17);
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    let rounded = format!("{:.*e}", digits - 1, value);
    let (mantissa, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-5..16).contains(&exponent) {
        let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
        return format!("{mantissa}e{exponent}");
    }
    // whole numbers keep all their digits: 123456 is short enough
    if value.fract() == 0.0 && exponent < 9 {
        return format!("{value}");
    }
    let places = usize::try_from(digits as i32 - 1 - exponent).unwrap_or(0);
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Whether `short` leaves digits out; what rounding of the value itself has left is none.
pub(super) fn is_rounded(value: f64, digits: usize) -> bool {
    short(value, digits).parse().map_or(true, |short: f64| (short - value).abs() > 1e-12 * value.abs())
}

/// More characters are not read at a glance.
const GLANCE: usize = 8;

/// Whether a number is finite, and short where it is drawn.
pub(super) fn is_short(value: f64, digits: usize) -> bool {
    value.is_finite() && short(value, digits).len() <= GLANCE
}

fn written(quantity: &Quantity, digits: usize) -> String {
    match quantity {
        Quantity::Number(value) => short(*value, digits),
        Quantity::Text(text) => text.clone(),
        Quantity::Long => "…".to_owned(),
        Quantity::Undefined => "undefined".to_owned(),
    }
}

/// Room for a pupil's answer.
const BLANK: &str = "____";

/// The value of a node as it is drawn.
pub(super) fn forward(node: &Node, drawing: &Drawing) -> String {
    if drawing.forward { written(&node.forward, drawing.digits) } else { BLANK.to_owned() }
}

/// The derivative by a node as it is drawn: where it is used more than once, the sum of its shares, and what that is.
pub(super) struct Backward {
    pub(super) sum: String,
    /// `= 1.077`, where it does not stand behind the sum.
    pub(super) total: Option<String>,
}

/// Longer sums take two lines.
const ONE_LINE: usize = 12;

impl Backward {
    /// In one line.
    pub(super) fn line(&self) -> String {
        self.total.as_ref().map_or_else(|| self.sum.clone(), |total| format!("{} {total}", self.sum))
    }
}

pub(super) fn backward(node: &Node, uses: &[&Edge], drawing: &Drawing) -> Backward {
    let alone = |sum: String| Backward { sum, total: None };
    if !drawing.backward {
        return alone(BLANK.to_owned());
    }
    let total = written(&node.backward, drawing.digits);
    if uses.len() < 2 || uses.iter().any(|edge| matches!(edge.backward, Quantity::Long)) {
        return alone(total);
    }
    if !has_room(uses) {
        return Backward { sum: format!("sum of {}", uses.len()), total: Some(format!("= {total}")) };
    }
    let sum = sum(uses, drawing);
    if sum == total {
        // as it may be of expressions
        alone(total)
    } else if sum.chars().count() + total.chars().count() <= ONE_LINE {
        alone(format!("{sum} = {total}"))
    } else {
        Backward { sum, total: Some(format!("= {total}")) }
    }
}

/// Sums of more shares stand in the legend.
const MOST_SHARES: usize = 3;
/// Whether the sum of these shares stands at its node.
pub(super) fn has_room(uses: &[&Edge]) -> bool {
    uses.len() <= MOST_SHARES
}
/// Sums of still more shares are not written out.
const ALL_SHARES: usize = 12;

/// The sum of the shares where it has no room beside its node.
pub(super) fn long_sum(node: &Node, uses: &[&Edge], drawing: &Drawing) -> Option<String> {
    let long = drawing.backward
        && (MOST_SHARES + 1..=ALL_SHARES).contains(&uses.len())
        && !uses.iter().any(|edge| matches!(edge.backward, Quantity::Long));
    long.then(|| format!("gets {} = {}", sum(uses, drawing), written(&node.backward, drawing.digits)))
}

fn sum(uses: &[&Edge], drawing: &Drawing) -> String {
    let mut sum = String::new();
    for (at, edge) in uses.iter().enumerate() {
        let share = written(&edge.backward, drawing.digits);
        let (sign, share) = match share.strip_prefix('-') {
            // a text that is a sum keeps its sign
            Some(rest) if at > 0 && !rest.contains(' ') => (" - ", rest.to_owned()),
            _ if at > 0 => (" + ", share),
            _ => ("", share),
        };
        sum += sign;
        sum += &share;
    }
    sum
}

/// The share of one edge as it is drawn.
pub(super) fn share(edge: &Edge, drawing: &Drawing) -> String {
    if drawing.backward { written(&edge.backward, drawing.digits) } else { BLANK.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{is_rounded, is_short, short};

    #[test]
    fn numbers_are_exact_where_they_are_short() {
        for (value, text) in [
            (220.000_000_000_000_03, "220"),
            (2.2, "2.2"),
            (715.0, "715"),
            (0.367_879_441, "0.36788"),
            (-0.196_611_933, "-0.19661"),
            (1234.5678, "1234.6"),
            (123_456.0, "123456"),
            (1.0e-7, "1e-7"),
            (1.234_567e20, "1.2346e20"),
            (99_999.96, "100000"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
        ] {
            assert_eq!(short(value, 5), text);
        }
        assert!(is_short(-12_345.678, 4) && !is_short(1.0e9 / 7.0, 4) && !is_short(f64::NAN, 4));
        assert!(!is_rounded(220.000_000_000_000_03, 4) && !is_rounded(-0.125, 4) && is_rounded(1.0 / 3.0, 4) && is_rounded(2.00625, 4));
        assert_eq!((short(0.367_879_441, 3), short(0.367_879_441, 9)), ("0.368".into(), "0.367879441".into()));
    }
}
