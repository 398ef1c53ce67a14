"""Pictures that are neither brain nor chest: smears and cells in colour and grey, and drawn things; two photographs of scikit-learn."""
import cv2
import numpy as np
import sklearn.datasets

import pictures

SMEARS = {"wbc_pbc": "labels.csv", "pbs_cells": "images.csv", "malaria_cells": "labels.csv", "rbc_morphology": "labels.csv"}


def smears(data, split, many, rng):
    for folder, name in SMEARS.items():
        files = sorted({row["file"] for row in pictures.rows(data / folder, name) if row["split"] == split})
        for file in rng.choice(files, min(many, len(files)), replace=False):
            picture = pictures.squashed(data / folder / file, 256, "RGB")
            yield grey(picture) if rng.random() < 0.5 else picture


def grey(picture):
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def colour(rng):
    one = rng.integers(0, 256)
    return tuple(int(c) for c in (rng.integers(0, 256, 3) if rng.random() < 0.6 else (one, one, one)))


def ground(rng, side=256):
    """One colour, a slope of two, soft clouds, noise, or a part of a photograph."""
    kind = rng.integers(5)
    a, b = np.float32(colour(rng)), np.float32(colour(rng))
    if kind == 0:
        return np.full((side, side, 3), a, np.uint8)
    if kind == 1:
        angle, at = rng.uniform(0, 2 * np.pi), np.linspace(-0.7, 0.7, side)
        share = np.clip(np.cos(angle) * at[None] + np.sin(angle) * at[:, None] + 0.5, 0, 1)[..., None]
    elif kind == 2:
        few = rng.integers(3, 24)
        share = cv2.resize(rng.random((few, few)).astype("f"), (side, side), interpolation=cv2.INTER_CUBIC)[..., None]
    elif kind == 3:
        share = rng.random((side, side, 1))
    else:
        photo = sklearn.datasets.load_sample_images().images[rng.integers(2)]
        size = rng.integers(60, 400)
        top, left = rng.integers(0, photo.shape[0] - size), rng.integers(0, photo.shape[1] - size)
        made = cv2.resize(photo[top:top + size, left:left + size], (side, side), interpolation=cv2.INTER_AREA)
        return grey(made) if rng.random() < 0.4 else made
    return np.clip(a * share + b * (1 - share), 0, 255).astype(np.uint8)


def drawn(rng):
    """Shapes, lines and lettering on some ground: displays, documents, diagrams, phantoms."""
    picture = np.ascontiguousarray(ground(rng))
    for _ in range(rng.integers(0, 12)):
        kind, (x, y, u, v) = rng.integers(4), (int(n) for n in rng.integers(0, 256, 4))
        if kind == 0:
            cv2.rectangle(picture, (x, y), (u, v), colour(rng), int(rng.choice([-1, 1, 3, 8])))
        elif kind == 1:
            cv2.ellipse(picture, (x, y), (u // 2 + 1, v // 2 + 1), int(rng.integers(180)), 0, 360, colour(rng), int(rng.choice([-1, 1, 3, 8])))
        elif kind == 2:
            cv2.line(picture, (x, y), (u, v), colour(rng), int(rng.integers(1, 8)))
        else:
            words = "".join(chr(c) for c in rng.integers(48, 91, rng.integers(1, 14)))
            cv2.putText(picture, words, (x // 2, y), int(rng.integers(8)), rng.uniform(0.4, 4), colour(rng), int(rng.integers(1, 7)))
    if rng.random() < 0.3:  # a page of lines
        for line in range(10, 250, int(rng.integers(9, 24))):
            words = "".join(chr(c) for c in rng.integers(97, 123, 40))
            cv2.putText(picture, words, (int(rng.integers(2, 30)), line), int(rng.integers(2)), rng.uniform(0.25, 0.6), colour(rng), 1)
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 4))
    return grey(picture) if rng.random() < 0.3 else picture
