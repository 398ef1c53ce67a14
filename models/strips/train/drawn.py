"""Draws whole pictures to choose by or to measure with: `drawn.py DATA OUT SEED COUNT`, with a truth.csv. Seeds: choosing 900, measuring 901.

truth.csv: file, form, purpose (0 not told, 1 pregnancy, 2 COVID), result (positive, negative, invalid, none, two, or the words of a display), contrast of the
control line, contrast of the test line. Of two tests none may be told.
"""
import pathlib
import sys

import cv2
import numpy as np

from colours import between
from scene import scene

RESULTS = ["negative", "positive", "invalid", "invalid"]


def told(tests):
    """The row of a picture."""
    if len(tests) != 1:
        return ["", "0", "two" if tests else "none", "0", "0"]
    test = tests[0]
    result = test.said or "blank" if test.form == "digital" else RESULTS[test.result]
    return [test.form, str(test.purpose), result, f"{test.control:.3f}", f"{test.test:.3f}"]


def main():
    data, out, seed, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    rows = ["file,form,purpose,result,control,test"]
    for number in range(count):
        rng = np.random.default_rng([seed, number, 7])
        side, ratio = int(between(rng, 480, 960)), float(rng.choice([1, 4 / 3, 3 / 4]))
        picture, tests, _ = scene(rng, data, side, 0.15, ratio)
        name = f"{seed}-{number:04}.jpg"
        cv2.imwrite(str(out / name), picture, [cv2.IMWRITE_JPEG_QUALITY, 94])
        rows.append(",".join([name, *told(tests)]))
    (out / "truth.csv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
