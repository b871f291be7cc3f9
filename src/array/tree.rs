//! Matrix notation as a tree, and how it is written: text, LaTeX, Unicode.
//! Deliberately knows no index and no array: `recover.rs` makes the tree.
//! Read next: `recover.rs`.

use crate::number::Number;
use crate::text::{Style, latex_name};
use std::collections::HashSet;

/// A formula in matrix notation.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Tree {
    /// A number that is not negative and whole; fractions are quotients.
    Number(Number),
    Name(String),
    Call(String, Vec<Tree>),
    /// `axis=1`, `keep`
    Word(&'static str),
    /// Terms, and whether each is subtracted.
    Sum(Vec<(bool, Tree)>),
    /// `A*B`
    Product(Vec<Tree>),
    /// `A.*B`
    Entrywise(Vec<Tree>),
    /// `a/b`, or `a./b`.
    Quotient(Box<Tree>, Box<Tree>, bool),
    /// `a^b`, or `a.^b`.
    Power(Box<Tree>, Box<Tree>, bool),
    Minus(Box<Tree>),
    /// `A'`
    Transposed(Box<Tree>),
    Compare(&'static str, Box<Tree>, Box<Tree>),
    List(Vec<Tree>),
    /// `A[i,j]`
    Entry(Box<Tree>, Vec<String>),
    /// `sum[k](..)`
    Over(Vec<String>, Box<Tree>),
}

/// How tightly a tree binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Compare,
    Sum,
    Product,
    Power,
    Atom,
}

impl Tree {
    /// A whole number.
    pub(crate) fn whole(n: usize) -> Tree {
        Tree::Number(Number::from(i64::try_from(n).unwrap_or(i64::MAX)))
    }

    /// The same, transposed.
    pub(crate) fn transposed(self) -> Tree {
        match self {
            Tree::Transposed(inside) => *inside,
            Tree::Minus(inside) => Tree::Minus(Box::new(inside.transposed())),
            // a number in front stays there
            Tree::Product(mut factors) if factors.len() > 1 && matches!(factors[0], Tree::Number(_)) => {
                let number = factors.remove(0);
                Tree::Product(vec![number, Tree::product(factors).transposed()])
            }
            other => Tree::Transposed(Box::new(other)),
        }
    }

    /// The negative.
    pub(crate) fn negated(self, minus: bool) -> Tree {
        if !minus {
            return self;
        }
        match self {
            Tree::Minus(inside) => *inside,
            other => Tree::Minus(Box::new(other)),
        }
    }

    /// A product, one factor standing for itself; products inside are flat.
    pub(crate) fn product(factors: Vec<Tree>) -> Tree {
        let mut flat = Vec::with_capacity(factors.len());
        for factor in factors {
            match factor {
                Tree::Product(inside) => flat.extend(inside),
                other => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.remove(0),
            _ => Tree::Product(flat),
        }
    }

    /// A product entry by entry.
    pub(crate) fn entrywise(mut factors: Vec<Tree>) -> Tree {
        if factors.len() == 1 { factors.remove(0) } else { Tree::Entrywise(factors) }
    }

    /// The factors of a matrix product.
    pub(crate) fn words(self) -> Vec<Tree> {
        match self {
            Tree::Product(factors) => factors,
            other => vec![other],
        }
    }

    /// Names, numbers and operators: how long it reads.
    pub(crate) fn size(&self) -> usize {
        let all = |trees: &[Tree]| trees.iter().map(Tree::size).sum::<usize>();
        match self {
            Tree::Number(_) | Tree::Name(_) => 1,
            Tree::Word(word) => {
                if word.starts_with("axis") {
                    3
                } else {
                    1
                }
            }
            Tree::Call(_, args) => 1 + all(args),
            Tree::Sum(terms) => {
                let lead = usize::from(terms.first().is_some_and(|(minus, _)| *minus));
                terms.iter().map(|(_, tree)| tree.size()).sum::<usize>() + terms.len() - 1 + lead
            }
            Tree::Product(factors) | Tree::Entrywise(factors) => all(factors) + factors.len().saturating_sub(1),
            Tree::Quotient(a, b, _) | Tree::Power(a, b, _) | Tree::Compare(_, a, b) => a.size() + b.size() + 1,
            Tree::Minus(inside) | Tree::Transposed(inside) => inside.size() + 1,
            Tree::List(entries) => all(entries),
            Tree::Entry(inside, loops) => inside.size() + loops.len(),
            Tree::Over(loops, inside) => inside.size() + loops.len() + 1,
        }
    }

    /// The same, with neighbours in products gathered: `inv(A)*inv(B)` is `inv(B*A)`, `A*A` is `A^2` where A is one of these matrices.
    pub(crate) fn gathered(self, matrices: &HashSet<String>) -> Tree {
        let all = |parts: Vec<Tree>| parts.into_iter().map(|part| part.gathered(matrices)).collect::<Vec<_>>();
        let one = |part: Box<Tree>| Box::new(part.gathered(matrices));
        match self {
            Tree::Product(factors) => {
                let mut out: Vec<Tree> = Vec::with_capacity(factors.len());
                for factor in all(factors) {
                    match out.pop() {
                        None => out.push(factor),
                        Some(before) => out.extend(met(before, factor, matrices)),
                    }
                }
                Tree::product(out)
            }
            Tree::Call(name, args) => Tree::Call(name, all(args)),
            Tree::Sum(terms) => Tree::Sum(terms.into_iter().map(|(minus, term)| (minus, term.gathered(matrices))).collect()),
            Tree::Entrywise(factors) => Tree::Entrywise(all(factors)),
            Tree::List(entries) => Tree::List(all(entries)),
            Tree::Quotient(a, b, dot) => Tree::Quotient(one(a), one(b), dot),
            Tree::Power(a, b, dot) => Tree::Power(one(a), one(b), dot),
            Tree::Compare(sign, a, b) => Tree::Compare(sign, one(a), one(b)),
            Tree::Minus(inside) => Tree::Minus(one(inside)),
            Tree::Transposed(inside) => Tree::Transposed(one(inside)),
            Tree::Entry(inside, loops) => Tree::Entry(one(inside), loops),
            Tree::Over(loops, inside) => Tree::Over(loops, one(inside)),
            leaf => leaf,
        }
    }

    /// Whether it is a matrix by its name; other products of equals may be a number times a vector.
    fn is_one_of(&self, matrices: &HashSet<String>) -> bool {
        match self {
            Tree::Name(name) => matrices.contains(name),
            Tree::Call(name, _) => name == "inv",
            Tree::Transposed(inside) | Tree::Minus(inside) => inside.is_one_of(matrices),
            Tree::Sum(terms) => terms.iter().any(|(_, term)| term.is_one_of(matrices)),
            _ => false,
        }
    }

    /// Whether indices are written in it.
    pub(crate) fn is_indexed(&self) -> bool {
        let mut pending = vec![self];
        while let Some(tree) = pending.pop() {
            match tree {
                Tree::Entry(..) | Tree::Over(..) => return true,
                Tree::Number(_) | Tree::Name(_) | Tree::Word(_) => {}
                Tree::Sum(terms) => pending.extend(terms.iter().map(|(_, tree)| tree)),
                Tree::Call(_, parts) | Tree::Product(parts) | Tree::Entrywise(parts) | Tree::List(parts) => pending.extend(parts),
                Tree::Quotient(a, b, _) | Tree::Power(a, b, _) | Tree::Compare(_, a, b) => pending.extend([&**a, &**b]),
                Tree::Minus(inside) | Tree::Transposed(inside) => pending.push(inside),
            }
        }
        false
    }

    fn binds(&self) -> Binds {
        match self {
            Tree::Compare(..) => Binds::Compare,
            Tree::Sum(_) | Tree::Minus(_) => Binds::Sum,
            Tree::Product(_) | Tree::Entrywise(_) | Tree::Quotient(..) => Binds::Product,
            Tree::Power(..) => Binds::Power,
            _ => Binds::Atom,
        }
    }

    /// How it is written.
    pub(crate) fn write(&self, style: Style) -> String {
        let mut out = String::new();
        self.to(&mut out, style);
        out
    }

    fn at_least(&self, out: &mut String, style: Style, least: Binds) {
        if self.binds() >= least {
            return self.to(out, style);
        }
        let (open, close) = if style == Style::Latex { ("\\left(", "\\right)") } else { ("(", ")") };
        out.push_str(open);
        self.to(out, style);
        out.push_str(close);
    }

    fn to(&self, out: &mut String, style: Style) {
        let latex = style == Style::Latex;
        match self {
            Tree::Number(n) => out.push_str(&n.to_string()),
            Tree::Name(name) if latex => latex_name(out, name),
            Tree::Name(name) => out.push_str(name),
            Tree::Word(word) => out.push_str(word),
            Tree::Call(name, args) => self.call(out, style, name, args),
            Tree::Sum(terms) => {
                for (at, (minus, term)) in terms.iter().enumerate() {
                    match (at, minus) {
                        (0, false) => {}
                        (0, true) => out.push('-'),
                        (_, false) => out.push_str(" + "),
                        (_, true) => out.push_str(" - "),
                    }
                    term.at_least(out, style, Binds::Product);
                }
            }
            Tree::Minus(inside) => {
                out.push('-');
                inside.at_least(out, style, Binds::Product);
            }
            Tree::Product(factors) => self.factors(
                out,
                style,
                factors,
                if latex {
                    " "
                } else if style == Style::Unicode {
                    "·"
                } else {
                    "*"
                },
            ),
            Tree::Entrywise(factors) => {
                self.factors(
                    out,
                    style,
                    factors,
                    if latex {
                        " \\odot "
                    } else if style == Style::Unicode {
                        "⊙"
                    } else {
                        ".*"
                    },
                );
            }
            Tree::Quotient(a, b, dot) => {
                if latex {
                    out.push_str("\\frac{");
                    a.to(out, style);
                    out.push_str("}{");
                    b.to(out, style);
                    out.push('}');
                    return;
                }
                let bracketed = *dot && matches!(**a, Tree::Product(_) | Tree::Quotient(_, _, false));
                a.at_least(out, style, if bracketed { Binds::Power } else { Binds::Product });
                out.push_str(if *dot { "./" } else { "/" });
                b.at_least(out, style, Binds::Power);
            }
            Tree::Power(a, b, dot) => {
                // LaTeX takes one superscript
                let inverse = matches!(&**a, Tree::Call(name, _) if name == "inv");
                let raised = latex && (inverse || matches!(&**a, Tree::Transposed(_)));
                if raised {
                    out.push_str("\\left(");
                    a.to(out, style);
                    out.push_str("\\right)");
                } else {
                    a.at_least(out, style, Binds::Atom);
                }
                if latex {
                    out.push_str(if *dot { "^{\\circ " } else { "^{" });
                    b.to(out, style);
                    out.push('}');
                    return;
                }
                out.push_str(if *dot { ".^" } else { "^" });
                b.at_least(out, style, Binds::Atom);
            }
            Tree::Transposed(inside) if latex && matches!(&**inside, Tree::Call(name, _) if name == "inv") => {
                if let Tree::Call(_, args) = &**inside {
                    args.iter().for_each(|arg| arg.at_least(out, style, Binds::Atom));
                }
                out.push_str("^{-\\top}");
            }
            Tree::Transposed(inside) => {
                inside.at_least(out, style, Binds::Atom);
                out.push_str(if latex {
                    "^{\\top}"
                } else if style == Style::Unicode {
                    "ᵀ"
                } else {
                    "'"
                });
            }
            Tree::Compare(sign, a, b) => {
                a.at_least(out, style, Binds::Sum);
                out.push_str(&format!(" {sign} "));
                b.at_least(out, style, Binds::Sum);
            }
            Tree::List(entries) => {
                out.push('[');
                self.list(out, style, entries);
                out.push(']');
            }
            Tree::Entry(inside, loops) if latex && matches!(&**inside, Tree::Call(name, _) if name == "eye") => {
                out.push_str(&format!("\\delta_{{{}}}", loops.join(" ")));
            }
            Tree::Entry(inside, loops) => {
                inside.at_least(out, style, Binds::Atom);
                if latex {
                    out.push_str(&format!("_{{{}}}", loops.join(" ")));
                } else {
                    out.push_str(&format!("[{}]", loops.join(",")));
                }
            }
            Tree::Over(loops, inside) => {
                if latex {
                    out.push_str(&format!("\\sum_{{{}}} ", loops.join(",")));
                    inside.at_least(out, style, Binds::Product);
                } else {
                    out.push_str(&format!("sum[{}](", loops.join(",")));
                    inside.to(out, style);
                    out.push(')');
                }
            }
        }
    }

    fn list(&self, out: &mut String, style: Style, entries: &[Tree]) {
        for (at, entry) in entries.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            entry.to(out, style);
        }
    }

    /// Operators of one level group from the left, so only the first factor goes without brackets.
    fn factors(&self, out: &mut String, style: Style, factors: &[Tree], sign: &str) {
        for (at, factor) in factors.iter().enumerate() {
            if at > 0 {
                out.push_str(sign);
            }
            let same = matches!((self, factor), (Tree::Product(_), Tree::Quotient(_, _, false)));
            factor.at_least(out, style, if at == 0 && same { Binds::Product } else { Binds::Power });
        }
    }

    fn call(&self, out: &mut String, style: Style, name: &str, args: &[Tree]) {
        if style == Style::Latex {
            let one = |out: &mut String, open: &str, close: &str| {
                out.push_str(open);
                self.list(out, style, args);
                out.push_str(close);
            };
            match (name, args) {
                ("sqrt", _) => return one(out, "\\sqrt{", "}"),
                ("inv", [inside]) => {
                    let plain = matches!(inside, Tree::Name(_) | Tree::Sum(_) | Tree::Product(_) | Tree::Entrywise(_) | Tree::Minus(_));
                    if plain {
                        inside.at_least(out, style, Binds::Atom);
                    } else {
                        out.push_str("\\left(");
                        inside.to(out, style);
                        out.push_str("\\right)");
                    }
                    return out.push_str("^{-1}");
                }
                ("norm", _) => return one(out, "\\left\\lVert ", "\\right\\rVert"),
                ("abs", _) => return one(out, "\\left|", "\\right|"),
                ("exp" | "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "det" | "max" | "min", _) => {
                    return one(out, &format!("\\{name}\\left("), "\\right)");
                }
                ("eye", [size]) => {
                    out.push_str("I_{");
                    size.to(out, style);
                    return out.push('}');
                }
                _ => return one(out, &format!("\\operatorname{{{name}}}\\left("), "\\right)"),
            }
        }
        out.push_str(name);
        out.push('(');
        self.list(out, style, args);
        out.push(')');
    }
}

/// Two neighbours in a product, which may be one factor.
fn met(a: Tree, b: Tree, matrices: &HashSet<String>) -> Vec<Tree> {
    let inverse = |tree: &Tree| match tree {
        Tree::Call(name, args) if name == "inv" => args.first().cloned(),
        _ => None,
    };
    let turned = |tree: &Tree| if let Tree::Transposed(inside) = tree { inverse(inside) } else { None };
    let inv = |inside: Vec<Tree>| Tree::Call("inv".into(), vec![Tree::product(inside).gathered(matrices)]);
    let power = |tree: &Tree| match tree {
        Tree::Power(base, exponent, false) => match &**exponent {
            Tree::Number(n) if n.is_integer() => n.as_i64().map(|n| (*base.clone(), n)),
            _ => None,
        },
        other => Some((other.clone(), 1)),
    };
    if let (Some(x), Some(y)) = (inverse(&a), inverse(&b)) {
        return vec![inv(vec![y, x])];
    }
    if let (Some(x), Some(y)) = (turned(&a), turned(&b)) {
        return vec![inv(vec![x, y]).transposed()];
    }
    match (power(&a), power(&b)) {
        (Some((x, n)), Some((y, m))) if x == y && x.is_one_of(matrices) => {
            let exponent = usize::try_from(n + m).unwrap_or(2);
            vec![Tree::Power(Box::new(x), Box::new(Tree::whole(exponent)), false)]
        }
        _ => vec![a, b],
    }
}
