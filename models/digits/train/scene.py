"""Pictures of drawn displays: `scene(seed, number)` is the same for ever.

Each comes with the boxes of its numerals and signs; numerals too small or cut off by the edge are marked as neither wanted nor wrong.
"""
from dataclasses import dataclass, field

import cv2
import numpy as np

import camera
import lettering
import segments

SIDE = 256
FLAT = 368  # side of the drawing before it is turned
CLASSES = "0123456789-.:"
LEAST, MOST = 13, 100  # heights of wanted numerals
WORDS = ("SYS DIA PUL PULSE mmHg mg/dL mmol/L kg lb SpO2 bpm BPM min /min PR RR ECG HR NIBP Temp ART CVP MEM M AM PM START STOP SET MODE "
         "BATT OMRON kPa ON OFF Hi Lo USER A B DATE TIME AVG HOLD ZERO TARE UNIT g oz PI PLETH RESP ALARM ADULT %").split()


@dataclass
class Drawing:
    """A flat picture, with the boxes of characters in it."""

    rng: np.random.Generator
    picture: np.ndarray
    found: list = field(default_factory=list)  # (class, box, wanted)


def colour(rng, low=0, high=255):
    grey = rng.uniform(low, high)
    return np.clip(grey + rng.normal(0, rng.choice([3, 12, 40]), 3), 0, 255).astype(np.float32)


def vivid(rng):
    hue = np.uint8([[[rng.integers(180), rng.choice([0, 60, 160, 255]), 255]]])
    return cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)[0, 0].astype(np.float32) * rng.uniform(0.6, 1)


def backdrop(rng):
    """A room out of focus: blobs, edges and texture."""
    small = rng.uniform(0, 255, (int(rng.integers(2, 9)), int(rng.integers(2, 9)), 3)).astype(np.float32)
    picture = cv2.resize(small, (FLAT, FLAT), interpolation=cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_NEAREST)
    base = colour(rng)
    picture = np.clip(base + (picture - 128) * rng.choice([0.1, 0.3, 0.8]), 0, 255).astype(np.float32)
    for _ in range(rng.integers(0, 12)):
        shape(rng, picture, colour(rng))
    return picture


def shape(rng, picture, ink):
    """Something that is no numeral: a box, a bar, a ring, a line, a wave."""
    kind, at = rng.integers(6), rng.integers(0, FLAT, 2)
    size = np.exp(rng.uniform(np.log(4), np.log(120), 2)).astype(int)
    ink, thick = tuple(float(v) for v in ink), int(rng.choice([-1, 1, 2, 4, 8]))
    a, b = tuple(int(v) for v in at), tuple(int(v) for v in at + size)
    if kind < 2:
        cv2.rectangle(picture, a, b, ink, thick, cv2.LINE_AA)
    elif kind == 2:
        cv2.ellipse(picture, a, tuple(int(v) for v in size // 2 + 2), float(rng.uniform(0, 180)), 0, float(rng.choice([180, 360])), ink, thick, cv2.LINE_AA)
    elif kind == 3:
        cv2.line(picture, a, tuple(int(v) for v in at + rng.normal(0, 60, 2)), ink, abs(thick), cv2.LINE_AA)
    elif kind == 4:
        x = np.arange(0, int(rng.integers(40, 250)), 2)
        y = np.convolve(rng.normal(0, 1, len(x)) * rng.choice([1, 8], len(x), p=[0.9, 0.1]), np.ones(int(rng.integers(2, 9))), "same") * rng.uniform(1, 4)
        cv2.polylines(picture, [(np.stack([x, y], 1) + at).astype(np.int32)], False, ink, abs(thick) % 4 + 1, cv2.LINE_AA)
    else:
        corners = at + rng.normal(0, size.mean() / 2, (int(rng.integers(3, 6)), 2))
        cv2.fillPoly(picture, [corners.astype(np.int32)], ink, cv2.LINE_AA)


def number(rng):
    kind = rng.random()
    digits = "".join(str(d) for d in rng.integers(0, 10, int(rng.choice([1, 2, 3, 4, 5], p=[0.1, 0.35, 0.38, 0.12, 0.05]))))
    if kind < 0.1 and len(digits) == 3:
        digits = "1" + digits[1:]
    if kind > 0.72 and len(digits) > 1:
        at = len(digits) - int(rng.choice([1, min(2, len(digits) - 1)], p=[0.75, 0.25]))
        digits = digits[:at] + "." + digits[at:]
    elif kind > 0.66:
        digits = f"{rng.integers(1, 24)}:{rng.integers(60):02}"
    elif kind > 0.62:
        digits = "-" + digits
    elif kind > 0.58:
        digits = f"{rng.integers(60, 200)}/{rng.integers(40, 120)}"
    elif kind > 0.56:
        digits = "".join(rng.choice(list("ELrHPnoFCUhtAbdu"), int(rng.integers(2, 4))))
    return digits


def put(drawing, mask, ink, light=0.0, aura=None):
    """Lays ink through a mask; `light` is the share of light that spreads round what shines."""
    share = mask.astype(np.float32)[..., None] / 255
    drawing.picture += (ink - drawing.picture) * share
    if light:
        drawing.picture += cv2.GaussianBlur(share, (0, 0), aura)[..., None] * ink * light


def wide(text):
    return sum({".": 0.15, ":": 0.3, "/": 0.5}.get(c, 0.75) for c in text)


@dataclass
class Look:
    """How one display draws its numerals."""

    kind: str  # drawn segments, a font of segments, a plain font, or dots
    style: object
    font: str
    spread: float
    coarse: int
    ghost: float
    ink: np.ndarray
    light: float
    stretch: float


def look(rng, ink, shining):
    kind = str(rng.choice(["segments", "segment font", "font", "dots"], p=[0.56, 0.12, 0.26, 0.06]))
    return Look(kind, segments.style(rng), lettering.some(rng, kind == "segment font"), rng.choice([0, 0, rng.uniform(-0.04, 0.15)]),
                int(rng.integers(7, 18)), rng.choice([0, 0, rng.uniform(0.02, 0.2)]), ink, rng.choice([0, rng.uniform(0.2, 0.9)]) if shining else 0, 1.0)


def numeral_row(drawing, own, text, left, top, height):
    rng = drawing.rng
    mask = np.zeros((FLAT, FLAT), np.uint8)
    if own.kind == "segments":
        text = text.replace("/", "")
        ghost = np.zeros_like(mask) if own.ghost else None
        before = " " * int(rng.integers(0, 2)) if own.ghost else ""
        found, end = segments.write(mask, ghost, own.style, before + text, left, top, height)
        if ghost is not None:
            put(drawing, (ghost * own.ghost).astype(np.uint8), own.ink)
    else:
        if own.kind == "segment font":
            text = text.replace("/", "")
        found, end = lettering.write(mask, own.font, text, left, top, height, own.spread, own.coarse if own.kind == "dots" else 0)
    if own.light == 0 and rng.random() < 0.3:  # a liquid crystal's shadow on the ground behind it
        shift = np.float32([[1, 0, rng.uniform(-0.06, 0.06) * height], [0, 1, rng.uniform(0, 0.06) * height]])
        put(drawing, (cv2.GaussianBlur(cv2.warpAffine(mask, shift, (FLAT, FLAT)), (0, 0), 1.0) * rng.uniform(0.1, 0.35)).astype(np.uint8), own.ink)
    put(drawing, mask, own.ink, own.light, max(0.8, own.style.thick * height * rng.uniform(0.3, 1.2)))
    if own.light and rng.random() < 0.5:  # overexposed in the middle
        core = cv2.erode(mask, np.ones((3, 3), np.uint8)) if height * own.style.thick > 5 else mask
        put(drawing, (core * rng.uniform(0.3, 0.9)).astype(np.uint8), np.float32([255, 255, 255]))
    drawing.found += [(c, box, height >= LEAST) for c, box in found if c in CLASSES]
    return end


def label(drawing, ink, left, top, height):
    rng = drawing.rng
    mask = np.zeros((FLAT, FLAT), np.uint8)
    word = str(rng.choice(WORDS))
    if rng.random() < 0.15:
        word = "".join(rng.choice(list("abcdefghiklmnprstuvwxyzACDEFGHKLMNPRTUVWXY"), int(rng.integers(2, 9))))
    found, end = lettering.write(mask, lettering.some(rng), word, left, top, max(5, height))
    drawing.found += [(c, box, False) for c, box in found if c in CLASSES + "OoIl"]
    put(drawing, mask, ink)
    return end


def panel(drawing, x0, y0, x1, y1):
    """A display: a ground, rows of numerals, labels and icons."""
    rng = drawing.rng
    shining = rng.random() < 0.45
    if shining:
        ground, ink = colour(rng, 0, 60), vivid(rng)
    else:
        ground, ink = colour(rng, 90, 240), colour(rng, 0, 70)
        if rng.random() < 0.18:
            ground, ink = ink, ground
        away = ground - ink
        ink = ground - away * rng.uniform(0.45, 1) if np.abs(away).mean() > 70 else ink
    area = drawing.picture[max(0, y0) : y1, max(0, x0) : x1]
    if area.size == 0:
        return
    drawing.picture[max(0, y0) : y1, max(0, x0) : x1] = ground
    if rng.random() < 0.5:
        cv2.rectangle(drawing.picture, (x0, y0), (x1, y1), tuple(float(v) for v in colour(rng)), int(rng.integers(1, 10)), cv2.LINE_AA)
    own = look(rng, ink, shining)
    y, most = y0 + rng.uniform(3, 25), (y1 - y0) * 0.8
    rows, first = int(rng.integers(1, 5)), None
    beside = rng.choice(["left", "right", "none", "above"])
    for _ in range(rows):
        height = np.exp(rng.uniform(np.log(11), np.log(105))) if first is None or rng.random() < 0.25 else first * rng.choice([1, 1, rng.uniform(0.5, 1)])
        height = min(height, most)
        first = first or height
        if y + height > y1 + 8 or height < 8:
            break
        text, room = number(rng), x1 - x0
        while wide(text) * height > room * 1.05 and len(text) > 1:
            text = text[1:]
        x = x0 + rng.uniform(0, max(2, room - wide(text) * height))
        small = max(6, min(16, height * rng.uniform(0.15, 0.5)))
        if beside == "above":
            label(drawing, own.ink, x, y, small)
            y += small * 1.6
        if beside == "left" and x - x0 > 30:
            label(drawing, own.ink, x0 + 3, y + rng.uniform(0, height - small * 0.5), small)
            x = max(x, x0 + small * 3.2)
        end = numeral_row(drawing, own, text, x, y, height)
        if beside == "right" or rng.random() < 0.2:
            label(drawing, own.ink, end + small * 0.4, y + rng.uniform(0, max(1, height - small)), small)
        if rng.random() < 0.25 and end + height * 0.8 < x1:  # a smaller number on the same row
            end = numeral_row(drawing, own, number(rng)[:3], end + height * rng.uniform(0.5, 0.9), y + rng.uniform(0, height * 0.4), height * rng.uniform(0.4, 0.7))
        y += height * rng.uniform(1.12, 1.6) + rng.uniform(0, 8)
        if shining and rng.random() < 0.3:
            own = look(rng, vivid(rng), True) if rng.random() < 0.3 else own
            own.ink = vivid(rng)
    for _ in range(rng.integers(0, 3)):
        if y < y1 - 10:
            label(drawing, ink, rng.uniform(x0, x1), rng.uniform(y, y1), rng.uniform(6, 14))


def drawn(rng):
    drawing = Drawing(rng, backdrop(rng))
    edge = (FLAT - SIDE) // 2
    kind = rng.random()
    if kind < 0.2:  # the display fills the picture
        panel(drawing, edge + int(rng.integers(-40, 10)), edge + int(rng.integers(-40, 10)), FLAT - edge + int(rng.integers(-10, 40)), FLAT - edge + int(rng.integers(-10, 40)))
    elif kind < 0.9:
        for _ in range(rng.choice([1, 1, 2, 3])):
            w, h = int(rng.integers(50, 260)), int(rng.integers(30, 260))
            x, y = edge + int(rng.uniform(-0.1, 1.0) * max(20, SIDE - w)), edge + int(rng.uniform(-0.1, 1.0) * max(20, SIDE - h))
            drawing.found = [f for f in drawing.found if f[1][2] < x or f[1][0] > x + w or f[1][3] < y or f[1][1] > y + h]
            panel(drawing, x, y, x + w, y + h)
    ink = colour(rng)
    for _ in range(rng.choice([0, 1, 3, 8])):
        label(drawing, ink, rng.uniform(0, FLAT), rng.uniform(0, FLAT), np.exp(rng.uniform(np.log(6), np.log(45))))
    return drawing


def turned(rng, drawing):
    """Turns the drawing into the picture; boxes become centres, widths and heights."""
    angle = np.deg2rad(rng.choice([0, rng.normal(0, 5), rng.uniform(-15, 15)]))
    scale = np.exp(rng.normal(0, 0.12))
    c, s = np.cos(angle) * scale, np.sin(angle) * scale
    corners = np.float32([[0, 0], [FLAT, 0], [FLAT, FLAT], [0, FLAT]])
    target = (corners - FLAT / 2) @ np.float32([[c, s], [-s, c]]) * np.float32([np.exp(rng.normal(0, 0.07)), 1]) + SIDE / 2
    target += rng.uniform(-1, 1, (4, 2)) * rng.choice([0, 8, 25])
    warp = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    picture = cv2.warpPerspective(drawing.picture, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    truths = []
    for character, (x0, y0, x1, y1), wanted in drawing.found:
        points = np.float32([[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [(x0 + x1) / 2, (y0 + y1) / 2]]])
        p = cv2.perspectiveTransform(points, warp)[0]
        x, y = p[4]
        w = (np.linalg.norm(p[1] - p[0]) + np.linalg.norm(p[2] - p[3])) / 2
        h = (np.linalg.norm(p[3] - p[0]) + np.linalg.norm(p[2] - p[1])) / 2
        if x < -w / 2 or y < -h / 2 or x > SIDE + w / 2 or y > SIDE + h / 2:
            continue
        inside = p[:4, 0].min() > -0.12 * w and p[:4, 0].max() < SIDE + 0.12 * w and p[:4, 1].min() > -0.12 * h and p[:4, 1].max() < SIDE + 0.12 * h
        if character.isdigit():
            wanted = wanted and LEAST <= h <= MOST * 1.1
        kind = CLASSES.index(character) if character in CLASSES else 0
        truths.append((kind, x, y, max(w, 2), max(h, 2), float(wanted and inside)))
    return picture, truths


def scene(seed, number):
    rng = np.random.default_rng((seed, number))
    picture, truths = turned(rng, drawn(rng))
    heights = [t[4] for t in truths if t[0] < 10 and t[5]]
    return camera.photographed(rng, picture, min(heights, default=20)), np.float32(truths).reshape(-1, 6)
