//! How do parameters move? Each optimiser is a few texts in symdiff's language: what its memories become, and the weight.
//! Deliberately runs nothing: the texts become part of the plan of a training step.
//! Read next: `train.rs`.

use crate::array::Arrays;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Symbol};
use crate::matrix::Value;
use crate::phrase;
use crate::text::{self, Names};
use std::collections::HashMap;
use std::fmt;

/// An optimiser: for each entry of a parameter w with the slope g its memories, which start at 0, and the new w. A memory's name with
/// `_new` is what it has just become; `lr` is the rate, `fix1` and `fix2` are Adam's corrections for the first steps.
struct Row {
    name: &'static str,
    memories: &'static [(&'static str, &'static str)],
    weight: &'static str,
}

/// Sources: momentum, Polyak 1964; Nesterov 1983 in the form of Sutskever and others 2013; AdaGrad, Duchi and others 2011; RMSprop,
/// Tieleman and Hinton 2012; Adam, Kingma and Ba 2014; AdamW, Loshchilov and Hutter 2017.
const TABLE: &[Row] = &[
    Row { name: "sgd", memories: &[], weight: "w - lr*g" },
    Row { name: "momentum", memories: &[("v", "momentum*v - lr*g")], weight: "w + v_new" },
    Row { name: "nesterov", memories: &[("v", "momentum*v - lr*g")], weight: "w + momentum*v_new - lr*g" },
    Row { name: "adagrad", memories: &[("h", "h + g^2")], weight: "w - lr*g/(sqrt(h_new) + tiny)" },
    Row { name: "rmsprop", memories: &[("h", "beta2*h + (1 - beta2)*g^2")], weight: "w - lr*g/(sqrt(h_new) + tiny)" },
    Row {
        name: "adam",
        memories: &[("s", "beta1*s + (1 - beta1)*g"), ("h", "beta2*h + (1 - beta2)*g^2")],
        weight: "w - lr*fix1*s_new/(sqrt(fix2*h_new) + tiny)",
    },
    Row {
        name: "adamw",
        memories: &[("s", "beta1*s + (1 - beta1)*g"), ("h", "beta2*h + (1 - beta2)*g^2")],
        weight: "w - lr*(fix1*s_new/(sqrt(fix2*h_new) + tiny) + decay*w)",
    },
];

/// How the rate changes from epoch to epoch.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Schedule {
    /// It does not.
    #[default]
    Constant,
    /// Times the factor every so many epochs.
    Step {
        /// After so many epochs.
        every: usize,
        /// The factor.
        factor: f64,
    },
    /// Half a cosine down to 0 over all epochs (Loshchilov and Hutter 2016).
    Cosine,
    /// Times the factor after each epoch.
    Exponential(f64),
}

impl Schedule {
    /// `constant`, `cosine`, `step 5 0.5`, `exponential 0.95`.
    ///
    /// # Errors
    /// Kind `request`.
    pub fn read(text: &str) -> Result<Schedule> {
        let words: Vec<&str> = text.split([' ', ':', ',']).filter(|word| !word.is_empty()).collect();
        let number = |word: &str| word.parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0);
        let schedule = match *words {
            ["constant"] => Some(Schedule::Constant),
            ["cosine"] => Some(Schedule::Cosine),
            ["exponential", factor] => number(factor).map(Schedule::Exponential),
            ["step", every, factor] => {
                every.parse().ok().filter(|every| *every > 0).zip(number(factor)).map(|(every, factor)| Schedule::Step { every, factor })
            }
            _ => None,
        };
        schedule.ok_or_else(|| {
            let forms = "constant, cosine, \"step 5 0.5\", \"exponential 0.95\"";
            Error::new(Kind::Request, phrase!("`{text}` is no schedule; there are {forms}", text, forms))
        })
    }

    /// The rate in an epoch, counted from 0.
    pub(crate) fn rate(self, rate: f64, epoch: usize, epochs: usize) -> f64 {
        match self {
            Schedule::Constant => rate,
            Schedule::Step { every, factor } => rate * factor.powi(i32::try_from(epoch / every).unwrap_or(i32::MAX)),
            Schedule::Cosine => rate * 0.5 * (1.0 + (std::f64::consts::PI * epoch as f64 / epochs.max(1) as f64).cos()),
            Schedule::Exponential(factor) => rate * factor.powi(i32::try_from(epoch).unwrap_or(i32::MAX)),
        }
    }
}

impl fmt::Display for Schedule {
    /// As [`Schedule::read`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Constant => f.write_str("constant"),
            Schedule::Step { every, factor } => write!(f, "step {every} {factor}"),
            Schedule::Cosine => f.write_str("cosine"),
            Schedule::Exponential(factor) => write!(f, "exponential {factor}"),
        }
    }
}

/// An optimiser with its numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct Optimizer {
    /// `sgd`, `momentum`, `nesterov`, `adagrad`, `rmsprop`, `adam`, `adamw`.
    pub name: String,
    /// The learning rate.
    pub rate: f64,
    /// How the rate changes.
    pub schedule: Schedule,
    /// Of momentum and Nesterov.
    pub momentum: f64,
    /// Of Adam: how much of the mean slope is kept.
    pub beta1: f64,
    /// Of Adam and RMSprop: how much of the mean square is kept.
    pub beta2: f64,
    /// AdamW's pull of the weights to 0.
    pub decay: f64,
    /// What keeps a divisor from being 0.
    pub tiny: f64,
}

impl Optimizer {
    /// The optimiser of this name with this rate and the usual other numbers.
    ///
    /// # Errors
    /// Kind `request`, with the names there are.
    ///
    /// ```
    /// use symdiff::net::Optimizer;
    /// assert_eq!(Optimizer::named("adam", 0.001)?.beta2, 0.999);
    /// assert!(Optimizer::named("adaam", 0.001).is_err());
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn named(name: &str, rate: f64) -> Result<Optimizer> {
        if TABLE.iter().all(|row| row.name != name) {
            let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
            let error =
                Error::new(Kind::Request, phrase!("there is no optimizer `{name}`; there are {names}", name, names = names.join(", ")));
            let near = names.into_iter().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
            return Err(near.map_or(error.clone(), |near| error.suggest(near)));
        }
        if !(rate.is_finite() && rate > 0.0) {
            return Err(Error::new(Kind::Request, phrase!("a learning rate is a number above 0, not {rate}", rate)));
        }
        let beta2 = if name == "rmsprop" { 0.99 } else { 0.999 };
        let tiny = if name.starts_with("adam") { 1e-8 } else { 1e-7 };
        Ok(Optimizer { name: name.into(), rate, schedule: Schedule::Constant, momentum: 0.9, beta1: 0.9, beta2, decay: 0.01, tiny })
    }

    fn row(&self) -> &'static Row {
        TABLE.iter().find(|row| row.name == self.name).unwrap_or(&TABLE[0])
    }

    /// How many memories each parameter has.
    pub(crate) fn memories(&self) -> usize {
        self.row().memories.len()
    }

    /// The rate in an epoch and the corrections of a step, counted from 1: `lr`, `fix1`, `fix2`.
    pub(crate) fn scalars(&self, epoch: usize, epochs: usize, step: u64) -> [f64; 3] {
        let steps = i32::try_from(step).unwrap_or(i32::MAX);
        let fix = |beta: f64| 1.0 / (1.0 - beta.powi(steps));
        [self.schedule.rate(self.rate, epoch, epochs), fix(self.beta1), fix(self.beta2)]
    }

    /// The new memories and the new weight, as expressions: `w`, `g` and the memories stand for the expressions given.
    pub(crate) fn update(&self, arrays: &mut Arrays<'_>, w: Expr, g: Expr, memories: &[Expr]) -> Result<Vec<Expr>> {
        let row = self.row();
        let mut known: HashMap<String, Expr> = [("w".to_string(), w), ("g".to_string(), g)].into();
        let constants =
            [("momentum", self.momentum), ("beta1", self.beta1), ("beta2", self.beta2), ("decay", self.decay), ("tiny", self.tiny)];
        for (name, value) in constants {
            let number = crate::number::Number::from_shortest(value).unwrap_or(crate::number::Number::ZERO);
            let e = arrays.pool().number(number);
            known.insert(name.into(), e);
        }
        for name in SCALARS {
            let e = arrays.pool().symbol(name);
            known.insert(name.trim_start_matches('·').into(), e);
        }
        for ((name, _), &e) in row.memories.iter().zip(memories) {
            known.insert((*name).into(), e);
        }
        let mut found = Vec::with_capacity(row.memories.len() + 1);
        for (name, text) in row.memories {
            let e = read(arrays, text, &known)?;
            known.insert(format!("{name}_new"), e);
            found.push(e);
        }
        found.push(read(arrays, row.weight, &known)?);
        Ok(found)
    }
}

/// The scalars of a training step, in this order; no text of a user's can name them.
pub(crate) const SCALARS: [&str; 3] = ["·lr", "·fix1", "·fix2"];

/// A scalar text with expressions in the places of its names.
fn read(arrays: &mut Arrays<'_>, text: &str, known: &HashMap<String, Expr>) -> Result<Expr> {
    let names = Names { symbols: known.keys().cloned().collect(), ..Names::default() };
    let parsed = text::parse(arrays.pool(), text, &names)?;
    let Value::Scalar(e) = parsed.value else { return Err(Error::new(Kind::Shape, phrase!("an optimiser's text is a scalar formula"))) };
    let places: HashMap<Symbol, Expr> = known.iter().map(|(name, e)| (arrays.pool().symbol_named(name), *e)).collect();
    let put = crate::walk::put(arrays.pool(), e, &places)?;
    arrays.engine.collect(put)
}
