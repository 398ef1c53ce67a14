"""Makes scenes: `data.py FOLDER SEED COUNT`, in files of 500. Seeds: training 1, watching 2, measuring 3."""
import pathlib
import sys

import cv2
import numpy as np

import scene

PART = 500
ROOM = 64  # truths kept of a scene


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for first in range(0, count, PART):
        path = folder / f"{seed}-{first:06}.npz"
        if path.exists():
            continue
        made = [scene.scene(seed, first + i) for i in range(min(PART, count - first))]
        truths = np.full((len(made), ROOM, 6), -1, np.float32)
        for row, (_, found) in zip(truths, made):
            row[: min(ROOM, len(found))] = found[:ROOM]
        unfinished = folder / f"unfinished-{seed}.tmp"
        with open(unfinished, "wb") as out:
            np.savez(out, pictures=np.stack([picture for picture, _ in made]), truths=truths)
        unfinished.rename(path)


if __name__ == "__main__":
    main()
