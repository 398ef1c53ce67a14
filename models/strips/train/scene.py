"""Puts tests on grounds, and takes pictures of them: `scene` a whole one, `closeup` the surroundings of one reading zone.

The zone of a test comes back as its middle, its half length as a vector towards the control line's end, and its half width as a vector.
"""
import cv2
import numpy as np

import grounds
from camera import photographed
from colours import between, chance
from strips import FORMS, draw


def view(rng, test, angle, centre, tilt):
    """A homography that lays a test at an angle about a centre, seen aslant."""
    height, width = test.picture.shape[:2]
    middle = np.float64([width / 2, height / 2])
    corners = np.float64([[0, 0], [width, 0], [width, height], [0, height]])
    turn = np.float64([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.float64([[1, rng.normal(0, tilt)], [rng.normal(0, tilt) * 0.3, 1 + rng.normal(0, tilt)]])
    there = (corners - middle) @ lean.T @ turn.T
    away = 1 + (there @ rng.normal(0, tilt, 2)) / max(width, height)
    return cv2.getPerspectiveTransform(corners.astype(np.float32), (there / np.clip(away, 0.6, 1.6)[:, None] + centre).astype(np.float32))


def lay(rng, picture, test, move):
    """Lays the test on the picture, with the shadow that it throws."""
    size = picture.shape[1::-1]
    mask = cv2.warpPerspective(test.mask, move, size, flags=cv2.INTER_LINEAR)
    if chance(rng, 0.55):
        soft = between(rng, 0.005, 0.03) * max(size)
        by = np.float32([[1, 0, rng.normal(0, soft)], [0, 1, rng.normal(0, soft)]])
        shade = cv2.GaussianBlur(cv2.warpAffine(mask, by, size), (0, 0), soft)
        picture *= 1 - between(rng, 0.1, 0.6) * shade[..., None]
    flat = cv2.warpPerspective(test.picture, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    picture += mask[..., None] * (flat - picture)


def zoned(test, move):
    """Middle, half length and half width of the zone, in the picture."""
    left, top, right, bottom = test.zone
    x, y = (left + right) / 2, (top + bottom) / 2
    those = np.float32([[[x, y], [right, y], [left, y], [x, bottom], [x, top]]])
    middle, control, sample, low, high = cv2.perspectiveTransform(those, move)[0]
    return np.float32([middle, (control - sample) / 2, (low - high) / 2])


def scene(rng, data, side=None, empty=0.25, ratio=1.0, form=None):
    """A picture of about `side` pixels, the tests in it, and the zone of each. `empty` is the share of pictures without a test."""
    height, width = side, int(side * ratio)
    if chance(rng, empty):
        return photographed(rng, grounds.nothing(rng, height, width, data), side / 100), [], []
    made = grounds.ground(rng, height, width)
    for _ in range(int(rng.integers(0, 3)) if chance(rng, 0.4) else 0):
        grounds.thing(rng, made)
    reach = min(height, width)
    tests, zones = [], []
    for number in range(2 if form is None and chance(rng, 0.06) else 1):
        length = between(rng, 0.42, 1.1) * reach if not tests else tests[0].picture.shape[1] * between(rng, 0.8, 1.2)
        test = draw(rng, length, form)
        angle = between(rng, 0, 2 * np.pi) if chance(rng, 0.6) else float(rng.integers(4)) * np.pi / 2 + rng.normal(0, 0.06)
        for _ in range(12):
            centre = np.float64([width, height]) * (0.5 + rng.uniform(-0.25, 0.25, 2))
            move = view(rng, test, angle, centre, 0.07 if chance(rng, 0.6) else 0.01)
            zone = zoned(test, move)
            if seen(zone, width, height) and all(np.hypot(*(zone[0] - other[0])) > 1.6 * (np.hypot(*other[1]) + np.hypot(*zone[1])) * 0.7 for other in zones):
                lay(rng, made, test, move)
                tests.append(test)
                zones.append(zone)
                if chance(rng, 0.12):
                    end = zone[0] + zone[1] * between(rng, 2.6, 4)
                    grounds.finger(rng, made, end, end + rng.normal(0, 1, 2) * reach + zone[1] * 8)
                break
    fine = max(0.6, min((np.hypot(*zone[1]) for zone in zones), default=20) * 0.08)
    return photographed(rng, made, fine), tests, zones


def seen(zone, width, height):
    middle, along, across = zone
    ends = [middle + along * 1.25, middle - along * 1.25, middle + across * 1.3, middle - across * 1.3]
    return all(2 <= x < width - 2 and 2 <= y < height - 2 for x, y in ends)


def closeup(rng):
    """A reading zone with what is round it, as a part of a photograph, its zone and the test."""
    half = float(np.exp(rng.uniform(np.log(14), np.log(85))))  # half the zone's length in pixels
    form = str(rng.choice(FORMS[:3], p=[0.52, 0.26, 0.22]))
    guess = {"cassette": 3.8, "midstream": 5, "strip": 2.9}[form]
    test = draw(rng, max(60.0, 2 * half * guess), form)
    side = int(half * 4.6) + 8
    made = grounds.ground(rng, side, side)
    angle = between(rng, 0, 2 * np.pi)
    move = view(rng, test, angle, np.float64([side / 2, side / 2]), 0.07 if chance(rng, 0.6) else 0.01)
    off = np.float64([side / 2, side / 2]) - zoned(test, move)[0]
    move = np.float64([[1, 0, off[0]], [0, 1, off[1]], [0, 0, 1]]) @ move
    lay(rng, made, test, move)
    zone = zoned(test, move)
    fine = max(0.5, np.hypot(*zone[1]) * 2 * 0.045)
    return photographed(rng, made, fine), zone, test
