//! When may an array of the caller's be replaced? As soon as nobody needs what it was; where two wait for each other, or one is not read
//! place by place, in other memory first.
//! Deliberately knows no formula: only which steps read and write which buffers.
//! Read next: `build.rs`, `run.rs`.

use super::step::{Reader, Step};
use super::{Buffer, Place};
use crate::expr::{Expr, Symbol};

/// A map whose kernel is still to be made.
pub(super) struct Draft {
    pub(super) bodies: Vec<Expr>,
    pub(super) symbols: Vec<Symbol>,
    pub(super) sizes: Vec<usize>,
    pub(super) inputs: Vec<Reader>,
    pub(super) outs: Vec<usize>,
}

/// A step, or the number of a draft.
pub(super) enum Item {
    Step(Step),
    Draft(usize),
}

/// Puts the maps that replace arrays of the caller's in their places. Each goes behind the last step that reads what it replaces.
pub(super) fn replace(items: &mut Vec<Item>, drafts: &mut [Draft], buffers: &mut Vec<Buffer>) {
    let replaced = |draft: &Draft, buffers: &[Buffer]| -> Vec<usize> {
        draft.outs.iter().copied().filter(|&out| matches!(buffers[out].place, Place::Moving(_))).collect()
    };
    let updates: Vec<usize> = (0..drafts.len()).filter(|&at| !replaced(&drafts[at], buffers).is_empty()).collect();
    // one that has moved may be what another waits for; those that wait for each other would go on for ever
    for _ in &updates {
        let mut moved = false;
        for &update in &updates {
            let outs = replaced(&drafts[update], buffers);
            let own = |item: &Item| matches!(item, Item::Draft(at) if *at == update);
            let Some(at) = items.iter().position(own) else { continue };
            let last = items.iter().rposition(|item| !own(item) && reads(item, drafts).any(|buffer| outs.contains(&buffer)));
            if let Some(last) = last.filter(|&last| last > at) {
                items[at..=last].rotate_left(1);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    // what still comes too early for others, or does not read what it replaces place by place
    let mut copies: Vec<(usize, usize)> = Vec::new();
    for &update in &updates {
        let Some(at) = items.iter().position(|item| matches!(item, Item::Draft(at) if *at == update)) else { continue };
        for out in replaced(&drafts[update], buffers) {
            let later = items[at + 1..].iter().any(|item| reads(item, drafts).any(|buffer| buffer == out));
            let draft = &drafts[update];
            let astray = draft.inputs.iter().any(|input| input.buffer == out && !input.lies(&draft.sizes));
            if later || astray {
                copies.push((update, out));
            }
        }
    }
    for (update, out) in copies {
        let (room, length) = (buffers.len(), buffers[out].length);
        buffers.push(Buffer { place: Place::Arena(0), length });
        drafts[update].outs.iter_mut().filter(|known| **known == out).for_each(|known| *known = room);
        items.push(Item::Step(Step::Copy { from: room, length, out }));
    }
}

/// The buffers that an item reads.
fn reads<'a>(item: &'a Item, drafts: &'a [Draft]) -> Box<dyn Iterator<Item = usize> + 'a> {
    match item {
        Item::Step(step) => Box::new(step.reads().into_iter()),
        Item::Draft(at) => Box::new(drafts[*at].inputs.iter().map(|input| input.buffer)),
    }
}
