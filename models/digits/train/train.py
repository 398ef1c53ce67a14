"""Trains the detector: `train.py SCENES OUT SECONDS`, SCENES from data.py; goes on from the weights in OUT where there are some."""
import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import pathlib
import pickle
import sys

import jax
import jax.numpy as jnp
import numpy as np

import net
from fit import begin, fit
from targets import targets

BATCH = 8
SIDE = 192


def loss(out, kinds, counts, edges, weights):
    """Focal for the classes; for the edges, the difference of logarithms."""
    logit, guess = out[..., : len(net.CLASSES)], out[..., len(net.CLASSES) :]
    share = jax.nn.sigmoid(logit)
    cross = jnp.maximum(logit, 0) - logit * kinds + jnp.log1p(jnp.exp(-jnp.abs(logit)))
    hard = jnp.abs(kinds - share) ** 2 * jnp.where(kinds > 0, 0.75, 0.5)
    many = weights.sum() + 4
    off = jnp.abs(guess - edges)
    near = jnp.where(off < 0.1, 5 * off * off, off - 0.05)
    return (hard * cross * counts).sum() / many + 0.5 * (near * weights).sum() / many


def changed(rng, picture, truths):
    """A part of the scene, in other colours."""
    x, y = rng.integers(0, picture.shape[1] - SIDE + 1, 2)
    picture = picture[y : y + SIDE, x : x + SIDE]
    truths = truths - np.float32([0, x, y, 0, 0, 0])
    left, top, right, bottom = truths[:, 1] - truths[:, 3] / 2, truths[:, 2] - truths[:, 4] / 2, truths[:, 1] + truths[:, 3] / 2, truths[:, 2] + truths[:, 4] / 2
    slack_x, slack_y = 0.1 * truths[:, 3], 0.1 * truths[:, 4]
    whole = (left > -slack_x) & (top > -slack_y) & (right < SIDE + slack_x) & (bottom < SIDE + slack_y)
    truths[:, 5] *= whole
    truths[(right < 0) | (bottom < 0) | (left > SIDE) | (top > SIDE), 0] = -1
    picture = picture[..., rng.permutation(3)].astype(np.float32)
    if rng.random() < 0.12:
        picture = 255 - picture
    if rng.random() < 0.15:
        picture = np.repeat(picture.mean(-1, keepdims=True), 3, -1)
    if rng.random() < 0.6:
        picture = picture * rng.normal(1, 0.12, 3) + rng.normal(0, 10, 3)
    return np.clip(picture, 0, 255).astype(np.uint8), truths


def batches(folder, seed):
    rng = np.random.default_rng(seed)
    order, pictures, truths, last = [], None, None, 0

    def batch(count):
        nonlocal order, pictures, truths, last
        if pictures is None or count - last > 400:  # files come while it trains
            parts = [np.load(path) for path in sorted(folder.glob("1-*.npz"))]
            pictures, truths, last, order = [p["pictures"] for p in parts], [p["truths"] for p in parts], count, []
        if len(order) < BATCH:
            order = [(a, b) for a, part in enumerate(pictures) for b in range(len(part))]
            rng.shuffle(order)
        chosen, order[:] = order[:BATCH], order[BATCH:]
        made = [changed(rng, pictures[a][b], truths[a][b]) for a, b in chosen]
        aims = [targets(truth, SIDE) for _, truth in made]
        return (np.stack([picture for picture, _ in made]), *(np.stack(part) for part in zip(*aims)))

    return batch


def main():
    folder, out, seconds = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    before = out / "digits.pickle"
    if before.exists():
        weights, stats = pickle.load(open(before, "rb"))
    else:
        weights, stats = begin(net.detector, (SIDE, SIDE, 3), 0)
        weights["kind"]["b"] -= 4
    print(sum(w.size for w in jax.tree.leaves(weights)), "weights", flush=True)

    def keep(weights, stats):
        part = out / "unfinished.tmp"
        part.write_bytes(pickle.dumps(jax.tree.map(np.asarray, (weights, stats))))
        part.rename(before)

    fit(net.detector, loss, batches(folder, int(seconds) + os.getpid()), weights, stats, 10**6, rate=float(os.environ.get("RATE", "2e-3")), seconds=seconds, keep=keep)


if __name__ == "__main__":
    main()
