//! Where does each node of a graph stand? In layers from left to right, after Sugiyama: ranks by longest paths, order by
//! barycentres, rows from the inputs. Deliberately draws nothing and knows no text; its work is bounded and has no chance in it.
//! Read next: `terminal.rs` and `svg.rs`, which draw on it.

use super::Graph;

/// Rows between two lines, so that a number fits above and below each.
pub(super) const PITCH: i64 = 4;

/// A place in a layer: a node, or the line of a node that is used further right.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The node whose value leaves here.
    pub(super) node: usize,
    /// Whether it only passes through.
    pub(super) passes: bool,
    /// The row of its line.
    pub(super) row: i64,
    /// Where its inputs arrive.
    pub(super) ports: Vec<Port>,
}

/// Where a line arrives: in this row, from this spot of the layer before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Port {
    pub(super) row: i64,
    pub(super) from: usize,
}

/// The layers, from the inputs to the output.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) layers: Vec<Vec<Spot>>,
}

/// More spots are not worth a better order.
const ORDERED: usize = 4_000;
/// How often the layers are put in order, in both directions.
const ROUNDS: usize = 8;

pub(super) fn layout(graph: &Graph) -> Layout {
    let ranks = ranks(graph);
    let mut layers = layers(graph, &ranks);
    if layers.iter().map(Vec::len).sum::<usize>() <= ORDERED {
        layers = fewest_crossings(graph, layers);
    }
    place(graph, &layers)
}

/// Inputs stand at the left, every operation right of all that it takes.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut ranks = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let rank = node.inputs.iter().filter_map(|&input| ranks.get(input)).max().map_or(0, |&last: &usize| last + 1);
        ranks.push(rank);
    }
    ranks
}

/// The nodes whose lines are in each layer: those that stand there, and those used further right. A node's lines are one line
/// until its last use. In a tree the order by first inputs has no crossings.
fn layers(graph: &Graph, ranks: &[usize]) -> Vec<Vec<usize>> {
    let mut first: Vec<usize> = (0..graph.nodes.len()).collect();
    let mut last: Vec<usize> = ranks.to_vec();
    for (at, node) in graph.nodes.iter().enumerate() {
        for &input in &node.inputs {
            first[at] = first[at].min(first[input]);
            last[input] = last[input].max(ranks[at] - 1);
        }
    }
    let mut layers = vec![Vec::new(); ranks.iter().max().map_or(0, |last| last + 1)];
    for at in 0..graph.nodes.len() {
        for layer in layers.iter_mut().take(last[at] + 1).skip(ranks[at]) {
            layer.push(at);
        }
    }
    for layer in &mut layers {
        layer.sort_by_key(|&at| (first[at], at));
    }
    layers
}

/// The nodes of the layer before that a node of this layer takes: its inputs, or itself where it passes through.
fn takes<'g>(graph: &'g Graph, before: &[usize], node: &'g usize) -> &'g [usize] {
    if before.contains(node) { std::slice::from_ref(node) } else { &graph.nodes[*node].inputs }
}

fn fewest_crossings(graph: &Graph, layers: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut best = layers.clone();
    let mut fewest = crossings(graph, &best);
    let mut trial = layers;
    for round in 0..ROUNDS {
        if fewest == 0 {
            break;
        }
        for step in 1..trial.len() {
            let rightwards = round % 2 == 0;
            let at = if rightwards { step } else { trial.len() - 1 - step };
            let neighbour = if rightwards { at - 1 } else { at + 1 };
            let place = places(&trial[neighbour], graph.nodes.len());
            let (here, there) = (&trial[at], &trial[neighbour]);
            let mut keyed: Vec<(usize, usize)> = Vec::with_capacity(here.len());
            for (old, &node) in here.iter().enumerate() {
                let found: Vec<usize> = if rightwards {
                    takes(graph, there, &node).iter().map(|&input| place[input]).collect()
                } else {
                    let users = there.iter().enumerate().filter(|(_, user)| takes(graph, here, user).contains(&node));
                    users.map(|(to, _)| to).collect()
                };
                // the mean in steps of 1/1000, so that equal ones stay as they are
                let mean = if found.is_empty() { old * 1000 } else { found.iter().sum::<usize>() * 1000 / found.len() };
                keyed.push((mean, node));
            }
            keyed.sort_by_key(|&(mean, _)| mean);
            trial[at] = keyed.into_iter().map(|(_, node)| node).collect();
        }
        let count = crossings(graph, &trial);
        if count < fewest {
            (fewest, best) = (count, trial.clone());
        }
    }
    best
}

fn places(layer: &[usize], nodes: usize) -> Vec<usize> {
    let mut place = vec![0; nodes];
    for (at, &node) in layer.iter().enumerate() {
        place[node] = at;
    }
    place
}

fn crossings(graph: &Graph, layers: &[Vec<usize>]) -> usize {
    let mut count = 0;
    for pair in layers.windows(2) {
        let place = places(&pair[0], graph.nodes.len());
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for (to, node) in pair[1].iter().enumerate() {
            ends.extend(takes(graph, &pair[0], node).iter().map(|&input| (place[input], to)));
        }
        for (at, a) in ends.iter().enumerate() {
            count += ends[at + 1..].iter().filter(|b| (a.0 < b.0) != (a.1 < b.1) && a.0 != b.0 && a.1 != b.1).count();
        }
    }
    count
}

/// Rows, layer by layer: a line arrives in the row that it left where that is free, a node stands in the middle of its ports.
fn place(graph: &Graph, layers: &[Vec<usize>]) -> Layout {
    let mut done: Vec<Vec<Spot>> = Vec::with_capacity(layers.len());
    for (at, layer) in layers.iter().enumerate() {
        let mut next = 0;
        let mut spots: Vec<Spot> = Vec::with_capacity(layer.len());
        let empty = (Vec::new(), Vec::new());
        let (before, rows) = match at.checked_sub(1).map(|at| (&layers[at], &done[at])) {
            Some((before, spots)) => (before.clone(), spots.iter().map(|spot| spot.row).collect()),
            None => empty,
        };
        let from = places(&before, graph.nodes.len());
        for &node in layer {
            let passes = before.contains(&node);
            let mut inputs: Vec<usize> = takes(graph, &before, &node).iter().map(|&input| from[input]).collect();
            if matches!(&*graph.nodes[node].label, "+" | "*") {
                // which input comes first is not seen at these
                inputs.sort_unstable();
            }
            let mut ports = Vec::with_capacity(inputs.len());
            for from in inputs {
                let row = rows.get(from).copied().unwrap_or(0).max(next);
                next = row + PITCH;
                ports.push(Port { row, from });
            }
            let row = match (ports.first(), ports.last()) {
                (Some(first), Some(last)) => (first.row + last.row) / 2,
                _ => {
                    next += PITCH;
                    next - PITCH
                }
            };
            spots.push(Spot { node, passes, row, ports });
        }
        done.push(spots);
    }
    straighten(&mut done);
    Layout { layers: done }
}

/// Moves each input down to the row in which its line arrives first, where nothing stands in the way.
fn straighten(layers: &mut [Vec<Spot>]) {
    let [inputs, next, ..] = layers else { return };
    let mut below = i64::MAX;
    for (at, spot) in inputs.iter_mut().enumerate().rev() {
        let arrives = next.iter().flat_map(|to| &to.ports).filter(|port| port.from == at).map(|port| port.row).min();
        if let Some(row) = arrives
            && row > spot.row
            && row <= below.saturating_sub(PITCH)
        {
            spot.row = row;
        }
        below = spot.row;
    }
}
