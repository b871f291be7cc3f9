//! The layers and losses there are, each a definition in symdiff's language.
//! Deliberately no backward pass: every one is derived.
//! Read next: `layer.rs` (what the roles mean).

use super::layer::Layer;
use crate::error::{Error, Kind, Result};

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
    row("affine", Some("outputs"), None, "X*W + b where W: m×# ~ weights, b: # ~ zeros"),
    row("relu", None, None, "max(x, 0)"),
    row("sigmoid", None, None, "1/(1 + exp(-x))"),
    row("tanh", None, None, "tanh(x)"),
    row("softplus", None, None, "log(1 + exp(x))"),
    row("gelu", None, None, "x*(1 + erf(x/sqrt(2)))/2"),
    row("silu", None, None, "x/(1 + exp(-x))"),
    row("mul", Some("number"), None, "X*#"),
    row("add", Some("number"), None, "X + #"),
    row("dropout", Some("rate"), Some("0.5"), "X.*M/(1 - rate) predict X where rate = #, M ~ keep(1 - #)"),
    row(
        "batchnorm",
        None,
        None,
        "(X - mean(X, 0))./sqrt(mean((X - mean(X, 0)).^2, 0) + tiny).*gain + shift predict (X - mu)./sqrt(variance + tiny).*gain + shift \
         where gain: m ~ ones, shift: m ~ zeros, mu: m <- rate*mu + (1 - rate)*mean(X, 0) from zeros, \
         variance: m <- rate*variance + (1 - rate)*mean((X - mean(X, 0)).^2, 0) from ones, rate = 0.9, tiny = 0.0000001",
    ),
];

/// Losses: X is what the last layer gives, T the target.
const LOSSES: &[Row] = &[row("softmax", None, None, "(sum(logsumexp(X)) - sum(T.*X))/N"), row("mse", None, None, "sum((X - T).^2)/(2*N)")];

fn find(rows: &[Row], what: &str, words: &str) -> Result<Layer> {
    let mut words = words.split_whitespace();
    let name = words.next().unwrap_or_default();
    let value = words.next();
    let Some(row) = rows.iter().find(|row| row.name == name) else {
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        let error =
            Error::new(Kind::Request, format!("there is no {what} `{name}`; there are {}, and your own as `= TEXT`", names.join(", ")));
        let near = names.into_iter().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
        return Err(near.map_or(error.clone(), |near| error.suggest(near)));
    };
    let value = match (row.takes, value.or(row.default), words.next()) {
        (None, None, None) => "",
        (Some(_), Some(value), None) => value,
        (Some(takes), None, _) => {
            return Err(Error::new(Kind::Request, format!("the {what} `{name}` needs its {takes}, as in `{name} 10`")));
        }
        _ => return Err(Error::new(Kind::Request, format!("`{name}` is followed by {}", row.takes.unwrap_or("nothing")))),
    };
    if row.takes.is_some() && value.parse::<f64>().is_err() {
        return Err(Error::new(Kind::Request, format!("`{value}` is no {}", row.takes.unwrap_or("number"))));
    }
    if row.takes == Some("outputs") && value.parse::<usize>().map_or(true, |n| n == 0) {
        return Err(Error::new(Kind::Request, format!("`{value}` is no number of outputs")));
    }
    let text = match value.parse::<f64>() {
        Ok(rate) if name == "dropout" => {
            if !(0.0..1.0).contains(&rate) {
                return Err(Error::new(Kind::Request, "the rate of dropout is at least 0 and below 1"));
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
            None => find(LAYERS, "layer", words),
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
            None => find(LOSSES, "loss", words),
        }
    }
}
