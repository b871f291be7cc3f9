//! What does a layer's backward pass look like? Forward text, the derivative by each input with `dout` from above, and a check in numbers.
//! Deliberately decides nothing about calculus: `derived.rs` has the formulas, `array/recover.rs` the matrix notation.
//! Read next: `derived.rs`, `doctor.rs` (is a backward pass of one's own right?).

use super::derived::Derived;
use super::layer::Layer;
use super::through::through;
use super::trial::{Compared, compare};
use crate::array::{Arrays, Recover};
use crate::error::{Kind, Result};
use crate::expr::{Expr, Node, Pool};
use crate::matrix::Value;
use crate::shape::{Shape, Size};
use crate::text::{Style, latex, print, unicode};

/// A name and its formula in each notation.
#[derive(Clone, PartialEq, Debug)]
pub struct Formula {
    /// `dX`
    pub name: String,
    /// Text that symdiff reads.
    pub text: String,
    /// The equation in LaTeX.
    pub latex: String,
    /// The equation with `·` and `²`.
    pub unicode: String,
}

/// A layer, forward and backward.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// The layer's name or text.
    pub name: String,
    /// The output.
    pub forward: Formula,
    /// The derivative by each input, with `dout` the derivative by the output.
    pub backward: Vec<Formula>,
    /// The comparison with central differences; none where no example with values was found.
    pub check: Option<Compared>,
}

impl Explanation {
    /// The derivative by this input.
    #[must_use]
    pub fn derivative(&self, input: &str) -> Option<&str> {
        let name = format!("d{input}");
        self.backward.iter().find(|formula| formula.name == name).map(|formula| formula.text.as_str())
    }
}

impl Layer {
    /// The layer's backward pass as formulas: derived, written through the output where that is shorter, and compared with
    /// differences.
    ///
    /// # Errors
    /// What is wrong with the layer's text or shapes.
    ///
    /// ```
    /// use symdiff::net::Layer;
    /// let sigmoid = Layer::named("sigmoid")?.explain()?;
    /// assert_eq!(sigmoid.derivative("x"), Some("dout*y*(1 - y)"));
    /// let affine = Layer::from_text("X*W + b where W: m×k ~ he, b: k ~ zeros")?.explain()?;
    /// assert_eq!(affine.derivative("W"), Some("X'*dout"));
    /// assert_eq!(affine.derivative("b"), Some("sum(dout, axis=0)"));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn explain(&self) -> Result<Explanation> {
        self.explain_in(&mut Pool::default(), &[])
    }

    /// The same in a pool of the caller's, with shapes for X and T other than N×m.
    pub(crate) fn explain_in(&self, pool: &mut Pool, shapes: &[(String, Shape)]) -> Result<Explanation> {
        let mut arrays = Arrays::new(pool);
        let derived = Derived::new(&mut arrays, self, shapes)?;
        let forward = Formula {
            name: derived.output.clone(),
            text: self.train.clone(),
            ..written(&mut arrays, &derived.output, derived.forward.e, &derived.forward.shape.axes)?
        };
        let mut backward = Vec::with_capacity(derived.inputs.len());
        for ((name, value), short) in derived.inputs.iter().zip(adjoints(&mut arrays, &derived)?) {
            backward.push(written(&mut arrays, &format!("d{name}"), short, &value.shape.axes)?);
        }
        let check = match compare(&mut arrays, self, &derived) {
            // an unknown function has a derivative and no values
            Err(error) if error.kind() == Kind::Domain => None,
            found => found?,
        };
        Ok(Explanation { name: self.name.clone(), forward, backward, check })
    }
}

/// The derivatives by the inputs, through the output where that is shorter.
pub(super) fn adjoints(arrays: &mut Arrays<'_>, derived: &Derived) -> Result<Vec<Expr>> {
    let [(_, value)] = &*derived.inputs else { return Ok(derived.adjoints.clone()) };
    match (arrays.engine.pool.node(value.e), &derived.upstream) {
        (Node::Symbol(x), Some(upstream)) => {
            let (f, shown) = (derived.forward.e, derived.shown.e);
            Ok(vec![through(&mut arrays.engine, f, derived.adjoints[0], upstream.e, x, shown)?])
        }
        _ => Ok(derived.adjoints.clone()),
    }
}

/// A formula in each notation.
fn written(arrays: &mut Arrays<'_>, name: &str, e: Expr, axes: &[Size]) -> Result<Formula> {
    let limit = arrays.pool().meter.budget.output;
    let [text, latex, unicode] = if axes.is_empty() && arrays.leaves(e).is_empty() {
        let value = Value::Scalar(e);
        [print(arrays.pool(), &value, limit)?, latex(arrays.pool(), &value, limit)?, unicode(arrays.pool(), &value, limit)?]
    } else {
        let tree = Recover::new(arrays).formula(e, axes)?;
        [Style::Text, Style::Latex, Style::Unicode].map(|style| tree.write(style))
    };
    Ok(Formula { name: name.to_string(), text, latex: format!("{} &= {latex}", in_latex(name)), unicode: format!("{name} = {unicode}") })
}

/// `dX` as the derivative of the loss by X, which L stands for.
fn in_latex(name: &str) -> String {
    let mut out = String::new();
    match name.strip_prefix('d').filter(|rest| !rest.is_empty()) {
        Some(input) => {
            out.push_str("\\mathrm{d}");
            crate::text::latex_name(&mut out, input);
        }
        None => crate::text::latex_name(&mut out, name),
    }
    out
}
