"""A second implementation of a two-layer network, its backward pass written by hand: tests/training.rs compares its losses with symdiff's.

Reads JSON from stdin: inputs, labels, W1, b1, W2, b2, rate, steps. Prints the loss before each step.
"""
import json
import sys

import numpy as np

given = json.load(sys.stdin)
x = np.array(given["inputs"])
labels = np.array(given["labels"])
w1, b1, w2, b2 = (np.array(given[name]) for name in ("W1", "b1", "W2", "b2"))
n = len(labels)
for _ in range(given["steps"]):
    a = x @ w1 + b1
    h = np.maximum(a, 0)
    y = h @ w2 + b2
    y = y - y.max(axis=1, keepdims=True)
    p = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
    print(repr(float(-np.log(p[np.arange(n), labels]).mean())))
    d = p.copy()
    d[np.arange(n), labels] -= 1
    d /= n
    dw2, db2 = h.T @ d, d.sum(axis=0)
    da = (d @ w2.T) * (a > 0)
    dw1, db1 = x.T @ da, da.sum(axis=0)
    for value, slope in ((w1, dw1), (b1, db1), (w2, dw2), (b2, db2)):
        value -= given["rate"] * slope
