"""Fields with their boxes, scaled and varied for learning, and what the net is to answer for them."""
import pathlib

import cv2
import numpy as np

import pictures
from net import CELL, KINDS, RED

NAMES = {"RBC": 0, "WBC": 1, "Platelets": 2}
SIDE, KEPT = 192, 46  # pixels of a picture learnt from; of a red cell in the pictures kept in memory
RARE = (1, 4, 3)  # how much one cell of a kind counts
LIKE = 0.93  # correlation from which two small pictures are one, turned or mirrored or not


class Field:
    def __init__(self, folder, row, boxes):
        self.file, self.set, self.split = row["file"], row["set"], row["split"]
        self.path = pathlib.Path(folder) / row["file"]
        self.boxes = np.float32([[NAMES[b["label"]], *(float(b[k]) for k in ("xmin", "ymin", "xmax", "ymax"))] for b in boxes]).reshape(-1, 5)
        whole = (self.boxes[:, 1] > 1) & (self.boxes[:, 2] > 1) & (self.boxes[:, 3] < int(row["width"]) - 2) & (self.boxes[:, 4] < int(row["height"]) - 2)
        red = self.boxes[(self.boxes[:, 0] == 0) & whole]
        red = red if len(red) else self.boxes[self.boxes[:, 0] == 0]
        self.red = float(np.median((red[:, 3:5] - red[:, 1:3]).mean(1))) if len(red) else None

    def picture(self):
        return cv2.cvtColor(cv2.imread(str(self.path)), cv2.COLOR_BGR2RGB)


def fields(folder, split):
    boxes = {}
    for row in pictures.rows(folder):
        boxes.setdefault(row["file"], []).append(row)
    made = [Field(folder, row, boxes.get(row["file"], [])) for row in pictures.rows(folder, "images.csv") if row["split"] == split]
    return [one for one in made if one.red]


def looks(those):
    """Each as a small grey picture in eight positions, each of mean 0 and length 1."""
    made = []
    for one in those:
        grey = cv2.resize(cv2.cvtColor(one.picture(), cv2.COLOR_RGB2GRAY), (20, 20), interpolation=cv2.INTER_AREA).astype("f")
        turned = [np.rot90(side, k) for side in (grey, grey[:, ::-1]) for k in range(4)]
        flat = np.stack(turned).reshape(8, -1)
        flat -= flat.mean(1, keepdims=True)
        made.append(flat / np.linalg.norm(flat, axis=1, keepdims=True))
    return np.stack(made)


def twins(some, others):
    """For each of `some` whether one of `others` shows the same."""
    a, b = looks(some), looks(others)[:, 0]
    return (a.reshape(-1, 400) @ b.T).reshape(len(a), 8, -1).max((1, 2)) > LIKE


class Learning:
    """The fields to learn from. Of a field that both sets hold the labels of TXL-PBC are taken, which miss fewer cells."""

    def __init__(self, folder):
        those = fields(folder, "train")
        txl, bccd = ([one for one in those if one.set == name] for name in ("txl_pbc", "bccd"))
        bccd = [one for one, twin in zip(bccd, twins(bccd, txl)) if not twin]
        self.fields, self.kept = txl + bccd, []
        for one in self.fields:
            share = KEPT / one.red
            small = cv2.resize(one.picture(), None, fx=share, fy=share, interpolation=cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR)
            self.kept.append((small, one.boxes * np.float32([1, share, share, share, share])))
        print(len(txl), "fields of TXL-PBC,", len(bccd), "of BCCD alone", flush=True)

    def batch(self, step, calm=False, size=8, seed=1):
        """`calm` varies less, for the end of learning."""
        self.strong, self.often, self.reach = (0.6, 0.85, 0.25) if calm else (1.0, 0.6, 0.35)
        rng = np.random.default_rng((seed, step))
        made = [self.one(rng, int(rng.integers(len(self.fields)))) for _ in range(size)]
        return [np.stack(one) for one in zip(*made)]

    def one(self, rng, at):
        picture, boxes = self.kept[at]
        picture, boxes = turned(rng, picture, boxes)
        share = RED / KEPT * np.exp(rng.uniform(-self.reach, self.reach) if rng.random() < self.often else rng.uniform(-0.7, 0.6))
        high, wide = picture.shape[:2]
        move = [rng.uniform(min(0, SIDE - share * n), max(0, SIDE - share * n)) if rng.random() < 0.8 else rng.uniform(-0.3, 0.3) * SIDE for n in (wide, high)]
        stretch = np.exp(rng.uniform(-0.06, 0.06, 2))
        matrix = np.float64([[share * stretch[0], 0, move[0]], [0, share * stretch[1], move[1]]])
        fill = [int(c) for c in (np.percentile(picture[::4, ::4], 90, axis=(0, 1)) if rng.random() < 0.5 else rng.integers(0, 256, 3))]
        x = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=fill)
        boxes = boxes.copy()
        area = (boxes[:, 3] - boxes[:, 1]) * (boxes[:, 4] - boxes[:, 2]) * share**2 * stretch.prod()
        boxes[:, [1, 3]] = np.clip(boxes[:, [1, 3]] * matrix[0, 0] + move[0], 0, SIDE)
        boxes[:, [2, 4]] = np.clip(boxes[:, [2, 4]] * matrix[1, 1] + move[1], 0, SIDE)
        seen = (boxes[:, 3] - boxes[:, 1]) * (boxes[:, 4] - boxes[:, 2])
        sure = seen > 0.3 * area
        small = np.minimum(boxes[:, 3] - boxes[:, 1], boxes[:, 4] - boxes[:, 2]) < 3
        return stained(rng, x, self.strong), *targets(boxes[~small], sure[~small], self.fields[at].set == "bccd")


def turned(rng, picture, boxes):
    boxes = boxes.copy()
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
        boxes[:, [1, 3]] = picture.shape[1] - boxes[:, [3, 1]]
    if rng.random() < 0.5:
        picture = picture[::-1]
        boxes[:, [2, 4]] = picture.shape[0] - boxes[:, [4, 2]]
    if rng.random() < 0.5:
        picture, boxes = picture.transpose(1, 0, 2), boxes[:, [0, 2, 1, 4, 3]]
    return np.ascontiguousarray(picture), boxes


def stained(rng, picture, strong=1.0):
    """Another stain, light and sharpness: colours mixed a little, each with its own strength."""
    x = picture.astype(np.float32) / 255
    mix = np.eye(3) + strong * rng.uniform(-0.06, 0.06, (3, 3))
    x = np.clip(x @ mix.T.astype("f"), 0.003, 1) ** np.exp(strong * rng.uniform(-0.3, 0.3, 3)).astype("f")
    x = x * np.exp(strong * rng.uniform(-0.12, 0.12, 3)).astype("f") + np.float32(strong * rng.uniform(-0.05, 0.05))
    chance = rng.random()
    if chance < 0.15 * strong:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.2))
    elif chance < 0.25 * strong:
        x = x + rng.normal(0, rng.uniform(0.01, 0.04), x.shape).astype("f")
    x = (np.clip(x, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.15 * strong:
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])[1], cv2.IMREAD_UNCHANGED)
    return x


def targets(boxes, sure, lax):
    """Heat (h, w, 3) and the weight of its empty places, edges (h, w, 4) as x0 y0 x1 y1 in pixels, and their weight.

    What is cut off so that little is left is neither wanted nor wrong. Where `lax`, the labels miss some: empty places count less.
    """
    n = SIDE // CELL
    heat, count = np.zeros((n, n, len(KINDS)), "f"), np.full((n, n, len(KINDS)), 0.5 if lax else 1, "f")
    edges, weight = np.zeros((n, n, 4), "f"), np.zeros((n, n), "f")
    edges[..., 2:] = 1
    at = (np.arange(n, dtype="f") + 0.5) * CELL
    for (kind, *box), certain in sorted(zip(boxes, sure), key=lambda one: -(one[0][3] - one[0][1]) * (one[0][4] - one[0][2])):
        x0, y0, x1, y1 = box
        if not certain:
            count[np.ix_((at > y0) & (at < y1), (at > x0) & (at < x1))] = 0
            continue
        spread = [max(0.13 * (x1 - x0), 0.7 * CELL), max(0.13 * (y1 - y0), 0.7 * CELL)]
        i, j = min(int((y0 + y1) / 2 / CELL), n - 1), min(int((x0 + x1) / 2 / CELL), n - 1)
        hill = np.exp(-0.5 * (((at[None] - at[j]) / spread[0]) ** 2 + ((at[:, None] - at[i]) / spread[1]) ** 2))
        heat[..., int(kind)] = np.maximum(heat[..., int(kind)], hill)
        near = hill > 0.5
        edges[near], weight[near] = box, RARE[int(kind)] * hill[near] / hill[near].sum()
    return heat, count, edges, weight
