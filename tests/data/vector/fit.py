"""Fits the polynomials of src/vector: interpolation at Chebyshev points in 80 digits, then rounded to doubles.

Each line of FITS names a function, its interval and how many coefficients.
Usage: python3 fit.py > src/vector/coefficients.rs && cargo fmt
"""
import struct
import sys

from mpmath import mp, mpf, exp, log, sin, cos, asin, atan, sqrt, erf, erfc, loggamma, digamma, findroot, lu_solve, matrix, pi, cbrt

mp.dps = 80
root = findroot(digamma, 1.4616)


def binet(x):
    """log(gamma(x)) without the first terms of Stirling's series, DLMF 5.11.1."""
    return loggamma(x) - ((x - mpf(1) / 2) * log(x) - x + log(2 * pi) / 2)


def from_inverse_square(g, limit):
    """g(x) as a function of w = 1/x^2, by its limit at w = 0."""
    return lambda w: limit if w < mpf(10) ** -30 else g(1 / sqrt(w))


K = mpf(15) / 4


def scaled_erfc(t):
    """(1 + 2x)*exp(x^2)*erfc(x) with t = (x - K)/(x + K): Shepherd and Laframboise, Math. Comp. 36 (1981)."""
    x = K * (1 + t) / (1 - t)
    return (1 + 2 * x) * exp(x * x) * erfc(x) if x < 60 else (1 + 2 * x) / (x * sqrt(pi)) * (1 - 1 / (2 * x * x) + 3 / (4 * x**4) - 15 / (8 * x**6) + 105 / (16 * x**8) - 945 / (32 * x**10))


def logarithm(z):
    return (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2) / z


def cosine(z):
    return (cos(sqrt(z)) - 1 + z / 2) / z**2


quarter = (pi / 4) ** 2 * mpf("1.0005")
FITS = {
    # (e^r - 1 - r)/r^2
    "EXP": (lambda r: (exp(r) - 1 - r) / r**2, [mpf("-0.3467"), mpf("0.3467")], 10),
    "EXP_SINGLE": (lambda r: (exp(r) - 1 - r) / r**2, [mpf("-0.3467"), mpf("0.3467")], 5),
    # (log((1 + s)/(1 - s))/s - 2)/s^2 by s^2
    "LOG": (lambda z: logarithm(z), [0, mpf("0.02945")], 7),
    "LOG_SINGLE": (lambda z: logarithm(z), [0, mpf("0.02945")], 3),
    # the same without its first term 2/3
    "LOG_TAIL": (lambda z: (logarithm(z) - mpf(2) / 3) / z, [0, mpf("0.02945")], 8),
    "LOG_TAIL_SINGLE": (lambda z: (logarithm(z) - mpf(2) / 3) / z, [0, mpf("0.02945")], 4),
    # (sin(r)/r - 1)/r^2 by r^2, |r| up to pi/4
    "SIN": (lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, [0, quarter], 6),
    "SIN_SINGLE": (lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, [0, quarter], 3),
    # (cos(r) - 1 + r^2/2)/r^4 by r^2, |r| up to pi/4
    "COS": (cosine, [0, quarter], 6),
    "COS_SINGLE": (cosine, [0, quarter], 3),
    # (asin(s)/s - 1)/s^2 by s^2, s up to 1/2
    "ASIN": (lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z, [0, mpf("0.2501")], 13),
    "ASIN_SINGLE": (lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z, [0, mpf("0.2501")], 5),
    # (atan(t)/t - 1)/t^2 by t^2, t up to tan(pi/8)
    "ATAN": (lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, [0, mpf("0.17158")], 11),
    "ATAN_SINGLE": (lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, [0, mpf("0.17158")], 5),
    # the cube root: only a start
    "CBRT": (cbrt, [mpf("0.707"), mpf("1.4143")], 7),
    "CBRT_SINGLE": (cbrt, [mpf("0.707"), mpf("1.4143")], 4),
    # erf(x)/x - 1 by x^2, x up to 1
    "ERF": (lambda z: erf(sqrt(z)) / sqrt(z) - mpf(1), [0, mpf(1)], 12),
    "ERF_SINGLE": (lambda z: erf(sqrt(z)) / sqrt(z) - mpf(1), [0, mpf(1)], 7),
    # (1 + 2x)*exp(x^2)*erfc(x) by (x - 15/4)/(x + 15/4), x from 0 to 32; single: to 11
    "ERFC": (scaled_erfc, [mpf(-1), mpf("0.79")], 24),
    "ERFC_SINGLE": (scaled_erfc, [mpf(-1), mpf("0.5")], 11),
    # the same, x from 1 to 6; single: to 4
    "ERF_FAR": (scaled_erfc, [mpf("-0.58"), mpf("0.2308")], 16),
    "ERF_FAR_SINGLE": (scaled_erfc, [mpf("-0.58"), mpf("0.0323")], 7),
    # x times the rest of Stirling's series by 1/x^2, x from 4; from 7
    "STIRLING": (from_inverse_square(lambda x: binet(x) * x, mpf(1) / 12), [0, mpf(1) / 16], 9),
    "STIRLING_SINGLE": (from_inverse_square(lambda x: binet(x) * x, mpf(1) / 12), [0, mpf(1) / 16], 4),
    "STIRLING_FAR": (from_inverse_square(lambda x: binet(x) * x, mpf(1) / 12), [0, mpf(1) / 49], 7),
    "STIRLING_FAR_SINGLE": (from_inverse_square(lambda x: binet(x) * x, mpf(1) / 12), [0, mpf(1) / 49], 3),
    # log(gamma(2 + d))/d
    "LGAMMA": (lambda d: loggamma(2 + d) / d if abs(d) > mpf(10) ** -25 else digamma(2), [mpf("-0.75"), mpf("0.5")], 22),
    "LGAMMA_SINGLE": (lambda d: loggamma(2 + d) / d if abs(d) > mpf(10) ** -25 else digamma(2), [mpf("-0.75"), mpf("0.5")], 11),
    # digamma(8/5 + t)/(8/5 + t - root)
    "DIGAMMA": (lambda t: digamma(mpf("1.6") + t) / (mpf("1.6") + t - root), [mpf("-0.6"), mpf("0.6")], 24),
    "DIGAMMA_SINGLE": (lambda t: digamma(mpf("1.6") + t) / (mpf("1.6") + t - root), [mpf("-0.6"), mpf("0.6")], 12),
    # x^2*(log(x) - 1/(2x) - digamma(x)) by 1/x^2, x from 6
    "DIGAMMA_FAR": (from_inverse_square(lambda x: (log(x) - 1 / (2 * x) - digamma(x)) * x * x, mpf(1) / 12), [0, mpf(1) / 36], 9),
    "DIGAMMA_FAR_SINGLE": (from_inverse_square(lambda x: (log(x) - 1 / (2 * x) - digamma(x)) * x * x, mpf(1) / 12), [0, mpf(1) / 36], 4),
}


def fit(function, interval, count):
    """The coefficients, and the largest error at points between the nodes."""
    a, b = interval
    # the small shift keeps nodes off removable singularities
    at = lambda u: (a + b) / mpf(2) + (b - a) / mpf(2) * u + mpf(10) ** -18
    nodes = [at(cos(pi * (2 * i + 1) / (2 * count))) for i in range(count)]
    solved = lu_solve(matrix([[x**k for k in range(count)] for x in nodes]), matrix([function(x) for x in nodes]))
    between = [at(cos(pi * i / (4 * count))) for i in range(1, 4 * count)]
    error = max(abs(sum(c * x**k for k, c in enumerate(solved)) - function(x)) for x in between)
    return list(solved), error


if __name__ == "__main__":
    print("//! The coefficients of the vector functions, lowest power first; `tests/data/vector/fit.py` writes this file.")
    print("//! Deliberately knows nothing else: which function each list approximates, and where, stands in the script.")
    print("//! Read next: `exp.rs`, which uses the first list.")
    print("#![allow(clippy::excessive_precision, clippy::approx_constant)] // the shortest decimals of what the fit gave")
    for name, (function, interval, count) in FITS.items():
        coefficients, error = fit(function, interval, count)
        print()
        print("/// Largest error", mp.nstr(error, 2), "between", mp.nstr(interval[0], 5), "and", mp.nstr(interval[1], 5))
        print(f"pub(super) const {name}: &[f64] = &[" + ", ".join(repr(float(c)) for c in coefficients) + "];")
        if name.startswith("ERFC"):
            first = coefficients[0]
            rounded = mpf(float(first)) if name == "ERFC" else mpf(struct.unpack("f", struct.pack("f", first))[0])
            print("\n/// What the first coefficient lost to rounding.")
            print(f"pub(super) const {name}_LOW: f64 = {float(first - rounded)!r};")
