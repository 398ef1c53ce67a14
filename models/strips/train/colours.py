"""Colours and small pieces that drawings are made of. Pictures are float32 arrays of 0..255, blue first as OpenCV has them."""
import functools
import os
import pathlib

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = sorted(str(path) for folder in os.environ.get("STRIP_FONTS", "/usr/share/fonts/truetype").split(":") for path in pathlib.Path(folder).rglob("*.ttf")
               if "DSEG" not in path.name and "Symbol" not in path.name)


def between(rng, low, high):
    return float(rng.uniform(low, high))


def chance(rng, share):
    return bool(rng.random() < share)


def pick(rng, those):
    return those[int(rng.integers(len(those)))]


def hue(rng, saturation, value):
    """A colour of any hue."""
    hsv = np.uint8([[[rng.integers(180), 255 * saturation, 255 * value]]])
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0].astype(np.float32)


def pale(rng):
    """Of plastic: mostly white, sometimes tinted, seldom strong."""
    kind = rng.random()
    if kind < 0.6:
        return np.float32([1, 1, 1]) * between(rng, 205, 255) + rng.normal(0, 4, 3).astype(np.float32)
    if kind < 0.85:
        return hue(rng, between(rng, 0.04, 0.25), between(rng, 0.8, 1))
    return hue(rng, between(rng, 0.3, 0.8), between(rng, 0.3, 1))


def strong(rng):
    return hue(rng, between(rng, 0.4, 1), between(rng, 0.3, 1))


def ink(rng):
    """Of print: dark, or coloured."""
    return np.float32([1, 1, 1]) * between(rng, 0, 110) if chance(rng, 0.7) else strong(rng) * between(rng, 0.4, 0.9)


def rounded(shape, box, radius):
    """A filled box with round corners as a mask of 0..1; box is left, top, right, bottom."""
    mask = np.zeros(shape, np.uint8)
    left, top, right, bottom = (int(round(16 * v)) for v in box)
    r = int(max(0, min(radius, (box[2] - box[0]) / 2, (box[3] - box[1]) / 2)) * 16)
    for a, b in (((left + r, top), (right - r, bottom)), ((left, top + r), (right, bottom - r))):
        points = np.int32([[a[0], a[1]], [b[0], a[1]], [b[0], b[1]], [a[0], b[1]]])
        cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, shift=4)
    for x in (left + r, right - r):
        for y in (top + r, bottom - r):
            if r:
                cv2.circle(mask, (x, y), r, 255, -1, cv2.LINE_AA, shift=4)
    return mask.astype(np.float32) / 255


def laid(picture, mask, colour):
    """The colour where the mask says, in place."""
    picture += mask[..., None] * (np.asarray(colour, np.float32) - picture)


@functools.lru_cache(600)
def font(path, size):
    return ImageFont.truetype(path, size)


def lettered(text, path, size):
    """Text as a mask that fits it."""
    face = font(path, max(4, int(size)))
    left, top, right, bottom = face.getbbox(text)
    made = Image.new("L", (max(1, right - left + 2), max(1, bottom - top + 2)))
    ImageDraw.Draw(made).text((1 - left, 1 - top), text, fill=255, font=face)
    return np.asarray(made, np.float32) / 255


def written(rng, picture, text, x, y, size, colour, turn=0, path=None):
    """Text about a middle, in quarter turns; what would leave the picture is not written. Says whether it was."""
    mask = np.rot90(lettered(text, path or pick(rng, FONTS), size), turn)
    top, left = int(y - mask.shape[0] / 2), int(x - mask.shape[1] / 2)
    if top < 0 or left < 0 or top + mask.shape[0] > picture.shape[0] or left + mask.shape[1] > picture.shape[1]:
        return False
    laid(picture[top:top + mask.shape[0], left:left + mask.shape[1]], mask, colour)
    return True
