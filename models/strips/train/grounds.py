"""What tests lie on, and what is none: plain and patterned grounds, photographs of others that may be learnt from, things of a table."""
import functools
import pathlib

import cv2
import numpy as np

from colours import FONTS, between, chance, hue, ink, laid, pale, pick, rounded, strong, written

SIDE = 420  # of the pictures kept as grounds
OPEN = ["brain_mri", "cxr_pneumonia", "pbs_cells", "malaria_cells", "wbc_pbc", "rbc_morphology"]


@functools.lru_cache(1)
def photographs():
    """The two photographs that scikit-learn comes with."""
    from sklearn.datasets import load_sample_images

    return [np.ascontiguousarray(one[..., ::-1]) for one in load_sample_images().images]


@functools.lru_cache(2)
def others(data, part="train", each=150):
    """Pictures of the sets that may be learnt from, small."""
    made, rng = [], np.random.default_rng(5)
    for folder in OPEN:
        found = sorted(path for path in pathlib.Path(data, folder, "images", part).rglob("*") if path.suffix in (".jpg", ".png"))
        for at in rng.permutation(len(found))[:each]:
            picture = cv2.imread(str(found[at]))
            if picture is not None:
                share = SIDE / max(picture.shape[:2])
                made.append(cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR))
    return made


def cut(rng, picture, height, width):
    """A part of a picture, of any size, brought to this one."""
    share = between(rng, 0.3, 1)
    h, w = max(8, int(picture.shape[0] * share)), max(8, int(picture.shape[1] * share))
    y, x = int(rng.integers(picture.shape[0] - h + 1)), int(rng.integers(picture.shape[1] - w + 1))
    made = cv2.resize(picture[y:y + h, x:x + w], (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    if chance(rng, 0.5):
        made = made[:, ::-1]
    return np.ascontiguousarray(np.rot90(made, 2) if chance(rng, 0.2) else made)


def cloudy(rng, height, width, stretch=1.0):
    """Noise of several sizes, -1..1 about."""
    made = np.zeros((height, width), np.float32)
    for level in range(2, 7):
        rows, columns = 2 + 2**level // 2, 2 + int(2**level * stretch)
        made += cv2.resize(rng.normal(0, 1, (rows, columns)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC) / (level - 1)
    return made / max(0.1, float(abs(made).max()))


def ground(rng, height, width):
    """A ground of that size."""
    kind = rng.random()
    base = pale(rng) if chance(rng, 0.4) else hue(rng, between(rng, 0, 0.7), between(rng, 0.08, 1))
    made = np.tile(base, (height, width, 1)).astype(np.float32)
    if kind < 0.3:
        return made
    if kind < 0.42:
        other = hue(rng, between(rng, 0, 0.6), between(rng, 0.1, 1))
        turn = between(rng, 0, 6.3)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        share = 0.5 + ((x / width - 0.5) * np.cos(turn) + (y / height - 0.5) * np.sin(turn))
        return made + np.clip(share, 0, 1)[..., None] * (other - made)
    if kind < 0.68:  # wood, stone, cloth
        noise = cloudy(rng, height, width, pick(rng, [1, 0.15, 6]))
        if chance(rng, 0.3):
            noise = np.sin(noise * between(rng, 4, 20))
        return made + noise[..., None] * between(rng, 5, 45) * np.float32([1, 1, 1] + rng.normal(0, 0.2, 3))
    if kind < 0.8:  # tiles, stripes, checks
        period, y, x = between(rng, 6, 90), *np.mgrid[0:height, 0:width].astype(np.float32)
        turn = between(rng, 0, 3.2)
        across, down = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        edge = pick(rng, [0.05, 0.1, 0.5])
        mask = (across / period % 1 < edge).astype(np.float32)
        if chance(rng, 0.6):
            mask = np.abs(mask - (down / period % 1 < edge)) if edge == 0.5 else np.maximum(mask, down / period % 1 < edge)
        laid(made, cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.7), hue(rng, between(rng, 0, 0.6), between(rng, 0.1, 1)))
        return made
    if kind < 0.9:  # print
        made[:] = np.float32([1, 1, 1]) * between(rng, 215, 255)
        printed(rng, made)
        return made
    return cut(rng, pick(rng, photographs()), height, width)


def printed(rng, picture, least=4):
    """Lines of text."""
    size, colour, path = between(rng, 0.02, 0.07) * picture.shape[0], ink(rng), pick(rng, FONTS)
    y = between(rng, 0.03, 0.2) * picture.shape[0]
    while y < 0.95 * picture.shape[0]:
        words = ["".join(chr(97 + int(c)) for c in rng.integers(0, 26, rng.integers(2, 10))) for _ in range(rng.integers(1, 8))]
        written(rng, picture, " ".join(words), picture.shape[1] * between(rng, 0.45, 0.55), y, max(least, size), colour, 0, path)
        y += size * between(rng, 1.3, 2.5)


def thing(rng, picture):
    """Something slender or square that is no test, anywhere: a card, a pen, a ruler, a barcode, a plaster, a display."""
    height, width = picture.shape[:2]
    reach = max(height, width)
    long = between(rng, 0.15, 0.8) * reach
    wide = long * between(rng, 0.04, 0.7)
    kind, margin = pick(rng, ["card", "pen", "ruler", "bars", "plaster", "display", "dots", "print"]), 3
    made = np.tile(pale(rng) if chance(rng, 0.6) else strong(rng), (int(wide) + 2 * margin, int(long) + 2 * margin, 1)).astype(np.float32)
    mask = rounded(made.shape[:2], (margin, margin, margin + long, margin + wide), between(rng, 0, 0.5) * wide)
    if kind in ("ruler", "bars"):
        step, x = between(rng, 0.01, 0.05) * long, margin + 0.08 * long
        while x < margin + 0.92 * long:
            deep = between(rng, 0.2, 0.9) if kind == "ruler" else 0.8
            cv2.rectangle(made, (int(x), int(margin + 0.1 * wide)), (int(x + step * between(rng, 0.1, 0.6)), int(margin + deep * wide)), ink(rng).tolist(), -1)
            x += step
    elif kind == "plaster":
        laid(made, rounded(made.shape[:2], (margin + 0.35 * long, margin + 0.1 * wide, margin + 0.65 * long, margin + 0.9 * wide), 3), pale(rng))
    elif kind == "display":
        laid(made, rounded(made.shape[:2], (margin + 0.2 * long, margin + 0.2 * wide, margin + 0.75 * long, margin + 0.8 * wide), 3), np.float32([150, 170, 165]) * between(rng, 0.3, 1.3))
        written(rng, made, str(rng.integers(10, 400)), margin + 0.48 * long, margin + 0.5 * wide, 0.45 * wide, ink(rng))
    elif kind == "dots":
        for _ in range(int(rng.integers(1, 5))):
            laid(made, rounded(made.shape[:2], (x := margin + between(rng, 0.1, 0.8) * long, y := margin + between(rng, 0.1, 0.5) * wide, x + 0.3 * wide, y + 0.3 * wide), 0.15 * wide), strong(rng))
    elif kind in ("card", "print"):
        printed(rng, made)
    placed(rng, picture, made, mask)


def placed(rng, picture, made, mask):
    """Lays something on the picture at any angle and place."""
    height, width = picture.shape[:2]
    turn = between(rng, 0, 360)
    move = cv2.getRotationMatrix2D((made.shape[1] / 2, made.shape[0] / 2), turn, 1)
    move[:, 2] += np.float64([between(rng, 0, width) - made.shape[1] / 2, between(rng, 0, height) - made.shape[0] / 2])
    flat = cv2.warpAffine(np.clip(made, 0, 255), move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    picture[:] += cv2.warpAffine(mask, move, (width, height))[..., None] * (flat - picture)


def finger(rng, picture, tip, toward):
    """A finger that comes from outside to `tip`; `toward` is where it comes from."""
    skin = np.float32(pick(rng, [[150, 180, 225], [130, 160, 205], [95, 125, 175], [60, 85, 130], [40, 55, 85]])) * between(rng, 0.85, 1.1)
    thick = between(rng, 0.05, 0.13) * max(picture.shape[:2])
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.line(mask, [int(v) for v in tip], [int(v) for v in toward], 255, max(3, int(thick)), cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), thick / 5).astype(np.float32) / 255
    laid(picture, mask.astype(np.float32) / 255, skin)
    picture *= 0.75 + 0.25 * np.where(mask > 0, soft, 1)[..., None]


def nothing(rng, height, width, data):
    """A picture without a test."""
    those = others(data)
    if those and chance(rng, 0.45):
        made = cut(rng, pick(rng, those), height, width)
        if chance(rng, 0.3):
            made = made * rng.normal(1, 0.15, 3).astype(np.float32)
        return made
    made = ground(rng, height, width)
    for _ in range(int(rng.integers(0, 6))):
        thing(rng, made)
    return made
