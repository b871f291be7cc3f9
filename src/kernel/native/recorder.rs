//! What are the micro-operations of a loop over lanes, each written down once? Values are hash-consed, numbers folded.
//! Deliberately knows neither tapes (`program.rs` reads them) nor registers (`registers.rs` hands them out).
//! Read next: `words.rs`, the operations that functions are written in; `fold.rs`, what they mean.

use super::fold::{self, Precision};
use crate::vector::{Compare, Machine};
use hashbrown::HashTable;

/// The name of a value: the number of its node.
pub(super) type Name = u32;

/// No operand.
pub(super) const NONE: Name = Name::MAX;

/// Added to the number of a column: the points after those of the first vector, in a loop over two vectors.
pub(super) const SECOND: u32 = 1 << 31;

/// What a node does. The comments name operands in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// The bits `operands[0]` (low half) and `operands[1]`.
    Constant,
    /// The column numbered `immediate`.
    Load,
    /// a goes to the column numbered `immediate`.
    Store,
    Add,
    Sub,
    Mul,
    Div,
    /// As x86 does: b where one is NaN.
    Min,
    /// As x86 does: b where one is NaN.
    Max,
    /// a*b + c
    MulAdd,
    /// a*b - c
    MulSub,
    /// c - a*b
    NegMulAdd,
    Sqrt,
    Round,
    Floor,
    Ceil,
    And,
    Or,
    Xor,
    IntegerAdd,
    IntegerSub,
    /// a, by `immediate` bits
    ShiftLeft,
    /// a, by `immediate` bits
    ShiftRight,
    /// All bits set where the comparison numbered `immediate` of a and b holds (AVX2, whose masks are vectors).
    Mask,
    /// mask, then, otherwise (AVX2)
    Blend,
    /// a, b, then, otherwise; the comparison is `immediate` (AVX-512, whose masks are registers of their own)
    Select,
    /// Marks lanes: the mask a (AVX2).
    RareMask,
    /// Marks lanes: the comparison numbered `immediate` of a and b (AVX-512).
    Rare,
}

impl Kind {
    /// How many values it uses.
    pub(super) fn arity(self) -> usize {
        match self {
            Kind::Constant | Kind::Load => 0,
            Kind::Store | Kind::Sqrt | Kind::Round | Kind::Floor | Kind::Ceil | Kind::ShiftLeft | Kind::ShiftRight | Kind::RareMask => 1,
            Kind::MulAdd | Kind::MulSub | Kind::NegMulAdd | Kind::Blend => 3,
            Kind::Select => 4,
            _ => 2,
        }
    }

    /// Whether its two operands may change places.
    pub(super) fn commutes(self) -> bool {
        matches!(self, Kind::Add | Kind::Mul | Kind::And | Kind::Or | Kind::Xor | Kind::IntegerAdd)
    }

    /// Whether it makes no value: it is kept for what it does.
    pub(super) fn is_effect(self) -> bool {
        matches!(self, Kind::Store | Kind::Rare | Kind::RareMask)
    }
}

/// One micro-operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) immediate: u32,
    pub(super) operands: [Name; 4],
}

impl Node {
    /// The values it uses.
    pub(super) fn uses(&self) -> &[Name] {
        &self.operands[..self.kind.arity()]
    }

    /// The bits of a constant.
    pub(super) fn bits(&self) -> u64 {
        u64::from(self.operands[0]) | u64::from(self.operands[1]) << 32
    }

    /// Whether the value lies in memory anyway: nothing has to run for it.
    pub(super) fn in_memory(&self) -> bool {
        matches!(self.kind, Kind::Constant | Kind::Load)
    }

    fn hash(&self) -> u64 {
        let mix = |h: u64, x: u64| (h.rotate_left(23) ^ x).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let pair = |i: usize| u64::from(self.operands[i]) | u64::from(self.operands[i + 1]) << 32;
        let h = mix(mix(self.kind as u64 | u64::from(self.immediate) << 8, pair(0)), pair(2));
        h ^ h >> 29
    }
}

/// The number of a comparison in `immediate`.
pub(super) fn number(compare: Compare) -> u32 {
    match compare {
        Compare::Less => 0,
        Compare::LessEqual => 1,
        Compare::Equal => 2,
        Compare::NotEqual => 3,
    }
}

/// Writes micro-operations down.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) precision: Precision,
    /// Whether masks are vectors (AVX2).
    pub(super) masks: bool,
    pub(super) nodes: Vec<Node>,
    /// Whether functions are being written down, and which nodes were: their sums must keep their order.
    pub(super) in_formula: bool,
    formula: Vec<bool>,
    table: HashTable<Name>,
}

impl Recorder {
    pub(super) fn new(precision: Precision, masks: bool) -> Recorder {
        Recorder::with_capacity(precision, masks, 256)
    }

    fn with_capacity(precision: Precision, masks: bool, nodes: usize) -> Recorder {
        Recorder {
            precision,
            masks,
            nodes: Vec::with_capacity(nodes),
            in_formula: false,
            formula: Vec::with_capacity(nodes),
            table: HashTable::with_capacity(nodes),
        }
    }

    /// An empty one for the same machine.
    pub(super) fn empty(&self) -> Recorder {
        Recorder::with_capacity(self.precision, self.masks, self.nodes.len() + 64)
    }

    /// The node written down again, its operands under new names.
    pub(super) fn again(&mut self, node: &Node, names: &[Name]) -> Name {
        let mut node = *node;
        if node.kind != Kind::Constant {
            for operand in &mut node.operands {
                *operand = names.get(*operand as usize).copied().unwrap_or(NONE);
            }
        }
        self.push(node.kind, node.immediate, node.operands)
    }

    /// The operations for two vectors of points in turn.
    pub(super) fn twice(&self) -> Recorder {
        let mut out = self.empty();
        let mut first = vec![NONE; self.nodes.len()];
        let mut second = first.clone();
        for (at, node) in self.nodes.iter().enumerate() {
            first[at] = out.again(node, &first);
            let mut node = *node;
            if matches!(node.kind, Kind::Load | Kind::Store) {
                node.immediate |= SECOND;
            }
            second[at] = out.again(&node, &second);
        }
        out
    }

    /// Whether the node belongs to a function that was written down.
    pub(super) fn is_formula(&self, at: usize) -> bool {
        self.formula.get(at).copied().unwrap_or(false)
    }

    /// How much is written down; `forget` goes back to it.
    pub(super) fn mark(&self) -> usize {
        self.nodes.len()
    }

    /// Takes back the effects since the mark; values that nothing uses are dropped anyway.
    pub(super) fn forget(&mut self, mark: usize) {
        for (at, node) in self.nodes.iter_mut().enumerate().skip(mark) {
            if node.kind.is_effect() {
                // A dead constant in its place: the table still points here, under a hash that no constant meets.
                let found = self.table.find_entry(node.hash(), |&name| name as usize == at);
                if let Ok(entry) = found {
                    entry.remove();
                }
                *node = Node { kind: Kind::Constant, immediate: 1, operands: [0; 4] };
            }
        }
    }

    /// The node, or the equal one that is there.
    pub(super) fn push(&mut self, kind: Kind, immediate: u32, operands: [Name; 4]) -> Name {
        let node = Node { kind, immediate, operands };
        let nodes = &self.nodes;
        let hash = node.hash();
        if let Some(&name) = self.table.find(hash, |&name| nodes[name as usize] == node) {
            return name;
        }
        let name = self.nodes.len() as Name;
        self.nodes.push(node);
        self.formula.push(self.in_formula);
        let nodes = &self.nodes;
        self.table.insert_unique(hash, name, |&name| nodes[name as usize].hash());
        name
    }

    /// The bits of a constant.
    pub(super) fn known(&self, name: Name) -> Option<u64> {
        let node = self.nodes.get(name as usize)?;
        (node.kind == Kind::Constant).then(|| node.bits())
    }

    /// Whether the value is this constant.
    pub(super) fn is(&self, name: Name, x: f64) -> bool {
        self.known(name) == Some(self.precision.bits(x))
    }

    /// a, where the value is -a.
    pub(super) fn negated(&self, name: Name) -> Option<Name> {
        let node = self.nodes.get(name as usize)?;
        let sign = node.kind == Kind::Xor && self.known(node.operands[1]) == Some(self.precision.bits(-0.0));
        sign.then_some(node.operands[0])
    }

    /// Whether the value is -(a*a): never above 0, but it may be NaN.
    pub(super) fn is_negative_square(&self, name: Name) -> bool {
        let square = self.negated(name).and_then(|inner| self.nodes.get(inner as usize));
        square.is_some_and(|node| node.kind == Kind::Mul && node.operands[0] == node.operands[1])
    }

    pub(super) fn operation(&mut self, kind: Kind, immediate: u32, operands: &[Name]) -> Name {
        let mut all = [NONE; 4];
        let mut bits = [0; 4];
        let mut known = true;
        for (i, &name) in operands.iter().enumerate() {
            all[i] = name;
            match self.known(name) {
                Some(value) => bits[i] = value,
                None => known = false,
            }
        }
        if known && !kind.is_effect() {
            let value = fold::evaluate(self.precision, kind, immediate, bits);
            return self.bits(value);
        }
        // One order of the two: constants second, older values first.
        if kind.commutes() && (self.known(all[0]).is_some(), all[0]) > (self.known(all[1]).is_some(), all[1]) {
            all.swap(0, 1);
        }
        let product = matches!(kind, Kind::MulAdd | Kind::MulSub | Kind::NegMulAdd);
        if product && (self.known(all[0]).is_some(), all[0]) > (self.known(all[1]).is_some(), all[1]) {
            all.swap(0, 1);
        }
        self.push(kind, immediate, all)
    }

    /// The column of this number.
    pub(super) fn load(&mut self, column: u32) -> Name {
        self.push(Kind::Load, column, [NONE; 4])
    }

    /// The value goes to the column.
    pub(super) fn store(&mut self, column: u32, value: Name) {
        self.operation(Kind::Store, column, &[value]);
    }

    /// -a
    pub(super) fn neg(&mut self, a: Name) -> Name {
        let sign = self.constant(-0.0);
        self.xor(a, sign)
    }

    /// |a|
    pub(super) fn abs(&mut self, a: Name) -> Name {
        let rest = self.bits(!self.precision.bits(-0.0));
        let inner = self.negated(a).unwrap_or(a);
        self.and(inner, rest)
    }

    /// The smaller (`Kind::Min`) or larger (`Kind::Max`); NaN where one is NaN.
    pub(super) fn extreme(&mut self, kind: Kind, a: Name, b: Name) -> Name {
        // The instruction answers b where one is NaN: right unless only a is.
        let plain = self.operation(kind, 0, &[a, b]);
        if self.known(a).is_some_and(|bits| !fold::is_nan(self.precision, bits)) {
            return plain;
        }
        self.select(Compare::NotEqual, a, a, a, plain)
    }
}
