"""Numerals and words of printed fonts: files under the folders of FONTS, all openly licensed."""
import functools
import os
import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FOLDERS = os.environ.get("DIGIT_FONTS", "/usr/share/fonts/truetype").split(":")


@functools.cache
def files():
    found = sorted(p for folder in FOLDERS for p in pathlib.Path(folder).rglob("*.ttf"))
    thin = ("Math", "Thin", "Hairline", "Light.", "LightItalic", "Mono-Oblique")
    plain = [str(p) for p in found if any(n in p.name for n in ("DejaVuSans", "Liberation", "Roboto", "Lato")) and not any(n in p.name for n in thin)]
    segments = [str(p) for p in found if p.name.startswith("DSEG7") and "CHAN" not in p.name]
    return plain, segments


@functools.cache
def font(path, size):
    return ImageFont.truetype(path, size)


def some(rng, segments=False):
    plain, seven = files()
    if segments and seven:
        return seven[rng.integers(len(seven))]
    weights = np.float32([3 if "Bold" in p else 1 for p in plain]) * np.float32([0.3 if "Serif" in p or "Oblique" in p or "Italic" in p else 1 for p in plain])
    return plain[rng.choice(len(plain), p=weights / weights.sum())]


def write(mask, path, text, left, top, height, spread=0.0, coarse=0):
    """Writes a line whose numerals are `height` tall; gives the boxes of its characters, and where it ends.

    `coarse` is the height in dots of a display that draws with dots.
    """
    tall = coarse or height
    size = font(path, 100)
    probe = size.getbbox("8")
    points = max(4, round(tall * 100 / (probe[3] - probe[1])))
    own = font(path, points)
    base = own.getbbox("8")[1]
    scale = height / tall
    found, x = [], 0.0
    width = int(own.getlength(text) + points * (1 + spread * len(text)))
    drawn = Image.new("L", (width, int(points * 1.5) + 2))
    pen = ImageDraw.Draw(drawn)
    if coarse:
        pen.fontmode = "1"
    for character in text:
        box = own.getbbox(character)
        if character != " ":
            pen.text((round(x), -base + 1), character, 255, font=own)
            found.append((character, (round(x) + box[0], box[1] - base + 1, round(x) + box[2], box[3] - base + 1)))
        x += own.getlength(character) + spread * points
    if coarse:
        drawn = drawn.resize((int(width * scale), int(drawn.height * scale)), Image.NEAREST)
    left, top = int(round(left)), int(round(top))
    made = np.asarray(drawn)
    h, w = mask.shape
    x0, y0, x1, y1 = max(0, left), max(0, top), min(w, left + made.shape[1]), min(h, top + made.shape[0])
    if x1 > x0 and y1 > y0:
        part = mask[y0:y1, x0:x1]
        np.maximum(part, made[y0 - top : y1 - top, x0 - left : x1 - left], out=part)
    return [(c, (left + b[0] * scale, top + b[1] * scale, left + b[2] * scale, top + b[3] * scale)) for c, b in found], left + x * scale
