//! stub, to be replaced
use crate::function::Function;
use crate::{Expr, Head, Node, Number, Pool, Result, Span, Value};
#[derive(Default, Clone)]
pub(crate) struct Names { pub(crate) symbols: Vec<String> }
pub(crate) struct Parsed { pub(crate) value: Value }
pub(crate) fn canonical_symbol(n: &str) -> String { n.to_string() }
pub(crate) fn shown_symbol(n: &str) -> String { n.to_string() }
struct P<'a> { p: &'a mut Pool, s: &'a [u8], i: usize, names: &'a Names }
impl P<'_> {
    fn ws(&mut self) { while self.i < self.s.len() && self.s[self.i] == b' ' { self.i += 1 } }
    fn peek(&mut self) -> u8 { self.ws(); *self.s.get(self.i).unwrap_or(&0) }
    fn cmp(&mut self) -> Expr {
        let a = self.sum();
        for (op, name, swap) in [("<=", "lessequal", false), (">=", "lessequal", true), ("==", "same", false), ("!=", "differs", false), ("<", "less", false), (">", "less", true)] {
            self.ws();
            if self.s[self.i..].starts_with(op.as_bytes()) {
                self.i += op.len();
                let b = self.sum();
                let f = Function::find(name, 2).unwrap();
                return self.p.apply(f, &if swap { [b, a] } else { [a, b] });
            }
        }
        a
    }
    fn sum(&mut self) -> Expr {
        let mut t = vec![self.prod()];
        loop {
            match self.peek() { b'+' => { self.i += 1; t.push(self.prod()) } b'-' => { self.i += 1; let x = self.prod(); t.push(self.p.neg2(x)) } _ => break }
        }
        let mut f = vec![]; for x in t { if let Node::Add(a) = self.p.node(x) { f.extend_from_slice(a) } else { f.push(x) } }
        self.p.add(&f)
    }
    fn prod(&mut self) -> Expr {
        let mut t = vec![self.un()];
        loop {
            match self.peek() { b'*' => { self.i += 1; t.push(self.un()) } b'/' => { self.i += 1; let x = self.un();
                if let Node::Mul(a) = self.p.node(x) { for y in a.to_vec() { let r = self.p.recip(y); t.push(r) } } else { let r = self.p.recip(x); t.push(r) } } _ => break }
        }
        let mut f = vec![]; for x in t { if let Node::Mul(a) = self.p.node(x) { f.extend_from_slice(a) } else { f.push(x) } }
        self.p.mul(&f)
    }
    fn un(&mut self) -> Expr {
        if self.peek() == b'-' { self.i += 1; let x = self.un(); return self.p.neg2(x) }
        let b = self.atom();
        if self.peek() == b'^' { self.i += 1; let e = self.un();
            if self.p.as_call(b, Function::named("exp", 1)).is_some_and(|a| a[0] == Expr::ONE) { return self.p.apply(Function::named("exp", 1), &[e]) }
            return self.p.pow(b, e) }
        b
    }
    fn atom(&mut self) -> Expr {
        let c = self.peek();
        if c == b'(' { self.i += 1; let e = self.cmp(); self.ws(); self.i += 1; return e }
        let st = self.i;
        if c.is_ascii_digit() || c == b'.' { while self.i < self.s.len() && (self.s[self.i].is_ascii_digit() || self.s[self.i] == b'.') { self.i += 1 }
            let n = Number::from_decimal(std::str::from_utf8(&self.s[st..self.i]).unwrap(), 1000).unwrap(); return self.p.number(n) }
        while self.i < self.s.len() && (self.s[self.i].is_ascii_alphanumeric() || self.s[self.i] == b'_') { self.i += 1 }
        let n = String::from_utf8(self.s[st..self.i].to_vec()).unwrap();
        if n.is_empty() { panic!("bad at {} in {}", self.i, String::from_utf8_lossy(self.s)) }
        let mut primes = 0; while self.i < self.s.len() && self.s[self.i] == b'\'' { self.i += 1; primes += 1 }
        if self.i < self.s.len() && self.s[self.i] == b'(' {
            self.i += 1; let mut a = vec![self.cmp()];
            while self.peek() == b',' { self.i += 1; a.push(self.cmp()) }
            self.i += 1;
            let Some(f) = Function::find(&n, a.len()) else { let h = self.p.unknown(&n); return self.p.call(h, &a) };
            if let Some(t) = f.row().reads_as {
                let names = Names { symbols: f.row().parameters.iter().map(|s| s.to_string()).collect() };
                let tt = crate::template::Template::read(t, &f.row().parameters.to_vec()).unwrap(); let _ = names;
                return tt.instantiate(self.p, &a);
            }
            let mut h = Head::Function(f); for _ in 0..primes { h = self.p.slope(h, 1) }
            return self.p.call(h, &a);
        }
        if !self.names.symbols.contains(&n) {
            if n == "e" { return self.p.apply(Function::named("exp", 1), &[Expr::ONE]) }
            if n == "pi" || n == "I" { let f = Function::find(&n, 0).unwrap(); return self.p.apply(f, &[]) }
        }
        self.p.symbol(&n)
    }
}
impl Pool { fn neg2(&mut self, x: Expr) -> Expr { if let Node::Mul(a) = self.node(x) { let mut v = a.to_vec(); v.push(Expr::MINUS_ONE); self.mul(&v) } else { self.neg(x) } } }
pub(crate) fn parse(p: &mut Pool, t: &str, names: &Names) -> Result<Parsed> { let _ = Span::default(); let e = P { p, s: t.as_bytes(), i: 0, names }.cmp(); Ok(Parsed { value: Value::Scalar(e) }) }
fn pr(p: &Pool, e: Expr, o: &mut String, lvl: u8) {
    let me = match p.node(e) { Node::Number(n) => if n.is_integer() && !n.is_negative() { 9 } else { 1 }, Node::Add(_) => 1, Node::Mul(_) => 2, Node::Pow(_, x) if x == Expr::HALF => 9, Node::Pow(_, x) if p.as_number(x).is_some_and(|n| n.is_negative()) => 2, Node::Pow(..) => 3, _ => 9 };
    let br = me < lvl; if br { o.push('(') }
    match p.node(e) {
        Node::Number(n) => o.push_str(&n.to_string()), Node::Symbol(s) => o.push_str(p.symbol_name(s)),
        Node::Add(a) => for (i, &x) in a.iter().enumerate() { if i > 0 { o.push_str(" + ") } pr(p, x, o, 2) },
        Node::Mul(a) => for (i, &x) in a.iter().enumerate() { if i > 0 { o.push('*') } pr(p, x, o, 3) },
        Node::Pow(b, x) if x == Expr::HALF => { o.push_str("sqrt("); pr(p, b, o, 0); o.push(')') }
        Node::Pow(b, x) => { pr(p, b, o, 4); o.push('^'); pr(p, x, o, 4) }
        Node::Call(h, a) => { match h { Head::Function(f) => o.push_str(f.row().name), Head::Unknown(u) => o.push_str(p.unknown_name(u)), Head::Slope(s) => o.push_str(&format!("{:?}", p.slope_head(s))) }
            if !a.is_empty() { o.push('('); for (i, &x) in a.iter().enumerate() { if i > 0 { o.push_str(", ") } pr(p, x, o, 0) } o.push(')') } }
    }
    if br { o.push(')') }
}
pub(crate) fn print(p: &Pool, v: &Value, _l: usize) -> Result<String> { let mut o = String::new(); pr(p, v.entries()[0], &mut o, 0); Ok(o) }
