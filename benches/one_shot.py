#!/usr/bin/env python3
"""How long does the whole process of one answer take, beside a C program that does nothing and `true`?

`one_shot.py [BINARY [ROUNDS]]`; the binary is target/release/symdiff of this repository unless one is given. All three run
in alternation. Needs gcc. A file straight from lld starts slower than a copy of it, such as an install makes: its pages lie in small
pieces in the system's memory; GNU ld writes it as a copy is written. Peak memory is the largest resident size of the process.
"""
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


# a process keeps the peak of the one that started it, so a small C program starts them and not Python
LAUNCH = rb"""
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(int count, char **words) {
    struct timespec a, b;
    struct rusage usage;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &a);
    pid_t pid = vfork();
    if (pid == 0) {
        execv(words[1], words + 1);
        _exit(127);
    }
    wait4(pid, &status, 0, &usage);
    clock_gettime(CLOCK_MONOTONIC, &b);
    fprintf(stderr, "%.9f %ld", (b.tv_sec - a.tv_sec) + 1e-9 * (b.tv_nsec - a.tv_nsec), usage.ru_maxrss);
    return status != 0;
}
"""


def once(launch, command):
    run = subprocess.run([launch] + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"{command} failed: {run.stderr}")
    seconds, kilobytes = run.stderr.split()[-2:]
    return float(seconds), int(kilobytes)


def main():
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    binary = sys.argv[1] if len(sys.argv) > 1 else os.path.join(target, "release", "symdiff")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    with tempfile.TemporaryDirectory() as folder:
        empty = os.path.join(folder, "empty")
        subprocess.run(["gcc", "-O2", "-x", "c", "-", "-o", empty], input=b"int main(void) { return 0; }", check=True)
        launch = os.path.join(folder, "launch")
        subprocess.run(["gcc", "-O2", "-x", "c", "-", "-o", launch], input=LAUNCH, check=True)
        commands = {"symdiff": [binary, "exp(x^2+2x+3)", "x"], "empty C": [empty], "true": ["/bin/true"]}
        found = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                found[name].append(once(launch, command))
    floor = [seconds for seconds, _ in found["empty C"]]
    print(f"{'process':>10}{'median':>12}{'to empty C':>12}{'most memory':>14}   ({rounds} rounds; the ratio is the median of the rounds')")
    for name, runs in found.items():
        ratio = statistics.median(run[0] / base for run, base in zip(runs, floor))
        print(f"{name:>10}{statistics.median(run[0] for run in runs) * 1e6:>9.0f} us{ratio:>11.2f}x{max(run[1] for run in runs) / 1024:>11.1f} MB")


if __name__ == "__main__":
    main()
