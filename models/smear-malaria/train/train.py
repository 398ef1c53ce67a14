"""Trains the net for malaria: `train.py DATA OUT`, DATA the folder of all sets, OUT for the weights; goes on from those that are there.

Then run finish.py.
"""
import pathlib
import sys

for folder in ("image-router", "smear-cells", "smear-white-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np

import crops
import figures
import lite0
import single
from malaria import KINDS, SIDE, Cell, cells, healthy
from tuning import learn

RATE, BATCH, STEPS, SEED = 8e-4, 24, 2400, 1
STILL = 2  # stages that stay as ImageNet left them
HEALTHY = 700


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    other = [one.smaller(1.3 * SIDE) for one in healthy(folder / "pbs_cells", "train", HEALTHY, rng)]
    Cell.grounds = [one.picture for one in other[::3]]
    learning = [*cells(folder / "malaria_cells", "train"), *other]
    checking = cells(folder / "malaria_cells", "val")
    cut, truth = np.stack([one.cut(SIDE) for one in checking]), np.array([one.kind for one in checking])
    weights = single.start(len(KINDS))
    still, _ = lite0.split(weights, STILL)

    def watch(weights):
        logits, _ = single.answers(weights, cut, len(KINDS))
        score = logits[:, 1] - logits[:, 0]
        return f"accuracy {np.mean((score > 0) == truth):.4f}, AUC {figures.auc(score, truth):.4f}"

    batch = crops.batches(learning, len(KINDS), SIDE, BATCH, SEED, even=1, grow=0.1, shift=0.05, strong=0.7)
    learn(single.loss(len(KINDS), soft=0.08), batch, weights, still, STEPS, RATE, out / "malaria.state", watch=watch, every=300, slow=("2.", "3.", "4."))


if __name__ == "__main__":
    main()
