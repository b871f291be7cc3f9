"""Makes the reference values of the vector functions: python3 tests/data/vector/make.py, with mpmath.

NAME.txt has one point a line: the bits of the arguments in hexadecimal, the bits of the correctly rounded value, and
what the exact value is above it, in units of its last place. NAME.single.txt has arguments of 32 bits and the value as
a double. Poles and points outside the domain are left out. Values are worked out in 60 digits, or more where those cancel.
"""
import math
import os
import random
import struct
import sys

from mpmath import (acos, acosh, acot, acoth, acsc, acsch, asec, asech, asin, asinh, atan, atan2, atanh, cos, cosh, cot, coth, csc, csch,
                    digamma, erf, erfc, exp, expm1, gamma, log, log1p, loggamma, mp, mpf, nint, sec, sech, sin, sinh, sqrt, tan, tanh)

mp.dps = 60
random.seed(20)
BIG = 1.7976931348623157e308
MOST = 3.4028234663852886e38
TINY = [5e-324, 1.5e-323, 1e-310, 2.2250738585072009e-308, 2.2250738585072014e-308, 3e-308, 1e-300, 1e-200, 1e-100, 1e-40, 1e-20, 1e-17, 6e-17, 1e-16, 2e-16,
        1e-12, 1e-9, 2e-8, 1e-7, 1e-5, 1e-3]
HUGE = [1e3, 1e5, 99999.5, 1.1e5, 1e7, 3e8, 1e12, 4.5e15, 1e16, 1e22, 1e50, 1.4e154, 1e200, 1e300, 8e307, 1.5e308, 1.75e308, BIG]


def near(x):
    """x and its neighbours, closest first, then farther ones."""
    found = [x]
    up = down = x
    for _ in range(3):
        up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
        found += [up, down]
    for power in (48, 44, 40, 32, 24, 16, 8, 5):
        found += [x + 2.0**-power * max(abs(x), 0.1), x - 2.0**-power * max(abs(x), 0.1)]
    return found


def between(a, b, count):
    return [random.uniform(a, b) for _ in range(count)]


def scales(a, b, count):
    return [math.exp(random.uniform(math.log(a), math.log(b))) for _ in range(count)]


def both(points):
    return [s * x for x in points for s in (1.0, -1.0)]


def multiples(step):
    """Doubles next to multiples of a fraction of pi."""
    return [float(k * mp.pi * step) for k in [1, 2, 3, 4, 5, 7, 11, 100, 355, 1001, 5000, 20000] + [random.randrange(1, 31830) for _ in range(12)]]


def angles():
    return both(TINY) + both(HUGE) + both(multiples(mpf(1) / 2)) + both(multiples(mpf(1) / 4)) + between(-10, 10, 90) + between(-1e5, 1e5, 60)


def log_of_gamma(x):
    return loggamma(x) if x < mpf(10) ** 300 else x * log(x) - x


def exponentials(limit):
    return both(TINY) + both(HUGE) + near(limit) + near(-limit) + near(-745.13) + near(-708.39) + between(-1, 1, 60) + between(-20, 20, 60) + between(-746, 711, 60)


def inverse_angles():
    return both(TINY) + both(near(1.0)[:1] + [x for x in near(1.0) if x <= 1]) + both(near(0.5)) + between(-1, 1, 120) + [1.5, -7.0]


def outer():
    points = [x for x in near(1.0) if x >= 1] + near(2.0) + HUGE + between(1, 3, 80) + scales(1, 1e6, 50)
    return both(points) + [0.5, -0.25]


def line():
    return both(TINY) + both(HUGE) + both(near(1.0)) + both(near(0.41421356237309503)) + both(near(2.414213562373095)) + between(-3, 3, 80) + both(scales(1e-3, 1e3, 30))


def pairs(points):
    return [(random.choice(points), random.choice(points)) for _ in range(120)]


def two_sides():
    usual = [(a, b) for a, b in zip(between(-3, 3, 150), between(-3, 3, 150))]
    return usual + pairs(both(TINY + HUGE)) + pairs(both(near(1.0))) + [(0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 0.0)]


def powers():
    whole = [float(k) for k in range(-40, 41)]
    result = list(zip(scales(0.01, 100, 90), between(-30, 30, 90)))
    result += [(a, random.choice(whole)) for a in between(-10, 10, 70)]
    result += [(random.choice(near(1.0)), s) for s in both(scales(1, 1e17, 40))]
    result += [(a, random.uniform(-746, 746) / math.log(a)) for a in scales(1e-300, 1e300, 80)]
    result += [(random.choice(TINY), random.uniform(-2, 2)) for _ in range(20)] + [(2.0, k) for k in (-1074.0, -1075.0, -1022.5, 1023.5, 1024.0, 0.5)]
    result += [(0.0, 2.0), (0.0, 0.5), (-0.0, 3.0), (-0.0, 2.0), (1.0, 1e300), (-1.0, 1e300), (-2.0, 0.5), (3.0, 0.0), (-1.0, 9007199254740991.0), (0.9999999999999999, 1e18)]
    return result


def power(a, b):
    if a == 0:
        return mpf(0) if b > 0 else None
    if a < 0 and b != math.floor(b):
        return None
    e = b * log(abs(a))
    value = mpf(0) if e < -2000 else mpf(2) ** 2000 if e > 2000 else exp(e)
    return -value if a < 0 and b % 2 == 1 else value


def real(function, condition=lambda x: True):
    return lambda x: function(x) if condition(x) else None


def hyperbolic(function):
    return lambda x: function(x) if abs(x) < 2000 else function(mpf(2000) if x > 0 else mpf(-2000))


FUNCTIONS = {
    "exp": (hyperbolic(exp), exponentials(709.7827128933840)),
    "expm1": (hyperbolic(expm1), exponentials(709.7827128933840) + both(near(0.34657359)) + near(-37.0)),
    "log": (real(log, lambda x: x > 0), TINY + HUGE + near(1.0) + near(0.7071067811865476) + near(1.4142135623730951) + scales(1e-308, 1e308, 80) + between(0, 4, 120) + [-1.0]),
    "log1p": (real(log1p, lambda x: x > -1), both(TINY) + HUGE + [x for x in near(-1.0) if x > -1] + near(0.41421356) + near(-0.29289) + scales(1e-3, 1e300, 80) + between(-1, 3, 120) + [-2.0]),
    "sin": (sin, angles()),
    "cos": (cos, angles()),
    "tan": (tan, angles()),
    "cot": (cot, angles()),
    "sec": (sec, angles()),
    "csc": (csc, angles()),
    "sinc": (lambda x: sin(x) / x, angles()),
    "asin": (real(asin, lambda x: abs(x) <= 1), inverse_angles()),
    "acos": (real(acos, lambda x: abs(x) <= 1), inverse_angles()),
    "atan": (atan, line()),
    "acot": (acot, line()),
    "asec": (real(asec, lambda x: abs(x) >= 1), outer()),
    "acsc": (real(acsc, lambda x: abs(x) >= 1), outer()),
    "atan2": (lambda y, x: atan2(y, x) if (x, y) != (0, 0) else mpf(0), two_sides()),
    "hypot": (lambda x, y: sqrt(x * x + y * y), two_sides()),
    "power": (power, powers()),
    "sinh": (hyperbolic(sinh), exponentials(710.4758600739439)),
    "cosh": (hyperbolic(cosh), exponentials(710.4758600739439)),
    "tanh": (hyperbolic(tanh), exponentials(19.06) + both(near(0.173))),
    "coth": (hyperbolic(coth), exponentials(19.06) + both(near(0.173))),
    "sech": (hyperbolic(sech), exponentials(745.5)),
    "csch": (hyperbolic(csch), exponentials(745.5)),
    "asinh": (asinh, line() + both(near(268435456.0))),
    "acosh": (real(acosh, lambda x: x >= 1), outer() + near(268435456.0)),
    "atanh": (real(atanh, lambda x: abs(x) < 1), inverse_angles()),
    "acoth": (real(acoth, lambda x: abs(x) > 1), outer()),
    "asech": (real(asech, lambda x: 0 < x <= 1), [x for x in TINY + near(1.0) + near(0.5) if x <= 1] + between(0, 1, 150) + scales(1e-308, 1, 60) + [2.0, -0.5]),
    "acsch": (acsch, [x for x in line() if abs(x) > 1e-320]),
    "sigmoid": (hyperbolic(lambda x: 1 / (1 + exp(-x))), exponentials(36.7)),
    "softplus": (lambda x: x if x > 800 else mpf(0) if x < -2000 else log1p(exp(x)), exponentials(36.7) + near(-0.881)),
    "sqrt": (real(sqrt, lambda x: x >= 0), TINY + HUGE + scales(1e-308, 1e308, 60) + [-1.0]),
    "cbrt": (real(lambda x: mp.cbrt(x), lambda x: x >= 0), TINY + HUGE + near(1.0) + near(0.7071067811865476) + scales(1e-308, 1e308, 120) + between(0, 8, 80) + [-8.0]),
    "erf": (lambda x: erf(x) if abs(x) < 30 else mpf(1 if x > 0 else -1), both(TINY) + both(HUGE) + both(near(1.0)) + between(-7, 7, 150)),
    "erfc": (lambda x: mpf(0) if x > 40 else mpf(2) if x < -40 else erfc(x), both(TINY) + both(HUGE) + both(near(0.5)) + near(26.54) + near(27.22) + between(-6, 28, 200)),
    "gamma": (lambda x: mpf(2) ** 2000 if x > 200 else gamma(x), [x for x in both(TINY) if abs(x) > 5.6e-309] + HUGE + near(1.0) + near(2.0) + near(4.0) + near(171.62437695630272) + near(1.4616321449683622) + between(0, 10, 100) + between(0, 172, 80) + between(-40, 0, 40)),
    "lgamma": (real(log_of_gamma, lambda x: x > 0), TINY + HUGE[:-1] + near(1.0) + near(2.0) + near(1.25) + near(0.25) + near(7.5) + near(1.4616321449683622) + between(0, 10, 120) + scales(1, 1e306, 60) + [2.5e305, 2.56e305, -0.5]),
    "digamma": (real(digamma, lambda x: x > 0), [x for x in TINY if x > 5.6e-309] + HUGE + near(1.0) + near(2.2) + near(6.2) + near(1.4616321449683622) + between(0, 10, 150) + scales(1, 1e300, 60)),
}


def nearest(value, lowest, digits):
    """The nearest float as a whole number of last places, their exponent, and what is above it."""
    if value == 0:
        return 0, lowest, mpf(0)
    _, exponent = mp.frexp(value)
    place = max(int(exponent) - digits, lowest)
    scaled = mp.ldexp(value, -place)
    whole = int(nint(scaled))
    return whole, place, scaled - whole


def double(whole, place):
    try:
        return math.ldexp(whole, place)
    except OverflowError:
        return math.inf if whole > 0 else -math.inf


def bits(x):
    return struct.pack(">d", x).hex()


def value_of(function, arguments):
    """The exact value; in more digits until it is stable, as cancellations eat digits."""
    for digits in (60, 120, 400, 800):
        mp.dps = digits
        first = function(*map(mpf, arguments))
        mp.dps = digits + 40
        second = function(*map(mpf, arguments))
        mp.dps = 60
        if first is None or first == second or abs(first - second) <= abs(second) * mpf(10) ** -35:
            return second
    raise ValueError(f"no stable value at {arguments}")


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    for name in sys.argv[1:] or FUNCTIONS:
        function, points = FUNCTIONS[name]
        lines, singles = [], []
        points = [p if isinstance(p, tuple) else (p,) for p in points]
        random.Random(1).shuffle(points)
        for arguments in dict.fromkeys(points[:360]):
            value = value_of(function, arguments)
            words = [bits(x) for x in arguments]
            if value is None:
                continue
            whole, place, above = nearest(value, -1074, 53)
            rounded = double(whole, place)
            above = 0 if math.isinf(rounded) else float(above)
            lines.append(" ".join(words + [bits(rounded), f"{above:.3f}"]))
        for arguments in dict.fromkeys(points[:130]):
            try:
                arguments = tuple(struct.unpack(">f", struct.pack(">f", x))[0] for x in arguments)
            except OverflowError:
                continue
            try:
                value = value_of(function, arguments)
            except (ZeroDivisionError, ValueError):  # a pole: the point became 0
                continue
            if value is not None:
                words = [struct.pack(">f", x).hex() for x in arguments]
                singles.append(" ".join(words + [bits(double(*nearest(value, -1074, 53)[:2]))]))
        for suffix, text in ((".txt", lines), (".single.txt", singles)):
            with open(os.path.join(folder, name + suffix), "w") as file:
                file.write("\n".join(text) + "\n")
        print(name, len(lines), len(singles))


if __name__ == "__main__":
    main()
