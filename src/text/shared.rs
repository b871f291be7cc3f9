//! How a text is written where shared parts have names (`--where`).
//! Deliberately writes nothing itself.
//! Read next: `print.rs`.

use super::print::{Style, Writer, comparison};
use crate::error::Result;
use crate::expr::{Expr, Node, Pool};
use crate::matrix::Value;
use crate::walk::{self, Memo};

/// Parts smaller than this get no name.
const WORTH_A_NAME: u32 = 4;

/// The text of a value in which parts that are used more than once are written as `t1`, `t2`, ...: `t1*cos(t1) where`,
/// then a line `  t1 = exp(x^2)` for each, none before those that it needs.
pub(crate) fn print_where(pool: &Pool, value: &Value, limit: usize) -> Result<String> {
    let nodes = walk::reachable(pool, value.entries());
    let mut uses: Memo<u32> = Memo::new();
    let mut note = |e: Expr| uses.set(e, uses.get(e).unwrap_or(0).saturating_add(1));
    nodes.iter().for_each(|&e| walk::each_child(pool, e, &mut note));
    value.entries().iter().for_each(|&e| note(e));
    let mut sizes: Memo<u32> = Memo::new();
    let (mut names, mut named, mut labels) = (Memo::new(), Vec::new(), Vec::new());
    let mut number = 0;
    for e in nodes {
        let (mut parts, mut size) = (0, 0);
        walk::each_child(pool, e, |part| {
            parts += 1;
            size = sizes.get(part).unwrap_or(1).saturating_add(size);
        });
        size = size.saturating_add(u32::max(2, parts) - 1);
        sizes.set(e, size);
        let is_comparison = matches!(pool.node(e), Node::Call(head, _) if comparison(head).is_some());
        if uses.get(e).unwrap_or(0) < 2 || is_comparison || size < WORTH_A_NAME {
            continue;
        }
        let label = loop {
            number += 1;
            let label = format!("t{number}");
            if pool.find_symbol(&label).is_none() {
                break label;
            }
        };
        names.set(e, u32::try_from(labels.len()).unwrap_or(u32::MAX));
        named.push(e);
        labels.push(label);
    }
    let mut writer = Writer::new(pool, limit, Style::Text);
    writer.labels = &labels;
    writer.order.names = Some(&names);
    writer.value(value)?;
    if !named.is_empty() {
        writer.out.push_str(" where");
    }
    for (&e, label) in named.iter().zip(&labels) {
        writer.out.push_str("\n  ");
        writer.out.push_str(label);
        writer.out.push_str(" = ");
        writer.order.root = e;
        writer.write(e)?;
    }
    Ok(writer.out)
}
