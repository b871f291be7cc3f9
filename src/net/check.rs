//! Is a gradient right? It is compared with numerical derivatives of the loss, kinks set apart, and a wrong one is looked at for the usual slips.
//! Deliberately independent of the engine's derivatives: only values of the loss are used.
//! Read next: `doctor.rs` (the same question for one layer, answered exactly).

use super::compiled::{Compiled, Want};
use super::network::{Network, Targets, Tensor};
use super::slip::{OVER_N, SIGN, TIMES_N, TRANSPOSED};
use crate::error::{Error, Kind, Result};
use crate::net::random::Stream;
use crate::phrase;

/// Numerical derivatives of a network's loss on one batch.
pub(crate) struct Slopes<'n> {
    network: &'n Network,
    compiled: Compiled<f64>,
    inputs: Vec<f64>,
    targets: Vec<f64>,
    parameters: Vec<Vec<f64>>,
}

/// The step of a plain central difference: about the cube root of a double's precision.
const STEP: f64 = 1e-5;

impl<'n> Slopes<'n> {
    pub(crate) fn new(network: &'n Network, inputs: &[f64], targets: Targets<'_>) -> Result<Slopes<'n>> {
        let examples = inputs.len() / network.inputs.max(1);
        if examples == 0 || inputs.len() != examples * network.inputs {
            return Err(Error::new(
                Kind::Shape,
                phrase!("{numbers} numbers are no batch: an example has {inputs} of them", numbers = inputs.len(), inputs = network.inputs),
            ));
        }
        let targets = targets.rows(network.outputs, examples)?;
        let compiled = Compiled::new(network, Want::TrainingLoss, examples, 1)?;
        let parameters = network.parameters.iter().map(|tensor| tensor.values.clone()).collect();
        Ok(Slopes { network, compiled, inputs: inputs.to_vec(), targets, parameters })
    }

    /// The loss with one entry of a parameter moved.
    fn loss(&mut self, parameter: usize, entry: usize, by: f64) -> Result<f64> {
        let before = self.parameters[parameter][entry];
        self.parameters[parameter][entry] = before + by;
        let views: Vec<&[f64]> = self.parameters.iter().map(Vec::as_slice).collect();
        let done = self.compiled.run(self.network, &self.inputs, &self.targets, &views);
        self.parameters[parameter][entry] = before;
        done.map(|()| self.compiled.output(0)[0])
    }

    /// A central difference.
    pub(crate) fn central(&mut self, parameter: usize, entry: usize) -> Result<f64> {
        let step = STEP * (1.0 + self.parameters[parameter][entry].abs());
        Ok((self.loss(parameter, entry, step)? - self.loss(parameter, entry, -step)?) / (2.0 * step))
    }

    /// Central differences extrapolated to step 0 (Ridders 1982).
    fn extrapolated(&mut self, parameter: usize, entry: usize) -> Result<Extrapolated> {
        const ROUNDS: usize = 6;
        let mut step = 2e-2 * (1.0 + self.parameters[parameter][entry].abs());
        let middle = self.loss(parameter, entry, 0.0)?;
        let mut table = [[0.0f64; ROUNDS]; ROUNDS];
        let (mut best, mut error, mut rounding) = (f64::NAN, f64::INFINITY, 0.0);
        for round in 0..ROUNDS {
            let (up, down) = (self.loss(parameter, entry, step)?, self.loss(parameter, entry, -step)?);
            table[round][0] = (up - down) / (2.0 * step);
            rounding = f64::EPSILON * (up.abs() + down.abs()) / step;
            let mut factor = 4.0;
            for column in 1..=round {
                table[round][column] = (table[round][column - 1] * factor - table[round - 1][column - 1]) / (factor - 1.0);
                factor *= 4.0;
                let here = (table[round][column] - table[round][column - 1])
                    .abs()
                    .max((table[round][column] - table[round - 1][column - 1]).abs());
                if here < error {
                    (best, error) = (table[round][column], here);
                }
            }
            step /= 4.0;
        }
        let small = 1e-6 * (1.0 + self.parameters[parameter][entry].abs());
        let (up, down) = (self.loss(parameter, entry, small)?, self.loss(parameter, entry, -small)?);
        let (right, left) = ((up - middle) / small, (middle - down) / small);
        // rounding of the loss makes one-sided slopes uncertain by this much
        let noise = 1e-9 * (1.0 + middle.abs()) + 1e-4 * (right.abs() + left.abs());
        Ok(Extrapolated { value: best, error, rounding, kink: (right - left).abs() > noise })
    }
}

/// A numerical derivative.
struct Extrapolated {
    value: f64,
    /// An estimate of its error.
    error: f64,
    /// What the last digit of the loss makes of a difference: a smaller one says nothing, as where the slope is 0 and sums are rounded.
    rounding: f64,
    /// Whether the slopes of the two sides differ.
    kink: bool,
}

/// What a check of a gradient found.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// How many entries were compared.
    pub compared: usize,
    /// How many lie at a kink, where there is no derivative, or so near one that differences jump over it.
    pub kinks: usize,
    /// The largest relative difference, over `max(|a|, |b|, 1e-3 of the largest entry)`; what the rounding of the loss explains is none.
    pub worst: f64,
    /// Where that is: the parameter, the entry, the value given and the numerical one.
    pub at: Option<(String, usize, f64, f64)>,
    /// Per parameter that is wrong: its name and the likely slip, where one explains it.
    pub slips: Vec<(String, Option<&'static str>)>,
}

impl Check {
    /// Whether all compared entries agree to one part in a million.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.worst <= 1e-6
    }
}

/// Entries of one parameter that are compared.
const SAMPLE: usize = 24;

impl Network {
    /// Compares the derived gradient with numerical derivatives of the loss, at a sample of entries of each parameter.
    ///
    /// # Errors
    /// As for [`Network::loss`].
    ///
    /// ```
    /// use symdiff::net::{Layer, Network, Targets};
    /// let mut net = Network::new(3, vec![Layer::named("affine 4")?, Layer::named("tanh")?, Layer::named("affine 2")?], Layer::loss("mse")?)?;
    /// net.initialise(None, 7);
    /// let check = net.check(&[0.1, 0.5, -0.3], Targets::Rows(&[1.0, 0.0]))?;
    /// assert!(check.agrees());
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn check(&self, inputs: &[f64], targets: Targets<'_>) -> Result<Check> {
        let derived = self.gradient(inputs, targets)?;
        self.check_gradient(&derived, inputs, targets)
    }

    /// Compares a gradient of one's own with numerical derivatives, and names the likely slip where it is wrong.
    ///
    /// # Errors
    /// As for [`Network::loss`]; kind `shape` if the gradient does not belong to this network.
    pub fn check_gradient(&self, given: &[Tensor], inputs: &[f64], targets: Targets<'_>) -> Result<Check> {
        let fits =
            given.len() == self.parameters.len() && given.iter().zip(&self.parameters).all(|(a, b)| a.values.len() == b.values.len());
        if !fits {
            return Err(Error::new(Kind::Shape, phrase!("the gradient has not one entry for each entry of each parameter")));
        }
        let examples = inputs.len() / self.inputs.max(1);
        let mut slopes = Slopes::new(self, inputs, targets)?;
        let mut check = Check { compared: 0, kinks: 0, worst: 0.0, at: None, slips: Vec::new() };
        let mut stream = Stream::new(1, 9);
        for (at, tensor) in given.iter().enumerate() {
            let count = tensor.values.len();
            let entries: Vec<usize> =
                if count <= SAMPLE { (0..count).collect() } else { (0..SAMPLE).map(|_| stream.below(count)).collect() };
            let (mut numerical, mut noise) = (Vec::with_capacity(entries.len()), 0.0f64);
            for &entry in &entries {
                let Extrapolated { value, error, rounding, kink } = slopes.extrapolated(at, entry)?;
                let uncertain = error > 1e-7 * value.abs().max(1e-4);
                if kink || (uncertain && !value.is_nan()) {
                    // near a kink the differences do not settle; a tiny step may still stay on one side
                    let plain = slopes.central(at, entry)?;
                    if kink || (plain - value).abs() > 1e-5 * (plain.abs() + 1e-4) {
                        check.kinks += 1;
                        continue;
                    }
                }
                noise = noise.max(rounding);
                numerical.push((entry, value));
            }
            let scale = numerical.iter().fold(0.0f64, |most, (_, value)| most.max(value.abs()));
            let mut wrong = false;
            for &(entry, value) in &numerical {
                check.compared += 1;
                let own = tensor.values[entry];
                let size = own.abs().max(value.abs()).max(1e-3 * scale).max(1e-12);
                let difference = (own - value).abs();
                let relative = if difference <= noise { 0.0 } else { difference / size };
                wrong |= relative > 1e-6 || relative.is_nan();
                if relative > check.worst || (relative.is_nan() && check.worst.is_finite()) {
                    check.worst = if relative.is_nan() { f64::INFINITY } else { relative };
                    check.at = Some((tensor.name.clone(), entry, own, value));
                }
            }
            if wrong {
                check.slips.push((tensor.name.clone(), slip(tensor, &numerical, &self.parameters[at].axes, examples)));
            }
        }
        Ok(check)
    }
}

/// What explains a wrong gradient: entries are compared with the numerical ones after the slip is undone.
fn slip(given: &Tensor, numerical: &[(usize, f64)], axes: &[usize], examples: usize) -> Option<&'static str> {
    let n = examples as f64;
    let scale = numerical.iter().fold(0.0f64, |most, (_, value)| most.max(value.abs())).max(1e-12);
    let explains = |f: &dyn Fn(usize) -> Option<f64>| {
        numerical.iter().all(|&(entry, value)| f(entry).is_some_and(|own| (own - value).abs() <= 1e-5 * scale))
    };
    let own = |entry: usize| given.values.get(entry).copied();
    if explains(&|entry| own(entry).map(|x| x / n)) {
        return Some(TIMES_N);
    }
    if explains(&|entry| own(entry).map(|x| x * n)) {
        return Some(OVER_N);
    }
    if explains(&|entry| own(entry).map(|x| -x)) {
        return Some(SIGN);
    }
    if explains(&|entry| own(entry).map(|x| x / 2.0)) {
        return Some("twice too large: the slope of a square is 2x, of x^2/2 it is x");
    }
    if let [rows, columns] = *axes
        && explains(&|entry| own((entry % columns) * rows + entry / columns))
    {
        return Some(TRANSPOSED);
    }
    None
}
