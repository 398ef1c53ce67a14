"""Numerals of seven segments, drawn in many makers' styles."""
from dataclasses import dataclass

import cv2
import numpy as np

LIT = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc", "8": "abcdefg", "9": "abcdfg",
    "-": "g", "E": "afged", "L": "fed", "r": "eg", "H": "fgbce", "P": "abfge", "n": "ecg", "o": "gcde", "F": "afge", "C": "afed", "U": "fedcb",
    "h": "fegc", "t": "fged", "A": "abcefg", "b": "fedcg", "d": "bcdeg", "u": "edc",
}
ENDS = {"a": ((0, 0), (1, 0)), "b": ((1, 0), (1, 1)), "c": ((1, 1), (1, 2)), "d": ((0, 2), (1, 2)), "e": ((0, 1), (0, 2)), "f": ((0, 0), (0, 1)), "g": ((0, 1), (1, 1))}
FINE = 4  # binary places of a coordinate


@dataclass
class Style:
    """Sizes are shares of the height."""

    aspect: float
    thick: float
    gap: float
    slant: float
    ends: str  # pointed, mitred, square or round
    pitch: float
    dot: float
    round_dot: bool
    wide_dot: bool  # a point takes room of its own
    tailed: bool  # 6 and 9 have their horizontal end
    hooked: bool  # 7 has its left segment


def style(rng):
    aspect = rng.uniform(0.42, 0.66)
    thick = rng.uniform(0.07, 0.2)
    return Style(
        aspect, thick, rng.choice([0, 0.008, 0.02, 0.035]) * rng.uniform(0.6, 1.3), rng.choice([0, rng.uniform(0, 0.22)]),
        str(rng.choice(["pointed", "mitred", "mitred", "square", "round"])), aspect + rng.uniform(0.1, 0.36), thick * rng.uniform(0.6, 1.3),
        rng.random() < 0.5, rng.random() < 0.35, rng.random() < 0.85, rng.random() < 0.25)


def lit(own, character):
    if character in "69" and not own.tailed:
        return LIT[character].replace("a" if character == "6" else "d", "")
    if character == "7" and own.hooked:
        return "abcf"
    return LIT[character]


def outline(own, name, height):
    """The corners of one segment of a numeral whose left top corner is the origin."""
    half = own.thick * height / 2
    width, tall = own.aspect * height - 2 * half, height / 2 - half
    (x0, y0), (x1, y1) = ENDS[name]
    p, q = np.float32([half + x0 * width, half + y0 * tall]), np.float32([half + x1 * width, half + y1 * tall])
    along = (q - p) / np.linalg.norm(q - p)
    across = np.float32([-along[1], along[0]])
    gap = own.gap * height
    if own.ends == "round":
        gap += half * 0.4
    p, q = p + along * gap, q - along * gap
    if own.ends == "square":
        p, q = p + along * half, q - along * half
        corners = [p + across * half, q + across * half, q - across * half, p - across * half]
    elif own.ends == "mitred" and name != "g":
        middle = np.float32([own.aspect * height / 2, height / 2])
        inside = np.sign(np.dot(across, middle - (p + q) / 2))
        first = 0 if y0 == 1 else -1  # an end at the middle bar is not mitred outward
        last = 0 if y1 == 1 else 1
        if name in "ad":
            first, last = -1, 1
        out, into = -across * inside * half, across * inside * half
        corners = [p + along * half * first + out, q + along * half * last + out, q - along * half + into, p + along * half + into]
    else:
        corners = [p, p + along * half + across * half, q - along * half + across * half, q, q - along * half - across * half, p + along * half - across * half]
    return np.float32(corners)


def leant(own, points, height):
    points = points.copy()
    points[:, 0] += (height - points[:, 1]) * own.slant
    return points


def draw(mask, own, character, left, top, height):
    """Draws on `mask` and gives the box of the ink."""
    boxes = []
    for name in lit(own, character):
        points = leant(own, outline(own, name, height), height) + np.float32([left, top])
        fixed = np.round(points * 2**FINE).astype(np.int32)
        if own.ends == "round":
            half = own.thick * height / 2
            middle = np.float32([points[0], points[3]])
            cv2.line(mask, *[tuple(int(v) for v in np.round(m * 2**FINE)) for m in middle], 255, max(1, int(round(2 * half))), cv2.LINE_AA, FINE)
            points = np.concatenate([middle - half, middle + half])
        else:
            cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, FINE)
        boxes.append(points)
    points = np.concatenate(boxes)
    return (*points.min(0), *points.max(0))


def spot(mask, own, x, y, radius):
    if own.round_dot:
        cv2.circle(mask, (int(round(x * 16)), int(round(y * 16))), int(round(radius * 16)), 255, -1, cv2.LINE_AA, FINE)
    else:
        corners = np.float32([[x - radius, y - radius], [x + radius, y - radius], [x + radius, y + radius], [x - radius, y + radius]])
        cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, FINE)
    return (x - radius, y - radius, x + radius, y + radius)


def write(mask, ghost, own, text, left, top, height):
    """Writes a number; gives the boxes of its characters, and where it ends."""
    found, x = [], left
    for character in text:
        if character == ".":
            radius = own.dot * height / 2
            room = own.pitch - own.aspect
            at = x - room * height / 2 + (own.dot * height if own.wide_dot else 0)
            found.append((character, spot(mask, own, at, top + height - radius, radius)))
            x += 1.6 * own.dot * height if own.wide_dot else 0
        elif character == ":":
            radius = own.dot * height / 2
            at = x + own.dot * height / 2
            a = spot(mask, own, at + own.slant * height * 0.66, top + height * 0.34, radius)
            b = spot(mask, own, at + own.slant * height * 0.33, top + height * 0.67, radius)
            found.append((character, (min(a[0], b[0]), a[1], max(a[2], b[2]), b[3])))
            x += (own.dot + own.pitch - own.aspect) * height
        else:
            if ghost is not None:
                draw(ghost, own, "8", x, top, height)
            if character != " ":
                found.append((character, draw(mask, own, character, x, top, height)))
            x += own.pitch * height
    return found, x
