//! What is known of the value of each node: real, its sign, whole. Conditions of rewrites are decided here and nowhere else.
//! Deliberately never samples. Every fact speaks of real symbols and of points where the node is defined.
//! Read next: `power.rs`, the main customer.

use super::{Engine, known, parts_first};
use crate::eval;
use crate::expr::{Args, Expr, Head, Node};
use crate::function::{Facts, RealOn};
use crate::number::Number;

impl Engine<'_> {
    /// The facts of an expression.
    pub(crate) fn facts(&mut self, e: Expr) -> Facts {
        if let Some(known) = self.facts.get(e) {
            return known;
        }
        parts_first(
            self,
            e,
            |engine, e| engine.facts.get(e).is_some(),
            |engine, e| {
                let mut found = engine.facts_of_node(e);
                if found == Facts::REAL && !engine.pool.has_symbols(e) && matches!(engine.pool.node(e), Node::Add(_)) {
                    found = found.and(engine.sign_of_number(e));
                }
                engine.facts.set(e, found);
            },
        );
        self.fact(e)
    }

    fn fact(&self, e: Expr) -> Facts {
        self.facts.get(e).unwrap_or_default()
    }

    fn facts_of_node(&self, e: Expr) -> Facts {
        match self.pool.node(e) {
            Node::Number(n) => number_facts(n),
            Node::Symbol(s) => self.pool.symbol_facts(s),
            Node::Add(args) => self.facts_of_sum(args),
            Node::Mul(args) => self.facts_of_product(args),
            Node::Pow(base, exponent) => self.facts_of_power(base, exponent),
            Node::Call(Head::Function(f), args) if f == known::IF => self.fact(args[1]).common(self.fact(args[2])),
            Node::Call(Head::Function(f), args) => {
                let row = f.row();
                let args: Args = Args::from_slice(args);
                let all = |wanted: Facts| args.iter().all(|&arg| self.fact(arg).has(wanted));
                let any = |wanted: Facts| args.iter().any(|&arg| self.fact(arg).has(wanted));
                let real = match row.real {
                    RealOn::Everywhere => true,
                    RealOn::Reals => all(Facts::REAL),
                    RealOn::Nonnegative => all(Facts::NONNEGATIVE),
                    RealOn::Unknown => false,
                };
                if !real {
                    return Facts(row.value.0 & Facts::NONZERO.0);
                }
                let mut facts = Facts::REAL.and(row.value);
                if f == known::MAX {
                    for wanted in [Facts::NONNEGATIVE, Facts::POSITIVE] {
                        if any(wanted) {
                            facts = facts.and(wanted);
                        }
                    }
                }
                if (f == known::MIN || f == known::MAX) && all(Facts::POSITIVE) {
                    facts = facts.and(Facts::POSITIVE);
                } else if f == known::MIN && all(Facts::NONNEGATIVE) {
                    facts = facts.and(Facts::NONNEGATIVE);
                }
                if f == known::ABS && all(Facts::NONZERO) {
                    facts = facts.and(Facts::NONZERO);
                }
                if (f == known::RE || f == known::CONJUGATE || f == known::MAX || f == known::MIN) && all(Facts::INTEGER) {
                    facts = facts.and(Facts::INTEGER);
                }
                facts
            }
            Node::Call(..) => Facts::REAL,
        }
    }

    /// The sign of a real sum without symbols, `sqrt(7) - 2`: its value in so many digits that rounding cannot reach 0.
    fn sign_of_number(&mut self, e: Expr) -> Facts {
        let Some(value) = eval::precise(self.pool, e, &[], 256) else { return Facts::NONE };
        match value.re.exponent() {
            // far above the rounding of any sum that a person writes, and no overflow
            Some(exponent) if (-64..1024).contains(&exponent) && value.is_finite() => {
                if value.re.to_f64() > 0.0 {
                    Facts::POSITIVE
                } else {
                    Facts::NEGATIVE
                }
            }
            _ => Facts::NONE,
        }
    }

    fn facts_of_sum(&self, args: &[Expr]) -> Facts {
        let mut real = true;
        let (mut nonnegative, mut nonpositive, mut integer, mut strict) = (true, true, true, false);
        for &arg in args {
            let f = self.fact(arg);
            real &= f.has(Facts::REAL);
            nonnegative &= f.has(Facts::NONNEGATIVE);
            nonpositive &= f.has(Facts::NONPOSITIVE);
            integer &= f.has(Facts::INTEGER);
            strict |= f.has(Facts::NONZERO);
        }
        if !real {
            return Facts::NONE;
        }
        let mut facts = Facts::REAL;
        if nonnegative {
            facts = facts.and(if strict { Facts::POSITIVE } else { Facts::NONNEGATIVE });
        }
        if nonpositive {
            facts = facts.and(if strict { Facts::NEGATIVE } else { Facts::NONPOSITIVE });
        }
        if integer {
            facts = facts.and(Facts::INTEGER);
        }
        facts
    }

    fn facts_of_product(&self, args: &[Expr]) -> Facts {
        let mut facts = Facts::INTEGER.and(Facts::NONZERO);
        let (mut signed, mut negative) = (true, false);
        let mut imaginary = 0;
        for &arg in args {
            let f = self.fact(arg);
            if self.pool.as_call(arg, known::I).is_some() {
                imaginary += 1;
            }
            facts = facts.common(f);
            signed &= f.has(Facts::NONNEGATIVE) || f.has(Facts::NONPOSITIVE);
            negative ^= !f.has(Facts::NONNEGATIVE) && f.has(Facts::NONPOSITIVE);
        }
        if imaginary > 0 || !facts.has(Facts::REAL) {
            return Facts(facts.0 & Facts::NONZERO.0);
        }
        if signed {
            facts = facts.and(if negative { Facts::NONPOSITIVE } else { Facts::NONNEGATIVE });
        }
        facts
    }

    fn facts_of_power(&self, base: Expr, exponent: Expr) -> Facts {
        let (b, e) = (self.fact(base), self.fact(exponent));
        let nonzero = Facts(b.0 & Facts::NONZERO.0);
        let Some(n) = self.pool.as_number(exponent) else {
            return if b.has(Facts::POSITIVE) && e.has(Facts::REAL) {
                Facts::POSITIVE
            } else if b.has(Facts::NONNEGATIVE) && e.has(Facts::REAL) {
                Facts::NONNEGATIVE
            } else if b.has(Facts::REAL) && e.has(Facts::INTEGER) {
                Facts::REAL.and(nonzero)
            } else {
                nonzero
            };
        };
        // Where a negative power is defined it is not 0.
        let nonzero = if n.is_negative() { Facts::NONZERO } else { nonzero };
        if n.is_integer() {
            if !b.has(Facts::REAL) {
                return nonzero;
            }
            let mut facts = Facts::REAL.and(nonzero);
            if n.is_even() || b.has(Facts::NONNEGATIVE) {
                facts = facts.and(Facts::NONNEGATIVE);
            } else if b.has(Facts::NONPOSITIVE) {
                facts = facts.and(Facts::NONPOSITIVE);
            }
            if b.has(Facts::INTEGER) && n.is_positive() {
                facts = facts.and(Facts::INTEGER);
            }
            return facts;
        }
        if b.has(Facts::NONNEGATIVE) { Facts::NONNEGATIVE.and(nonzero) } else { nonzero }
    }
}

fn number_facts(n: &Number) -> Facts {
    let sign = if n.is_zero() {
        Facts::NONNEGATIVE.and(Facts::NONPOSITIVE)
    } else if n.is_negative() {
        Facts::NEGATIVE
    } else {
        Facts::POSITIVE
    };
    if n.is_integer() { sign.and(Facts::INTEGER) } else { sign }
}
