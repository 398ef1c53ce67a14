"""Single red cells with or without a parasite, cut out on black as published, on the ground of a smear, and healthy ones of another set."""
import pathlib
import tomllib

import cv2
import numpy as np

import crops
import data
import early
import pictures
import run

KINDS = ["uninfected", "parasitized"]
SIDE, REACH = 96, 1.15
BLACK = 24  # brightness up to which a pixel is none of the cell


class Cell(crops.Crop):
    """A cell on black; `varied` puts it on a ground more often than not."""

    grounds = ()

    def varied(self, rng, pixels, **how):
        here, chance = self, rng.random()
        if chance < 0.35:
            here = crops.Crop(grounded(self.picture, rng, self.grounds), self.x, self.y, self.side, self.kind, self.group)
        elif chance < 0.6:
            here = crops.Crop(grounded(self.picture, rng, ()), self.x, self.y, self.side, self.kind, self.group)
        return crops.Crop.varied(here, rng, pixels, **how)


def opened(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def grounded(picture, rng, others):
    """The cell on one light colour, or among other cells: those are parts of fields."""
    high, wide = picture.shape[:2]
    if len(others):
        ground = cv2.resize(others[rng.integers(len(others))], (wide, high))
    else:
        ground = np.full(picture.shape, rng.uniform(170, 255, 3), np.float32)
    solid = cv2.morphologyEx((picture.max(2) > BLACK).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    solid = cv2.GaussianBlur(cv2.erode(solid, np.ones((3, 3), np.uint8)).astype("f"), (0, 0), 1.0)[..., None]
    return np.uint8(picture * solid + ground * (1 - solid))


def cells(folder, split):
    made = []
    for row in pictures.rows(folder):
        if row["split"] == split:
            picture = edged(opened(pathlib.Path(folder) / row["file"]))
            high, wide = picture.shape[:2]
            made.append(Cell(picture, wide / 2, high / 2, REACH * (max(high, wide) - 2 * EDGE), KINDS.index(row["label"]), row["patient"], "nlm"))
    return made


EDGE = 16


def edged(picture):
    """With a black edge, as it was cut out on black."""
    return cv2.copyMakeBorder(picture, EDGE, EDGE, EDGE, EDGE, cv2.BORDER_CONSTANT)


def healthy(folder, split, many, rng):
    """Red cells of pbs_cells, none of which is known to hold a parasite."""
    made, those = [], data.fields(folder, split)
    for at in rng.permutation(len(those)):
        one = those[at]
        picture, red = one.picture(), one.boxes[one.boxes[:, 0] == 0]
        for _, x0, y0, x1, y1 in red[rng.permutation(len(red))[:6]]:
            if min(x1 - x0, y1 - y0) > 0.6 * one.red:
                made.append(crops.Crop(picture, (x0 + x1) / 2, (y0 + y1) / 2, REACH * max(x1 - x0, y1 - y0), 0, one.file, one.set))
        if len(made) >= many:
            break
    return made


def found(folder, split):
    """The red cells of pbs_cells where the detector finds them, cut as the server does."""
    model = pathlib.Path(__file__).parents[2] / "smear-cells"
    least, made = tomllib.loads((model / "model.toml").read_text())["thresholds"]["red_cell"], []
    net = early.session(str(model / "model.onnx"))
    for one in data.fields(folder, split):
        picture = one.picture()
        for _, _, x0, y0, x1, y1 in (cell for cell in run.detect(net, picture, least)[0] if cell[0] == 0):
            made.append(crops.Crop(picture, (x0 + x1) / 2, (y0 + y1) / 2, REACH * max(x1 - x0, y1 - y0), 0, one.file, one.set))
    return made
