"""The white cells of wbc_pbc, each where the detector finds it in its picture, and those of the other sets, of which the kind is not known."""
import pathlib

import cv2
import numpy as np

import crops
import data
import early
import pictures
import run

KINDS = ["basophil", "eosinophil", "erythroblast", "immature_unspecified", "promyelocyte", "myelocyte", "metamyelocyte", "lymphocyte", "monocyte",
         "band_neutrophil", "segmented_neutrophil", "platelet"]
EIGHT = ["basophil", "eosinophil", "erythroblast", "immature_granulocyte", "lymphocyte", "monocyte", "neutrophil", "platelet"]
OF = np.array([0, 1, 2, 3, 3, 3, 3, 4, 5, 6, 6, 7])  # which of the eight each kind belongs to
EITHER = len(KINDS)  # a neutrophil of which it is not said whether it is a band or segmented
EIGHTS = np.eye(len(EIGHT))[OF]  # adds the kinds up to the eight
TABLE = np.concatenate([np.eye(len(KINDS)), [[0.5 if kind in (9, 10) else 0 for kind in range(len(KINDS))]]])
SIDE, REACH = 128, 1.3
VIEWS = (3, 2)  # axes about which the written net mirrors a cell
SCALE = 0.78  # at which a red cell of the pictures, all of one magnification, is as wide as the detector wants it
DETECTOR = pathlib.Path(__file__).parents[2] / "smear-cells/model.onnx"


def opened(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def middle_box(net, picture, share):
    """The surest white cell or platelet about the middle of a picture: kind, middle and longer side; nothing where none is found."""
    cells, _ = run.detect(net, picture, 0.15, share)
    high, wide = picture.shape[:2]
    x, y = (cells[:, 2] + cells[:, 4]) / 2, (cells[:, 3] + cells[:, 5]) / 2
    near = (cells[:, 0] > 0) & (abs(x / wide - 0.5) < 0.2) & (abs(y / high - 0.5) < 0.2)
    if not near.any():
        return None
    at = np.flatnonzero(near)[np.argmax(cells[near, 1])]
    return int(cells[at, 0]), x[at], y[at], max(cells[at, 4] - cells[at, 2], cells[at, 5] - cells[at, 3])


def label(row):
    return EITHER if row["subtype"] == "neutrophil_unspecified" else KINDS.index(row["subtype"])


def cells(folder, split):
    """Crops of a split; `source` says how the detector took it: white, platelet or missed.

    What is learnt from is cut at the known scale, which is quicker; for the others the detector finds it, as it does in use.
    """
    net, made = early.session(str(DETECTOR)), []
    for row in [row for row in pictures.rows(folder) if row["split"] == split]:
        picture = opened(pathlib.Path(folder) / row["file"])
        found = middle_box(net, picture, SCALE if split == "train" else None)
        kind, x, y, longest = found or (None, 112, 112, 55 if row["label"] == "platelet" else 96)
        made.append(crops.Crop(picture, x, y, REACH * longest, label(row), row["file"], {None: "missed", 1: "white", 2: "platelet"}[kind]))
    return made


def foreign(folder, split, name):
    """White cells of pbs_cells, cut by their labelled boxes."""
    made = []
    for one in data.fields(folder, split):
        for kind, x0, y0, x1, y1 in one.boxes:
            if kind == 1 and one.set == name:
                made.append(crops.Crop(one.picture(), (x0 + x1) / 2, (y0 + y1) / 2, REACH * max(x1 - x0, y1 - y0), -1, one.file, name))
    return made
