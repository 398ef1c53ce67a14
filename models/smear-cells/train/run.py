"""Finds the cells of a field as the server does: its scale first, then tiles, then what lies over another is dropped."""
import cv2
import numpy as np

RED, STEP, TILE, EDGE = 33, 32, 768, 96
SIDES, SEEN, FEWEST, LEAST = (224, 448, 896, 1792), 0.3, 4, 20
OVERLAP, INSIDE = 0.55, 0.8
THRESHOLDS = {"red_cell": 0.3, "white_cell": 0.3, "platelet": 0.3}


def resized(picture, share):
    high, wide = (max(1, round(n * share)) for n in picture.shape[:2])
    return cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR)


def filled(picture):
    """Widened right and below to multiples of 32 with the picture's brightness nine tenths up, which is the ground of a smear."""
    high, wide = (max(64, -(-n // STEP) * STEP) for n in picture.shape[:2])
    made = np.empty((high, wide, 3), np.uint8)
    made[:] = np.percentile(picture[::4, ::4], 90, axis=(0, 1))
    made[:picture.shape[0], :picture.shape[1]] = picture
    return made


def found(net, picture, least):
    """Rows of kind, share, x0, y0, x1, y1 for one picture of the net's scale."""
    heat, box = (one[0] for one in net.run(["heat", "box"], {"picture": filled(picture)[None]}))
    kind, i, j = np.nonzero(heat >= least)
    x, y, w, h = box[:, i, j]
    made = np.stack([kind, heat[kind, i, j], x - w / 2, y - h / 2, x + w / 2, y + h / 2], 1)
    inside = (x < picture.shape[1]) & (y < picture.shape[0])
    made[:, 2::2] = made[:, 2::2].clip(0, picture.shape[1])
    made[:, 3::2] = made[:, 3::2].clip(0, picture.shape[0])
    return made[inside & (made[:, 4] > made[:, 2]) & (made[:, 5] > made[:, 3])]


def red_width(cells, picture):
    """The median red cell's width, of those that are whole where there are some; nothing where too few are seen."""
    red = cells[(cells[:, 0] == 0) & (cells[:, 1] >= SEEN)]
    if len(red) < FEWEST:
        return None
    whole = (red[:, 2] > 1) & (red[:, 3] > 1) & (red[:, 4] < picture.shape[1] - 2) & (red[:, 5] < picture.shape[0] - 2)
    red = red[whole] if whole.sum() >= FEWEST else red
    return float(np.median((red[:, 4] - red[:, 2] + red[:, 5] - red[:, 3]) / 2))


def scale(net, picture):
    """By how much the picture is to be enlarged for a red cell to be RED wide."""
    longest = max(picture.shape[:2])
    for side in SIDES:
        if side > max(SIDES[0], 2 * longest):  # larger than that shows nothing more
            break
        small = resized(picture, side / longest)
        width = red_width(found(net, small, SEEN), small)
        if width and width >= LEAST:
            share = side / longest * RED / width
            if share * longest <= 2 * TILE:
                again = resized(picture, share)
                width = red_width(found(net, again, SEEN), again)
                if width and abs(width / RED - 1) > 0.15:
                    share *= RED / width
            return share
    return SIDES[0] / longest


def detect(net, picture, least=0.05, share=None):
    """All cells of a field in its own pixels, and the scale used."""
    share = share or scale(net, picture)
    whole = resized(picture, share)
    high, wide = whole.shape[:2]
    made = []
    for top in starts(high):
        for left in starts(wide):
            tile = found(net, whole[top:top + TILE, left:left + TILE], least)
            tile[:, 2::2] += left
            tile[:, 3::2] += top
            middle = (tile[:, 2] + tile[:, 4]) / 2 - left, (tile[:, 3] + tile[:, 5]) / 2 - top
            own = np.ones(len(tile), bool)
            for at, begin, end in ((middle[0], left, wide), (middle[1], top, high)):
                own &= (at >= EDGE / 2) | (begin == 0)
                own &= (at < TILE - EDGE / 2) | (begin + TILE >= end)
            made.append(tile[own])
    cells = apart(np.concatenate(made))
    cells[:, 2:] /= share
    return cells, share


def starts(length):
    return list(range(0, max(length - EDGE, 1), TILE - EDGE))


def overlaps(one, others):
    both = (np.minimum(one[4], others[:, 4]) - np.maximum(one[2], others[:, 2])).clip(0) * (np.minimum(one[5], others[:, 5]) - np.maximum(one[3], others[:, 3])).clip(0)
    area = (others[:, 4] - others[:, 2]) * (others[:, 5] - others[:, 3])
    return both / ((one[4] - one[2]) * (one[5] - one[3]) + area - both + 1e-6), both / (area + 1e-6)


def apart(cells):
    """The surest first; what lies over a surer one of its kind, or is a red cell within a surer white one, is dropped."""
    cells = cells[np.argsort(-cells[:, 1], kind="stable")]
    kept = np.ones(len(cells), bool)
    for at, one in enumerate(cells):
        if not kept[at]:
            continue
        over, within = overlaps(one, cells[at + 1:])
        kind = cells[at + 1:, 0]
        kept[at + 1:] &= ~((kind == one[0]) & (over > OVERLAP))
        if one[0] == 1:
            kept[at + 1:] &= ~((kind == 0) & (within > INSIDE))
    return cells[kept]
