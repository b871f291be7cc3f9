#!/usr/bin/env python3
"""Which values must the special functions have: writes special.txt, by mpmath with 50 digits, held against 80.

Deliberately knows nothing of how symdiff works them out; points are chosen by region of the domain, not by method.
Each line is: name, arguments, value, and after `~` the condition number (the sum of |x*f'(x)/f(x)| over the arguments)
where it is above 100: what an error of one unit in an argument costs. Only points where a finite real value exists.
Points once written stay: those of special.txt come first.
Usage: python3 special.py
"""

import multiprocessing
import pathlib
import random
import signal
import sys

import mpmath as mp
from mpmath import mpf

TINY = [1e-300, 1e-20, 1e-8, 1e-3]
SMALL = [0.1, 0.3, 0.5, 0.7, 0.999999999, 1.0, 1.000001, 1.3, 1.46, 1.9, 2.0, 2.0000001, 2.5, 3.1, 3.9, 4.7]
MIDDLE = [5.0, 5.7, 6.2, 7.5, 8.8, 10.3, 13.3, 15.9, 19.9, 24.5, 27.0, 31.1, 35.5, 39.9, 41.0, 50.5]
LARGE = [77.0, 99.9, 123.4, 170.6, 300.0, 500.5, 699.0]
HUGE = [1e3, 12345.6, 1e5, 1000000.25, 1000000000.5, 1e15]
POSITIVE = TINY + SMALL + MIDDLE + LARGE + HUGE
LINE = [-x for x in reversed(POSITIVE)] + POSITIVE


def whole(x):
    return x == mp.floor(x)


def uppergamma(a, x):
    if x < 0:
        if not (a > 0 and whole(a)):
            return None
        return mp.factorial(a - 1) * mp.exp(-x) * sum(x**k / mp.factorial(k) for k in range(int(a)))
    if x == 0 and a <= 0:
        return None
    with mp.extradps(300 if a < -20 else 0):
        return mp.gammainc(a, x)


def lowergamma(a, x):
    if (a <= 0 and whole(a)) or (x < 0 and not whole(a)) or (x == 0 and a <= 0):
        return None
    return x**a / a * mp.hyp1f1(a, a + 1, -x)  # DLMF 8.5.1


def expint(n, x):
    if x < 0 and not (n <= 0 and whole(n)):
        return None
    return mp.expint(n, x)


def elliptic_k(m):
    return mp.ellipk(m) if m < 1 else None


def elliptic_e(*a):
    if len(a) == 1:
        return mp.ellipe(a[0]) if a[0] <= 1 else None
    phi, m = a
    return mp.ellipe(phi, m) if real_amplitude(phi, m) else None


def real_amplitude(phi, m):
    return m * mp.sin(phi) ** 2 < 1 and (m < 1 or abs(phi) < mp.pi / 2)


def elliptic_f(phi, m):
    return mp.ellipf(phi, m) if real_amplitude(phi, m) else None


def elliptic_pi(*a):
    if len(a) == 2:
        n, m = a
        if m >= 1 or n == 1:
            return None
        # n > 1: Cauchy's principal value, DLMF 19.7.8 at phi = pi/2
        return mp.ellippi(n, m) if n < 1 else mp.ellipk(m) - mp.ellippi(m / n, m)
    n, phi, m = a
    if not real_amplitude(phi, m):
        return None
    if n * mp.sin(phi) ** 2 < 1 and (n < 1 or abs(phi) < mp.pi / 2):
        return mp.ellippi(n, phi, m)
    turns = mp.nint(phi / mp.pi)
    rest = phi - turns * mp.pi
    c = 1 / mp.sin(rest) ** 2
    # 19.7.8 with R_C of a negative argument by 19.2.20
    x, y = (c - 1) * (c - m), (c - n) * (c - m / n)
    rc = mp.sqrt(x / (x - y)) * mp.elliprc(x - y, -y) if y < 0 else mp.elliprc(x, y)
    part = mp.ellipf(rest, m) - mp.ellippi(m / n, rest, m) + mp.sign(rest) * mp.sqrt(c) * rc
    if n * mp.sin(rest) ** 2 < 1:
        part = mp.ellippi(n, rest, m)
    return part + (2 * turns * elliptic_pi(n, m) if turns else 0)


def polygamma(n, x):
    if x <= 0 and whole(x):
        return None
    if n == 0:
        return mp.digamma(x)
    # mpmath's own loses digits for high orders: Hurwitz's zeta, DLMF 25.11.12, and the recurrence 5.15.5 below 0
    steps = max(0, int(mp.ceil(-x)))
    with mp.extradps(50 + 6 * int(n)):
        terms = sum((x + k) ** -(n + 1) for k in range(steps))
        return (-1) ** int(n + 1) * mp.factorial(n) * (terms + mp.zeta(n + 1, x + steps))


def besselj(n, x):
    if n < 0 and whole(n):
        return (-1) ** int(n) * mp.besselj(-n, x)  # DLMF 10.4.1
    return mp.besselj(n, x) if x > 0 or whole(n) else None


def besseli(n, x):
    return mp.besseli(abs(n) if whole(n) else n, x) if x > 0 or whole(n) else None


def polylog(s, x):
    if x > 1 and not (s <= 0 and whole(s)) or (x == 1 and s <= 1):
        return None
    if x == 1:
        return mp.zeta(s)
    if s <= 0 and whole(s):
        # (x*d/dx)^n of x/(1 - x), DLMF 25.12.10 summed
        n = int(-s)
        with mp.extradps(200):
            w = x / (1 - x)
            return sum(mp.factorial(k) * mp.stirling2(n + 1, k + 1) * w ** (k + 1) for k in range(n + 1)) if n else w
    if x < -1 and whole(s):
        # DLMF 25.12.4 in general: both sides are a polynomial in log(-x) apart
        even = sum((1 - mpf(2) ** (1 - 2 * r)) * mp.zeta(2 * r) * mp.log(-x) ** (s - 2 * r) / mp.factorial(s - 2 * r) for r in range(1, int(s) // 2 + 1))
        return -mp.log(-x) ** s / mp.factorial(s) - 2 * even - (-1) ** int(s) * polylog(s, 1 / x)
    if x < -0.5 and not whole(s):
        # Jonquiere's formula, DLMF 25.13.2 for complex x
        q = mp.mpc(0.5, -mp.log(-x) / (2 * mp.pi))
        with mp.extradps(30):
            return 2 * mp.gamma(1 - s) * (2 * mp.pi) ** (s - 1) * mp.re(mp.expjpi((1 - s) / 2) * mp.zeta(1 - s, q))
    if abs(x) > 0.9:
        with mp.extradps(30):
            return mp.polylog(s, x)
    return mp.polylog(s, x)


def hyp2f1(a, b, c, z):
    ends = [d for d in (a, b) if d <= 0 and whole(d)]
    if c <= 0 and whole(c) and (not ends or max(ends) < c):
        return None
    if z == 1 and not ends and c - a - b <= 0 or z > 1 and not ends:
        return None
    if ends:
        total = term = mpf(1)
        for k in range(int(-max(ends))):
            term *= (a + k) * (b + k) / (c + k) / (k + 1) * z
            total += term
        return total
    return mp.hyp2f1(a, b, c, z)


def positive(f):
    return lambda x: f(x) if x > 0 else None


FUNCTIONS = {
    "gamma": lambda x: None if x <= 0 and whole(x) else mp.gamma(x),
    "factorial": lambda x: None if x < 0 and whole(x) else mp.factorial(x),
    "lgamma": positive(mp.loggamma),
    "digamma": lambda x: None if x <= 0 and whole(x) else mp.digamma(x),
    "polygamma": polygamma,
    "beta": lambda a, b: None if (a <= 0 and whole(a)) or (b <= 0 and whole(b)) else mp.beta(a, b),
    "erf": mp.erf,
    "erfc": mp.erfc,
    "erfi": mp.erfi,
    "Si": mp.si,
    "Ci": positive(mp.ci),
    "Ei": lambda x: mp.ei(x) if x else None,
    "li": lambda x: (mp.li(x) if x != 1 else None) if x >= 0 else None,
    "Shi": mp.shi,
    "Chi": positive(mp.chi),
    "fresnels": mp.fresnels,
    "fresnelc": mp.fresnelc,
    "besselj": besselj,
    "bessely": lambda n, x: mp.bessely(n, x) if x > 0 else None,
    "besseli": besseli,
    "besselk": lambda n, x: mp.besselk(n, x) if x > 0 else None,
    "airyai": mp.airyai,
    "airybi": mp.airybi,
    "lambertw": lambda x: mp.lambertw(x) if x >= -mp.exp(-1) else None,
    "polylog": polylog,
    "zeta": lambda x: mp.zeta(x) if x != 1 else None,
    "elliptic_k": elliptic_k,
    "elliptic_e": elliptic_e,
    "elliptic_f": elliptic_f,
    "elliptic_pi": elliptic_pi,
    "hyp2f1": hyp2f1,
    "uppergamma": uppergamma,
    "lowergamma": lowergamma,
    "expint": expint,
}


def product(*columns):
    if not columns:
        return [()]
    return [(x, *rest) for x in columns[0] for rest in product(*columns[1:])]


def some(points, count):
    """So many of the points, the same in every run."""
    points = list(points)
    return points if len(points) <= count else sorted(random.Random(7).sample(points, count))


def points():
    one = {
        "gamma": LINE + [-0.5000001, -1.9999, -100.3, -150.7, -170.2, 143.3, 165.5, 171.3, 171.62],
        "factorial": LINE + [-1.5, -20.0001, 17.0, 22.0, 100.0, 170.0],
        "lgamma": POSITIVE + [0.9999, 1.00000001, 1.9999999, 2.00000001, 1e50, 1e300, 0.05, 1.1, 1.7, 2.2],
        "digamma": LINE + [1.4616321449683622, 1.4616, 1.5, -0.504083008264455409, -0.5, -1.5734984, -10.0001, -1e4 - 0.3],
        "erf": LINE + [0.8, 1.1, 2.9, 5.5],
        "erfc": LINE + [0.8, 1.1, 2.9, 5.5, 26.0, 26.5, 9.3],
        "erfi": LINE + [0.8, 1.1, 2.9, 5.5, 26.0, 26.6, 9.3, -0.9239, 6.0],
        "Si": LINE + [1.92, 12.0, 16.0, 3.9999, 4.0001, 7.9, 8.1],
        "Ci": POSITIVE + [0.6165054856207162, 0.6165, 0.616, 3.3840428, 3.38, 6.42, 9.53, 3.99, 4.01, 7.99, 8.01, 62.0],
        "Ei": LINE + [0.3725074, 0.372507410781366, 0.37, 0.38, 2.99, 3.01, 0.09, 40.1, 709.0, 715.0, -1.01, -0.99, -700.0, -740.0],
        "li": POSITIVE + [1e50, 1e300, 1.4513692, 1.4513692348833, 1.45, 1.44, 1.0000000001, 0.99, 0.9999999, 1e-5, 0.05],
        "Shi": LINE + [709.0, 715.0, 17.9, 18.1, 87.9, 88.1, 0.05],
        "Chi": POSITIVE + [0.5238225713, 0.52382257138986, 0.52, 0.53, 0.05, 709.0, 715.0, 17.9, 18.1, 87.9],
        "fresnels": LINE + [1.59, 1.61, 36974.1, 5.99, 6.01, 2.7],
        "fresnelc": LINE + [1.59, 1.61, 36974.1, 5.99, 6.01, 2.7],
        "airyai": LINE + [-2.338, -2.33810741, -4.0879, 103.0, 107.0, -55.3, -1e4, 8.25, -20.5, -1.02, 2.09],
        "airybi": LINE + [-1.1737, -1.17371322, -3.271, 103.0, 104.0, -55.3, -1e4, 8.25, -20.5, -1.02, 2.09],
        "lambertw": POSITIVE
        + [-x for x in [1e-300, 1e-9, 1e-3, 0.05, 0.1, 0.2, 0.3, 0.33, 0.35, 0.36, 0.367, 0.3678, 0.36787, 0.3678794, 0.36787944117, 0.3678794411714, 0.367879441171442]]
        + [1e50, 1e300],
        "zeta": LINE + [1.01, 0.99, 1.0000001, 0.9999999, -20.5, -100.5, -170.5, -200.5, -250.5, -1e-9, -19.0, -45.0, -2.0001, -4.00001, 56.7, 0.2],
        "elliptic_k": [0.0, 1e-9, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999999, 1 - 2**-53] + [-x for x in POSITIVE],
        "elliptic_e": [0.0, 1e-9, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999999, 1 - 2**-53, 1.0] + [-x for x in POSITIVE],
    }
    for name, line in one.items():
        yield from ((name, (x,)) for x in line)
    orders = [1.0, 2.0, 3.0, 4.0, 5.0, 8.0, 13.0, 20.0, 45.0, 100.0, 150.0]
    near = [1e-20, 1e-3, 0.1, 0.5, 0.9999, 1.0, 1.5, 2.3, 4.7, 7.5, 9.9, 10.1, 15.5, 30.0, 100.5, 1e4, 1e8]
    below = [-1e-9, -0.1, -0.45, -0.5, -0.52, -1.3, -2.6, -7.499, -20.5, -99.7, -1234.5]
    yield from (("polygamma", p) for p in some(product(orders, near + below), 200))
    yield from (("polygamma", (0.0, x)) for x in [0.3, 1.46, -0.7, -3.2])
    sides = [1e-20, 1e-5, 0.2, 0.5, 1.0, 1.7, 3.0, 7.2, 14.9, 15.1, 33.3, 101.7, 171.5, 1000.5, 1e6, 1e12]
    under = [-1e-9, -0.3, -0.9999, -1.5, -3.7, -10.2, -50.5, -99.3, -101.6, -170.3, -1000.25, -12345.6]
    yield from (("beta", p) for p in some(product(sides, sides), 130) + some(product(sides, under), 130) + some(product(under, under), 60))
    nu = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.999999, 3.0, 7.3, 10.0, 20.5, 50.0, 101.3, 300.0]
    nu = nu + [-x for x in nu[1:]]
    xs = [1e-300, 1e-8, 0.01, 0.3, 1.0, 1.99, 2.01, 3.7, 7.9, 11.8, 17.2, 25.5, 33.3, 48.0, 80.0, 150.0, 333.3, 690.0, 1e3, 12345.6, 1e6, 1e9, 3e9, 1e12]
    for name in ["besselj", "bessely", "besseli", "besselk"]:
        yield from ((name, p) for p in some(product(nu, xs), 230))
        if name in ("besselj", "besseli"):
            yield from ((name, p) for p in some(product([0.0, 1.0, 2.0, 7.0, -1.0, -2.0, 50.0], [-x for x in xs]), 60))
    s = [-20.5, -33.0, -10.0, -5.0, -3.5, -2.0, -1.0, -0.5, -100.5, 0.0, 0.3, 0.5, 0.9, 0.999999, 1.0, 1.000001, 1.5, 2.0, 2.0001, 2.5, 3.0, 4.0, 7.7, 10.0, 30.0, 45.5]
    x = [1e-20, 0.01, 0.3, 0.49, 0.51, 0.7, 0.89, 0.95, 0.99, 0.9999, 0.99999999, 1.0]
    minus = [-1e-9, -0.2, -0.49, -0.6, -0.8, -0.95, -0.999999, -1.0, -1.00001, -1.3, -2.0, -5.5, -30.0, -1e3, -1e6, -1e15]
    yield from (("polylog", p) for p in some(product(s, x), 170) + some(product(s, minus), 200))
    yield from (("polylog", p) for p in product([0.0, -1.0, -2.0, -5.0, -9.0], [1.0001, 1.5, 3.0, 100.0, 1e6]))
    m = [-1e6, -123.4, -7.3, -1.0, -0.3, -1e-9, 1e-9, 0.1, 0.5, 0.9, 0.999, 0.9999999]
    phis = [1e-12, 0.01, 0.3, 0.9, 1.3, 1.5, 1.57, 1.6, 2.4, 3.1, 3.3, 4.6, 4.8, 10.0, 33.3, 1000.5]
    phis = phis + [-x for x in phis[2::3]]
    for name in ["elliptic_f", "elliptic_e"]:
        yield from ((name, p) for p in some(product(phis, m), 120))
        yield from ((name, p) for p in some(product([1e-9, 0.1, 0.5, -0.7, 0.99, 1.2], [1.0, 1.00001, 1.2, 1.4, 2.0, 4.3, 90.0]), 30))
    n = [-1e6, -20.0, -1.5, -0.3, -1e-9, 1e-9, 0.2, 0.6, 0.99, 0.999999, 1.000001, 1.01, 1.4, 3.3, 50.0, 1e6]
    yield from (("elliptic_pi", p) for p in some(product(n, m), 150))
    yield from (("elliptic_pi", p) for p in some(product(n, phis, m), 300))
    yield from (("elliptic_pi", p) for p in some(product(n, [0.1, 0.5, -0.7, 0.99], [1.0, 1.2, 2.0]), 30))
    a = [1e-9, 0.1, 0.5, 1.0, 1.4, 2.0, 3.3, 7.0, 12.5, 30.0, 99.5, 150.0, 169.0]
    negative = [0.0, -1e-9, -0.1, -0.5, -0.9999, -1.0, -1.5, -2.0, -3.0001, -5.2, -10.0, -20.7, -49.5, -51.3, -100.0, -150.6]
    xs = [1e-300, 1e-12, 1e-3, 0.1, 0.45, 0.99, 1.01, 1.4, 1.6, 2.5, 4.4, 7.7, 13.1, 21.0, 30.5, 45.0, 98.0, 151.0, 300.0, 700.0]
    for name in ["uppergamma", "lowergamma"]:
        yield from ((name, p) for p in some(product(a, xs), 130) + some(product(negative, xs), 150))
        yield from ((name, p) for p in some(product([1.0, 2.0, 3.0, 7.0, 12.0, 30.0], [-1e-9, -0.3, -1.7, -2.0, -6.6, -15.0, -40.5, -300.0]), 40))
    n = [-170.5, -60.0, -10.0, -3.5, -2.0, -1.0, -0.5, 0.0, 0.3, 0.5, 0.999999, 1.0, 1.5, 2.0, 2.0001, 3.0, 4.4, 7.0, 15.5, 40.0, 101.5, 1000.0, 12345.6]
    yield from (("expint", p) for p in some(product(n, xs), 260))
    yield from (("expint", p) for p in some(product([0.0, -1.0, -2.0, -5.0, -12.0], [-1e-9, -0.3, -1.0, -1.7, -6.6, -15.0, -300.0]), 30))
    # found by random trials: digits lost in one way, not in another
    yield from (
        ("hyp2f1", p)
        for p in [
            (2.366181033897162, -58.27385503752073, 3.0, 0.7379242143496839),
            (-8.425878752188773, -2.6726168476375445e-12, 3.004426340591151, -13.202884450089917),
            (55.42688849823972, -0.4997515000559787, -3.7688469276372474, -361761.03071765194),
            (48.367266290457536, -10.000068008747744, -0.4473725488029941, 0.999999990632918),
        ]
    )
    yield from (("besselj", p) for p in [(-88.6494611767314, 953.7415588256105), (-171.5, 30.0), (-170.5, 77.0), (473.7, 4000.0)])
    yield from (("bessely", p) for p in [(91.99632168443392, 657.9273277548185), (-101.3, 1000.0), (-147.476, 566.76)])
    yield from (("polylog", p) for p in [(-4.52923953606551e-11, -411469.6593797073), (50.7, -151.2), (1.0000001, 0.98), (-300.5, 0.5)])
    chance = random.Random(11)
    z = [-1e9, -1234.5, -33.3, -5.5, -2.0, -1.01, -0.99, -0.7, -0.45, -0.1, -1e-9, 1e-9, 0.2, 0.49, 0.6, 0.75, 0.89, 0.91, 0.95, 0.99, 0.9999, 0.9999999, 1.0]
    for size in [1.0, 3.0, 10.0, 30.0]:
        for at in z:
            for kind in range(4):
                a, b = (round(chance.uniform(-size, size), 3) for _ in range(2))
                c = [
                    round(chance.uniform(0, 2 * size), 3),  # any
                    a + b + chance.choice([-2, -1, 0, 1, 2, 3]),  # the exponents at 1 differ by a whole number
                    round(chance.uniform(-size, 0), 3),
                    round(chance.uniform(0, 2 * size), 3),
                ][kind]
                if kind == 3:  # those at infinity do
                    b = a + chance.choice([-2, -1, 0, 1, 2])
                yield "hyp2f1", (a, b, c, at)
    yield from (("hyp2f1", p) for p in [(1, 1, 2, 0.5), (1, 1, 2, -50.0), (0.5, 0.5, 1, 0.999), (0.5, 1, 1.5, -4.0), (1, 2, 3, 0.97), (0.5, 0.5, 1.5, 0.96)])
    yield from (("hyp2f1", p) for p in [(-3, 1.5, 0.7, 4.4), (-5, 2.2, -7, 3.0), (-2, -3, 0.5, -30.0), (1.5, -8, 3.3, 1.9), (-20, 21, 1, 0.3), (-3, 2, -3, 0.7)])


def value(name, args):
    """The value to 20 digits and the condition number; None where it is not a finite nonzero float."""
    f = FUNCTIONS[name]
    signal.alarm(5)
    try:
        values = []
        for digits in (50, 80):
            with mp.workdps(digits):
                at = f(*map(mpf, args))
                if at is None or not mp.isfinite(at):
                    return None
                if abs(mp.im(at)) > mpf(10) ** -30 * abs(at):
                    return None
                values.append(mp.re(at))
        low, high = values
        if abs(low - high) > abs(high) * mpf(10) ** -25:
            print("unsure", name, args, low, high, file=sys.stderr)
            return None
        if not 1e-290 < abs(high) < 1e305:
            return None
        condition = mpf(0)
        with mp.workdps(80):
            for i, x in enumerate(args):
                if x and (name, i) != ("polygamma", 0) and not (name == "polylog" and i == 0 and whole(x)):
                    # by a step of 1e-25; a whole number may be the only place where the value is real
                    step = [mpf(y) for y in args]
                    step[i] *= 1 + mpf(10) ** -25
                    moved = f(*step)
                    if moved is not None:
                        condition += abs(mp.re(moved) - high) / abs(high) * mpf(10) ** 25
        return mp.nstr(high, 20, strip_zeros=True), float(condition)
    except (mp.libmp.NoConvergence, ZeroDivisionError, ValueError, TimeoutError, OverflowError) as error:
        print("no value", name, args, type(error).__name__, error, file=sys.stderr)
        return None
    finally:
        signal.alarm(0)


def late(*_):
    raise TimeoutError


FILE = pathlib.Path(__file__).with_name("special.txt")


def earlier():
    for line in FILE.read_text().splitlines():
        if not line.startswith("#"):
            name, *args = line.split(" = ")[0].split(" ")
            yield name, tuple(map(float, args))


def line(call):
    name, args = call
    signal.signal(signal.SIGALRM, late)
    found = value(name, args)
    if not found:
        return None
    text, condition = found
    if condition > 1e12:
        # no digit of such a value is settled by its arguments
        return None
    tail = f" ~ {condition:.1e}" if condition > 100 else ""
    return " ".join([name, *map(repr, args), "=", text]) + tail


def main():
    calls = dict.fromkeys((name, tuple(map(float, args))) for name, args in [*earlier(), *points()])
    order = {name: at for at, name in enumerate(FUNCTIONS)}
    calls = sorted(calls, key=lambda call: (order[call[0]], len(call[1]), call[1]))
    with multiprocessing.Pool() as pool:
        lines = [text for text in pool.imap(line, calls, chunksize=8) if text]
    head = [
        "# Values of the special functions by special.py: name, arguments, value, condition number where above 100.",
        "# Arguments are the floats nearest to what is written.",
    ]
    FILE.write_text("\n".join(head + lines) + "\n")


if __name__ == "__main__":
    main()
