"""Figures on scenes that were not learnt from: `held.py WEIGHTS SCENES.npz COUNT`."""
import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import pickle
import sys

import numpy as np

import net
import read
from measure import onnx_runner, runner


def main():
    run = onnx_runner(sys.argv[1]) if sys.argv[1].endswith(".onnx") else runner(*pickle.load(open(sys.argv[1], "rb")))
    data = np.load(sys.argv[2])
    pictures, truths = data["pictures"], data["truths"]
    read.SIDES = (256,)
    hits = wrong = missed = extra = 0
    by_height = {}
    for picture, truth in list(zip(pictures, truths))[: int(sys.argv[3])]:
        found = [b for b in read.boxes(run, picture) if b[4] > 0.4]
        used = set()
        for kind, x, y, w, h, wanted in truth[truth[:, 0] >= 0]:
            at = [i for i, b in enumerate(found) if abs((b[0] + b[2]) / 2 - x) < max(3, 0.3 * w) and abs((b[1] + b[3]) / 2 - y) < max(3, 0.3 * h)]
            used.update(at)
            if not wanted:
                used.update(i for i, b in enumerate(found) if b[0] < x + w / 2 and b[2] > x - w / 2 and b[1] < y + h / 2 and b[3] > y - h / 2)
                continue
            n = by_height.setdefault((int(kind) > 9, int(h // 20)), [0, 0, 0])
            n[0] += 1
            if not at:
                missed += 1
            elif found[at[0]][5] == kind:
                hits += 1
                n[1] += 1
            else:
                wrong += 1
                n[2] += 1
        extra += len(found) - len(used)
    print(f"found {hits}, as another {wrong}, missed {missed}, nothing there {extra}")
    print({k: v for k, v in sorted(by_height.items())})


if __name__ == "__main__":
    main()
