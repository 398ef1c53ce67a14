"""Trains the router and writes it: `train.py DATA OUT`, DATA the folder of all sets, OUT for model.onnx.

ImageNet's features, averaged over the picture, and one layer on them. Device photographs are measured, never learnt from.
"""
import pathlib
import sys

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

import early
import figures
import layers
import lite0
import others
import pictures

KINDS = ["brain_mri", "chest_xray", "other"]
SETS = ["brain_mri", "cxr_pneumonia"]
SEED = 1
GAP = 0.3  # softening: no answer is surer than the number of pictures allows


def people(data, split, many, rng):
    """Pictures with their kind and a name for their group: each person once, or each picture where people are not known."""
    for kind, folder in enumerate(SETS):
        rows = [row for row in pictures.rows(data / folder) if row["split"] == split]
        for at in rng.permutation(len(rows))[:many]:
            yield pictures.squashed(data / folder / rows[at]["file"], 256, "RGB"), kind, rows[at]["patient"]
    for at, picture in enumerate(others.smears(data, split, many // 3, rng)):
        yield picture, 2, f"smear {split} {at}"
    for at in range(many // 2):
        yield others.drawn(rng), 2, f"drawn {split} {at}"


def varied(rng, picture):
    matrix = pictures.warp(rng, 256, lite0.SIDE, 15, 0.2, 0.08, 0.5)
    moved = pictures.moved(picture, matrix, lite0.SIDE)
    if rng.random() < 0.1:  # dark and light exchanged, as some X-rays are stored
        moved = 255 - moved
    return pictures.exposed(rng, moved)


def features(run, data, split, many, rng, vary):
    made = []
    for picture, kind, group in people(data, split, many, rng):
        small = cv2.resize(picture, (lite0.SIDE, lite0.SIDE), interpolation=cv2.INTER_AREA)
        made.append((run(varied(rng, picture) if vary else small).ravel(), kind, group))
    return [np.array(column) for column in zip(*made)]


def photographs(run, data):
    rows = [row["file"] for row in pictures.rows(data / "device_photos", "truth.csv")]
    return np.array([run(pictures.squashed(data / "device_photos" / file, lite0.SIDE, "RGB")).ravel() for file in rows])


def export(weights, file):
    net = layers.Exporter(weights)
    x = lite0.body(net, net.begin(lite0.SIDE, 3), 0, 7)[-1]
    logits = net.flat(net.mix("kind", net.pooled(lite0.top(net, x)), len(KINDS)), 1, len(KINDS))
    net.named(logits, "logits")
    net.named(net.node("Softmax", [logits], axis=1), "probabilities")
    file.write_bytes(net.model(3, lite0.SIDE, {"logits": [1, len(KINDS)], "probabilities": [1, len(KINDS)]}).SerializeToString())


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    rng, weights = np.random.default_rng(SEED), lite0.published(3)
    run = early.Early(weights, 3)
    x, y, _ = features(run, data, "train", 750, rng, True)
    mean, spread = x.mean(0), x.std(0) + 0.05
    layer = LogisticRegression(C=0.01, max_iter=2000).fit((x - mean) / spread, y)
    w = (layer.coef_ / spread).T.astype("f")
    b = (layer.intercept_ - mean @ w).astype("f")
    checked, kinds, groups = features(run, data, "val", 900, rng, False)
    warm = figures.temperature(checked @ w + b, kinds) + GAP
    weights["kind"] = {"w": w / warm, "g": np.ones(len(KINDS), "f"), "b": b / warm}
    export(weights, out / "model.onnx")
    net = early.session(str(out / "model.onnx"))
    logits = checked @ (w / warm) + b / warm
    right = logits.argmax(1) == kinds
    print(f"temperature {warm:.2f}; all {figures.interval(np.mean, groups, right)} of {len(right)}")
    for kind, name in enumerate(KINDS):
        print(name, figures.interval(np.mean, groups[kinds == kind], right[kinds == kind]), "of", (kinds == kind).sum())
    print("calibration error", round(figures.calibration(figures.softmax(logits), kinds), 4))
    seen = photographs(run, data) @ (w / warm) + b / warm
    print("device photographs taken as other:", (seen.argmax(1) == 2).sum(), "of", len(seen))
    print("least share for the right kind", figures.softmax(logits)[np.arange(len(kinds)), kinds].min(), net.get_outputs()[0].shape)


if __name__ == "__main__":
    main()
