"""Trains the net: `train.py DATA OUT`, DATA the folder brain_mri, OUT for the weights; goes on from those that are there.

The first stages stay as ImageNet left them. The coarser grid is learnt first, then the finer one from there. Then run finish.py.
"""
import pathlib
import sys

for folder in ("image-router", "smear-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np
import tensorflow as tf

import lite0
from boxes import overlap
from data import Slices, varied
from net import GRID, GRIDS, KINDS, REACH, whole
from tuning import applied, cross, learn, scaled

BATCH, SEED = 16, 1
STEPS, RATE, SPREAD, ASTRAY = (1400, 450), (1e-3, 6e-4), (0.15, 0.2), (0.0, 0.3)  # for each grid; of sizes; how much it counts to look beside the tumour
STILL = 2  # stages that stay as ImageNet left them
SOFT = 0.05  # of a label's certainty is shared out


def grown(weights, grid):
    """Makes the layers that are not there."""
    whole(learner.Learner(weights, np.random.default_rng(SEED)), tf.zeros((1, lite0.SIDE, lite0.SIDE, 1)), grid)


def start():
    """The published weights, with the new layers of the coarser grid."""
    weights = lite0.published(1)
    grown(weights, GRIDS[0])
    for name, share in (("kind", 0.1), ("edges", 0.1), ("heat", 0.1), ("coarse", 0.4), ("middle", 0.15), ("fine", 0.15)):  # the last three by their inputs' spread
        weights[name]["w"] = weights[name]["w"] * np.float32(share)
    weights["heat"]["b"] = weights["heat"]["b"] - 3
    weights["edges"]["b"] = weights["edges"]["b"] + np.float32([-1, -1, 1, 1])
    return weights


def finer(weights):
    """Those of the coarser grid, with the layer that the finer one needs."""
    weights = {name: own for name, own in weights.items() if name != "fine"}
    grown(weights, GRID)
    weights["finer"]["w"] = weights["finer"]["w"] * np.float32(0.1)
    return weights


def run(weights, x, grid=GRID):
    """Logits of the kinds, logits of the heat, the box, and the box of each cell."""
    net = learner.Learner(weights)
    kind, heat, edges = whole(net, x, grid)
    at = (tf.range(grid, dtype=tf.float32) + 0.5) / grid
    boxes = tf.stack([*tf.meshgrid(at, at)] * 2, -1) + REACH * edges
    return tf.reshape(kind, (-1, len(KINDS))), heat[..., 0], net.looked(heat, boxes)[:, 0, 0], boxes


def loss(grid, beside):
    """What is lowered; looking beside the tumour counts `beside`."""
    empty = 25 * (grid / GRIDS[0]) ** 2  # cells without tumour count as much together as so many

    def of(weights, x, kinds, boxes, cells):
        kind, heat, box, each = run(weights, scaled(x), grid)
        truth = tf.one_hot(kinds, len(KINDS)) * (1 - SOFT) + SOFT / len(KINDS)
        tumour = tf.cast(kinds < 3, tf.float32)
        inside = tf.reduce_sum(cells, (1, 2)) + 1e-6
        pixels = tf.nn.sigmoid_cross_entropy_with_logits(cells, heat)
        seen = tf.reduce_sum(pixels * cells, (1, 2)) / inside * tumour + tf.reduce_sum(pixels * (1 - cells), (1, 2)) / empty
        near = tf.reduce_sum(abs(each - boxes[:, None, None]), -1) + 0.5 * (1 - overlap(each, boxes[:, None, None], wide=True, of=tf))
        edge = tf.reduce_sum(near * cells, (1, 2)) / inside + tf.reduce_sum(abs(box - boxes), -1)
        looked = tf.nn.softmax(tf.reshape(heat, (-1, grid * grid)))
        astray = -tf.math.log(tf.reduce_sum(looked * tf.reshape(cells, (-1, grid * grid)), 1) + 1e-3)
        return tf.reduce_mean(cross(kind, truth) + 0.5 * seen + tumour * (2 * edge + beside * astray + 1 - overlap(box, boxes, wide=True, of=tf)))

    return of


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    learning, checking = Slices(folder, "train"), Slices(folder, "val")

    def watch(weights, grid):
        kind, _, box, _ = applied(lambda weights, x: run(weights, x, grid), weights, checking.small)
        right, tumour = kind.argmax(-1) == checking.kinds, checking.kinds < 3
        among = kind[tumour, :3].argmax(-1) == checking.kinds[tumour]
        over = overlap(box, checking.boxes)[tumour]
        return f"of four {right.mean():.3f}, among tumours {among.mean():.3f}, found {(over >= 0.5).mean():.3f}, median {np.median(over):.3f}"

    weights = start()
    still, _ = lite0.split(weights, STILL)
    for grid, name, steps, rate, spread, beside in zip(GRIDS, ("first", "brain"), STEPS, RATE, SPREAD, ASTRAY):
        weights = weights if grid == GRIDS[0] else finer(weights)
        batch = varied(learning, BATCH, SEED, grid, spread)
        weights = learn(loss(grid, beside), batch, weights, still, steps, rate, out / f"{name}.state", watch=lambda own: watch(own, grid), every=200, slow=("2.", "3.", "4."))


if __name__ == "__main__":
    main()
