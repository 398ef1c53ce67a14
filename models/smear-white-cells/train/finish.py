"""Writes the net for use and measures it: `finish.py DATA OUT`, DATA the folder of all sets, OUT with white.pickle of train.py; model.onnx is written there.

Everything is measured on val through the file that ships, on cells cut where the detector that ships finds them.
"""
import pathlib
import pickle
import sys

for folder in ("image-router", "smear-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np

import crops
import figures
import single
from white import EIGHT, EIGHTS, KINDS, SIDE, TABLE, VIEWS, cells, foreign


def warmth(logits, truth):
    """The temperature at which the eight kinds are most probable."""
    cost = lambda t: -np.log((single.shares(logits, t) @ EIGHTS)[np.arange(len(truth)), truth] + 1e-9).mean()
    return float(min(np.arange(0.4, 3, 0.05), key=cost))


def cut(those):
    return np.stack([one.cut(SIDE) for one in those])


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    file, weights = out / "model.onnx", pickle.loads((out / "white.pickle").read_bytes())
    own = crops.kept(out / "checking.pickle", lambda: cells(data / "wbc_pbc", "val"))
    learnt = crops.kept(out / "learning.pickle", lambda: [one.smaller(1.3 * SIDE) for one in cells(data / "wbc_pbc", "train")])[::6]
    other = {name: foreign(data / "pbs_cells", "val", name) for name in ("bccd", "txl_pbc")}
    pictures, kinds = cut(own), np.array([one.kind for one in own])
    truth = (TABLE @ EIGHTS)[kinds].argmax(1)
    logits, features = single.answers(weights, pictures, len(KINDS), VIEWS)
    before = single.answers(weights, cut(learnt), len(KINDS), VIEWS)[1]
    away = single.answers(weights, cut(other["bccd"]), len(KINDS), VIEWS)[1]
    familiar = single.Familiar(before, np.array([one.kind for one in learnt]), features, away)
    warm = warmth(logits, truth)
    single.export(weights, familiar, warm, len(KINDS), SIDE, file, views=VIEWS)
    shares, known = single.told(file, pictures, ("probabilities", "familiar"))
    print("file and trainer differ by", abs(shares - single.shares(logits, warm)).max(), abs(known - familiar(features)).max(), "bytes", file.stat().st_size, f"temperature {warm:.2f}")
    report(shares, kinds, truth, own)
    print("familiar: val", np.percentile(known, [5, 25, 50, 75, 95]).round(2))
    for name, those in other.items():
        told, far = single.told(file, cut(those), ("probabilities", "familiar"))
        eight = told @ EIGHTS
        print(f"cells cut from {name}: {len(those)}, familiar", np.percentile(far, [5, 25, 50, 75, 95]).round(2), "taken as", dict(zip(EIGHT, np.bincount(eight.argmax(1), minlength=8).tolist())), f"mean share of the likeliest {eight.max(1).mean():.3f}, times familiar {(eight.max(1) * far).mean():.3f}")


def report(shares, kinds, truth, own):
    eight, names = shares @ EIGHTS, np.arange(len(truth))
    right = eight.argmax(1) == truth
    print(f"eight kinds: {right.sum()} of {len(right)},", figures.interval(np.mean, names, right.astype(float)), "calibration error", figures.interval(figures.calibration, names, eight, truth))
    for kind, name in enumerate(EIGHT):
        print(f"  {name}: found {(right & (truth == kind)).sum()} of {(truth == kind).sum()}, taken wrongly for it {(~right & (eight.argmax(1) == kind)).sum()}")
    stage = np.isin(kinds, (4, 5, 6))
    among = shares[:, 4:7].argmax(1) + 4 == kinds
    print("three stages among themselves:", figures.interval(np.mean, names[stage], among[stage].astype(float)), f"{among[stage].sum()} of {stage.sum()}")
    form = np.isin(kinds, (9, 10))
    among = shares[:, 9:11].argmax(1) + 9 == kinds
    print("band or segmented:", figures.interval(np.mean, names[form], among[form].astype(float)), f"{among[form].sum()} of {form.sum()}")
    for source in ("white", "platelet", "missed"):
        rows = np.array([one.source == source for one in own])
        print(f"taken by the detector as {source}: {rows.sum()}, of which platelets {(rows & (truth == 7)).sum()}, kind right {right[rows].sum()}")
    print(np.array([[np.sum((truth == a) & (eight.argmax(1) == b)) for b in range(8)] for a in range(8)]))


if __name__ == "__main__":
    main()
