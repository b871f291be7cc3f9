//! In which registers do the values live? Linear scan over the schedule; the value whose next use is furthest goes.
//! Deliberately knows no encodings: the result are instructions with numbered registers and named places in memory.
//! Read next: `instruction.rs`, what comes out; `body.rs`, which encodes it.

use super::instruction::{Code, Instruction, Place, Role};
use super::recorder::{Kind, NONE, Name, Node};

/// A value that is used again only this much later is read from memory now rather than brought into a register.
const FAR: u32 = 48;

/// The register for which there is none.
const NOWHERE: u8 = u8::MAX;

/// Instructions with registers, and what they need around them.
#[derive(Clone)]
pub(super) struct Allocation {
    pub(super) instructions: Vec<Instruction>,
    /// Constants that stay in registers: loaded before the loop.
    pub(super) pinned: Vec<(u8, Name)>,
    /// Places in the frame for values that found no register.
    pub(super) frame: u32,
}

struct Allocator<'a> {
    nodes: &'a [Node],
    /// Places of the uses of each value in the schedule, all in one array.
    uses: Vec<u32>,
    /// Where the uses of each value begin that are still to come, and where they end.
    cursor: Vec<u32>,
    end: Vec<u32>,
    register: Vec<u8>,
    frame: Vec<u32>,
    holder: [Name; 32],
    /// Where the value in each register is used next.
    next_use: [u32; 32],
    /// Registers with a value, those of the current operation, as bits.
    taken: u32,
    locked: u32,
    registers: usize,
    /// Whether instructions may read columns in place.
    fold: bool,
    peak: usize,
    evicted: bool,
    frames: u32,
    free_frames: Vec<u32>,
    now: u32,
    out: Vec<Instruction>,
}

/// Hands out registers. Where some stay free over the whole loop, the constants used most are kept in them.
/// `fold`: whether instructions may read columns in place.
pub(super) fn allocate(nodes: &[Node], order: &[Name], registers: usize, fold: bool) -> Allocation {
    let first = run(nodes, order, registers, &[], fold);
    // One point runs its code once: constants are as well read where they are used.
    if !fold || first.evicted || first.peak >= registers {
        return Allocation { instructions: first.out, pinned: Vec::new(), frame: first.frames };
    }
    let mut count = vec![0_u32; nodes.len()];
    for &name in order {
        for &operand in nodes[name as usize].uses() {
            count[operand as usize] += 1;
        }
    }
    let is_used = |name: &Name| nodes[*name as usize].kind == Kind::Constant && count[*name as usize] > 0;
    let mut constants: Vec<Name> = (0..nodes.len() as Name).filter(is_used).collect();
    constants.sort_by_key(|&name| (std::cmp::Reverse(count[name as usize]), name));
    constants.truncate(registers - first.peak);
    let pinned: Vec<(u8, Name)> = constants.iter().enumerate().map(|(i, &name)| ((registers - 1 - i) as u8, name)).collect();
    let second = run(nodes, order, registers, &pinned, fold);
    Allocation { instructions: second.out, pinned, frame: second.frames }
}

fn run<'a>(nodes: &'a [Node], order: &[Name], registers: usize, pinned: &[(u8, Name)], fold: bool) -> Allocator<'a> {
    let mut end = vec![0_u32; nodes.len()];
    for &name in order {
        for &operand in nodes[name as usize].uses() {
            end[operand as usize] += 1;
        }
    }
    let mut total = 0;
    for count in &mut end {
        total += *count;
        *count = total;
    }
    let mut uses = vec![0; total as usize];
    let mut cursor = end.clone();
    for (at, &name) in order.iter().enumerate().rev() {
        for &operand in nodes[name as usize].uses() {
            cursor[operand as usize] -= 1;
            uses[cursor[operand as usize] as usize] = at as u32;
        }
    }
    let mut allocator = Allocator {
        nodes,
        uses,
        cursor,
        end,
        register: vec![NOWHERE; nodes.len()],
        frame: vec![NONE; nodes.len()],
        holder: [NONE; 32],
        next_use: [0; 32],
        taken: 0,
        locked: 0,
        registers: registers - pinned.len(),
        fold,
        peak: 0,
        evicted: false,
        frames: 0,
        free_frames: Vec::new(),
        now: 0,
        out: Vec::with_capacity(order.len() + order.len() / 8),
    };
    for &(register, name) in pinned {
        allocator.register[name as usize] = register;
    }
    for (at, &name) in order.iter().enumerate() {
        allocator.now = at as u32;
        allocator.operation(name);
    }
    allocator
}

impl Allocator<'_> {
    /// The place of the next use after the current operation.
    fn next(&self, name: Name) -> u32 {
        let at = self.cursor[name as usize];
        if at < self.end[name as usize] { self.uses[at as usize] } else { u32::MAX }
    }

    fn dies(&self, name: Name) -> bool {
        self.next(name) == u32::MAX
    }

    fn is_resident(&self, name: Name) -> bool {
        self.register[name as usize] != NOWHERE
    }

    /// Whether it dies in a register that may be written.
    fn is_spent(&self, name: Name) -> bool {
        self.dies(name) && (self.register[name as usize] as usize) < self.registers
    }

    /// Where the value lies in memory.
    fn memory(&self, name: Name) -> Place {
        let node = &self.nodes[name as usize];
        match node.kind {
            Kind::Constant => Place::Constant(name),
            Kind::Load => Place::Column(node.immediate),
            _ => Place::Frame(self.frame[name as usize]),
        }
    }

    fn emit(&mut self, code: Code, to: u8, first: u8, second: Place, immediate: u8) {
        self.out.push(Instruction { code, to, first, second, immediate });
    }

    /// A register to write; whoever is in it and is used furthest in the future moves out.
    fn free(&mut self) -> u8 {
        self.peak = self.peak.max(self.taken.count_ones() as usize + 1);
        let at = (!self.taken).trailing_zeros() as usize;
        if at < self.registers {
            return at as u8;
        }
        let mut best = 0;
        let mut score = 0;
        for at in 0..self.registers {
            if self.locked >> at & 1 == 1 {
                continue;
            }
            // What is in memory already goes for nothing: it may be needed twice as early.
            let name = self.holder[at] as usize;
            let away = u64::from(self.next_use[at] - self.now) + 1;
            let clean = self.frame[name] != NONE || self.nodes[name].in_memory();
            let away = if clean { away * 2 } else { away };
            if away > score {
                score = away;
                best = at;
            }
        }
        self.evicted = true;
        let name = self.holder[best];
        if !self.nodes[name as usize].in_memory() && self.frame[name as usize] == NONE {
            let frame = self.free_frames.pop().unwrap_or_else(|| {
                self.frames += 1;
                self.frames - 1
            });
            self.frame[name as usize] = frame;
            self.emit(Code::Store, 0, best as u8, Place::Frame(frame), 0);
        }
        self.register[name as usize] = NOWHERE;
        self.taken &= !(1 << best);
        best as u8
    }

    fn hold(&mut self, register: u8, name: Name) {
        self.holder[register as usize] = name;
        self.next_use[register as usize] = self.next(name);
        self.taken |= 1 << register;
        self.register[name as usize] = register;
        self.lock(register);
    }

    fn lock(&mut self, register: u8) {
        self.locked |= 1 << register;
    }

    /// The value in a register.
    fn resident(&mut self, name: Name) -> u8 {
        if !self.is_resident(name) {
            let register = self.free();
            let place = self.memory(name);
            self.emit(Code::Move, register, 0, place, 0);
            self.hold(register, name);
        }
        let register = self.register[name as usize];
        self.lock(register);
        register
    }

    /// The value wherever an instruction can read it.
    fn place(&mut self, name: Name) -> Place {
        let is_constant = self.nodes[name as usize].kind == Kind::Constant;
        let next = self.next(name);
        let must = !self.fold && self.nodes[name as usize].kind == Kind::Load;
        if !must && !self.is_resident(name) && (is_constant || next == u32::MAX || next - self.now > FAR) {
            return self.memory(name);
        }
        Place::Register(self.resident(name))
    }

    /// The register of a value that dies is free again.
    fn release(&mut self, name: Name) {
        if !self.dies(name) {
            return;
        }
        let register = self.register[name as usize];
        if (register as usize) < self.registers {
            self.taken &= !(1 << register);
            self.register[name as usize] = NOWHERE;
        }
    }

    /// The places in the frame of operands that died are free for later operations; this one may still read them.
    fn release_frames(&mut self, node: Node) {
        for &operand in node.uses() {
            let frame = self.frame[operand as usize];
            if frame != NONE && self.dies(operand) {
                self.free_frames.push(frame);
                self.frame[operand as usize] = NONE;
            }
        }
    }

    fn operation(&mut self, name: Name) {
        let node = self.nodes[name as usize];
        self.locked = 0;
        for &operand in node.uses() {
            // Uses up to here are past.
            let cursor = &mut self.cursor[operand as usize];
            while *cursor < self.end[operand as usize] && self.uses[*cursor as usize] <= self.now {
                *cursor += 1;
            }
            let register = self.register[operand as usize] as usize;
            if register < self.registers {
                self.next_use[register] = self.next(operand);
            }
        }
        let [a, b, c, d] = node.operands;
        match node.kind {
            Kind::Constant | Kind::Load => {}
            Kind::Store => {
                let register = self.resident(a);
                self.emit(Code::Store, 0, register, Place::Column(node.immediate), 0);
            }
            Kind::RareMask => {
                let register = self.resident(a);
                self.emit(Code::RareMask, 0, register, Place::Register(0), 0);
            }
            Kind::Rare => {
                let register = self.resident(a);
                let place = self.place(b);
                self.emit(Code::RareCompare, 0, register, place, node.immediate as u8);
            }
            Kind::MulAdd | Kind::MulSub | Kind::NegMulAdd => return self.product(name, node),
            Kind::Sqrt | Kind::Round | Kind::Floor | Kind::Ceil => {
                let place = self.place(a);
                self.result(name, node, Code::Plain(node.kind), 0, place);
            }
            Kind::ShiftLeft | Kind::ShiftRight => {
                let register = self.resident(a);
                self.result(name, node, Code::Plain(node.kind), 0, Place::Register(register));
            }
            Kind::Blend => {
                let mask = self.resident(a);
                let otherwise = self.resident(c);
                let then = self.place(b);
                let mut node = node;
                node.immediate = u32::from(mask);
                self.result(name, node, Code::Plain(Kind::Blend), otherwise, then);
            }
            Kind::Select => {
                let first = self.resident(a);
                let second = self.place(b);
                self.emit(Code::Compare, 1, first, second, node.immediate as u8);
                let otherwise = self.resident(d);
                let then = self.place(c);
                self.result(name, node, Code::Plain(Kind::Select), otherwise, then);
            }
            _ => {
                let commutes = node.kind.commutes() || (node.kind == Kind::Mask && node.immediate >= 2);
                let swap = commutes && !self.is_resident(a) && self.is_resident(b);
                let (a, b) = if swap { (b, a) } else { (a, b) };
                let first = self.resident(a);
                let second = self.place(b);
                self.result(name, node, Code::Plain(node.kind), first, second);
            }
        }
        if node.kind.is_effect() {
            for &operand in node.uses() {
                self.release(operand);
            }
            self.release_frames(node);
        }
    }

    /// Ends an operation: operands that die make room, the value gets a register.
    fn result(&mut self, name: Name, node: Node, code: Code, first: u8, second: Place) {
        for &operand in node.uses() {
            self.release(operand);
        }
        let to = self.free();
        self.emit(code, to, first, second, node.immediate as u8);
        self.hold(to, name);
        self.release_frames(node);
    }

    /// a*b + c and the like, whose result replaces one of the three.
    fn product(&mut self, name: Name, node: Node) {
        let [a, b, c, _] = node.operands;
        // What the result replaces: best a value that dies here, then one that has to be loaded anyway.
        let spent = [c, a, b].into_iter().find(|&v| self.is_spent(v));
        let replaced = spent.or_else(|| [c, b, a].into_iter().find(|&v| !self.is_resident(v))).unwrap_or(c);
        let (role, one, two) = if replaced == c {
            (Role::Addend, a, b)
        } else if replaced == a {
            (Role::Factor, b, c)
        } else {
            (Role::Factor, a, c)
        };
        let lock = self.register[replaced as usize];
        if lock != NOWHERE {
            self.lock(lock);
        }
        // One of the other two may stay in memory; which one decides between the forms of the instruction.
        let (form, first, second) = match role {
            Role::Addend => {
                let (one, two) = if self.is_resident(one) { (one, two) } else { (two, one) };
                let first = self.resident(one);
                (231, first, self.place(two))
            }
            Role::Factor if self.is_resident(two) && !self.is_resident(one) => {
                let first = self.resident(two);
                (132, first, self.place(one))
            }
            Role::Factor => {
                let first = self.resident(one);
                (213, first, self.place(two))
            }
        };
        let to = if spent.is_some() {
            self.register[replaced as usize]
        } else {
            let place = if self.is_resident(replaced) { Place::Register(self.resident(replaced)) } else { self.memory(replaced) };
            let to = self.free();
            self.emit(Code::Move, to, 0, place, 0);
            to
        };
        for &operand in node.uses() {
            self.release(operand);
        }
        self.emit(Code::Product(node.kind, form), to, first, second, 0);
        self.hold(to, name);
        self.release_frames(node);
    }
}
