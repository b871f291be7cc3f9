//! Do polynomials keep the laws of rings, and do divisors divide?
//! Deliberately knows nothing of how the answers are found.
//! Read next: `gcd.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::root::square_root;
use super::*;

/// A stream of numbers that is the same at each run.
pub(super) struct Stream(pub(super) u64);

impl Stream {
    /// George Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003), 14.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % n
    }

    pub(super) fn polynomial(&mut self, variables: u64, terms: u64, degree: u64) -> Polynomial {
        let term = |stream: &mut Stream| {
            let mut m = Monomial::ONE;
            for _ in 0..stream.below(degree + 1) {
                let v = stream.below(variables) as usize;
                m = m.with(v, m.exponent(v) + 1);
            }
            (m, Number::integer(stream.below(19) as i64 - 9))
        };
        Polynomial::from_terms((0..terms).map(|_| term(self)).collect())
    }

    pub(super) fn nonzero(&mut self, variables: u64, terms: u64, degree: u64) -> Polynomial {
        loop {
            let p = self.polynomial(variables, terms, degree);
            if !p.is_zero() {
                return p;
            }
        }
    }
}

fn work() -> Work {
    Work::new(1 << 40)
}

fn times(a: &Polynomial, b: &Polynomial) -> Polynomial {
    a.mul(b, &mut work()).unwrap()
}

#[test]
fn monomials_add_and_subtract_exponents() {
    let mut stream = Stream(7);
    for _ in 0..1000 {
        let (v, w) = (stream.below(24) as usize, stream.below(24) as usize);
        let (e, f) = (stream.below(1 << 16) as u16, stream.below(1 << 16) as u16);
        let (a, b) = (Monomial::variable(v, e).with(3, 9), Monomial::variable(w, f));
        let sums: Option<Vec<u16>> = (0..24).map(|i| a.exponent(i).checked_add(b.exponent(i))).collect();
        let differences: Option<Vec<u16>> = (0..24).map(|i| a.exponent(i).checked_sub(b.exponent(i))).collect();
        let exponents = |m: Monomial| (0..24).map(|i| m.exponent(i)).collect::<Vec<_>>();
        assert_eq!(a.times(&b).map(exponents), sums);
        assert_eq!(a.over(&b).map(exponents), differences);
        assert_eq!(a.cmp(&b), exponents(a).cmp(&exponents(b)));
    }
}

#[test]
fn the_laws_of_rings_hold() {
    let mut stream = Stream(1);
    for round in 0..200 {
        let p = |s: &mut Stream| s.polynomial(1 + round % 6, 1 + round % 9, 4);
        let (a, b, c) = (p(&mut stream), p(&mut stream), p(&mut stream));
        assert_eq!(a.add(&b), b.add(&a));
        assert_eq!(a.sub(&b).add(&b), a);
        assert_eq!(times(&a, &b), times(&b, &a));
        assert_eq!(times(&times(&a, &b), &c), times(&a, &times(&b, &c)));
        assert_eq!(times(&a, &b.add(&c)), times(&a, &b).add(&times(&a, &c)));
        assert_eq!(a.pow(3, &mut work()).unwrap(), times(&a, &times(&a, &a)));
        for v in 0..6 {
            let product_rule = times(&a.derivative(v), &b).add(&times(&a, &b.derivative(v)));
            assert_eq!(times(&a, &b).derivative(v), product_rule);
            let mut joined = Polynomial::zero();
            for (e, c) in a.coefficients(v) {
                assert!(!c.has(v));
                joined = joined.add(&c.times_monomial(&Monomial::variable(v, e)).unwrap());
            }
            assert_eq!(joined, a);
        }
        if !b.is_zero() {
            assert_eq!(times(&a, &b).divide(&b, &mut work()), Some(a.clone()));
            let (content, primitive) = b.primitive();
            assert_eq!(primitive.scale(&content), b);
            assert!(primitive.content().is_one());
            if b.as_constant().is_none() {
                assert_eq!(times(&a, &b).add(&Polynomial::one()).divide(&b, &mut work()), None);
            }
        }
    }
}

#[test]
fn a_common_factor_is_found_and_nothing_more() {
    let mut stream = Stream(2);
    for round in 0..150 {
        let (variables, terms, degree) = (1 + round % 4, 2 + round % 4, 1 + round % 3);
        let (a, b, g) =
            (stream.nonzero(variables, terms, degree), stream.nonzero(variables, terms, degree), stream.nonzero(variables, terms, degree));
        let found = gcd(&times(&a, &g), &times(&b, &g), &mut work());
        let apart = gcd(&a, &b, &mut work());
        assert_eq!(found, times(&apart, &g).primitive().1, "{a:?} {b:?} {g:?}");
        assert!(a.divide(&apart, &mut work()).is_some() && b.divide(&apart, &mut work()).is_some());
    }
    let g = stream.nonzero(3, 4, 3).scale(&Number::new(-2, 3));
    assert_eq!(gcd(&Polynomial::zero(), &g, &mut work()), g.primitive().1);
}

#[test]
fn the_end_of_the_budget_is_sound() {
    let mut stream = Stream(3);
    let (a, b, g) = (stream.nonzero(3, 5, 3), stream.nonzero(3, 5, 3), stream.nonzero(3, 5, 3));
    let (p, q) = (times(&a, &g), times(&b, &g));
    for limit in 0..3000 {
        let mut work = Work::new(limit);
        let found = gcd(&p, &q, &mut work);
        assert!(found.is_one() || !work.ended());
    }
}

fn product(number: &Number, factors: &[(Polynomial, u32)]) -> Polynomial {
    factors.iter().fold(Polynomial::constant(number.clone()), |p, (f, e)| times(&p, &f.pow(*e, &mut work()).unwrap()))
}

fn x(v: usize) -> Polynomial {
    Polynomial::variable(v)
}

#[test]
fn square_free_factors_multiply_back_and_are_coprime() {
    let mut stream = Stream(4);
    for round in 0..60 {
        let (variables, terms) = (1 + round % 3, 2 + round % 3);
        let (a, b) = (stream.nonzero(variables, terms, 2), stream.nonzero(variables, terms, 2));
        let p = times(&times(&a, &a), &b).scale(&Number::new(-3, 7));
        let (number, factors) = square_free(&p, &mut work());
        assert_eq!(product(&number, &factors), p);
        for (i, (f, e)) in factors.iter().enumerate() {
            assert!(*e > 0 && f.content().is_one() && f.as_constant().is_none());
            for (g, _) in &factors[i + 1..] {
                assert!(gcd(f, g, &mut work()).is_one());
            }
            let slopes = (0..3).map(|v| f.derivative(v)).filter(|d| !d.is_zero());
            assert!(slopes.fold(f.clone(), |g, d| gcd(&g, &d, &mut work())).is_one(), "{f:?} is not square-free");
        }
    }
}

#[test]
fn contents_are_factors() {
    let p = times(&x(0).add(&x(1)), &x(2).add(&x(3)));
    let quadratic = times(&x(0), &times(&x(3), &x(3)).add(&Polynomial::one())).add(&x(1));
    let product = times(&times(&x(0), &x(1)).sub(&times(&x(0), &x(2)).pow(2, &mut work()).unwrap()), &quadratic);
    let (_, factors) = factor(&product, &mut work());
    assert!(factors.len() == 3 && factors.iter().all(|(f, _)| f.as_constant().is_none()), "{factors:?}");
    let p = times(&p, &x(4).pow(2, &mut work()).unwrap());
    let (number, mut factors) = square_free(&p, &mut work());
    factors.sort_by_key(|(f, _)| f.variables());
    assert!(number.is_one());
    assert_eq!(factors, [(x(0).add(&x(1)), 1), (x(2).add(&x(3)), 1), (x(4), 2)]);
}

#[test]
fn known_polynomials_split_as_far_as_they_do() {
    let one = Polynomial::one();
    let sum = x(1).add(&x(2));
    let power = |p: &Polynomial, e| p.pow(e, &mut work()).unwrap();
    let two = |p: &Polynomial| p.scale(&Number::integer(2));
    let cases = [
        (power(&x(0), 2).sub(&power(&sum, 2)), 2),
        (power(&x(0), 3).add(&power(&sum, 3)), 2),
        (power(&x(0), 4).sub(&power(&sum, 4)), 3),
        (power(&x(0), 2).add(&power(&sum, 2)), 1),
        (power(&x(0), 2).sub(&two(&power(&sum, 2))), 1),
        (times(&two(&x(0)).add(&sum), &times(&x(0), &sum).sub(&one)), 2),
        (power(&x(0), 4).add(&power(&sum, 4).scale(&Number::integer(4))), 2),
        (power(&x(0), 12).sub(&power(&x(3), 12)), 6),
        (power(&x(0), 12).sub(&one), 6),
        (power(&x(0), 4).add(&one), 1),
        (power(&x(0), 5).sub(&x(0)).sub(&one), 1),
        (times(&power(&x(0), 5).sub(&x(0)).sub(&one), &power(&x(0), 6).add(&x(0)).add(&two(&one))), 2),
        (power(&x(0), 6).add(&times(&power(&x(0), 3), &power(&x(1), 3))).add(&power(&x(1), 6)), 1),
        (power(&times(&x(0), &x(3)), 6).sub(&power(&x(1), 9).scale(&Number::integer(8))), 2),
    ];
    for (p, count) in cases {
        let (number, factors) = factor(&p, &mut work());
        assert_eq!(product(&number, &factors), p);
        assert_eq!(factors.len(), count, "{factors:?}");
    }
}

#[test]
fn factors_multiply_back() {
    let mut stream = Stream(5);
    for round in 0..60 {
        let variables = 1 + round % 3;
        let p = times(&stream.nonzero(variables, 3, 2), &stream.nonzero(variables, 3, 3));
        for limit in [50, 500, 1 << 40] {
            let (number, factors) = factor(&p, &mut Work::new(limit));
            assert_eq!(product(&number, &factors), p);
        }
        let root = stream.nonzero(variables, 5, 3);
        let root = if root.content().is_negative() { root.neg() } else { root };
        assert_eq!(square_root(&times(&root, &root), &mut work()), Some(root.clone()));
        assert_eq!(square_root(&times(&root, &root).add(&x(5)), &mut work()), None);
    }
}

#[test]
fn images_find_divisors_that_no_easy_case_gives() {
    let mut stream = Stream(6);
    let mut found = 0;
    for round in 0..40 {
        // Many variables, leading coefficients that are no numbers, coefficients that need several primes.
        let (variables, terms, size) = ([2, 3, 6, 12][round % 4], 3 + round as u64 % 5, [1, 1 << 40, 1][round % 3]);
        let large = |s: &mut Stream| {
            let p = s.nonzero(variables, terms, 3);
            let mut number = || Number::integer(1 + s.below(size) as i64).mul(&Number::integer(1 + s.below(size) as i64));
            Polynomial::from_terms(p.terms().iter().map(|(m, c)| (*m, c.mul(&number()))).collect())
        };
        let (a, b, g) = (large(&mut stream), large(&mut stream), large(&mut stream));
        let (p, q) = (times(&a, &g).primitive().1, times(&b, &g).primitive().1);
        let all = g.variables();
        if p.variables() != all || q.variables() != all || all == 0 {
            continue;
        }
        let bounds = sparse::bounds(&p, &q, all, &mut work()).unwrap();
        if bounds != g.degrees() {
            continue;
        }
        found += 1;
        let divisor = sparse::by_images(&p, &q, &bounds, &mut work()).expect("interpolation succeeds");
        assert_eq!(divisor, times(&g, &gcd(&a, &b, &mut work())).primitive().1);
    }
    assert!(found > 10, "{found} problems only");
}

#[test]
fn ratios_are_found_among_many_monomials() {
    let sum = |from: usize, to: usize| (from..to).fold(Polynomial::one(), |s, v| s.add(&x(v).scale(&Number::integer(v as i64 + 2))));
    let g = sum(0, 12).pow(2, &mut work()).unwrap();
    let (a, b) = (sum(0, 12).add(&x(0)), sum(0, 12).sub(&x(1)));
    let bounds = g.degrees();
    let divisor = sparse::by_images(&times(&a, &g), &times(&b, &g), &bounds, &mut work());
    assert_eq!(divisor, Some(g));
}

#[test]
fn irreducible_polynomials_in_one_variable_come_apart() {
    let mut stream = Stream(8);
    for _ in 0..30 {
        let mut p = Polynomial::one();
        let mut least = 0;
        while p.degree(0) < 7 {
            let f = stream.nonzero(1, 4, 3);
            least += usize::from(f.as_constant().is_none());
            p = times(&p, &f);
        }
        let (number, factors) = factor(&p, &mut work());
        assert_eq!(product(&number, &factors), p);
        assert!(factors.iter().map(|(_, e)| *e as usize).sum::<usize>() >= least, "{factors:?}");
    }
}

#[test]
fn high_degrees_and_large_numbers_have_common_divisors_too() {
    let one = Polynomial::one();
    let power = |n: u16| Polynomial::term(Monomial::variable(2, n), Number::ONE).sub(&one);
    assert_eq!(gcd(&power(600), &power(400), &mut work()), power(200));
    let mut few = Work::new(10_000);
    assert!(gcd(&power(60_000), &power(40_000), &mut few).is_one() && few.ended());
    let large = Number::integer(7).pow(90, 1000).unwrap();
    let g = x(0).scale(&large).add(&times(&x(1), &x(1))).sub(&Polynomial::constant(Number::new(5, 3)));
    let (a, b) = (times(&x(0), &x(0)).add(&x(1)), times(&x(0), &x(1)).scale(&large).add(&one));
    assert_eq!(gcd(&times(&a, &g), &times(&b, &g), &mut work()), g.primitive().1);
    let beyond = Polynomial::term(Monomial::variable(0, 40_000), Number::ONE).add(&one);
    assert_eq!(beyond.mul(&beyond, &mut work()), None);
}
