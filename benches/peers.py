#!/usr/bin/env python3
"""How do symdiff's derivatives of big graphs compare with casadi's and symengine's, measured in alternation?

Needs `pip install casadi symengine`; a peer that is missing is left out. Every round measures each case once with each of
them, each in a process of its own, so that the machine's moods meet all alike. `peers.py [ROUNDS [CASE...]]`
"""
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ["casadi", "symengine"]
LIMIT = 10  # seconds for one measurement of a peer


def plan(name):
    """What is asked: the operation, the order of the derivative, and the number of symbols."""
    kind, n = name.rsplit("_", 1)
    if kind == "speelpenning":
        return "gradient", 1, int(n)
    if kind == "hessian":
        return "hessian", 2, int(n)
    return "diff", int(n) if kind.startswith("kth") or kind == "tensines" else 1, 0


def build(name, symbol, f):
    """The expression of a case out of a peer's symbols and functions."""
    kind, n = name.rsplit("_", 1)
    n, x = int(n), symbol("x")
    xs = [symbol(f"x{i}") for i in range(1, n + 1)] if plan(name)[2] else [x]
    e = x
    if kind == "chain":
        for _ in range(n):
            e = f.sin(e)
    elif kind == "speelpenning":
        e = xs[0]
        for other in xs[1:]:
            e = e * other
    elif kind == "hessian":
        e = sum(f.exp(a * b) + f.sin(a) * b**2 for a, b in zip(xs, xs[1:]))
    elif kind == "kth_expsin":
        e = f.exp(f.sin(x))
    elif kind == "kth_xx":
        e = x**x
    elif kind == "kth_tanx2":
        e = f.tan(x**2)
    elif kind == "rising":
        e = x + 1
        for i in range(2, n + 1):
            e = e * (x + i)
    elif kind == "tensines":
        e = f.sin(x)
        for i in range(2, 11):
            e = e * f.sin(i * x)
    return xs, e


def casadi_once(name):
    import casadi

    op, order, _ = plan(name)
    xs, e = build(name, casadi.SX.sym, casadi)
    x = casadi.vertcat(*xs)
    start = time.perf_counter()
    if op == "hessian":
        casadi.hessian(e, x)
    else:
        for _ in range(order):
            e = casadi.gradient(e, x)
    return time.perf_counter() - start


def symengine_once(name):
    import symengine

    op, order, _ = plan(name)
    xs, e = build(name, symengine.Symbol, symengine)
    start = time.perf_counter()
    if op == "diff":
        for _ in range(order):
            e = e.diff(xs[0])
    elif op == "gradient":
        [e.diff(x) for x in xs]
    else:
        [g.diff(x) for g in [e.diff(x) for x in xs] for x in xs]
    return time.perf_counter() - start


def child(peer, name):
    """The median of up to 20 runs within half a second; symengine remembers derivatives per object, so each run builds anew."""
    once, times, begin = {"casadi": casadi_once, "symengine": symengine_once}[peer], [], time.perf_counter()
    while len(times) < 20 and (not times or time.perf_counter() - begin < 0.5):
        times.append(once(name))
    print(json.dumps({"us": statistics.median(times) * 1e6}))


def ask(command, limit):
    try:
        reply = json.loads(subprocess.run(command, capture_output=True, timeout=limit, cwd=HERE).stdout or "{}")
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return reply.get("us")


def shown(us):
    return "-" if us is None else f"{us:.0f} us" if us < 1e3 else f"{us / 1e3:.2f} ms" if us < 1e6 else f"{us / 1e6:.2f} s"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    peers = [peer for peer in PEERS if importlib.util.find_spec(peer)]
    for peer in set(PEERS) - set(peers):
        print(f"{peer} is not installed and is left out (pip install {peer})")
    bench = ["cargo", "bench", "--quiet", "--bench", "workloads", "--"]
    cases = sys.argv[2:] or subprocess.run(bench + ["--list"], capture_output=True, text=True, check=True, cwd=HERE).stdout.split()
    times = {(who, case): [] for who in ["symdiff"] + peers for case in cases}
    for _ in range(rounds):
        for case in cases:
            times["symdiff", case].append(ask(bench + ["--json", case], 120))
            for peer in peers:
                # once it has not ended, it is not asked again
                if None not in times[peer, case]:
                    times[peer, case].append(ask([sys.executable, os.path.abspath(__file__), "--child", peer, case], LIMIT))
    median = {key: statistics.median(t) if t and None not in t else None for key, t in times.items()}
    print("".join(f"{word:>18}" for word in ["case", "symdiff"] + peers + ["to the best"]) + f"   ({rounds} rounds; -: more than {LIMIT} s)")
    for case in cases:
        mine, others = median["symdiff", case], [median[peer, case] for peer in peers]
        best = min((t for t in others if t is not None), default=None)
        ratio = "-" if mine is None or best is None else f"{mine / best:.2f}x"
        print("".join(f"{word:>18}" for word in [case, shown(mine)] + [shown(t) for t in others] + [ratio]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
