//! One layer alone: its forward formula, and the derivative of what follows by each of its inputs, with sizes that may be names.
//! Deliberately writes no text and no number: `explain.rs` shows it, `doctor.rs` compares with it, `solo.rs` runs it.
//! Read next: `layer.rs`, `explain.rs`.

use super::layer::{BATCH, Layer, WIDTH, whole, words};
use crate::array::{Arrays, By, Indexed, Leaf};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Symbol};
use crate::phrase;
use crate::shape::{Shape, Size};
use crate::text;
use crate::walk;
use std::collections::HashMap;

/// The derivative of what follows by the output: what the layer above hands down.
pub(crate) const UPSTREAM: &str = "dout";

/// A name of a layer's text and what it stands for.
pub(crate) type Named = (String, Indexed);

/// A layer's formulas.
pub(crate) struct Derived {
    /// All names are numbers: the formula of one entry.
    pub(crate) scalar: bool,
    /// What the output is called.
    pub(crate) output: String,
    /// What the backward pass has a derivative by: the input and the parameters.
    pub(crate) inputs: Vec<Named>,
    /// Masks and targets, which have none.
    pub(crate) given: Vec<Named>,
    /// Constants, which keep their names here.
    pub(crate) constants: Vec<Named>,
    /// The value of the layer.
    pub(crate) forward: Indexed,
    /// `dout`; none for a loss, which is the last thing there is.
    pub(crate) upstream: Option<Indexed>,
    /// The output as a name of its own.
    pub(crate) shown: Indexed,
    /// One for each input, in the loops of its axes.
    pub(crate) adjoints: Vec<Expr>,
}

impl Derived {
    /// The formulas of a layer; `shapes` declares X otherwise than N×m.
    pub(crate) fn new(arrays: &mut Arrays<'_>, layer: &Layer, shapes: &[(String, Shape)]) -> Result<Derived> {
        let plain = Layer { constants: Vec::new(), ..layer.clone() };
        let mut constants: Vec<Named> = Vec::new();
        for (name, _) in &layer.constants {
            constants.push((name.clone(), whole(arrays, &text::canonical_symbol(name), Vec::new())));
        }
        let scalar = is_scalar(layer) && shapes.is_empty();
        let (mut inputs, mut given): (Vec<Named>, Vec<Named>) = (Vec::new(), Vec::new());
        if !scalar {
            let batch = vec![Size::Name(BATCH.into()), width(layer)];
            let declared =
                |name: &str| shapes.iter().find(|(known, _)| known == name).map_or(batch.clone(), |(_, shape)| shape.axes.clone());
            let axes = declared("X");
            inputs.push(("X".into(), whole(arrays, "X", axes.clone())));
            for (name, shape) in layer.parameters.iter().map(|parameter| (&parameter.name, &parameter.shape)) {
                inputs.push((name.clone(), whole(arrays, &text::canonical_symbol(name), shape.axes.clone())));
            }
            for (name, _) in &layer.noise {
                given.push((name.clone(), whole(arrays, &text::canonical_symbol(name), axes.clone())));
            }
            if words(&layer.train).any(|word| word == "T") {
                given.push(("T".into(), whole(arrays, "T", declared("T"))));
            }
        }
        let known: HashMap<String, Indexed> = inputs.iter().chain(&given).chain(&constants).cloned().collect();
        let forward = plain.lower(arrays, &layer.train, &known)?;
        if !scalar {
            let sizes = inputs.iter().chain(&given).flat_map(|(_, value)| value.shape.axes.clone());
            let sizes: Vec<String> = sizes.map(|size| size.to_string()).collect();
            for symbol in arrays.scalars(&[forward.e]) {
                let name = arrays.engine.pool.symbol_name(symbol);
                if !sizes.iter().any(|size| size == name) && !constants.iter().any(|(known, _)| known == name) {
                    let message = phrase!(
                        "the layer uses `{name}`, which is neither X nor declared; behind `where` stand {name}: m×k ~ he, {name} = 0.1",
                        name
                    );
                    return Err(Error::new(Kind::Name, message));
                }
            }
        }
        if scalar {
            let named: Vec<Symbol> = walk::symbols(arrays.engine.pool, &[forward.e]);
            for symbol in named {
                let name = arrays.engine.pool.symbol_name(symbol).to_string();
                if !constants.iter().any(|(known, _)| *known == name) {
                    let e = arrays.pool().symbol_expr(symbol);
                    inputs.push((name, Indexed { shape: Shape::number(), e }));
                }
            }
            inputs.sort_by(|a, b| a.0.cmp(&b.0));
        }
        if inputs.is_empty() {
            return Err(Error::new(Kind::Request, phrase!("a layer has an input: X for a batch, x for a formula of each entry")));
        }
        if inputs.iter().chain(&given).chain(&constants).any(|(name, _)| name == UPSTREAM) {
            return Err(Error::new(
                Kind::Name,
                phrase!("`{UPSTREAM}` is the derivative that comes from above; a layer's names are others", UPSTREAM),
            ));
        }
        let taken = |name: &str| inputs.iter().chain(&given).chain(&constants).any(|(known, _)| known == name);
        let output = if scalar { "y" } else { "Y" };
        let output = if taken(output) { "out" } else { output };
        let axes = forward.shape.axes.clone();
        let shown = whole(arrays, output, axes.clone());
        let mut derived =
            Derived { scalar, output: output.into(), inputs, given, constants, forward, upstream: None, shown, adjoints: Vec::new() };
        let root = if !scalar && axes.is_empty() {
            derived.forward.e
        } else {
            let upstream = whole(arrays, UPSTREAM, axes);
            derived.upstream = Some(upstream.clone());
            against(arrays, &upstream, &derived.forward)?
        };
        let by: Vec<By> = derived.inputs.iter().map(|(_, value)| by(arrays, value)).collect::<Result<_>>()?;
        let raw = arrays.gradient(root, &by)?;
        derived.adjoints = raw.into_iter().map(|e| arrays.engine.simplify(e)).collect::<Result<_>>()?;
        Ok(derived)
    }

    /// All names that may stand in a backward pass.
    pub(crate) fn names(&self) -> HashMap<String, Indexed> {
        let mut names: HashMap<String, Indexed> = self.inputs.iter().chain(&self.given).chain(&self.constants).cloned().collect();
        if let Some(upstream) = &self.upstream {
            names.insert(UPSTREAM.into(), upstream.clone());
        }
        names.insert(self.output.clone(), self.forward.clone());
        names
    }
}

/// The width of X: `m`, unless weights say it in numbers.
fn width(layer: &Layer) -> Size {
    let named = Size::Name(WIDTH.into());
    let shapes = || layer.parameters.iter().map(|parameter| &parameter.shape.axes);
    let weights = shapes().find_map(|axes| if let [rows @ Size::Number(_), _] = &**axes { Some(rows.clone()) } else { None });
    weights.filter(|_| !shapes().flatten().any(|size| *size == named)).unwrap_or(named)
}

/// Whether a layer is a formula for each entry: it names no X and has no array.
pub(crate) fn is_scalar(layer: &Layer) -> bool {
    layer.parameters.is_empty() && layer.noise.is_empty() && layer.state.is_empty() && !words(&layer.train).any(|word| word == "X")
}

/// `sum(a.*b)`, whatever the shapes.
pub(crate) fn against(arrays: &mut Arrays<'_>, a: &Indexed, b: &Indexed) -> Result<Expr> {
    if a.shape.is_number() {
        return Ok(arrays.engine.mul(&[a.e, b.e]));
    }
    let known = [("A".to_string(), a.clone()), ("B".to_string(), b.clone())].into();
    Ok(Layer::from_text("sum(A.*B)")?.lower(arrays, "sum(A.*B)", &known)?.e)
}

/// What a derivative by this name is taken by.
fn by(arrays: &Arrays<'_>, value: &Indexed) -> Result<By> {
    match (arrays.as_leaf(value.e), arrays.engine.pool.node(value.e)) {
        (Some(Leaf::Entry(node, _)), _) => Ok(By::Array(*node)),
        (_, crate::expr::Node::Symbol(symbol)) => Ok(By::Scalar(symbol)),
        _ => Err(Error::new(Kind::Name, phrase!("a layer has derivatives by names only"))),
    }
}
