"""Trains the detector: `train.py DATA OUT`, DATA the folder pbs_cells, OUT for the weights; goes on from those that are there.

In the last third pictures are varied less. Then run finish.py.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "image-router/train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np
import tensorflow as tf

import lite0
from data import RARE, SIDE, Learning
from net import CELL, KINDS, RED, detector
from tuning import learn, scaled

RATE, STEPS, SEED = 2e-3, 6000, 1
CALM = STEPS * 2 // 3  # from this step on pictures are varied less
STILL = 2  # stages that stay as ImageNet left them
N = SIDE // CELL


def start():
    """The published weights of the stages used, and new ones of the other layers."""
    weights = {n: w for n, w in lite0.published(3).items() if n == "stem" or n[0].isdigit() and int(n[0]) < 5}
    detector(learner.Learner(weights, np.random.default_rng(SEED)), tf.zeros((1, 64, 64, 3)))
    weights["heat"]["b"] -= 4
    for name in ("heat", "edges"):
        weights[name]["w"] *= 0.1
    return weights


def loss(weights, x, heat, count, edges, weight):
    logits, reach = detector(learner.Learner(weights), scaled(x))
    p, sure = tf.sigmoid(logits), tf.cast(heat > 0.999, tf.float32)
    log, none = tf.math.log_sigmoid(logits), tf.math.log_sigmoid(-logits)
    found = sure * (1 - p) ** 2 * log + (1 - sure) * count * (1 - heat) ** 4 * p**2 * none
    many = tf.reduce_sum(sure * RARE) + 1
    at = (tf.range(N, dtype=tf.float32) + 0.5) * CELL
    x = at[None, None] + CELL * reach[..., 0]
    y = at[None, :, None] + CELL * reach[..., 1]
    size = RED * tf.exp(tf.clip_by_value(reach[..., 2:], -4.0, 3.0)) / 2
    box = tf.stack([x - size[..., 0], y - size[..., 1], x + size[..., 0], y + size[..., 1]], -1)
    return -tf.reduce_sum(found * RARE) / many + 1.5 * tf.reduce_sum(weight * (1 - overlap(box, edges))) / (tf.reduce_sum(weight) + 1)


def overlap(a, b):
    """Intersection over union, less the share of the hull that is in neither."""
    area = lambda box: tf.maximum(box[..., 2] - box[..., 0], 0) * tf.maximum(box[..., 3] - box[..., 1], 0)
    both = area(tf.concat([tf.maximum(a[..., :2], b[..., :2]), tf.minimum(a[..., 2:], b[..., 2:])], -1))
    union = area(a) + area(b) - both + 1e-3
    hull = area(tf.concat([tf.minimum(a[..., :2], b[..., :2]), tf.maximum(a[..., 2:], b[..., 2:])], -1)) + 1e-3
    return both / union - (hull - union) / hull


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    weights = start()
    still, _ = lite0.split(weights, STILL)
    learning = Learning(folder)
    learn(loss, lambda step: learning.batch(step, step >= CALM), weights, still, STEPS, RATE, out / "cells.state", slow=("1.", "2.", "3.", "4."))


if __name__ == "__main__":
    main()
