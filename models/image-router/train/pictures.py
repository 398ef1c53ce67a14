"""Pictures: read, squashed to the net's square, and varied for learning."""
import csv
import pathlib

import cv2
import numpy as np
from PIL import Image

cv2.setNumThreads(1)


def rows(folder, name="labels.csv"):
    with open(pathlib.Path(folder) / name, newline="") as file:
        return list(csv.DictReader(file))


def squashed(path, side, mode="L"):
    """As the server does it: both sides made equal with a triangle filter, whatever they were."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert(mode).resize((side, side), Image.BILINEAR))


def stack(folder, files, side, mode="L"):
    return np.stack([squashed(pathlib.Path(folder) / file, side, mode) for file in files])


def warp(rng, side, out, turn, scale, shift, flip):
    """A random affine change, as the matrix from a picture of `side` to one of `out` pixels; both axes are stretched apart."""
    angle, (wide, high) = np.deg2rad(rng.uniform(-turn, turn)), np.exp(rng.uniform(-scale, scale) + rng.uniform(-scale / 2, scale / 2, 2))
    if rng.random() < flip:
        wide = -wide
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([wide, high]) * out / side
    move = out / 2 - turned @ [side / 2, side / 2] + rng.uniform(-shift, shift, 2) * out
    return np.concatenate([turned, move[:, None]], 1)


def moved(picture, matrix, out):
    centred = matrix.copy()
    centred[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
    return cv2.warpAffine(picture, centred, (out, out), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def exposed(rng, picture):
    """Another contrast, brightness and gamma, sometimes unsharp, noisy, compressed or with a part hidden."""
    x = picture.astype(np.float32) / 255
    x = np.clip((x - 0.5) * np.exp(rng.uniform(-0.3, 0.3)) + 0.5 + rng.uniform(-0.12, 0.12), 0, 1) ** np.exp(rng.uniform(-0.35, 0.35))
    if rng.random() < 0.25:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < 0.25:
        x = x + rng.normal(0, rng.uniform(0.01, 0.05), x.shape).astype(np.float32)
    x = (np.clip(x, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.3:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])[1], cv2.IMREAD_UNCHANGED)
    if rng.random() < 0.2:
        top, left = rng.integers(0, x.shape[0] - 30, 2)
        high, wide = rng.integers(15, 50, 2)
        x[top:top + high, left:left + wide] = rng.integers(0, 255)
    return x
