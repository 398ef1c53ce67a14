"""The slices with their kind, tumour box and person, and how they are varied for learning."""
import re

import numpy as np

import lite0
import pictures
from net import KINDS

STORED = 272  # side of the stored pictures


class Slices:
    def __init__(self, folder, split):
        rows = [row for row in pictures.rows(folder) if row["split"] == split]
        self.pictures = pictures.stack(folder, [row["file"] for row in rows], STORED)
        self.kinds = np.array([KINDS.index(row["label"]) for row in rows])
        self.people = np.array([re.sub("[A-Z]$", "", row["patient"]) for row in rows])
        self.boxes = np.zeros((len(rows), 4), "f")
        for i, row in enumerate(rows):
            if row["xmin"]:  # in shares of the stored picture, which is square but for some without tumour
                self.boxes[i] = [float(row[side]) / STORED for side in ("xmin", "ymin", "xmax", "ymax")]
        self.small = pictures.stack(folder, [row["file"] for row in rows], lite0.SIDE)[..., None]


def target(box, grid):
    """How much of each cell's middle lies in the ellipse of the box."""
    at = (np.arange(grid) + 0.5) / grid
    middle, half = (box[:2] + box[2:]) / 2, np.maximum((box[2:] - box[:2]) / 2, 0.6 / grid)
    away = ((at[None, :] - middle[0]) / half[0]) ** 2 + ((at[:, None] - middle[1]) / half[1]) ** 2
    return (away < 1).astype("f")


def varied(slices, size, seed, grid, spread):
    """Gives batches: pictures, kinds, boxes, targets; sizes vary by `spread`. Each kind is drawn by the root of its number."""
    many = np.bincount(slices.kinds, minlength=len(KINDS)) ** 0.5
    groups = [np.flatnonzero(slices.kinds == kind) for kind in range(len(KINDS))]

    def batch(step):
        rng = np.random.default_rng((seed, step))
        x, boxes = [], np.zeros((size, 4), "f")
        kinds, cells = np.zeros(size, np.int32), np.zeros((size, grid, grid), "f")
        for i in range(size):
            kinds[i] = rng.choice(len(KINDS), p=many / many.sum())
            at = rng.choice(groups[kinds[i]])
            matrix = pictures.warp(rng, STORED, lite0.SIDE, 20, spread, 0.06, 0.5)
            x.append(pictures.exposed(rng, pictures.moved(slices.pictures[at], matrix, lite0.SIDE))[..., None])
            if kinds[i] < 3:
                box = slices.boxes[at] * STORED
                middle = matrix[:, :2] @ ((box[:2] + box[2:]) / 2) + matrix[:, 2]
                half = np.sqrt((matrix[:, :2] ** 2) @ ((box[2:] - box[:2]) / 2) ** 2)  # of the ellipse, turned
                boxes[i] = np.clip(np.concatenate([middle - half, middle + half]) / lite0.SIDE, 0, 1)
                cells[i] = target(boxes[i], grid)
        return np.stack(x), kinds, boxes, cells

    return batch
