"""What the detector is to answer for a scene.

A cell near the middle of a numeral has its class, and the logarithms of the distances to the four edges; cells about it, and those of what
is neither wanted nor wrong, are left out of account.
"""
import numpy as np

from net import CELL, CLASSES

NEAR, ABOUT = 0.16, 0.3  # shares of the size
DIGITS = 10
SIGN = 4  # weight of a sign's cell


def targets(truths, side):
    """Classes (side/4, side/4, 13), their weights, edges (.., 4), their weights."""
    n = side // CELL
    kinds, counts = np.zeros((n, n, len(CLASSES)), np.float32), np.ones((n, n, len(CLASSES)), np.float32)
    edges, weights = np.zeros((n, n, 4), np.float32), np.zeros((n, n, 1), np.float32)
    at = (np.arange(n, dtype=np.float32) + 0.5) * CELL
    found = truths[truths[:, 0] >= 0]
    for kind, x, y, w, h, wanted in found[np.argsort(-found[:, 3] * found[:, 4])]:
        dx, dy = np.abs(at[None] - x), np.abs(at[:, None] - y)
        if not wanted:
            counts[(dx < max(w / 2, 2)) & (dy < max(h / 2, 2))] = 0
            continue
        size = max(w, h * 0.5)
        near = (dx < max(NEAR * size, CELL / 2 + 0.01)) & (dy < max(NEAR * h, CELL / 2 + 0.01))
        about = (dx < max(ABOUT * size, CELL)) & (dy < max(ABOUT * h, CELL))
        # No sign stands in the middle of a numeral; a sign, which has few cells, counts for more.
        counts[about, : DIGITS if kind < DIGITS else None] = 0
        counts[near] = 1 if kind < DIGITS else SIGN
        kinds[about] = 0
        kinds[near, int(kind)] = 1
        weights[about] = 0
        weights[near] = 1
        rows, columns = np.nonzero(near)
        away = np.stack([at[columns] - (x - w / 2), at[rows] - (y - h / 2), x + w / 2 - at[columns], y + h / 2 - at[rows]], 1)
        edges[rows, columns] = np.log(np.maximum(away, 1) / 8)
    return kinds, counts, edges, weights
