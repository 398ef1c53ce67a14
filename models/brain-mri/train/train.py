"""Trains the net: `train.py DATA OUT`, DATA the folder brain_mri, OUT for the weights; goes on from those that are there.

The first stages stay as ImageNet left them. Then run finish.py.
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
from net import GRID, KINDS, REACH, whole
from tuning import applied, cross, learn, scaled

BATCH, STEPS, RATE, SEED = 16, 1400, 1e-3, 1
STILL = 2  # stages that stay as ImageNet left them
SOFT = 0.05  # of a label's certainty is shared out


def start():
    """The published weights, with the new layers."""
    weights = lite0.published(1)
    whole(learner.Learner(weights, np.random.default_rng(SEED)), tf.zeros((1, lite0.SIDE, lite0.SIDE, 1)))
    for name, share in (("kind", 0.1), ("edges", 0.1), ("heat", 0.1), ("coarse", 0.4), ("middle", 0.15), ("fine", 0.15)):  # the last three by their inputs' spread
        weights[name]["w"] = weights[name]["w"] * np.float32(share)
    weights["heat"]["b"] = weights["heat"]["b"] - 3
    weights["edges"]["b"] = weights["edges"]["b"] + np.float32([-1, -1, 1, 1])
    return weights


def run(weights, x):
    """Logits of the kinds, logits of the heat, the box, and the box of each cell."""
    net = learner.Learner(weights)
    kind, heat, edges = whole(net, x)
    at = (tf.range(GRID, dtype=tf.float32) + 0.5) / GRID
    boxes = tf.stack([*tf.meshgrid(at, at)] * 2, -1) + REACH * edges
    return tf.reshape(kind, (-1, len(KINDS))), heat[..., 0], net.looked(heat, boxes)[:, 0, 0], boxes


def loss(weights, x, kinds, boxes, cells):
    kind, heat, box, each = run(weights, scaled(x))
    truth = tf.one_hot(kinds, len(KINDS)) * (1 - SOFT) + SOFT / len(KINDS)
    tumour = tf.cast(kinds < 3, tf.float32)
    inside = tf.reduce_sum(cells, (1, 2)) + 1e-6
    pixels = tf.nn.sigmoid_cross_entropy_with_logits(cells, heat)
    seen = tf.reduce_sum(pixels * cells, (1, 2)) / inside * tumour + tf.reduce_sum(pixels * (1 - cells), (1, 2)) / 25
    near = tf.reduce_sum(abs(each - boxes[:, None, None]), -1) + 0.5 * (1 - overlap(each, boxes[:, None, None], wide=True, of=tf))
    edge = tf.reduce_sum(near * cells, (1, 2)) / inside + tf.reduce_sum(abs(box - boxes), -1)
    return tf.reduce_mean(cross(kind, truth) + 0.5 * seen + tumour * (2 * edge + 1 - overlap(box, boxes, wide=True, of=tf)))


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    weights = start()
    still, _ = lite0.split(weights, STILL)
    checking = Slices(folder, "val")

    def watch(weights):
        kind, _, box, _ = applied(run, weights, checking.small)
        right, tumour = kind.argmax(-1) == checking.kinds, checking.kinds < 3
        among = kind[tumour, :3].argmax(-1) == checking.kinds[tumour]
        over = overlap(box, checking.boxes)[tumour]
        return f"of four {right.mean():.3f}, among tumours {among.mean():.3f}, found {(over >= 0.5).mean():.3f}, median {np.median(over):.3f}"

    batch = varied(Slices(folder, "train"), BATCH, SEED)
    learn(loss, batch, weights, still, STEPS, RATE, out / "brain.state", watch=watch, every=200, slow=("2.", "3.", "4."))


if __name__ == "__main__":
    main()
