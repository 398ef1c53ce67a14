"""Shows what is drawn: `look.py DATA OUT.png SEED`."""
import sys

import cv2
import numpy as np

from scene import closeup, scene


def main():
    data, out, rng = sys.argv[1], sys.argv[2], np.random.default_rng(int(sys.argv[3]))
    rows = []
    for _ in range(3):
        row = []
        for _ in range(6):
            picture, tests, zones = scene(rng, data, 300)
            for test, (middle, along, across) in zip(tests, zones):
                ends = np.int32([middle + along + across, middle + along - across, middle - along - across, middle - along + across])
                cv2.polylines(picture, [ends], True, (0, 255, 0), 1)
                cv2.circle(picture, [int(v) for v in middle + along], 3, (0, 0, 255), -1)
                cv2.putText(picture, f"{test.control:.2f} {test.test:.2f}", (4, 12), 0, 0.4, (0, 140, 255), 1)
            row.append(picture)
        rows.append(np.hstack(row))
    cv2.imwrite(out, np.vstack(rows))


if __name__ == "__main__":
    main()
