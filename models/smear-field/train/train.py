"""Trains the net that tells a blood smear from anything else: `train.py DATA OUT`, DATA the folder of all sets, OUT for model.onnx.

ImageNet's features, averaged over the picture, and one layer on them. Device photographs are measured, never learnt from.
"""
import pathlib
import sys

for folder in ("image-router", "smear-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

import early
import figures
import lite0
import others
import pictures
from written import Written

SMEARS = {"pbs_cells": "images.csv", "rbc_morphology": "labels.csv", "wbc_pbc": "labels.csv", "malaria_cells": "labels.csv"}
SETS = ["brain_mri", "cxr_pneumonia"]
SEED, SIDE = 1, lite0.SIDE
GAP = 0.3  # softening: no answer is surer than the number of pictures allows


def opened(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def smears(data, split, many, rng, learning):
    """Fields whole, parts of them, and single cells."""
    for folder, name in SMEARS.items():
        files = sorted({row["file"] for row in pictures.rows(data / folder, name) if row["split"] == split})
        for file in rng.choice(files, min(many, len(files)), replace=False):
            picture = opened(data / folder / file)
            if learning and rng.random() < 0.5 and folder != "malaria_cells":
                picture = part(picture, rng)
            if learning and rng.random() < 0.3 and folder in ("pbs_cells", "rbc_morphology"):
                picture = np.tile(picture, (2, 2, 1))  # as many cells as at a lesser magnification
            yield picture, 1, f"{folder} {file}"


def part(picture, rng):
    high, wide = (int(n * rng.uniform(0.5, 1)) for n in picture.shape[:2])
    top, left = rng.integers(0, picture.shape[0] - high + 1), rng.integers(0, picture.shape[1] - wide + 1)
    return picture[top:top + high, left:left + wide]


def tinted(picture, rng):
    """A grey picture in the colours of a stain: its colour alone does not make a smear."""
    dark, light = rng.uniform([60, 0, 60], [200, 120, 200]), rng.uniform([190, 180, 190], [255, 255, 255])
    share = picture[..., :1] / np.float32(255)
    return np.uint8(dark + (light - dark) * (1 - share if rng.random() < 0.5 else share))


def nothing(data, split, many, rng):
    """Brains, chests, and drawn displays, pages and shapes."""
    for folder in SETS:
        rows = [row for row in pictures.rows(data / folder) if row["split"] == split]
        for at in rng.permutation(len(rows))[:many]:
            picture = pictures.squashed(data / folder / rows[at]["file"], 256, "RGB")
            yield tinted(picture, rng) if rng.random() < 0.35 else picture, 0, f"{folder} {rows[at]['patient']}"
    for at in range(2 * many):
        picture = others.drawn(rng)
        yield tinted(picture, rng) if rng.random() < 0.2 else picture, 0, f"drawn {split} {at}"


def varied(picture, rng):
    moved = pictures.moved(cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA), pictures.warp(rng, 256, SIDE, 20, 0.15, 0.05, 0.5), SIDE)
    return pictures.exposed(rng, moved)


def features(run, data, split, many, rng):
    made, learning = [], split == "train"
    for source in (smears(data, split, many, rng, learning), nothing(data, split, many, rng)):
        for picture, kind, group in source:
            small = varied(picture, rng) if learning else cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            made.append((run(small).ravel(), kind, group))
    return [np.array(column) for column in zip(*made)]


def export(weights, file):
    b = Written(weights)
    x = b.pooled(lite0.top(b, lite0.body(b, b.opened("pictures", SIDE), 0, 7)[-1]))
    b.named(b.flat(b.node("Sigmoid", [b.mix("kind", x, 1)]), -1), "probability")
    b.save(file, ("pictures", ["n", SIDE, SIDE, 3]), {"probability": ["n"]})


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    rng, weights = np.random.default_rng(SEED), lite0.published(3)
    run = early.Early(weights, 3)
    x, y, _ = features(run, data, "train", 260, rng)
    mean, spread = x.mean(0), x.std(0) + 0.05
    layer = LogisticRegression(C=0.01, max_iter=2000).fit((x - mean) / spread, y)
    w = (layer.coef_ / spread).T.astype("f")
    b = (layer.intercept_ - mean @ w).astype("f")
    seen, kinds, groups = features(run, data, "val", 150, rng)
    logit = (seen @ w + b)[:, 0]
    warm = figures.temperature(np.stack([0 * logit, logit], 1), kinds) + GAP
    weights["kind"] = {"w": w / warm, "g": np.ones(1, "f"), "b": b / warm}
    export(weights, out / "model.onnx")
    shares = 1 / (1 + np.exp(-logit / warm))
    for name in (*SMEARS, *SETS, "drawn"):
        own = np.array([group.startswith(name) for group in groups])
        print(name, f"taken rightly {((shares[own] >= 0.5) == kinds[own]).sum()} of {own.sum()}, share for it least {abs(shares - (1 - kinds))[own].min():.3f}")
    rows = [row["file"] for row in pictures.rows(data / "device_photos", "truth.csv")]
    photographs = np.stack([pictures.squashed(data / "device_photos" / file, SIDE, "RGB") for file in rows])
    told = early.session(str(out / "model.onnx")).run(["probability"], {"pictures": photographs})[0]
    own = 1 / (1 + np.exp(-(np.stack([run(one).ravel() for one in photographs[:8]]) @ w + b)[:, 0] / warm))
    print("photographs of devices refused:", (told < 0.5).sum(), "of", len(told), "surest", np.sort(told)[-3:], "file and trainer differ by", abs(own - told[:8]).max())
    print(f"temperature {warm:.2f}, calibration error {figures.calibration(np.stack([1 - shares, shares], 1), kinds):.4f}, AUC", figures.interval(figures.auc, groups, shares, kinds))


if __name__ == "__main__":
    main()
