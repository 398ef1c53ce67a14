"""Trains the detector: `train.py SCENES OUT SECONDS [MODEL.onnx]`, SCENES from data.py.

It goes on from the weights in OUT, else from MODEL.onnx, for so many seconds by the clock. What it keeps is a running mean of the weights.
"""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import pathlib
import pickle
import queue
import sys
import threading
import time

import numpy as np
import onnx
import tensorflow as tf

import net
from layers import KEEP, Begun, Learner
from targets import targets

BATCH = 8
SIDE = 192
SMOOTH = 0.998  # of the running mean at each step
AGAIN = 400  # steps after which it looks for more scenes


def loss(out, kinds, counts, edges, weights):
    """Focal for the classes; for the edges, the difference of logarithms."""
    logit, guess = out[..., : len(net.CLASSES)], out[..., len(net.CLASSES) :]
    cross = tf.nn.sigmoid_cross_entropy_with_logits(kinds, logit)
    hard = tf.abs(kinds - tf.sigmoid(logit)) ** 2 * tf.where(kinds > 0, 0.75, 0.5)
    many = tf.reduce_sum(weights) + 4
    off = tf.abs(guess - edges)
    near = tf.where(off < 0.1, 5 * off * off, off - 0.05)
    return tf.reduce_sum(hard * cross * counts) / many + 0.5 * tf.reduce_sum(near * weights) / many


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


def batches(folder, seed, out):
    """Puts batches into a queue for ever; scenes may come while it runs."""
    rng = np.random.default_rng(seed)
    while True:
        parts = []
        for path in sorted(folder.glob("1-*.npz")):
            part = np.load(path)
            parts.append((part["pictures"], part["truths"]))
        order = [(a, b) for a, (pictures, _) in enumerate(parts) for b in range(len(pictures))]
        rng.shuffle(order)
        for at in range(0, min(len(order) - BATCH, AGAIN * BATCH), BATCH):
            made = [changed(rng, parts[a][0][b], parts[a][1][b]) for a, b in order[at : at + BATCH]]
            aims = [targets(truth, SIDE) for _, truth in made]
            out.put((np.stack([picture for picture, _ in made]), *(np.stack(part) for part in zip(*aims))))


def as_input(pictures):
    return tf.cast(pictures, tf.float32) / 255


def begun(before, model, pictures):
    if before.exists():
        return pickle.loads(before.read_bytes())
    maker = Begun(model)
    net.detector(maker, as_input(pictures))
    if model is None:
        maker.weights["kind"]["b"] -= 4
    return maker.weights, maker.stats


def main():
    folder, out, seconds = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    rate = float(os.environ.get("RATE", "2e-3"))
    made = queue.Queue(8)
    threading.Thread(target=batches, args=(folder, time.time_ns(), made), daemon=True).start()
    before = out / "digits.pickle"
    weights, stats = begun(before, onnx.load(sys.argv[4]) if len(sys.argv) > 4 else None, np.concatenate([made.get()[0] for _ in range(6)]))
    weights = {name: {part: tf.Variable(value) for part, value in own.items()} for name, own in weights.items()}
    stats = {name: [tf.Variable(value) for value in own] for name, own in stats.items()}
    own = [value for name in weights.values() for value in name.values()]
    first, second, mean = ([tf.Variable(start(value)) for value in own] for start in (tf.zeros_like, tf.zeros_like, tf.identity))
    print(sum(int(tf.size(value)) for value in own), "weights", flush=True)
    exact = tf.float32 if os.environ.get("EXACT") else tf.bfloat16

    @tf.function
    def step(count, speed, smooth, pictures, *aims):
        with tf.GradientTape() as tape:
            learner = Learner(weights)
            cost = loss(tf.cast(net.detector(learner, tf.cast(as_input(pictures), exact)), tf.float32), *aims)
        slopes = tape.gradient(cost, own)
        for value, slope, one, two, smoothed in zip(own, slopes, first, second, mean):
            one.assign(0.9 * one + 0.1 * slope)
            two.assign(0.999 * two + 0.001 * slope * slope)
            away = (one / (1 - 0.9**count)) / (tf.sqrt(two / (1 - 0.999**count)) + 1e-8)
            value.assign_sub(speed * (away + (0.01 * value if len(value.shape) > 1 else 0)))
            smoothed.assign(smooth * smoothed + (1 - smooth) * value)
        for name, seen in learner.seen.items():
            for value, now in zip(stats[name], seen):
                value.assign(KEEP * value + (1 - KEEP) * now)
        return cost

    def keep():
        smoothed = iter(mean)
        kept = {name: {part: next(smoothed).numpy() for part in parts} for name, parts in weights.items()}
        part = out / "unfinished.tmp"
        part.write_bytes(pickle.dumps((kept, {name: tuple(value.numpy() for value in values) for name, values in stats.items()})))
        part.rename(before)

    began, costs, count, share = time.time(), [], 0, 0.0
    while share < 1:
        count, share = count + 1, (time.time() - began) / seconds
        speed = rate * min(1, count / 200) * (0.5 + 0.5 * np.cos(np.pi * min(share, 1)))
        smooth = min(SMOOTH, (1 + count) / (10 + count))
        costs.append(float(step(tf.constant(float(count)), tf.constant(float(max(speed, 1e-5))), tf.constant(float(smooth)), *made.get())))
        if count % 200 == 0:
            keep()
            print(f"step {count}, loss {np.mean(costs[-200:]):.4f}, {time.time() - began:.0f} s, CPU {time.process_time():.0f} s", flush=True)
    keep()


if __name__ == "__main__":
    main()
