"""Fits how sure a number is by what two readers say of it: `confidence.py FIT CHECK ...`.

FIT and CHECK are what `cargo bench --bench reading -- FOLDER --evidence` prints of folders that devices.py drew: seed 4 to fit on, seed 5 to
check. Prints the weights for src/inference/ocr/judged.rs, then how often what is sure is right in each file.
"""
import sys

import numpy as np

RIDGE = 0.3


def rows(path):
    table = np.array([[float(cell) for cell in line.split(",")] for line in open(path) if line[:2] in ("0,", "1,")])
    return table[:, 1:], table[:, 0]


def with_bias(features):
    return np.hstack([features, np.ones((len(features), 1))])


def sure(weights, features):
    return 1 / (1 + np.exp(-with_bias(features) @ weights))


def fit(features, right):
    """Logistic regression by Newton's steps, the bias free."""
    held, weights = with_bias(features), np.zeros(features.shape[1] + 1)
    ridge = np.eye(len(weights)) * RIDGE
    ridge[-1, -1] = 0
    for _ in range(100):
        p = sure(weights, features)
        slope = held.T @ (right - p) - ridge @ weights
        step = np.linalg.solve((held * (p * (1 - p))[:, None]).T @ held + ridge, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def main():
    weights = fit(*rows(sys.argv[1]))
    print("WEIGHTS", np.round(weights[:-1], 2), "BIAS", round(weights[-1], 2))
    for path in sys.argv[1:]:
        features, right = rows(path)
        p = sure(weights, features)
        told = (f">= {least}: {int((p >= least).sum())}, wrong {int((1 - right[p >= least]).sum())}" for least in (0.8, 0.9, 0.95))
        print(path, len(right), f"mean {p.mean():.3f}, right {right.mean():.3f};", "; ".join(told))


if __name__ == "__main__":
    main()
