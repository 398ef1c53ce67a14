"""What the detector sees in a picture: boxes of numerals, and the rows that they form."""
import cv2
import numpy as np

from net import CELL, CLASSES

SIDES = (960, 480, 240)
LEAST, SIGN = 0.5, 0.65


def planes(picture, side):
    scale = side / max(picture.shape[:2])
    height, width = (max(32, int(round(v * scale / 32)) * 32) for v in picture.shape[:2])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return small, (picture.shape[1] / width, picture.shape[0] / height)


def boxes(run, picture):
    """Rows of x0, y0, x1, y1, score, class; the best of those that overlap."""
    found = []
    for side in SIDES:
        small, (sx, sy) = planes(picture, side)
        made = run(small)
        kinds, edges = made[: len(CLASSES)], made[len(CLASSES) :]
        score, kind = kinds.max(0), kinds.argmax(0)
        ys, xs = np.nonzero(score > np.where(kind > 9, SIGN, LEAST))
        x, y = (xs + 0.5) * CELL, (ys + 0.5) * CELL
        l, t, r, b = edges[:, ys, xs]
        high = t + b
        fits = (high < 110) & (high > (9 if side == SIDES[0] else 26)) | (kind[ys, xs] > 9)
        part = np.stack([(x - l) * sx, (y - t) * sy, (x + r) * sx, (y + b) * sy, score[ys, xs], kind[ys, xs]], 1)
        found.append(part[fits])
    return best(np.concatenate(found))


def best(found):
    found = found[np.argsort(-found[:, 4])]
    kept = []
    for one in found:
        for other in kept:
            w = min(one[2], other[2]) - max(one[0], other[0])
            h = min(one[3], other[3]) - max(one[1], other[1])
            if w > 0 and h > 0:
                least = min((one[2] - one[0]) * (one[3] - one[1]), (other[2] - other[0]) * (other[3] - other[1]))
                if w * h > 0.45 * least and (one[5] > 9) == (other[5] > 9) or w * h > 0.8 * least:
                    break
        else:
            kept.append(one)
    return kept


def rows(found):
    """Numbers as texts with their boxes and the least score, from numerals of like height side by side."""
    digits = sorted((b for b in found if b[5] < 10), key=lambda b: b[0])
    signs = [b for b in found if b[5] >= 10]
    lines = []
    for one in digits:
        height = one[3] - one[1]
        for line in lines:
            last = line[-1]
            tall = last[3] - last[1]
            gap = one[0] - last[2]
            level = abs((one[1] + one[3]) / 2 - (last[1] + last[3]) / 2)
            if 0.72 < height / tall < 1.39 and -0.35 * tall < gap < 0.75 * tall and level < 0.3 * tall:
                line.append(one)
                break
        else:
            lines.append([one])
    made = []
    for line in lines:
        text, low, at = "", 1.0, line[0]
        for one in line:
            between = [s for s in signs if one is not line[0] and last[0] < (s[0] + s[2]) / 2 < one[2] and (last[2] - s[2]) < 0.6 * (s[2] - s[0]) + 0.15 * (last[3] - last[1])
                       and min(last[1], one[1]) - 4 < (s[1] + s[3]) / 2 < max(last[3], one[3]) + 0.15 * (one[3] - one[1])]
            for sign in between[:1]:
                kind = CLASSES[int(sign[5])]
                low_down = (sign[1] + sign[3]) / 2 > one[1] + 0.7 * (one[3] - one[1])
                if kind == "." and low_down or kind == ":":
                    text += kind
            text += CLASSES[int(one[5])]
            low = min(low, one[4])
            last = one
        made.append((text, (line[0][0], min(b[1] for b in line), line[-1][2], max(b[3] for b in line)), float(low)))
    return made
