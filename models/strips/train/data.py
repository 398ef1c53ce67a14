"""Draws what is learnt from: `data.py windows|lines DATA OUT SEED COUNT`, in files of 500.

DATA is the folder of open pictures that some grounds are cut from. Seeds: training from 1 on, choosing 900, measuring 901.
"""
import pathlib
import sys

import cv2
import numpy as np

import crops
import grounds
from colours import between, chance
from scene import closeup, scene
from strips import FORMS

PART = 500
SIDE, ROOM = 256, 2  # of pictures for the finder, and how many zones a picture has at most


def window(rng, data):
    """A picture of SIDE, and its zones: form, middle, along, across, in pixels."""
    side = int(between(rng, 260, 460))
    picture, tests, zones = scene(rng, data, side)
    picture = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    truth = np.full((ROOM, 7), -1, np.float32)
    for row, test, zone in zip(truth, tests, zones):
        row[0], row[1:] = FORMS.index(test.form), np.ravel(zone) * SIDE / side
    return picture, truth


def lines(rng, data):
    """A crop whose zone's control end is on the right, and its truth: result (4 is no zone), control line, test line, contrasts in thousandths."""
    if chance(rng, 0.1):
        side = 240
        picture = cv2.resize(scene(rng, data, side, 0.8)[0], (side, side))
        turn, length = between(rng, 0, 6.3), between(rng, 14, 60)
        middle = rng.uniform(60, 180, 2)
        # Where a test happens to be its zone is hardly hit; the reader may not be sure there.
        return crops.flat(picture, middle, np.float32([np.cos(turn), np.sin(turn)]) * length), np.int16([4, 0, 0, 0, 0])
    picture, (middle, along, _), test = closeup(rng)
    middle, along = crops.shaken(rng, middle, along)
    return crops.flat(picture, middle, along), np.int16([test.result, *test.strengths, 1000 * test.control, 1000 * test.test])


def main():
    kind, data, out, seed, count = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
    out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for first in range(0, count, PART):
        path = out / f"{kind}-{seed}-{first:06}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([seed, first, kind == "lines"])
        made = [{"windows": window, "lines": lines}[kind](rng, data) for _ in range(min(PART, count - first))]
        unfinished = out / f"unfinished-{kind}-{seed}.tmp"
        with open(unfinished, "wb") as file:
            np.savez(file, pictures=np.stack([picture for picture, _ in made]), truths=np.stack([truth for _, truth in made]))
        unfinished.rename(path)


if __name__ == "__main__":
    main()
