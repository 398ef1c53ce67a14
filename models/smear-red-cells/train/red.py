"""The red cells of rbc_morphology, each in the middle of the box that the detector finds at its point."""
import pathlib

import cv2
import numpy as np

import crops
import data
import early
import pictures
import run

KINDS = ["normal", "macrocyte", "microcyte", "spherocyte", "target_cell", "stomatocyte", "ovalocyte", "teardrop", "burr_cell", "schistocyte", "hypochromia", "elliptocyte"]
SIDE, REACH = 80, 1.6
DETECTOR = pathlib.Path(__file__).parents[2] / "smear-cells/model.onnx"
SCALE = 0.84  # at which a red cell of the pictures, all of one magnification, is as wide as the detector wants it
LEAST = 0.25  # a box this sure is taken
NEAR = 0.6  # a point belongs to a box whose middle is so near, in median widths


def opened(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def cells(folder, split):
    """Crops of a split; `source` says whether the detector found the cell. Cells of no kind are left out.

    What is learnt from is cut at the known scale, which is quicker; for the others the detector finds it, as it does in use.
    """
    rows = {}
    for row in pictures.rows(folder):
        if row["split"] == split and row["label"] in KINDS:
            rows.setdefault(row["file"], []).append(row)
    net, made = early.session(str(DETECTOR)), []
    for file, own in rows.items():
        picture = opened(pathlib.Path(folder) / file)
        found, share = run.detect(net, picture, LEAST, SCALE if split == "train" else None)
        width = run.red_width(found, picture) or run.RED / share
        boxes = found[found[:, 0] == 0][:, 2:]
        middles = np.stack([boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]], 1) / 2
        for row in own:
            at = np.array([float(row["x"]), float(row["y"])])
            far = np.hypot(*(middles - at).T) if len(middles) else np.array([np.inf])
            near = int(far.argmin())
            seen = far[near] < NEAR * width
            x, y = middles[near] if seen else at
            made.append(crops.Crop(picture, x, y, REACH * width, KINDS.index(row["label"]), int(row["block"]), "found" if seen else "missed"))
    return made


def foreign(folder, split, many, rng):
    """Red cells of pbs_cells by their labelled boxes, whose shape is not known."""
    made, those = [], data.fields(folder, split)
    for at in rng.permutation(len(those)):
        one = those[at]
        red = one.boxes[one.boxes[:, 0] == 0]
        for _, x0, y0, x1, y1 in red[rng.permutation(len(red))[:4]]:
            made.append(crops.Crop(one.picture(), (x0 + x1) / 2, (y0 + y1) / 2, REACH * one.red, -1, one.file, one.set))
        if len(made) >= many:
            break
    return made
