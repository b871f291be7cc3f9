//! Is a backward pass that someone wrote right? Each formula is proved equal to the derived one, or shown to differ at an example.
//! Deliberately guesses nothing about equality: `equal (proved)` is a proof; what only agrees in numbers is called so.
//! Read next: `derived.rs` (what is derived), `slip.rs` (what explains a difference).

use super::derived::Derived;
use super::layer::{Layer, outside};
use super::proof::proved;
use super::slip::{self, Case};
use super::trial::{point, settled};
use crate::array::plan::values;
use crate::array::{Arrays, Dense, Indexed};
use crate::equal::{Verdict, equal};
use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Expr, Pool};
use crate::message::Language;
use crate::message::Phrase;
use crate::phrase;
use crate::shape::{Shape, Size};
use std::collections::HashMap;

/// Where a formula differs from the derived one.
#[derive(Clone, PartialEq, Debug)]
pub struct Example {
    /// Numbers that have values, or sizes of arrays.
    pub at: Vec<(String, f64)>,
    /// Which entry; empty for a number.
    pub entry: Vec<usize>,
    /// What the formula gives.
    pub given: f64,
    /// What the derived one gives.
    pub derived: f64,
}

/// What is known of one formula of a backward pass.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnosis {
    /// `dx`
    pub name: String,
    /// The formula that was given.
    pub given: String,
    /// `equal`, `different` or `unknown`.
    pub verdict: &'static str,
    /// `proved`, or `numeric` where values agree and no proof was found.
    pub how: Option<&'static str>,
    /// Where the two differ.
    pub example: Option<Example>,
    /// Why the formula has no value at all, such as shapes that do not fit.
    pub problem: Option<Phrase>,
    /// The likely slip.
    pub slip: Option<Phrase>,
}

/// Points at which formulas are compared.
const POINTS: u64 = 6;

impl Layer {
    /// Whether the formulas of a backward pass, `dx = ...` separated by commas or semicolons, are what the engine derives.
    ///
    /// # Errors
    /// What is wrong with the layer, a name that is none of its derivatives, or a text that cannot be read.
    ///
    /// ```
    /// use symdiff::net::Layer;
    /// let sigmoid = Layer::named("sigmoid")?;
    /// assert_eq!(sigmoid.diagnose("dx = dout*y*(1 - y)")?[0].how, Some("proved"));
    /// let wrong = sigmoid.diagnose("dx = dout*x*(1 - x)")?;
    /// assert_eq!(wrong[0].verdict, "different");
    /// let slip = wrong[0].slip.as_ref().map(|slip| slip.to_text(symdiff::teach::Language::English));
    /// assert_eq!(slip.as_deref(), Some("x stands where the output y belongs"));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn diagnose(&self, backward: &str) -> Result<Vec<Diagnosis>> {
        self.diagnose_in(&mut Pool::default(), backward, &[])
    }

    pub(crate) fn diagnose_in(&self, pool: &mut Pool, backward: &str, shapes: &[(String, Shape)]) -> Result<Vec<Diagnosis>> {
        let mut arrays = Arrays::new(pool);
        let derived = Derived::new(&mut arrays, self, shapes)?;
        let claims: Vec<&str> = backward.split(';').flat_map(outside).collect();
        if claims.is_empty() {
            return Err(Error::new(Kind::Request, phrase!("a backward pass is written as dx = FORMULA, dw = FORMULA")));
        }
        let placed = |claim: &str, error: Error| match error.span() {
            Some(span) => {
                // spans count from the formula behind the sign
                let formula = claim.split_once('=').map_or(claim, |(_, text)| text.trim());
                let start = formula.as_ptr() as usize - backward.as_ptr() as usize;
                error.at(Span::new(span.start + start, span.end + start)).within("backward")
            }
            None => error,
        };
        claims.into_iter().map(|claim| self.judge(&mut arrays, &derived, claim).map_err(|error| placed(claim, error))).collect()
    }

    fn judge(&self, arrays: &mut Arrays<'_>, derived: &Derived, claim: &str) -> Result<Diagnosis> {
        let (name, text) = claim
            .split_once('=')
            .ok_or_else(|| Error::new(Kind::Request, phrase!("`{claim}` is no formula of a derivative; write dx = ...", claim)))?;
        let (name, text) = (name.trim(), text.trim());
        let at = input_of(derived, name)?;
        let truth = Indexed { shape: derived.inputs[at].1.shape.clone(), e: derived.adjoints[at] };
        let mut diagnosis = Diagnosis {
            name: format!("d{}", derived.inputs[at].0),
            given: text.to_string(),
            verdict: "unknown",
            how: None,
            example: None,
            problem: None,
            slip: None,
        };
        let names = derived.names();
        let known = |word: &str| names.contains_key(word);
        let claimed = match claimed(self, arrays, derived, text, &names) {
            Ok(claimed) => claimed,
            Err(error) if error.kind() == Kind::Shape => {
                diagnosis.verdict = "different";
                diagnosis.problem = Some(error.phrase().clone());
                let found = slip::rearranged(text, known, |text| claimed_like(self, arrays, derived, text, &names, &truth));
                diagnosis.slip = found.map(|text| phrase!("factors have to be turned or exchanged: {text}", text));
                return Ok(diagnosis);
            }
            Err(error) => return Err(error),
        };
        if claimed.shape.axes == truth.shape.axes {
            if proved(arrays, claimed.e, truth.e)? {
                return Ok(Diagnosis { verdict: "equal", how: Some("proved"), ..diagnosis });
            }
        } else {
            diagnosis.verdict = "different";
            diagnosis.problem = Some(phrase!(
                "it has the shape {shape}, and `{name}` has {truth}",
                shape = claimed.shape,
                name = derived.inputs[at].0,
                truth = truth.shape
            ));
        }
        let upstream = derived.upstream.as_ref().map(|value| (value.e, value.shape.axes.clone()));
        let variants = slip::variants(self, arrays, derived, at, text)?;
        let mut roots: Vec<(Expr, Vec<Size>)> = vec![(claimed.e, claimed.shape.axes.clone()), (truth.e, truth.shape.axes.clone())];
        roots.extend(upstream.clone());
        let first_variant = roots.len();
        roots.extend(variants.iter().map(|(_, value)| (value.e, value.shape.axes.clone())));
        let mut cases = Vec::new();
        let mut agree = true;
        for number in 0..POINTS {
            // what is settled is the derived value: the claim may have none
            let Some((point, _)) = settled(arrays, self, derived, &roots[1..2], 1 + 7 * number)? else { continue };
            // a variant may be nonsense that has no values; the verdict does not need it
            let found = match values(arrays, &roots, &point.given) {
                Ok(found) => found,
                Err(_) => values(arrays, &roots[..first_variant], &point.given)?,
            };
            if claimed.shape.axes == truth.shape.axes
                && let Some(entry) = differing(&found[0], &found[1])
            {
                agree = false;
                if diagnosis.example.is_none() {
                    diagnosis.verdict = "different";
                    diagnosis.example = Some(example(derived, &point, &found, entry));
                }
            }
            let examples = point.given.sizes.get("N").copied().unwrap_or(1);
            cases.push(Case { found, examples, has_upstream: upstream.is_some(), first_variant });
        }
        if diagnosis.verdict == "different" {
            diagnosis.slip = slip::explain(&cases, &variants).or_else(|| {
                let found = slip::rearranged(text, known, |text| claimed_like(self, arrays, derived, text, &names, &truth));
                found.map(|text| phrase!("factors have to be turned or exchanged: {text}", text))
            });
        } else if agree && !cases.is_empty() {
            // floats agree; many digits may still tell the two apart
            if derived.scalar
                && let Verdict::Different { witness, values } = equal(arrays.pool(), claimed.e, truth.e)?
            {
                let (given, derived) = values.unwrap_or((f64::NAN, f64::NAN));
                let at = witness.into_iter().map(|(symbol, value)| (arrays.engine.pool.symbol_name(symbol).to_string(), value)).collect();
                let example = Some(Example { at, entry: Vec::new(), given, derived });
                return Ok(Diagnosis { verdict: "different", example, ..diagnosis });
            }
            diagnosis.verdict = "equal";
            diagnosis.how = Some("numeric");
        }
        Ok(diagnosis)
    }
}

/// Which input `dx` belongs to.
fn input_of(derived: &Derived, name: &str) -> Result<usize> {
    let own = name.strip_prefix('d').unwrap_or(name);
    let found = derived.inputs.iter().position(|(input, _)| input == own);
    let found = found.or_else(|| derived.inputs.iter().position(|(input, _)| input.eq_ignore_ascii_case(own)));
    found.ok_or_else(|| {
        let all: Vec<String> = derived.inputs.iter().map(|(input, _)| format!("d{input}")).collect();
        Error::new(Kind::Name, phrase!("`{name}` is no derivative of this layer; there are {all}", name, all = all.join(", ")))
    })
}

/// A formula of a backward pass in index notation.
pub(super) fn claimed(
    layer: &Layer,
    arrays: &mut Arrays<'_>,
    derived: &Derived,
    text: &str,
    names: &HashMap<String, Indexed>,
) -> Result<Indexed> {
    let plain = Layer { constants: Vec::new(), name: "backward".into(), ..layer.clone() };
    let value = plain.lower(arrays, text, names)?;
    let sizes = point(arrays, layer, derived, 1)?.given;
    for symbol in arrays.scalars(&[value.e]) {
        let name = arrays.engine.pool.symbol_name(symbol).to_string();
        if !names.contains_key(&name) && !sizes.sizes.contains_key(&*name) {
            let mut all: Vec<&str> = names.keys().map(String::as_str).collect();
            all.sort_unstable();
            let error = Error::new(Kind::Name, phrase!("`{name}` is no name of this layer; there are {all}", name, all = all.join(", ")));
            let near = all.into_iter().find(|known| strsim::damerau_levenshtein(known, &name) <= 1 && known.len() > 1);
            return Err(near.map_or(error.clone(), |near| error.suggest(near)));
        }
    }
    Ok(value)
}

/// Whether a text is equal to what is derived.
fn claimed_like(
    layer: &Layer,
    arrays: &mut Arrays<'_>,
    derived: &Derived,
    text: &str,
    names: &HashMap<String, Indexed>,
    truth: &Indexed,
) -> bool {
    claimed(layer, arrays, derived, text, names)
        .is_ok_and(|value| value.shape.axes == truth.shape.axes && proved(arrays, value.e, truth.e).unwrap_or(false))
}

/// The first entry at which two arrays differ.
fn differing(a: &Dense, b: &Dense) -> Option<usize> {
    let scale = b.data.iter().fold(0.0f64, |most, x| most.max(x.abs())).max(1e-9);
    a.data.iter().zip(&b.data).position(|(a, b)| (a - b).abs() > 1e-7 * scale || !a.is_finite())
}

fn example(derived: &Derived, point: &super::trial::Point, found: &[Dense], entry: usize) -> Example {
    let axes = &found[1].axes;
    let (mut rest, mut place) = (entry, vec![0; axes.len()]);
    for axis in (0..axes.len()).rev() {
        place[axis] = rest % axes[axis].max(1);
        rest /= axes[axis].max(1);
    }
    let at = if derived.scalar {
        point.names.iter().map(|(name, dense)| (name.clone(), dense.data[0])).collect()
    } else {
        let mut used: Vec<(String, f64)> = Vec::new();
        for (_, value) in derived.inputs.iter().chain(&derived.given) {
            for size in &value.shape.axes {
                if let Size::Name(name) = size
                    && let Some(n) = point.given.sizes.get(name)
                    && !used.iter().any(|(known, _)| **known == **name)
                {
                    used.push((name.to_string(), *n as f64));
                }
            }
        }
        used
    };
    Example { at, entry: place, given: found[0].data[entry], derived: found[1].data[entry] }
}

impl Diagnosis {
    /// One line, or a few: the verdict, an example and the likely slip.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_text_in(Language::English)
    }

    /// The same in a language.
    #[must_use]
    pub fn to_text_in(&self, language: Language) -> String {
        let mut lines = vec![match self.how {
            Some("proved") => phrase!("{name} = {given}: {verdict} (proved)", name = self.name, given = self.given, verdict = self.verdict),
            Some(_) => phrase!(
                "{name} = {given}: {verdict} (in numbers; not proved)",
                name = self.name,
                given = self.given,
                verdict = self.verdict
            ),
            None => Phrase::of(&format!("{} = {}: {}", self.name, self.given, self.verdict)),
        }];
        lines.extend(self.problem.clone());
        if let Some(example) = &self.example {
            let at: Vec<String> = example.at.iter().map(|(name, value)| format!("{name} = {}", slip::short(*value))).collect();
            let (at, given, derived) = (at.join(", "), slip::short(example.given), slip::short(example.derived));
            let entry: Vec<String> = example.entry.iter().map(usize::to_string).collect();
            lines.push(match entry.join(", ") {
                entry if entry.is_empty() => phrase!("at {at}: {given}, and the derivative is {derived}", at, given, derived),
                entry => {
                    phrase!("entry [{entry}] of an example with {at}: {given}, and the derivative is {derived}", entry, at, given, derived)
                }
            });
        }
        lines.extend(self.slip.as_ref().map(|slip| phrase!("likely slip: {slip}", slip)));
        Phrase::List(lines, "\n  ").to_text(language)
    }
}
