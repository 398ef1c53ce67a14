"""Trains the net: `train.py DATA OUT`, DATA the folder cxr_pneumonia, OUT for the weights; goes on from those that are there.

The first stages stay as ImageNet left them. Then run finish.py.
"""
import pathlib
import pickle
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "image-router/train"))
import fit  # before jax, whose threads it sets
import jax
import jax.numpy as jnp
import numpy as np

import figures
import layers
import lite0
from data import Xrays, enlarged, tiny, varied
from early import Early
from net import KINDS, head

FROZEN, BATCH, STEPS, RATE, SEED = 5, 32, 400, 8e-4, 1
SOFT, SOFTER = 0.05, 0.2  # shared out of a label's certainty: children; adults, of whose labels one in ten is wrong


def start():
    """The published weights, apart: those that stay, and those that are learnt, with the new layer."""
    still, learnt = lite0.split(lite0.published(1), FROZEN)
    run(learnt, np.zeros((1, 14, 14, 112), "f"), np.random.default_rng(SEED))
    learnt["kind"]["w"] = learnt["kind"]["w"] * 0.1
    return still, learnt


def run(weights, x, rng=None):
    """Logits of the kinds, and of each cell."""
    net = layers.Learner(weights, rng)
    cells = head(net, lite0.body(net, x, FROZEN, 7)[-1])
    return cells.mean((1, 2)), cells


def loss(weights, x, labels, adult):
    soft = jnp.where(adult, SOFTER, SOFT)[:, None]
    truth = jax.nn.one_hot(labels, len(KINDS)) * (1 - soft) + soft / len(KINDS)
    return fit.cross(run(weights, x)[0], truth).mean()


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    still, learnt = start()
    before = Early(still, 1, FROZEN)
    learning, checking = Xrays(folder, "train"), Xrays(folder, "val")
    *small, held, truth = tiny(folder, checking)
    large = np.stack([before(x[..., None]) for x in checking.pictures])
    little = np.stack([before(enlarged(x)[..., None]) for x in held])

    def watch(weights):
        seen, (logits, _) = [], fit.applied(run, weights, large)
        score = logits[:, 1] - logits[:, 0]
        for name, rows in (("children", ~checking.adult), ("adults", checking.adult)):
            seen.append(f"{name} {figures.auc(score[rows], checking.labels[rows]):.4f}")
        logits, _ = fit.applied(run, weights, little)
        return ", ".join([*seen, f"small {figures.auc(logits[:, 1] - logits[:, 0], truth):.4f}"])

    learnt = fit.fit(loss, varied(learning, small, before, BATCH, SEED), learnt, STEPS, RATE, out / "chest.state", watch=watch)
    (out / "chest.pickle").write_bytes(pickle.dumps(still | learnt))


if __name__ == "__main__":
    main()
