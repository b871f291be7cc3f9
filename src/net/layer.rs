//! What is a layer? A text in symdiff's language with roles: input X, parameters, noise, state, constants. No backward pass is written anywhere.
//! Deliberately derives nothing: `network.rs` puts layers together and asks the engine for the gradient.
//! Read next: `definitions.rs` (the layers there are), `network.rs`.

use crate::array::{Arrays, Indexed, lower_with};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Symbol};
use crate::matrix::Value;
use crate::phrase;
use crate::shape::{Shape, Size};
use crate::text::{self, Names};
use std::collections::HashMap;
use std::fmt;

/// How a parameter starts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Initial {
    /// All 0.
    Zeros,
    /// All 1.
    Ones,
    /// Normally distributed with this standard deviation.
    Normal(f64),
    /// Standard deviation `1/sqrt(n)`, n the inputs of the layer (Glorot and Bengio 2010, as the course writes it).
    Xavier,
    /// Standard deviation `sqrt(2/n)`, n the inputs of the layer (He and others 2015).
    He,
}

impl Initial {
    /// `zeros`, `ones`, `he`, `xavier`, or a standard deviation.
    ///
    /// # Errors
    /// Kind `request`.
    ///
    /// ```
    /// use symdiff::net::Initial;
    /// assert_eq!(Initial::read("he")?, Initial::He);
    /// assert_eq!(Initial::read("0.01")?, Initial::Normal(0.01));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn read(word: &str) -> Result<Initial> {
        match word.trim() {
            "zeros" => Ok(Initial::Zeros),
            "ones" => Ok(Initial::Ones),
            "he" => Ok(Initial::He),
            "xavier" => Ok(Initial::Xavier),
            word => match word.parse::<f64>() {
                Ok(deviation) if deviation.is_finite() && deviation >= 0.0 => Ok(Initial::Normal(deviation)),
                _ => Err(Error::new(
                    Kind::Request,
                    phrase!(
                        "`{word}` is no way to start a parameter; there are zeros, ones, he, xavier and a standard deviation such as 0.01",
                        word
                    ),
                )),
            },
        }
    }
}

impl fmt::Display for Initial {
    /// As [`Initial::read`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Initial::Zeros => f.write_str("zeros"),
            Initial::Ones => f.write_str("ones"),
            Initial::He => f.write_str("he"),
            Initial::Xavier => f.write_str("xavier"),
            Initial::Normal(deviation) => write!(f, "{deviation}"),
        }
    }
}

/// A parameter of a layer: its name, its sizes (`m` is the input's width, others are numbers), and how it starts. `None` is what the
/// network chooses for weights.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// The name in the text.
    pub name: String,
    /// `m×50`
    pub shape: Shape,
    /// How it starts.
    pub initial: Option<Initial>,
}

/// What a layer remembers from batch to batch beside its parameters.
#[derive(Clone, PartialEq, Debug)]
pub struct State {
    /// The name in the text.
    pub name: String,
    /// Its sizes.
    pub shape: Shape,
    /// How it starts.
    pub initial: Initial,
    /// What it becomes after a training step.
    pub update: String,
}

/// A layer: a text with roles.
///
/// ```
/// use symdiff::net::Layer;
/// let layer = Layer::from_text("X*W + b where W: m×10 ~ he, b: 10 ~ zeros")?;
/// assert_eq!(layer.parameters.len(), 2);
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Layer {
    /// What it is called, for messages and summaries.
    pub name: String,
    /// The text in training: X is the input, a batch of N rows; T the target, in a loss.
    pub train: String,
    /// The text in prediction, where it differs.
    pub predict: Option<String>,
    /// What is learnt.
    pub parameters: Vec<Parameter>,
    /// Names of masks of the input's shape, with the probability of a 1: drawn anew for each training step.
    pub noise: Vec<(String, f64)>,
    /// What is remembered.
    pub state: Vec<State>,
    /// Names of numbers.
    pub constants: Vec<(String, f64)>,
}

/// The name of the batch's size.
pub(crate) const BATCH: &str = "N";
/// The name of the input's width.
pub(crate) const WIDTH: &str = "m";

impl Layer {
    /// A layer of a text: `TEXT [predict TEXT] [where ROLE, ROLE, ...]`. The text has the input `X` (a batch, one example a row), or is a
    /// scalar formula in `x` for each entry. Roles: `W: m×10 ~ he` a parameter, `M ~ keep(0.5)` a mask of the input's shape that is
    /// 1 with this probability, `mu: m <- 0.9*mu + 0.1*mean(X, 0) from zeros` a state, `c = 0.1` a constant. `m` is the input's width,
    /// `N` the number of examples.
    ///
    /// # Errors
    /// Kind `request` where a role cannot be read; the text itself is read when the network is built.
    pub fn from_text(text: &str) -> Result<Layer> {
        let (texts, roles) = text.split_once(" where ").map_or((text, ""), |(texts, roles)| (texts, roles));
        let (train, predict) = texts.split_once(" predict ").map_or((texts, None), |(train, predict)| (train, Some(predict)));
        let mut layer = Layer {
            name: train.trim().to_string(),
            train: train.trim().to_string(),
            predict: predict.map(|text| text.trim().to_string()),
            parameters: Vec::new(),
            noise: Vec::new(),
            state: Vec::new(),
            constants: Vec::new(),
        };
        if layer.train.is_empty() {
            return Err(Error::new(Kind::Request, phrase!("a layer needs a text, such as max(X, 0)")));
        }
        for role in outside(roles) {
            layer.role(role)?;
        }
        Ok(layer)
    }

    /// The text that [`Layer::from_text`] reads back, but for the name.
    ///
    /// ```
    /// use symdiff::net::Layer;
    /// assert_eq!(Layer::named("affine 10")?.to_text(), "X*W + b where W: m×10 ~ weights, b: 10 ~ zeros");
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.train.clone();
        if let Some(predict) = &self.predict {
            text += &format!(" predict {predict}");
        }
        let initial = |initial: &Option<Initial>| initial.map_or("weights".to_string(), |initial| initial.to_string());
        let mut roles: Vec<String> = Vec::new();
        roles.extend(self.parameters.iter().map(|p| format!("{}: {} ~ {}", p.name, p.shape, initial(&p.initial))));
        roles.extend(self.noise.iter().map(|(name, keep)| format!("{name} ~ keep({keep})")));
        roles.extend(self.state.iter().map(|s| format!("{}: {} <- {} from {}", s.name, s.shape, s.update, s.initial)));
        roles.extend(self.constants.iter().map(|(name, value)| format!("{name} = {value}")));
        if !roles.is_empty() {
            text += &format!(" where {}", roles.join(", "));
        }
        text
    }

    fn role(&mut self, text: &str) -> Result<()> {
        let bad = || {
            let forms = "W: m×10 ~ he, M ~ keep(0.5), s: m <- TEXT from zeros, c = 0.1";
            Error::new(Kind::Request, phrase!("`{text}` is no role of a layer; there are {forms}", text, forms))
        };
        let name = |text: &str| Some(text.trim().to_string()).filter(|name| name.starts_with(char::is_alphabetic));
        let shape = |text: &str| -> Result<Shape> {
            let read = crate::shape::read_shapes(&format!("S: {text}"))?;
            read.into_iter().next().map(|(_, shape)| shape).ok_or_else(bad)
        };
        if let Some((head, update)) = text.split_once("<-") {
            let (head, sizes) = head.split_once(':').ok_or_else(bad)?;
            let (update, initial) = update.rsplit_once(" from ").ok_or_else(bad)?;
            let state = State {
                name: name(head).ok_or_else(bad)?,
                shape: shape(sizes)?,
                initial: Initial::read(initial)?,
                update: update.trim().into(),
            };
            self.state.push(state);
        } else if let Some((head, how)) = text.split_once('~') {
            let how = how.trim();
            match head.split_once(':') {
                Some((head, sizes)) => {
                    let initial = if how == "weights" { None } else { Some(Initial::read(how)?) };
                    self.parameters.push(Parameter { name: name(head).ok_or_else(bad)?, shape: shape(sizes)?, initial });
                }
                None => {
                    let word = how.strip_prefix("keep(").and_then(|rest| rest.strip_suffix(')')).ok_or_else(bad)?;
                    let known = self.constants.iter().find(|(name, _)| name == word.trim()).map(|(_, value)| *value);
                    let keep = known.or_else(|| word.trim().parse().ok()).filter(|p| (0.0..=1.0).contains(p)).ok_or_else(bad)?;
                    self.noise.push((name(head).ok_or_else(bad)?, keep));
                }
            }
        } else if let Some((head, value)) = text.split_once('=') {
            let value: f64 = value.trim().parse().map_err(|_| bad())?;
            self.constants.push((name(head).ok_or_else(bad)?, value));
        } else {
            return Err(bad());
        }
        Ok(())
    }

    /// The text of a mode.
    #[must_use]
    pub fn text(&self, training: bool) -> &str {
        match &self.predict {
            Some(predict) if !training => predict,
            _ => &self.train,
        }
    }

    /// One of the layer's texts in index notation: names stand for what `names` says.
    pub(crate) fn lower(&self, arrays: &mut Arrays<'_>, text: &str, known: &HashMap<String, Indexed>) -> Result<Indexed> {
        let mut names = Names::default();
        let mut bindings: HashMap<Symbol, Indexed> = HashMap::new();
        for (name, value) in known {
            let key = text::canonical_symbol(name);
            names.symbols.push(key.clone());
            if !value.shape.is_number() {
                names.shapes.push((key.clone(), value.shape.clone()));
            }
            let symbol = arrays.pool().symbol_named(&key);
            bindings.insert(symbol, value.clone());
        }
        for (name, value) in &self.constants {
            let key = text::canonical_symbol(name);
            let number = crate::number::Number::from_shortest(*value).unwrap_or(crate::number::Number::ZERO);
            let e = arrays.pool().number(number);
            let symbol = arrays.pool().symbol_named(&key);
            names.symbols.push(key);
            bindings.insert(symbol, Indexed { shape: Shape::number(), e });
        }
        let within = |error: Error| {
            if error.input().is_some() { error } else { error.within(format!("layer {}", self.name)) }
        };
        if let Some(entries) = self.entrywise(arrays, text, known, &bindings).map_err(within)? {
            return Ok(entries);
        }
        let parsed = text::parse(arrays.pool(), text, &names).map_err(within)?;
        match parsed.value {
            Value::Scalar(e) => lower_with(arrays, e, &parsed.shapes, &bindings).map_err(within),
            Value::Matrix(_) => Err(Error::new(Kind::Shape, phrase!("a layer gives an array, not a list of expressions"))
                .within(format!("layer {}", self.name))),
        }
    }

    /// A scalar formula in `x` stands for itself at each entry of X.
    fn entrywise(
        &self,
        arrays: &mut Arrays<'_>,
        text: &str,
        known: &HashMap<String, Indexed>,
        bindings: &HashMap<Symbol, Indexed>,
    ) -> Result<Option<Indexed>> {
        let Some(input) = known.get("X").filter(|_| is_scalar_in_x(text)) else { return Ok(None) };
        let names = Names {
            symbols: vec!["x".into()].into_iter().chain(self.constants.iter().map(|(name, _)| name.clone())).collect(),
            ..Names::default()
        };
        let parsed = text::parse(arrays.pool(), text, &names)?;
        let Value::Scalar(e) = parsed.value else { return Ok(None) };
        let x = arrays.pool().symbol_named("x");
        let put = |symbol: Symbol| {
            if symbol == x { Some(input.e) } else { bindings.get(&symbol).filter(|value| value.shape.is_number()).map(|value| value.e) }
        };
        let replaced = crate::walk::substitute(arrays.pool(), e, |pool, e| match pool.node(e) {
            crate::expr::Node::Symbol(symbol) => put(symbol),
            _ => None,
        })?;
        let e = arrays.engine.collect(replaced)?;
        Ok(Some(Indexed { shape: input.shape.clone(), e }))
    }
}

/// The words of a text: names, without the digits in front of them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Whether a text names `x` and not `X`.
fn is_scalar_in_x(text: &str) -> bool {
    words(text).any(|word| word == "x") && !words(text).any(|word| word == "X")
}

/// Parts between commas outside brackets.
pub(crate) fn outside(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The shape of a parameter for an input of this width.
pub(crate) fn sized(shape: &Shape, width: usize) -> Result<Vec<usize>> {
    shape
        .axes
        .iter()
        .map(|size| match size {
            Size::Number(n) => Ok(*n),
            Size::Name(name) if &**name == WIDTH => Ok(width),
            Size::Name(name) => Err(Error::new(
                Kind::Shape,
                phrase!("the size `{name}` of a parameter is not known; sizes are numbers, and m for the input's width", name),
            )),
        })
        .collect()
}

/// A whole array as a value.
pub(crate) fn whole(arrays: &mut Arrays<'_>, name: &str, axes: Vec<Size>) -> Indexed {
    let symbol = arrays.pool().symbol_named(name);
    let shape = Shape::of(axes);
    if shape.is_number() {
        let e: Expr = arrays.pool().symbol_expr(symbol);
        return Indexed { shape, e };
    }
    let node = arrays.declared(symbol, &shape);
    Indexed { e: arrays.whole(node), shape }
}
