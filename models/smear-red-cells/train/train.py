"""Trains the net for red cells: `train.py DATA OUT`, DATA the folder of all sets, OUT for the weights; goes on from those that are there.

Then run finish.py. The detector must be there: it says where a cell is and how wide cells are.
"""
import pathlib
import sys

for folder in ("image-router", "smear-cells", "smear-white-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np

import crops
import lite0
import single
from red import KINDS, SIDE, cells, healthy
from tuning import learn

RATE, BATCH, STEPS, SEED = 1e-3, 32, 1200, 1
HEALTHY = 1500  # cells of healthy people, who stand for normal cells in another stain
STILL = 2  # stages that stay as ImageNet left them


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    learning = crops.kept(out / "learning.pickle", lambda: [one.smaller(1.3 * SIDE) for one in cells(folder / "rbc_morphology", "train")])
    checking = crops.kept(out / "checking.pickle", lambda: [one.smaller(2 * SIDE) for one in cells(folder / "rbc_morphology", "val")])
    cut, truth = np.stack([one.cut(SIDE) for one in checking]), np.array([one.kind for one in checking])
    sides = np.array([one.side for one in checking])
    well = crops.kept(out / "healthy.pickle", lambda: [one.smaller(1.3 * SIDE) for one in healthy(folder / "pbs_cells", HEALTHY, np.random.default_rng(SEED))])
    print(len(well), "healthy cells", flush=True)
    print(len(learning), "cells,", sum(one.source == "missed" for one in learning), "missed; sides", np.percentile(sides, [0, 5, 50, 95, 100]).round(), flush=True)
    weights = single.start(len(KINDS))
    still, _ = lite0.split(weights, STILL)

    def watch(weights):
        logits, _ = single.answers(weights, cut, len(KINDS))
        right = logits.argmax(1) == truth
        return f"accuracy {right.mean():.4f}, mean of kinds {np.mean([right[truth == kind].mean() for kind in range(len(KINDS))]):.4f}"

    batch = crops.batches([*learning, *well], len(KINDS), SIDE, BATCH, SEED, even=0.6, grow=0.05, shift=0.05, strong=0.8)
    learn(single.loss(len(KINDS), soft=0.1), batch, weights, still, STEPS, RATE, out / "red.state", watch=watch, every=400, slow=("2.", "3.", "4."))


if __name__ == "__main__":
    main()
