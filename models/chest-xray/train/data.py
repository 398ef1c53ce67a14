"""The X-rays with their label and person, the 28-pixel pictures of PneumoniaMNIST, and how they are varied for learning."""
import pathlib

import cv2
import numpy as np

import lite0
import pictures
from net import KINDS

SMALL = 28
LIKE = 0.955  # correlation from which a small picture is a copy of a large one; others reach 0.95, copies begin at 0.96


class Xrays:
    def __init__(self, folder, split):
        rows = [row for row in pictures.rows(folder) if row["split"] == split]
        self.pictures = pictures.stack(folder, [row["file"] for row in rows], lite0.SIDE)
        self.labels = np.array([KINDS.index(row["label"]) for row in rows])
        self.people = np.array([row["patient"] for row in rows])
        self.adult = np.array([row["source"].startswith("nih") for row in rows])


def middle(picture, wide):
    """As PneumoniaMNIST was made: the middle square of a picture `wide` times as wide as high, in 28 pixels."""
    kept = int(round(picture.shape[1] / wide))
    left = (picture.shape[1] - kept) // 2
    return cv2.resize(picture[:, left:left + kept], (SMALL, SMALL), interpolation=cv2.INTER_AREA)


def enlarged(small):
    return cv2.resize(small, (lite0.SIDE, lite0.SIDE), interpolation=cv2.INTER_CUBIC)


def even(pictures):
    flat = pictures.reshape(len(pictures), -1).astype("f")
    flat = flat - flat.mean(1, keepdims=True)
    return flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6)


def copies(small, large):
    """Which small pictures show one of the large ones, whatever the large one's true width was."""
    rows, best = even(small), np.zeros(len(small))
    for wide in np.arange(1.0, 2.01, 0.08):
        best = np.maximum(best, (rows @ even(np.stack([middle(x, wide) for x in large])).T).max(1))
    return best > LIKE


def tiny(folder, checking):
    """PneumoniaMNIST for learning, without copies of `checking`, and its val without copies of what is learnt from."""
    own = np.load(pathlib.Path(folder) / "pneumoniamnist_28.npz")
    seen = copies(own["train_images"], checking.pictures[~checking.adult])
    return own["train_images"][~seen], own["train_labels"].ravel()[~seen].astype(int), own["val_images"], own["val_labels"].ravel().astype(int)


def varied(xrays, small, early, size, seed):
    """Gives batches: what the early stages make of the pictures, labels, and which rows are adults.

    Of eight pictures five are children (their labels are certain), two adults and one is small; both labels are as frequent.
    """
    grown, labels = xrays.adult, xrays.labels
    groups = [[np.flatnonzero((grown == adult) & (labels == label)) for label in range(2)] for adult in (False, True)]
    little = [np.flatnonzero(small[1] == label) for label in range(2)]

    def batch(step):
        rng = np.random.default_rng((seed, step))
        x, y, adult = [], rng.integers(0, 2, size), np.zeros(size, bool)
        for i in range(size):
            kind = rng.integers(8)
            adult[i] = kind in (5, 6)
            if kind == 7:
                picture = enlarged(small[0][rng.choice(little[y[i]])])
            else:
                picture = xrays.pictures[rng.choice(groups[int(adult[i])][y[i]])]
                if rng.random() < 0.05:
                    picture = enlarged(middle(picture, rng.uniform(1, 1.6)))
            matrix = pictures.warp(rng, lite0.SIDE, lite0.SIDE, 10, 0.2, 0.06, 0.5)
            x.append(early(pictures.exposed(rng, pictures.moved(picture, matrix, lite0.SIDE))[..., None]))
        return np.stack(x), y, adult

    return batch
