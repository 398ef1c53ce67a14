"""Trains the net for white cells: `train.py DATA OUT`, DATA the folder wbc_pbc, OUT for the weights; goes on from those that are there.

Then run finish.py. The detector must be there: it says where a cell is.
"""
import pathlib
import sys

for folder in ("image-router", "smear-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np

import crops
import lite0
import single
from tuning import learn
from white import EIGHTS, KINDS, SIDE, TABLE, cells

RATE, BATCH, STEPS, SEED = 1e-3, 16, 2400, 1
STILL = 2  # stages that stay as ImageNet left them


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    learning = crops.kept(out / "learning.pickle", lambda: [one.smaller(1.3 * SIDE) for one in cells(folder, "train")])
    checking = crops.kept(out / "checking.pickle", lambda: cells(folder, "val"))
    cut, truth = np.stack([one.cut(SIDE) for one in checking]), np.array([one.kind for one in checking])
    print(len(learning), "cells;", {name: sum(one.source == name for one in learning) for name in ("white", "platelet", "missed")}, flush=True)
    weights = single.start(len(KINDS))
    still, _ = lite0.split(weights, STILL)

    def watch(weights):
        logits, _ = single.answers(weights, cut, len(KINDS))
        sums = single.shares(logits) @ EIGHTS
        return f"eight {np.mean(sums.argmax(1) == (TABLE @ EIGHTS)[truth].argmax(1)):.4f}, twelve {np.mean(logits.argmax(1) == truth):.4f}"

    batch = crops.batches(learning, len(TABLE), SIDE, BATCH, SEED, even=0.5, grow=0.18, strong=0.7)
    learn(single.loss(len(KINDS), TABLE), batch, weights, still, STEPS, RATE, out / "white.state", watch=watch, every=300, slow=("2.", "3.", "4."))


if __name__ == "__main__":
    main()
