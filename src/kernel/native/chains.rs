//! How do long chains of operations become short? Polynomials and sums are worked out in several parts at a time.
//! Deliberately touches only what may be rounded in another order: sums of the tape, and polynomials inside functions.
//! Read next: `schedule.rs`. A chain of n products waits 4n cycles, in which a processor could start 8n others.

use super::recorder::{Kind, NONE, Name, Node, Recorder};

/// Shorter polynomials stay as Horner's rule has them.
const POLYNOMIAL: u32 = 4;

/// Shorter sums stay as they are.
const SUM: u32 = 8;

/// The most parts of a sum that run side by side.
const PARTS: usize = 4;

/// What a node is in its chain.
#[derive(Clone, Copy)]
enum Link {
    /// In none.
    Alone,
    /// Inside a polynomial: the last step works it out.
    Inside,
    /// The last step of a polynomial with so many steps.
    Polynomial(u32),
    /// A step of the sum of this number, which adds to this value.
    Sum(usize, Name),
}

/// A sum on its way.
struct Sum {
    parts: [Name; PARTS],
    /// How many parts there may be.
    wanted: usize,
    seen: u32,
    steps: u32,
}

/// The chains of a program.
struct Found {
    links: Vec<Link>,
    sums: Vec<Sum>,
    /// The value that the step goes on from.
    before: Vec<Name>,
    /// The variable, of steps of polynomials.
    variable: Vec<Name>,
}

/// The same operations with long chains made short.
pub(super) fn shorten(code: &Recorder) -> Recorder {
    let nodes = &code.nodes;
    let uses = uses(nodes);
    let mut found = find(code, &uses);
    let mut out = code.empty();
    let mut names = vec![NONE; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        if uses[at] == 0 && !node.kind.is_effect() {
            continue;
        }
        names[at] = match found.links[at] {
            Link::Inside => NONE,
            Link::Polynomial(steps) => polynomial(nodes, &found, at, steps, &names, &mut out),
            Link::Sum(number, before) => found.sums[number].step(node, before, &names, &mut out),
            Link::Alone => out.again(node, &names),
        };
    }
    out
}

/// How often each value is used by what effects need.
fn uses(nodes: &[Node]) -> Vec<u32> {
    let mut uses = vec![0; nodes.len()];
    for (at, node) in nodes.iter().enumerate().rev() {
        if uses[at] > 0 || node.kind.is_effect() {
            for &operand in node.uses() {
                uses[operand as usize] += 1;
            }
        }
    }
    uses
}

/// The chains that are long enough.
fn find(code: &Recorder, uses: &[u32]) -> Found {
    let nodes = &code.nodes;
    // How many steps of a chain end at each node, the value that its step goes on from, and of polynomials the variable.
    let mut length = vec![0_u32; nodes.len()];
    let mut before = vec![NONE; nodes.len()];
    let mut variable = vec![NONE; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        if uses[at] == 0 {
            continue;
        }
        let formula = code.is_formula(at);
        let [a, b, c, _] = node.operands;
        let inner = |v: Name| if uses[v as usize] == 1 && code.is_formula(v as usize) == formula { length[v as usize] } else { 0 };
        let (from, steps) = match node.kind {
            Kind::MulAdd if formula && nodes[c as usize].kind == Kind::Constant => {
                // Which factor is the variable: the one of the step before; in a first step the older one.
                let (x, sum) = if inner(a) > 0 && variable[a as usize] == b { (b, a) } else { (a, b) };
                variable[at] = x;
                (sum, if variable[sum as usize] == x { inner(sum) } else { 0 })
            }
            _ if formula => continue,
            Kind::Add if inner(b) > inner(a) => (b, inner(b)),
            Kind::Add | Kind::Sub => (a, inner(a)),
            Kind::MulAdd | Kind::NegMulAdd => (c, inner(c)),
            _ => continue,
        };
        before[at] = from;
        length[at] = steps + 1;
    }
    let mut links = vec![Link::Alone; nodes.len()];
    let mut taken = vec![false; nodes.len()];
    let mut sums = Vec::new();
    for last in (0..nodes.len()).rev() {
        let steps = length[last];
        let is_polynomial = code.is_formula(last);
        let is_long = steps >= if is_polynomial { POLYNOMIAL } else { SUM };
        if taken[last] {
            continue;
        }
        let mut at = last;
        for _ in 0..steps {
            taken[at] = true;
            if is_long {
                links[at] = if is_polynomial { Link::Inside } else { Link::Sum(sums.len(), before[at]) };
            }
            at = before[at] as usize;
        }
        if is_long && is_polynomial {
            links[last] = Link::Polynomial(steps);
        } else if is_long {
            let wanted = PARTS.min(steps as usize / 4);
            sums.push(Sum { parts: [NONE; PARTS], wanted, seen: 0, steps });
        }
    }
    Found { links, sums, before, variable }
}

/// The terms by twos: a polynomial in the square of x.
fn pairs(terms: &[Name], x: Name, out: &mut Recorder) -> Vec<Name> {
    let pair = |pair: &[Name]| match *pair {
        [low, high] => out.operation(Kind::MulAdd, 0, &[high, x, low]),
        _ => pair[0],
    };
    terms.chunks(2).map(pair).collect()
}

/// A polynomial by fours of its coefficients (Estrin), and these by Horner's rule in x^4.
fn polynomial(nodes: &[Node], found: &Found, last: usize, steps: u32, names: &[Name], out: &mut Recorder) -> Name {
    let x = names[found.variable[last] as usize];
    let mut terms = Vec::with_capacity(steps as usize + 1);
    let mut at = last as Name;
    for _ in 0..steps {
        terms.push(names[nodes[at as usize].operands[2] as usize]);
        at = found.before[at as usize];
    }
    terms.push(names[at as usize]);
    let square = out.operation(Kind::Mul, 0, &[x, x]);
    let twos = pairs(&terms, x, out);
    let fours = pairs(&twos, square, out);
    let fourth = out.operation(Kind::Mul, 0, &[square, square]);
    let sum = fours.into_iter().rev().reduce(|sum, four| out.operation(Kind::MulAdd, 0, &[sum, fourth, four]));
    sum.unwrap_or(x)
}

impl Sum {
    /// One more step goes to the next part; after the last step the parts come together.
    fn step(&mut self, node: &Node, before: Name, names: &[Name], out: &mut Recorder) -> Name {
        let name = |v: Name| if v == NONE { NONE } else { names[v as usize] };
        let [a, b, _, _] = node.operands;
        if self.seen == 0 {
            self.parts[0] = name(before);
        }
        let next = (self.seen as usize + 1) % self.wanted;
        // A part may not start with a difference.
        let starts = self.parts[next] == NONE;
        let next = if starts && matches!(node.kind, Kind::Sub | Kind::NegMulAdd) { 0 } else { next };
        let sum = self.parts[next];
        let summand = name(if a == before { b } else { a });
        self.parts[next] = match node.kind {
            Kind::Add if sum == NONE => summand,
            Kind::MulAdd if sum == NONE => out.operation(Kind::Mul, 0, &[name(a), name(b)]),
            Kind::Add => out.operation(Kind::Add, 0, &[sum, summand]),
            Kind::Sub => out.operation(Kind::Sub, 0, &[sum, name(b)]),
            kind => out.operation(kind, 0, &[name(a), name(b), sum]),
        };
        self.seen += 1;
        if self.seen < self.steps {
            return NONE;
        }
        let parts = self.parts.into_iter().filter(|&part| part != NONE);
        parts.reduce(|x, y| out.operation(Kind::Add, 0, &[x, y])).unwrap_or(NONE)
    }
}
