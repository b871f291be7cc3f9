//! The layers and losses there are, each a definition in symdiff's language.
//! Deliberately no backward pass: every one is derived.
//! Read next: `layer.rs` (what the roles mean).

use super::layer::Layer;
use crate::error::{Error, Kind, Result};
use crate::key;
use crate::message::Phrase;
use crate::phrase;

/// Name, what follows it, and the text; `#` in the text stands for what follows.
struct Row {
    name: &'static str,
    takes: Option<&'static str>,
    text: &'static str,
    /// What stands for `#` if nothing follows.
    default: Option<&'static str>,
}

const fn row(name: &'static str, takes: Option<&'static str>, default: Option<&'static str>, text: &'static str) -> Row {
    Row { name, takes, text, default }
}

/// Layers. Sources: GELU, Hendrycks and Gimpel 2016; SiLU, Elfwing and others 2017; dropout, Srivastava and others 2014 (inverted:
/// prediction needs no factor); batch normalisation, Ioffe and Szegedy 2015.
const LAYERS: &[Row] = &[
    row("affine", Some(key!("outputs")), None, "X*W + b where W: m×# ~ weights, b: # ~ zeros"),
    row("relu", None, None, "max(x, 0)"),
    row("sigmoid", None, None, "1/(1 + exp(-x))"),
    row("tanh", None, None, "tanh(x)"),
    row("softplus", None, None, "log(1 + exp(x))"),
    row("gelu", None, None, "x*(1 + erf(x/sqrt(2)))/2"),
    row("silu", None, None, "x/(1 + exp(-x))"),
    row("mul", Some(key!("number")), None, "X*#"),
    row("add", Some(key!("number")), None, "X + #"),
    row("dropout", Some(key!("rate")), Some("0.5"), "X.*M/(1 - rate) predict X where rate = #, M ~ keep(1 - #)"),
    row(
        "batchnorm",
        None,
        None,
        "(X - mean(X, 0))./sqrt(mean((X - mean(X, 0)).^2, 0) + tiny).*gain + shift predict (X - mu)./sqrt(variance + tiny).*gain + shift \
         where gain: m ~ ones, shift: m ~ zeros, mu: m <- rate*mu + (1 - rate)*mean(X, 0) from zeros, \
         variance: m <- rate*variance + (1 - rate)*mean((X - mean(X, 0)).^2, 0) from ones, rate = 0.9, tiny = 0.0000001",
    ),
];

/// Layers whose number may be left out where a layer stands alone: sizes with names, and the two operations of a graph.
const ALONE: &[(&str, &str)] = &[("affine", "X*W + b where W: m×k ~ weights, b: k ~ zeros"), ("mul", "x*y"), ("add", "x + y")];

/// Losses: X is what the last layer gives, T the target.
const LOSSES: &[Row] = &[row("softmax", None, None, "(sum(logsumexp(X)) - sum(T.*X))/N"), row("mse", None, None, "sum((X - T).^2)/(2*N)")];

fn find(rows: &[Row], what: &'static str, words: &str) -> Result<Layer> {
    let mut words = words.split_whitespace();
    let name = words.next().unwrap_or_default();
    let value = words.next();
    let Some(row) = rows.iter().find(|row| row.name == name) else {
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        let error = Error::new(
            Kind::Request,
            phrase!(
                "there is no {what} `{name}`; there are {names}, and your own as `= TEXT`",
                what = Phrase::key(what),
                name,
                names = names.join(", ")
            ),
        );
        let near = names.into_iter().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
        return Err(near.map_or(error.clone(), |near| error.suggest(near)));
    };
    let value = match (row.takes, value.or(row.default), words.next()) {
        (None, None, None) => "",
        (Some(_), Some(value), None) => value,
        (Some(takes), None, _) => {
            return Err(Error::new(
                Kind::Request,
                phrase!(
                    "the {what} `{name}` needs its {takes}, as in `{name} 10`",
                    what = Phrase::key(what),
                    name,
                    takes = Phrase::key(takes)
                ),
            ));
        }
        _ => {
            return Err(Error::new(
                Kind::Request,
                phrase!("`{name}` is followed by {takes}", name, takes = Phrase::key(row.takes.unwrap_or(key!("nothing")))),
            ));
        }
    };
    if row.takes.is_some() && value.parse::<f64>().is_err() {
        return Err(Error::new(
            Kind::Request,
            phrase!("`{value}` is no {takes}", value, takes = Phrase::key(row.takes.unwrap_or(key!("number")))),
        ));
    }
    if row.takes == Some("outputs") && value.parse::<usize>().map_or(true, |n| n == 0) {
        return Err(Error::new(Kind::Request, phrase!("`{value}` is no number of outputs", value)));
    }
    let text = match value.parse::<f64>() {
        Ok(rate) if name == "dropout" => {
            if !(0.0..1.0).contains(&rate) {
                return Err(Error::new(Kind::Request, phrase!("the rate of dropout is at least 0 and below 1")));
            }
            row.text.replace("keep(1 - #)", &format!("keep({})", 1.0 - rate)).replace('#', value)
        }
        _ => row.text.replace('#', value),
    };
    let mut layer = Layer::from_text(&text)?;
    layer.name = if value.is_empty() { name.to_string() } else { format!("{name} {value}") };
    Ok(layer)
}

impl Layer {
    /// A layer by its name: `affine 50`, `relu`, `sigmoid`, `tanh`, `softplus`, `gelu`, `silu`, `mul 2`, `add 1`, `dropout 0.5`,
    /// `batchnorm`; or a text of one's own as `= TEXT`.
    ///
    /// # Errors
    /// Kind `request`, with the names there are.
    ///
    /// ```
    /// use symdiff::net::Layer;
    /// assert_eq!(Layer::named("relu")?.train, "max(x, 0)");
    /// assert!(Layer::named("rleu").is_err());
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn named(words: &str) -> Result<Layer> {
        match words.trim().strip_prefix('=') {
            Some(text) => Layer::from_text(text),
            None => find(LAYERS, key!("layer"), words),
        }
    }

    /// A layer or loss to be looked at alone: by its name, where `affine` may have outputs without a number and `mul` and `add` are
    /// the operations of two numbers, or as a text.
    ///
    /// # Errors
    /// What is wrong with the text, or with a name that looks like one of those there are.
    ///
    /// ```
    /// use symdiff::net::Layer;
    /// assert_eq!(Layer::read("mul")?.train, "x*y");
    /// assert_eq!(Layer::read("affine 50")?.name, "affine 50");
    /// assert_eq!(Layer::read("x*sin(x)")?.train, "x*sin(x)");
    /// assert!(Layer::read("sigmiod").is_err());
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn read(words: &str) -> Result<Layer> {
        let words = words.trim();
        if let Some((name, text)) = ALONE.iter().find(|(name, _)| *name == words) {
            return Ok(Layer { name: (*name).to_string(), ..Layer::from_text(text)? });
        }
        let name = words.split_whitespace().next().unwrap_or_default();
        let has = |rows: &[Row]| rows.iter().any(|row| row.name == name);
        let arguments = words[name.len()..].trim();
        let named = arguments.is_empty() || arguments.parse::<f64>().is_ok();
        match named {
            true if has(LAYERS) => Layer::named(words),
            true if has(LOSSES) => Layer::loss(words),
            // a word of several letters alone is a name with a slip
            true if arguments.is_empty() && name.len() > 2 && name.chars().all(char::is_alphabetic) => Layer::named(words),
            _ => Layer::from_text(words.strip_prefix('=').unwrap_or(words)),
        }
    }

    /// A loss by its name: `softmax` (with cross entropy) or `mse` (half the mean over the batch of the squared distance); or a text of
    /// one's own in X and T as `= TEXT`.
    ///
    /// # Errors
    /// Kind `request`, with the names there are.
    pub fn loss(words: &str) -> Result<Layer> {
        match words.trim().strip_prefix('=') {
            Some(text) => Layer::from_text(text),
            None => find(LOSSES, key!("loss"), words),
        }
    }
}
