"""The net for single cells: EfficientNet-Lite0 with one layer of our own; how it is learnt, and how it is written with what it takes as familiar.

`familiar` falls with the distance of a cell's features to the nearest kind's middle, measured where kinds differ least among themselves
(whitened); a logistic curve over its logarithm tells own pictures from foreign ones, and half of the own ones count as wholly familiar.
"""
import learner  # before TensorFlow, whose threads it sets
import numpy as np
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

import early
import lite0
from tuning import applied, cross, scaled
from written import Written

DIRECTIONS = 24
TOP = 1280


def net(b, x, kinds):
    """Logits and the averaged features they are read from."""
    features = b.pooled(lite0.top(b, lite0.body(b, x, 0, 7)[-1]))
    return b.mix("kind", features, kinds), features


def start(kinds, seed=1):
    weights = lite0.published(3)
    net(learner.Learner(weights, np.random.default_rng(seed)), tf.zeros((1, 64, 64, 3)), kinds)
    weights["kind"]["w"] *= 0.1
    return weights


def loss(kinds, table=None, soft=0.05, dropped=0.2):
    """Cross entropy; `table` gives the shares that a label stands for, where not each label is one kind."""
    table = np.eye(kinds, dtype="f") if table is None else np.float32(table)

    def of(weights, x, y):
        b = learner.Learner(weights)
        features = tf.nn.dropout(b.pooled(lite0.top(b, lite0.body(b, scaled(x), 0, 7)[-1])), dropped)
        logits = tf.reshape(b.mix("kind", features, kinds), (-1, kinds))
        return tf.reduce_mean(cross(logits, tf.gather(table, y) * (1 - soft) + soft / kinds))

    return of


def answers(weights, pictures, kinds, views=()):
    """Logits and features of the trainer itself: the mean over the picture and its mirror images about the axes `views`."""
    def run(weights, x):
        for axis in views:
            x = tf.concat([x, tf.reverse(x, [axis - 1])], 0)
        logits, features = net(learner.Learner(weights), x, kinds)
        mean = lambda y: tf.reduce_mean(tf.reshape(y, (2 ** len(views), -1, y.shape[-1])), 0)
        return mean(logits), mean(features)

    return applied(run, weights, pictures)


class Familiar:
    def __init__(self, features, labels, own, foreign):
        """`own` are features of pictures that are not learnt from, `foreign` those of other sources."""
        kinds = [k for k in np.unique(labels) if (labels == k).sum() > 4]
        middles = np.stack([features[labels == k].mean(0) for k in kinds])
        inward = np.concatenate([features[labels == k] - m for k, m in zip(kinds, middles)])
        _, spread, turned = np.linalg.svd(inward, full_matrices=False)
        spread = spread / np.sqrt(len(inward))
        self.w = (turned[:DIRECTIONS] / (spread[:DIRECTIONS, None] + 1e-3)).T.astype("f")
        self.middles = (middles @ self.w).astype("f")
        near, far = np.log(self.distance(own)), np.log(self.distance(foreign))
        x, y = np.concatenate([near, far])[:, None], np.repeat([1, 0], [len(near), len(far)])
        curve = LogisticRegression(class_weight="balanced").fit(x, y)
        self.slope, self.height, self.usual = float(min(curve.coef_[0, 0], -0.05)), float(curve.intercept_[0]), 1.0
        self.usual = float(np.median(self(own)))

    def distance(self, features):
        z = features @ self.w
        return ((z[:, None] - self.middles[None]) ** 2).sum(-1).min(1) + 1.0

    def __call__(self, features):
        share = 1 / (1 + np.exp(-(self.slope * np.log(self.distance(features)) + self.height)))
        return np.minimum(share / self.usual, 1)


def export(weights, familiar, temperature, kinds, pixels, file, binary=False, views=()):
    """`binary` writes only the last kind's probability, as `probability`. Mirror images about the axes `views` (2 rows, 3 columns) are looked at, too."""
    b = Written(weights)
    x = b.opened("pictures", pixels)
    for axis in views:
        x = b.both(x, axis)
    logits, features = (b.flat(y, -1, long) for y, long in zip(net(b, x, kinds), (kinds, TOP)))
    for _ in views:
        logits, features = b.mean(*b.halved(logits)), b.mean(*b.halved(features))
    shares = b.node("Softmax", [b.node("Div", [logits, b.constant(np.float32(temperature))])], axis=1)
    shapes = {"familiar": ["n"]}
    if binary:
        b.named(b.flat(b.part(shares, kinds - 1, kinds), -1), "probability")
        shapes["probability"] = ["n"]
    else:
        b.named(shares, "probabilities")
        shapes["probabilities"] = ["n", kinds]
    z = b.node("MatMul", [features, b.half(familiar.w)])
    own = b.node("ReduceSum", [b.node("Mul", [z, z]), b.constant(np.int64([1]))], keepdims=1)
    across = b.node("MatMul", [z, b.constant(np.ascontiguousarray(-2 * familiar.middles.T))])
    apart = b.node("Add", [b.node("Add", [across, own]), b.constant((familiar.middles**2).sum(1)[None])])
    least = b.node("Relu", [b.node("ReduceMin", [apart], axes=[1], keepdims=0)])
    log = b.node("Log", [b.node("Add", [least, b.constant(np.float32(1))])])
    line = b.node("Add", [b.node("Mul", [log, b.constant(np.float32(familiar.slope))]), b.constant(np.float32(familiar.height))])
    usual = b.node("Mul", [b.node("Sigmoid", [line]), b.constant(np.float32(1 / familiar.usual))])
    b.named(b.node("Min", [usual, b.constant(np.float32(1))]), "familiar")
    b.save(file, ("pictures", ["n", pixels, pixels, 3]), shapes)


def shares(logits, temperature=1.0):
    z = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    return z / z.sum(1, keepdims=True)


def told(file, pictures, names, size=32):
    """The written file's answers."""
    run, made = early.session(str(file)), []
    for at in range(0, len(pictures), size):
        made.append(run.run(list(names), {"pictures": pictures[at:at + size]}))
    return [np.concatenate(one) for one in zip(*made)]
