"""Compares exported networks with symdiff's own predictions: FOLDER has NAME.onnx, NAME_numpy.py, NAME_pytorch.py, NAME.json."""

import glob
import importlib.util
import json
import os
import sys

import numpy


def load(path):
    spec = importlib.util.spec_from_file_location("network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def agree(what, got, want):
    got, want = numpy.asarray(got, dtype=float), numpy.asarray(want)
    if got.shape != want.shape:
        sys.exit(f"{what}: the shape is {got.shape}, not {want.shape}")
    off = numpy.max(numpy.abs(got - want)/(1 + numpy.abs(want)))
    if not off <= 1e-5:
        sys.exit(f"{what}: off by {off}")


count = 0
for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.json"))):
    with open(path, encoding="utf-8") as file:
        case = json.load(file)
    head = path[: -len(".json")]
    inputs = numpy.asarray(case["inputs"], dtype=numpy.float32)
    outputs, probabilities = case["outputs"], case.get("probabilities")
    if sys.argv[1] == "onnx":
        import onnx
        import onnxruntime

        onnx.checker.check_model(onnx.load(head + ".onnx"), full_check=True)
        session = onnxruntime.InferenceSession(head + ".onnx", providers=["CPUExecutionProvider"])
        # one example alone says the same, unless the network looks at the whole batch
        for rows in [len(inputs)] if case["whole"] else [len(inputs), 1]:
            found = session.run(None, {"inputs": inputs[:rows]})
            agree(head, found[0], outputs[:rows])
            if probabilities:
                agree(head + " probabilities", found[1], probabilities[:rows])
    else:
        module = load(head + "_" + sys.argv[1] + ".py")
        agree(head, module.predict(inputs), outputs)
        if probabilities:
            agree(head + " probabilities", module.probabilities(inputs), probabilities)
    count += 1
print("ok", count)
