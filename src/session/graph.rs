//! How does a request for a computational graph become one? The text is read with its order kept.
//! Deliberately draws nothing: doors choose the picture.
//! Read next: `net/graph.rs`.

use super::{Answer, Request, Response, evaluate, field, names, scalar};
use crate::error::Result;
use crate::expr::{Expr, Pool};
use crate::net::graph::{Graph, spelled};
use crate::text::{self, Names};

struct Read {
    root: Expr,
    names: Names,
    /// Whether the reading could surprise.
    surprising: bool,
}

fn read(pool: &mut Pool, request: &Request<'_>) -> Result<Read> {
    let names = names::declared(pool, request)?;
    let parsed = text::parse(pool, field(request.expr.as_ref(), "expr")?, &names)?;
    names::assume(pool, request)?;
    Ok(Read { root: scalar(&parsed.value, "graph")?, names, surprising: !parsed.surprises.is_empty() })
}

/// The graph: with numbers where values are given, else with expressions.
pub(super) fn drawn(pool: &mut Pool, request: &Request<'_>) -> Result<Response> {
    pool.keep_order();
    let read = match read(pool, request) {
        Ok(read) => read,
        Err(_) => {
            // where a number must be one, as in the power of a matrix, the text has no order of its own
            pool.written = None;
            let read = read(pool, request)?;
            Read { root: spelled(pool, read.root)?, ..read }
        }
    };
    // values are no part of the text
    let written = pool.written.take();
    let at = match request.at {
        Some(_) => Some(evaluate::point(pool, request, &read.names)?),
        None => None,
    };
    pool.written = written;
    let graph = Graph::made(pool, read.root, at.as_deref())?;
    let shown = graph.output().filter(|_| request.echo && read.surprising).map(|output| output.expression.clone());
    Ok(Response { answer: Answer::Graph(Box::new(graph)), read_as: shown })
}
