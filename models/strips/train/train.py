"""Trains a net: `train.py windows|lines DRAWN OUT`, DRAWN of data.py; goes on from what is in OUT. Then run finish.py."""
import os
import pathlib
import sys

import nets
import backends  # before TensorFlow, whose threads it sets
import cv2
import lite0
import numpy as np
import tensorflow as tf
from tuning import learn, scaled

SEED, BATCH = 1, {"windows": 8, "lines": 32}
STEPS = {"windows": int(os.environ.get("STEPS", 2400)), "lines": int(os.environ.get("STEPS", 4800))}
RATE = {"windows": 2e-3, "lines": 2e-3}
SIDE, DRAWN = 192, 256  # of pictures learnt from, and of those that data.py drew
N = SIDE // nets.CELL
FAINT, CLEAR = 120, 300  # thousandths, as in strips.py


def begun(kind):
    """New weights; the finder's first layers as ImageNet left them."""
    rng = np.random.default_rng(SEED)
    if kind == "lines":
        weights = {}
        nets.lines(backends.Learner(weights, rng), tf.zeros((1, 64, 192, 3)))
        weights["told"]["w"] *= 0.1
        return weights, ()
    weights = {n: w for n, w in lite0.published(3).items() if n == "stem" or n[0].isdigit() and int(n[0]) < 5}
    nets.windows(backends.Learner(weights, rng), tf.zeros((1, 64, 64, 3)))
    weights["heat"]["b"] -= 4
    for name in ("heat", "form", "box", "w16"):
        weights[name]["w"] *= 0.1
    return weights, lite0.split(weights, 2)[0]


class Drawn:
    """What was drawn, in any order; files that come while it trains are taken up."""

    def __init__(self, kind, folder, seed=1):
        self.kind, self.folder, self.seed, self.rng, self.known = kind, folder, seed, np.random.default_rng(SEED), 0
        self.order = []

    def batch(self, step):
        size = BATCH[self.kind]
        if len(self.order) < size:
            paths = sorted(self.folder.glob(f"{self.kind}-{self.seed}-*.npz"))
            if len(paths) != self.known:
                parts = [np.load(path) for path in paths]
                self.pictures, self.truths, self.known = [p["pictures"] for p in parts], [p["truths"] for p in parts], len(paths)
            self.order = [(a, b) for a, part in enumerate(self.pictures) for b in range(len(part))]
            self.rng.shuffle(self.order)
        chosen, self.order[:] = self.order[:size], self.order[size:]
        made = [CHANGED[self.kind](self.rng, self.pictures[a][b], self.truths[a][b]) for a, b in chosen]
        return [np.stack(part) for part in zip(*made)]


def recoloured(rng, picture):
    picture = np.float32(picture) * (1 + 0.12 * rng.standard_normal(3)) * np.exp(0.15 * rng.standard_normal()) + rng.normal(0, 6)
    return np.clip(picture, 0, 255).astype(np.uint8)


def moved(rng, picture):
    """The crop as it is where the finder was off: most of all along the axis, and in length."""
    height, width = picture.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 2.5), np.exp(rng.normal(0, 0.2)))
    move[:, 2] += rng.normal(0, 10), rng.normal(0, 2.5)
    return cv2.warpAffine(np.ascontiguousarray(picture), move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def changed_crop(rng, picture, truth):
    """A crop either way round, colours red first, and what stands left and right: strengths of 0 to 3, and which end is the control line's."""
    control, test = (0 if v == 0 else 1 if v < FAINT else 2 if v < CLEAR else 3 for v in truth[3:5])
    picture = recoloured(rng, picture)[..., ::-1]
    picture = moved(rng, picture)
    if rng.random() < 0.5:
        return picture, np.int32([truth[0] < 4, test, control, 1])
    return picture[::-1, ::-1], np.int32([truth[0] < 4, control, test, 0])


def changed_scene(rng, picture, truth):
    """A scene in one of eight positions, colours red first, and the targets of its cells."""
    truth = truth.copy()
    zones = truth[truth[:, 0] >= 0, 1:].reshape(-1, 3, 2) * (SIDE / DRAWN)
    picture = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    middle = np.float32([SIDE / 2, SIDE / 2])
    for _ in range(int(rng.integers(4))):  # a quarter turn
        picture = np.rot90(picture)
        zones = np.stack([zones[..., 1], -zones[..., 0]], -1)
        zones[:, 0, 1] += SIDE
    if rng.random() < 0.15:  # farther away
        share = rng.uniform(0.6, 0.9)
        move = np.float32([[share, 0, (1 - share) * middle[0]], [0, share, (1 - share) * middle[1]]])
        picture = cv2.warpAffine(np.ascontiguousarray(picture), move, (SIDE, SIDE), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
        zones = zones * share
        zones[:, 0] += (1 - share) * middle
    picture = recoloured(rng, picture)[..., ::-1]
    heat, form = np.zeros((N, N, 1), np.float32), np.full((N, N), -1, np.int32)
    box, weight = np.zeros((N, N, 8), np.float32), np.zeros((N, N), np.float32)
    at = (np.mgrid[0:N, 0:N][::-1].transpose(1, 2, 0) + 0.5) * nets.CELL
    for kind, (place, along, across) in zip(truth[:, 0], zones):
        length, width = 2 * np.hypot(*along), 2 * np.hypot(*across)
        unit = along / (length / 2)
        off = at - place
        far, aside = off @ unit / (length * 0.17 + 3), off @ np.float32([-unit[1], unit[0]]) / (min(width, length) * 0.17 + 3)
        share = np.exp(-(far**2 + aside**2) / 2)
        heat[..., 0] = np.maximum(heat[..., 0], share)
        near = share > 0.45
        nearest = np.unravel_index(np.argmin((off**2).sum(-1)), (N, N))
        near[nearest], heat[nearest] = True, 1
        form[near], weight[near] = int(kind), share[near]
        angle = 2 * np.arctan2(unit[1], unit[0])
        fixed = np.float32([np.log(length / nets.LENGTH), np.log(width / nets.LENGTH), np.cos(angle), np.sin(angle), unit[0], unit[1]])
        box[near] = np.concatenate([-off[near] / nets.CELL, np.tile(fixed, (near.sum(), 1))], -1)
    return picture, heat, form, box, weight


CHANGED = {"lines": changed_crop, "windows": changed_scene}


def loss_of_lines(weights, x, truth):
    told = nets.lines(backends.Learner(weights), scaled(x))[:, 0, 0]
    is_zone = tf.cast(truth[:, 0], tf.float32)
    zone = tf.nn.sigmoid_cross_entropy_with_logits(is_zone, told[:, 0])
    left = tf.nn.sparse_softmax_cross_entropy_with_logits(truth[:, 1], told[:, nets.LEFT])
    right = tf.nn.sparse_softmax_cross_entropy_with_logits(truth[:, 2], told[:, nets.RIGHT])
    turn = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(truth[:, 3], tf.float32), told[:, 9])
    return tf.reduce_mean(zone + is_zone * (left + right + 0.5 * turn))


def loss_of_windows(weights, x, heat, form, box, weight):
    logit, forms, told = nets.windows(backends.Learner(weights), scaled(x))
    p, sure = tf.sigmoid(logit), tf.cast(heat > 0.97, tf.float32)
    found = sure * (1 - p) ** 2 * tf.math.log_sigmoid(logit) + (1 - sure) * (1 - heat) ** 4 * p**2 * tf.math.log_sigmoid(-logit)
    cost = -tf.reduce_sum(found) / (tf.reduce_sum(sure) + 1)
    many = tf.reduce_sum(weight) + 1
    kind = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(form, 0), forms)
    off = tf.abs(told[..., :6] - box[..., :6]) * tf.constant([0.3, 0.3, 1.5, 1, 1.5, 1.5])
    toward = tf.nn.softplus(-tf.reduce_sum(told[..., 6:] * box[..., 6:], -1))
    return cost + tf.reduce_sum(weight * (kind + tf.reduce_sum(off, -1) + 0.5 * toward)) / many


def main():
    kind, drawn, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    backends.Learner.half = bool(os.environ.get("HALF"))
    weights, still = begun(kind)
    loss = {"lines": loss_of_lines, "windows": loss_of_windows}[kind]
    print(sum(one.size for own in weights.values() for one in own.values()), "weights", flush=True)
    learn(loss, Drawn(kind, drawn).batch, weights, still, STEPS[kind], RATE[kind], out / f"{kind}.state", slow=("1.", "2.", "3.", "4."), every=50)


if __name__ == "__main__":
    main()
