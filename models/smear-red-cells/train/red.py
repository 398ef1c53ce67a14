"""The red cells of rbc_morphology, each in the middle of the box that the detector finds at its point."""
import pathlib
import tomllib

import cv2
import numpy as np

import crops
import data
import early
import pictures
import run

KINDS = ["normal", "macrocyte", "microcyte", "spherocyte", "target_cell", "stomatocyte", "ovalocyte", "teardrop", "burr_cell", "schistocyte", "hypochromia", "elliptocyte"]
SIDE, REACH = 96, 1.6
DETECTOR = pathlib.Path(__file__).parents[2] / "smear-cells/model.onnx"
SCALE = 0.84  # at which a red cell of the pictures, all of one magnification, is as wide as the detector wants it
LEAST = 0.25  # a box this sure is taken
SURE = tomllib.loads(DETECTOR.with_name("model.toml").read_text())["thresholds"]["red_cell"]  # a box this sure is a cell in use
BARCELONA = ((363, 360), (369, 366))  # sides of the pictures of Barcelona PBC
EDGE = 0.05  # of a width between a cell and the edge of its field: less, and it is cut
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


def healthy(folder, many, rng):
    """Red cells of the fields of TXL-PBC that are of Barcelona PBC, whose people are healthy: each counts as normal, one that the edge cuts, too."""
    those = [one for one in data.fields(folder, "train") if one.set == "txl_pbc" and one.picture().shape[:2] in BARCELONA]
    net, made = early.session(str(DETECTOR)), []
    for at in rng.permutation(len(those)):
        picture = those[at].picture()
        found, share = run.detect(net, picture, SURE, run.RED / those[at].red)
        boxes, width = found[found[:, 0] == 0][:, 2:], run.red_width(found, picture) or run.RED / share
        made += [crops.Crop(picture, (x0 + x1) / 2, (y0 + y1) / 2, REACH * width, 0, -1, "healthy") for x0, y0, x1, y1 in boxes]
        if len(made) >= many:
            break
    return made[:many]


def in_fields(folder, split):
    """The red cells of pbs_cells where the detector finds them, cut as the server does; `group` is where the field is from, `source` whether the field's edge cuts the cell."""
    net, made = early.session(str(DETECTOR)), []
    for one in data.fields(folder, split):
        picture = one.picture()
        found, share = run.detect(net, picture, SURE)
        boxes, width = found[found[:, 0] == 0][:, 2:], run.red_width(found, picture) or run.RED / share
        origin = "bccd" if one.set == "bccd" else "barcelona" if picture.shape[:2] in BARCELONA else "other_txl_pbc"
        high, wide = picture.shape[:2]
        for x0, y0, x1, y1 in boxes:
            is_cut = min(x0, y0, wide - x1, high - y1) < EDGE * width
            made.append(crops.Crop(picture, (x0 + x1) / 2, (y0 + y1) / 2, REACH * width, -1, origin, "cut" if is_cut else "whole"))
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
