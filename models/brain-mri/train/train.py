"""Trains the net: `train.py DATA OUT`, DATA the folder brain_mri, OUT for the weights; goes on from those that are there.

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

import layers
import lite0
from boxes import overlap
from data import Slices, varied
from early import Early
from net import GRID, KINDS, REACH, head

FROZEN, BATCH, STEPS, RATE, SEED = 5, 32, 600, 1e-3, 1
SOFT = 0.05  # of a label's certainty is shared out


def start():
    """The published weights, apart: those that stay, and those that are learnt, with the new layers."""
    still, learnt = lite0.split(lite0.published(1), FROZEN)
    run(learnt, np.zeros((1, GRID, GRID, 112), "f"), np.random.default_rng(SEED))
    for name, share in (("kind", 0.1), ("edges", 0.1), ("heat", 0.1), ("coarse", 0.4), ("middle", 0.15)):  # the last two by their inputs' spread
        learnt[name]["w"] = learnt[name]["w"] * np.float32(share)
    learnt["heat"]["b"] = learnt["heat"]["b"] - 3
    learnt["edges"]["b"] = learnt["edges"]["b"] + np.float32([-1, -1, 1, 1])
    return still, learnt


def run(weights, x, rng=None):
    """Logits of the kinds, logits of the heat, the box, and the box of each cell."""
    net = layers.Learner(weights, rng)
    kind, heat, edges = head(net, x, lite0.body(net, x, FROZEN, 7)[-1])
    at = (jnp.arange(GRID) + 0.5) / GRID
    boxes = jnp.stack([*jnp.meshgrid(at, at)] * 2, -1) + REACH * edges
    share = jax.nn.softmax(heat.reshape(-1, GRID * GRID))
    return kind[:, 0, 0], heat[..., 0], jnp.einsum("np,npc->nc", share, boxes.reshape(-1, GRID * GRID, 4)), boxes


def loss(weights, x, kinds, boxes, cells):
    kind, heat, box, each = run(weights, x)
    truth = jax.nn.one_hot(kinds, len(KINDS)) * (1 - SOFT) + SOFT / len(KINDS)
    tumour = (kinds < 3).astype(jnp.float32)
    inside = cells.sum((1, 2)) + 1e-6
    pixels = fit.binary(heat, cells)
    seen = (pixels * cells).sum((1, 2)) / inside * tumour + (pixels * (1 - cells)).sum((1, 2)) / 25
    near = jnp.abs(each - boxes[:, None, None]).sum(-1)
    edge = (near * cells).sum((1, 2)) / inside + jnp.abs(box - boxes).sum(-1)
    return (fit.cross(kind, truth) + 0.5 * seen + tumour * (2 * edge + 1 - overlap(box, boxes, wide=True))).mean()


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    still, learnt = start()
    before = Early(still, 1, FROZEN)
    checking = Slices(folder, "val")
    small = np.stack([before(x) for x in checking.small])

    def watch(weights):
        kind, _, box, _ = fit.applied(run, weights, small)
        right, tumour = kind.argmax(-1) == checking.kinds, checking.kinds < 3
        among = kind[tumour, :3].argmax(-1) == checking.kinds[tumour]
        found = np.asarray(overlap(box, checking.boxes))[tumour] >= 0.5
        return f"of four {right.mean():.3f}, among tumours {among.mean():.3f}, found {found.mean():.3f}"

    batch = varied(Slices(folder, "train"), before, BATCH, SEED)
    learnt = fit.fit(loss, batch, learnt, STEPS, RATE, out / "brain.state", watch=watch)
    (out / "brain.pickle").write_bytes(pickle.dumps(still | learnt))


if __name__ == "__main__":
    main()
