//! What explains a wrong backward pass? Usual slips are tried on its values: sign, scale, transpose, sums, masks, the chain rule.
//! Deliberately proves nothing: a slip is likely where undoing it gives the derived values at every point.
//! Read next: `doctor.rs`, which asks; `check.rs` (the same for whole networks).

use super::derived::{Derived, UPSTREAM};
use super::layer::{Layer, words};
use crate::array::{Arrays, Dense, Indexed};
use crate::error::Result;
use crate::expr::{Expr, Node};
use crate::gradient::adjoint_sweep;
use crate::key;
use crate::message::Phrase;
use crate::phrase;
use crate::text;
use crate::walk;

/// Slips that a check of a whole network names too (`check.rs`).
pub(super) const SIGN: &str = key!("the sign is turned");
pub(super) const TRANSPOSED: &str = key!("transposed");
pub(super) const TIMES_N: &str = key!("scaled by N: divide by the number of examples");
pub(super) const OVER_N: &str = key!("divided by N once too often");

/// Values at one point: the claim, the derived one, `dout` if there is one, then the variants.
pub(super) struct Case {
    pub(super) found: Vec<Dense>,
    pub(super) examples: usize,
    pub(super) has_upstream: bool,
    pub(super) first_variant: usize,
}

impl Case {
    fn claim(&self) -> &Dense {
        &self.found[0]
    }

    fn truth(&self) -> &Dense {
        &self.found[1]
    }

    fn upstream(&self) -> Option<&Dense> {
        self.has_upstream.then(|| &self.found[2])
    }
}

/// A formula, what it is, and how it is compared.
pub(super) enum What {
    /// The claim with a name exchanged: it explains if it is the derived one.
    Exchanged(Phrase),
    /// The derived formula with a slip in it: it explains if it is the claim.
    Slipped(Phrase),
}

pub(super) type Variant = (What, Indexed);

/// Parts of a formula that may lack their derivative are tried up to this many.
const PARTS: usize = 40;
/// Names that may stand in the place of another are tried up to this many.
const NAMES: usize = 8;

/// The claim with input and output exchanged, and the derived formula without the derivative of each inner part.
pub(super) fn variants(layer: &Layer, arrays: &mut Arrays<'_>, derived: &Derived, at: usize, claim: &str) -> Result<Vec<Variant>> {
    let mut found: Vec<Variant> = Vec::new();
    let names = derived.names();
    let plain = Layer { constants: Vec::new(), ..layer.clone() };
    let (_, value) = &derived.inputs[at];
    let output = &derived.output;
    let mut all: Vec<&String> = names.keys().collect();
    all.sort_unstable();
    let called = |name: &str| if name == output { phrase!("the output {name}", name) } else { Phrase::of(name) };
    for (from, place) in occurrences(claim, |word| names.contains_key(word)) {
        let likely = all.iter().filter(|to| **to != from && names[**to].shape.axes == names[from].shape.axes).take(NAMES);
        for to in likely {
            let why = phrase!("{from} stands where {to} belongs", from = called(from), to = called(to));
            let mut everywhere = names.clone();
            everywhere.insert(from.to_string(), names[*to].clone());
            let once = format!("{}{to}{}", &claim[..place], &claim[place + from.len()..]);
            for (text, names) in [(claim, &everywhere), (&once, &names)] {
                if let Ok(value) = plain.lower(arrays, text, names) {
                    found.push((What::Exchanged(why.clone()), value));
                }
            }
        }
    }
    let (Node::Symbol(x), Some(upstream)) = (arrays.engine.pool.node(value.e), &derived.upstream) else { return Ok(found) };
    // where the layer is more than a formula of each entry there is no inner part to speak of
    if arrays.loops(derived.forward.e) != arrays.loops(value.e) || !walk::symbols(arrays.engine.pool, &[derived.forward.e]).contains(&x) {
        return Ok(found);
    }
    let f = derived.forward.e;
    let parts: Vec<Expr> = walk::reachable(arrays.engine.pool, &[f]);
    for part in parts.into_iter().filter(|&part| part != f && part != value.e).take(PARTS) {
        if !walk::symbols(arrays.engine.pool, &[part]).contains(&x) {
            continue;
        }
        let stand_in = arrays.pool().symbol_named("·part");
        let t = arrays.pool().symbol_expr(stand_in);
        let outer = walk::substitute(arrays.pool(), f, |_, e| (e == part).then_some(t))?;
        let outer = arrays.engine.collect(outer)?;
        let shown = text::print(arrays.engine.pool, &crate::matrix::Value::Scalar(part), 200).ok().filter(|text| !text.contains('·'));
        let shown = shown.map_or(String::new(), |text| format!(" {text}"));
        let slope = adjoint_sweep(&mut arrays.engine, outer, &[stand_in])?[0];
        let slope = walk::substitute(arrays.pool(), slope, |_, e| (e == t).then_some(part))?;
        let e = arrays.engine.mul(&[upstream.e, slope]);
        let e = arrays.engine.collect(e)?;
        let value = Indexed { shape: value.shape.clone(), e };
        found.push((What::Slipped(phrase!("the derivative of the inner part{shown} is missing", shown)), value));
        let slope = adjoint_sweep(&mut arrays.engine, part, &[x])?[0];
        let e = arrays.engine.mul(&[upstream.e, slope]);
        let value = Indexed { shape: derived.inputs[at].1.shape.clone(), e };
        found.push((What::Slipped(phrase!("only the inner part{shown} is derived, not what is made of it", shown)), value));
    }
    Ok(found)
}

/// The names in a text that are known, and where each begins; as many as are tried.
fn occurrences(text: &str, known: impl Fn(&str) -> bool) -> Vec<(&str, usize)> {
    let found = words(text).filter(|word| known(word)).map(|word| (word, word.as_ptr() as usize - text.as_ptr() as usize));
    found.take(NAMES).collect()
}

/// The slip that explains all cases.
pub(super) fn explain(cases: &[Case], variants: &[Variant]) -> Option<Phrase> {
    let every = |explains: &dyn Fn(&Case) -> bool| !cases.is_empty() && cases.iter().all(explains);
    if every(&|case| close(&case.claim().data, &case.truth().data.iter().map(|x| -x).collect::<Vec<_>>())) {
        return Some(Phrase::key(SIGN));
    }
    if every(&|case| transposed(case.claim()).is_some_and(|turned| same(&turned, case.truth()))) {
        return Some(Phrase::key(TRANSPOSED));
    }
    if every(&|case| case.claim().axes.len() == case.truth().axes.len() + 1 && same(&summed(case.claim(), 0), case.truth())) {
        return Some(phrase!("not summed over the batch: sum(..., axis=0)"));
    }
    if every(&|case| {
        case.claim().axes.is_empty() && !case.truth().axes.is_empty() && close(&case.claim().data, &[case.truth().data.iter().sum()])
    }) {
        return Some(phrase!("summed over everything, not over the batch alone: sum(..., axis=0)"));
    }
    let over_rows = |case: &Case| {
        let upstream = case.upstream().filter(|upstream| upstream.axes.len() == 2);
        upstream.is_some_and(|upstream| case.truth().axes.len() == 1 && same(case.claim(), &summed(upstream, 1)))
    };
    if every(&over_rows) {
        return Some(phrase!("summed over the wrong axis: axis 0 is the batch"));
    }
    if let Some(text) = scaled(cases) {
        return Some(text);
    }
    if every(&|case| mask_turned(case).unwrap_or(false)) && cases.iter().any(|case| case.claim().data.iter().any(|x| *x != 0.0)) {
        return Some(phrase!("the mask is turned around: dout passes where it should stop"));
    }
    if every(&|case| case.upstream().is_some_and(|upstream| same(case.claim(), upstream))) {
        return Some(phrase!("the layer's own derivative is missing: dout passes unchanged"));
    }
    let times = |case: &Case| {
        let upstream = case.upstream().filter(|upstream| upstream.axes == case.claim().axes)?;
        Some(close(&case.claim().data.iter().zip(&upstream.data).map(|(a, b)| a * b).collect::<Vec<_>>(), &case.truth().data))
    };
    if every(&|case| times(case).unwrap_or(false)) {
        return Some(phrase!("{UPSTREAM} is missing: the derivative from above times the layer's own", UPSTREAM));
    }
    for (at, (what, _)) in variants.iter().enumerate() {
        let (text, explains): (&Phrase, &dyn Fn(&Case) -> bool) = match what {
            What::Exchanged(text) => (text, &|case| case.found.get(case.first_variant + at).is_some_and(|value| same(value, case.truth()))),
            What::Slipped(text) => (text, &|case| case.found.get(case.first_variant + at).is_some_and(|value| same(value, case.claim()))),
        };
        if every(explains) {
            return Some(text.clone());
        }
    }
    None
}

/// The claim is the derived one times a number.
fn scaled(cases: &[Case]) -> Option<Phrase> {
    let mut factor: Option<f64> = None;
    for case in cases {
        if case.claim().axes != case.truth().axes {
            return None;
        }
        let largest = case.truth().data.iter().zip(&case.claim().data).max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
        let here = largest.1 / largest.0;
        if !here.is_finite() || here == 0.0 || factor.is_some_and(|factor| (factor - here).abs() > 1e-6 * factor.abs()) {
            return None;
        }
        factor = Some(here);
        if !close(&case.claim().data, &case.truth().data.iter().map(|x| x * here).collect::<Vec<_>>()) {
            return None;
        }
    }
    let (factor, n) = (factor?, cases.first()?.examples as f64);
    let near = |value: f64| (factor - value).abs() < 1e-6 * value.abs();
    Some(match () {
        () if near(n) && cases.iter().all(|case| !case.truth().axes.is_empty()) => Phrase::key(TIMES_N),
        () if near(1.0 / n) && cases.iter().all(|case| !case.truth().axes.is_empty()) => Phrase::key(OVER_N),
        () => phrase!("{factor} times the derivative", factor = short(factor)),
    })
}

/// Where the derived one lets `dout` through the claim is 0, and the other way round.
fn mask_turned(case: &Case) -> Option<bool> {
    let upstream = case.upstream()?;
    if upstream.axes != case.claim().axes || upstream.axes != case.truth().axes {
        return None;
    }
    let binary = |x: f64, full: f64| x == 0.0 || (x - full).abs() < 1e-12;
    let mut entries = case.claim().data.iter().zip(&case.truth().data).zip(&upstream.data);
    Some(entries.all(|((a, b), full)| binary(*a, *full) && binary(*b, *full) && (a + b - full).abs() < 1e-12))
}

/// A number in seven digits.
pub(super) fn short(x: f64) -> String {
    format!("{x:.6e}").parse::<f64>().map_or_else(|_| x.to_string(), |rounded| rounded.to_string())
}

fn same(a: &Dense, b: &Dense) -> bool {
    a.axes == b.axes && close(&a.data, &b.data)
}

fn close(a: &[f64], b: &[f64]) -> bool {
    let scale = b.iter().fold(0.0f64, |most, x| most.max(x.abs())).max(1e-9);
    a.len() == b.len() && scale.is_finite() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-7 * scale)
}

fn transposed(array: &Dense) -> Option<Dense> {
    let [rows, columns] = *array.axes else { return None };
    let data = (0..rows * columns).map(|at| array.data[(at % rows) * columns + at / rows]).collect();
    Some(Dense { axes: vec![columns, rows], data })
}

/// The sum over the first axis, or over the second of two.
fn summed(array: &Dense, axis: usize) -> Dense {
    let rows = array.axes.first().copied().unwrap_or(1);
    let width = array.data.len() / rows.max(1);
    let kept: Vec<usize> = array.axes.iter().enumerate().filter(|(at, _)| *at != axis).map(|(_, n)| *n).collect();
    let mut data = vec![0.0; if axis == 0 { width } else { rows }];
    for (at, x) in array.data.iter().enumerate() {
        data[if axis == 0 { at % width.max(1) } else { at / width.max(1) }] += x;
    }
    Dense { axes: kept, data }
}

/// For a claim that is a product of two names: the order and transposes that are right.
pub(super) fn rearranged(claim: &str, known: impl Fn(&str) -> bool, mut right: impl FnMut(&str) -> bool) -> Option<String> {
    let (a, b) = claim.split_once('*')?;
    let bare = |factor: &str| Some(factor.trim().trim_end_matches('\'').to_string()).filter(|name| known(name));
    let (a, b) = (bare(a)?, bare(b)?);
    for (left, other) in [(&a, &b), (&b, &a)] {
        for (one, two) in [("", ""), ("'", ""), ("", "'"), ("'", "'")] {
            let text = format!("{left}{one}*{other}{two}");
            if right(&text) {
                return Some(text);
            }
        }
    }
    None
}
