//! What is the computational graph of an expression: its nodes as written, values forward, derivatives backward?
//! Deliberately holds texts and floats only, so that it outlives the pool; the drawings know nothing of expressions.
//! Read next: `graph/plan.rs` (the nodes), `graph/sweep.rs` (the numbers), `graph/layout.rs` (where they are drawn).

mod dot;
mod json;
mod layout;
mod mermaid;
mod number;
mod plan;
mod rules;
mod svg;
mod sweep;
mod table;
mod terminal;
#[cfg(test)]
mod tests;

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::expression::Expression;
use crate::matrix::Value;
use crate::phrase;
use crate::text::{Names, canonical_symbol, parse};
use crate::walk;

pub(crate) use plan::spelled;

/// Graphs of more nodes are not drawn: nobody could read them.
pub const MOST_NODES: usize = 400;

/// What stands at a node or an edge.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A number, where the symbols have values.
    Number(f64),
    /// An expression, where they have none.
    Text(String),
    /// An expression too long to be shown.
    Long,
    /// There is no finite real value here.
    Undefined,
}

impl Quantity {
    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        if let Quantity::Number(value) = self { Some(*value) } else { None }
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An input.
    Symbol,
    /// A constant.
    Number,
    /// Something is worked out.
    Operation,
}

/// A node of a [`Graph`].
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// What is drawn in it: `apple`, `*`, `exp`, `+1`.
    pub label: String,
    /// The expression that it stands for.
    pub expression: String,
    /// The nodes that it takes, in the order of the text; constants that stand in the label are not among them.
    pub inputs: Vec<usize>,
    /// Its value.
    pub forward: Quantity,
    /// The derivative of the output by it: the sum over its edges.
    pub backward: Quantity,
    /// What it does to the derivative that comes back, `d`, with its own output as `y`.
    pub rule: String,
}

/// One use of a node's value by another node.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The node whose value it carries.
    pub from: usize,
    /// The node that uses it.
    pub to: usize,
    /// Which input of `to` it is.
    pub slot: usize,
    /// What comes back along it: this use's share of the derivative.
    pub backward: Quantity,
}

/// The computational graph of an expression, as courses draw it: each operation a node with one or two inputs, in the order
/// in which the text multiplies and adds; values run forward, the derivatives of the output backward.
///
/// ```
/// use symdiff::net::Graph;
/// let graph = Graph::read("apple*n*tax", &[("apple", 100.0), ("n", 2.0), ("tax", 1.1)])?;
/// assert_eq!(graph.node("apple*n").and_then(|node| node.forward.number()), Some(200.0));
/// assert_eq!(graph.node("apple").and_then(|node| node.backward.number()), Some(2.2));
/// println!("{}", graph.to_text(&Default::default()));
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl Graph {
    /// The graph of a text, with numbers at this point; without a point, with expressions.
    ///
    /// # Errors
    /// Those of reading; kind `name` for a symbol without a value, `domain` where the output has no finite real value, `limit` for
    /// more than [`MOST_NODES`] nodes.
    ///
    /// ```
    /// use symdiff::net::Graph;
    /// let sigmoid = Graph::read("1/(1+exp(-x))", &[("x", 1.0)])?;
    /// let labels: Vec<&str> = sigmoid.nodes().iter().map(|node| &*node.label).collect();
    /// assert_eq!(labels, ["x", "*(-1)", "exp", "+1", "/"]);
    /// let symbolic = Graph::read("x*y", &[])?;
    /// assert_eq!(symbolic.node("x").map(|node| &node.backward), Some(&symdiff::net::graph::Quantity::Text("y".into())));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn read(text: &str, at: &[(&str, f64)]) -> Result<Graph> {
        let mut pool = Pool::default();
        pool.keep_order();
        let names = Names { symbols: at.iter().map(|(name, _)| canonical_symbol(name)).collect(), ..Names::default() };
        match parse(&mut pool, text, &names)?.value {
            Value::Scalar(root) => Graph::at_point(&mut pool, root, at),
            Value::Matrix(_) => Err(Error::new(Kind::Shape, phrase!("a graph is of one expression, this is a matrix"))),
        }
    }

    /// The graph of an expression, in the order in which it prints.
    ///
    /// # Errors
    /// As [`Graph::read`].
    ///
    /// ```
    /// use symdiff::{Expression, net::Graph};
    /// let x = Expression::symbol("x");
    /// let graph = Graph::of(&(x.sin() * &x), &[("x", 0.5)])?;
    /// let x = graph.node("x").and_then(|node| node.backward.number()).unwrap_or(0.0);
    /// assert!((x - (0.5f64.sin() + 0.5 * 0.5f64.cos())).abs() < 1e-15);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn of(expression: &Expression, at: &[(&str, f64)]) -> Result<Graph> {
        let mut pool = Pool::default();
        let root = expression.node_in(&mut pool);
        let root = spelled(&mut pool, root)?;
        Graph::at_point(&mut pool, root, at)
    }

    fn at_point(pool: &mut Pool, root: Expr, at: &[(&str, f64)]) -> Result<Graph> {
        let mut point: Vec<(Symbol, f64)> = at.iter().map(|(name, value)| (pool.symbol_named(&canonical_symbol(name)), *value)).collect();
        point.sort_by_key(|(symbol, _)| *symbol);
        Graph::made(pool, root, (!at.is_empty()).then_some(&point[..]))
    }

    /// The graph of an expression that was read with its order kept; `at` is a sorted point.
    pub(crate) fn made(pool: &mut Pool, root: Expr, at: Option<&[(Symbol, f64)]>) -> Result<Graph> {
        let plan = plan::plan(pool, root)?;
        // where nothing needs a value there are numbers anyway
        let constant = plan.last().is_some_and(|output| !pool.has_symbols(output.e));
        sweep::graph(pool, &plan, at.or(constant.then_some(&[])))
    }

    /// All nodes, each after its inputs; the last one is the output.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All edges, in the order of the nodes that they lead to.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The node of a symbol or expression, as it prints.
    #[must_use]
    pub fn node(&self, expression: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.expression == expression)
    }

    /// The last node.
    #[must_use]
    pub fn output(&self) -> Option<&Node> {
        self.nodes.last()
    }

    /// A picture in box-drawing characters, or a table where it would be too wide.
    #[must_use]
    pub fn to_text(&self, drawing: &Drawing) -> String {
        let picture = terminal::picture(self, drawing).unwrap_or_else(|| table::table(self, drawing));
        picture + &table::legend(self, drawing)
    }

    /// A picture as a self-contained SVG file.
    #[must_use]
    pub fn to_svg(&self, drawing: &Drawing) -> String {
        svg::svg(self, drawing)
    }

    /// A picture for a page whose style has [`Graph::figure_style`], with this title and without the legend.
    pub(crate) fn to_figure(&self, drawing: &Drawing, title: &str) -> String {
        svg::figure(self, drawing, title)
    }

    /// Whether a picture needs no legend: no sum is too long to stand at its node.
    pub(crate) fn is_clear(&self) -> bool {
        uses(self).iter().all(|uses| number::has_room(uses))
    }

    /// How many numbers are rounded if they have so many digits; nothing where one of them is no number, or is long.
    pub(crate) fn rounded(&self, digits: usize) -> Option<usize> {
        let nodes = self.nodes.iter().flat_map(|node| [&node.forward, &node.backward]);
        let all = nodes.chain(self.edges.iter().map(|edge| &edge.backward));
        let number = |quantity: &Quantity| quantity.number().filter(|&value| number::is_short(value, digits));
        all.map(|quantity| number(quantity).map(|value| usize::from(number::is_rounded(value, digits)))).sum()
    }

    /// What the style of a page with figures has.
    pub(crate) fn figure_style() -> String {
        svg::figure_style()
    }

    /// A graph in the language of Graphviz.
    #[must_use]
    pub fn to_dot(&self, drawing: &Drawing) -> String {
        dot::dot(self, drawing)
    }

    /// A flowchart in the language of Mermaid.
    #[must_use]
    pub fn to_mermaid(&self, drawing: &Drawing) -> String {
        mermaid::mermaid(self, drawing)
    }

    /// Nodes and edges as a JSON object, floats in full.
    #[must_use]
    pub fn to_json(&self, drawing: &Drawing) -> String {
        json::json(self, drawing)
    }
}

/// How a graph is drawn.
///
/// ```
/// use symdiff::net::{Graph, graph::Drawing};
/// let graph = Graph::read("x^2", &[("x", 3.0)])?;
/// let exercise = graph.to_text(&Drawing { backward: false, ..Drawing::default() });
/// assert!(exercise.contains('9') && !exercise.contains('6'));
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Whether values are shown; otherwise there is room for a pupil's.
    pub forward: bool,
    /// Whether derivatives are shown.
    pub backward: bool,
    /// Significant digits.
    pub digits: usize,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Drawing {
    fn default() -> Drawing {
        Drawing { forward: true, backward: true, digits: 5, width: 80 }
    }
}

/// How often each node is used, and what comes back along each use, in the order of the edges.
fn uses(graph: &Graph) -> Vec<Vec<&Edge>> {
    let mut uses = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        if let Some(list) = uses.get_mut(edge.from) {
            list.push(edge);
        }
    }
    uses
}

/// The symbols of the root must all have values.
fn all_given(pool: &Pool, root: Expr, at: &[(Symbol, f64)]) -> Result<()> {
    let mut missing = walk::symbols(pool, &[root]);
    missing.retain(|symbol| !at.iter().any(|(known, _)| known == symbol));
    let names: Vec<&str> = missing.iter().map(|&symbol| pool.symbol_name(symbol)).collect();
    match &names[..] {
        [] => Ok(()),
        [name] => Err(Error::new(Kind::Name, phrase!("no value is given for {name}", name))),
        [rest @ .., last] => {
            Err(Error::new(Kind::Name, phrase!("no values are given for {rest} and {last}", rest = rest.join(", "), last)))
        }
    }
}
