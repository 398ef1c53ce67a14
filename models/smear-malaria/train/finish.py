"""Writes the net for use and measures it: `finish.py DATA OUT`, DATA the folder of all sets, OUT with malaria.pickle of train.py; model.onnx is written there.

Everything is measured through the file that ships, on patients that were not learnt from.
"""
import pathlib
import pickle
import sys

for folder in ("image-router", "smear-cells", "smear-white-cells"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[2] / folder / "train"))
import learner  # before TensorFlow, whose threads it sets
import numpy as np

import crops
import figures
import pictures
import single
from malaria import KINDS, REACH, SIDE, cells, found, grounded, healthy, opened


def cut(those):
    return np.stack([one.cut(SIDE) for one in those])


def shapes(folder):
    """Red cells of rbc_morphology, a set that was not learnt from here."""
    rows = [row for row in pictures.rows(folder) if row["split"] == "val"]
    files = {file: opened(folder / file) for file in {row["file"] for row in rows}}
    return [crops.Crop(files[row["file"]], row["x"], row["y"], REACH * 46, 0, row["file"]) for row in rows]


def on_light(those, rng):
    return [crops.Crop(grounded(one.picture, rng, ()), one.x, one.y, one.side, one.kind, one.group) for one in those]


def report(title, share, truth, people, limit):
    right = ((share >= limit) == truth).astype(float)
    print(f"{title}: accuracy {int(right.sum())} of {len(right)}", figures.interval(np.mean, people, right), "AUC", figures.interval(figures.auc, people, share, truth))
    print("  sensitivity", figures.interval(np.mean, people[truth == 1], right[truth == 1]), "specificity", figures.interval(np.mean, people[truth == 0], right[truth == 0]),
          "calibration error", figures.interval(figures.calibration, people, np.stack([1 - share, share], 1), truth))


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    file, weights, rng = out / "model.onnx", pickle.loads((out / "malaria.pickle").read_bytes()), np.random.default_rng(2)
    own, learnt = cells(data / "malaria_cells", "val"), cells(data / "malaria_cells", "train")[::6]
    truth, people = np.array([one.kind for one in own]), np.array([one.group for one in own])
    ground, before = on_light(own, rng), learnt + on_light(learnt, rng)
    logits, features = single.answers(weights, cut(own), len(KINDS))
    lighter = single.answers(weights, cut(ground), len(KINDS))[1]
    strange = shapes(data / "rbc_morphology")
    middle = single.answers(weights, cut(before), len(KINDS))[1]
    familiar = single.Familiar(middle, np.array([one.kind for one in before]), np.concatenate([features, lighter]), single.answers(weights, cut(strange), len(KINDS))[1])
    warm = figures.temperature(logits, truth)
    single.export(weights, familiar, warm, len(KINDS), SIDE, file, binary=True)
    share, known = single.told(file, cut(own), ("probability", "familiar"))
    print("file and trainer differ by", abs(share - single.shares(logits, warm)[:, 1]).max(), abs(known - familiar(features)).max(), "bytes", file.stat().st_size, f"temperature {warm:.2f}")
    limit = round(float(max(np.arange(0.3, 0.71, 0.05), key=lambda at: ((share >= at) == truth).mean() - abs(at - 0.5) / 100)), 2)
    print("from", limit, "on parasitized;", len(np.unique(people)), "people")
    report("on black, as published", share, truth, people, limit)
    light, near = single.told(file, cut(ground), ("probability", "familiar"))
    report("on a light ground", light, truth, people, limit)
    print("familiar: val", np.percentile(known, [5, 50, 95]).round(2), "on a light ground", np.percentile(near, [5, 50, 95]).round(2))
    for name, those in (("rbc_morphology, never learnt from", strange), ("pbs_cells val", healthy(data / "pbs_cells", "val", 600, rng))):
        told, far = single.told(file, cut(those), ("probability", "familiar"))
        print(f"{name}: of {len(those)} red cells {(told >= limit).sum()} taken as parasitized, {(told >= 0.9).sum()} from 0.9 on; familiar", np.percentile(far, [5, 50, 95]).round(2))
    those = found(data / "pbs_cells", "val")
    told = single.told(file, cut(those), ("probability",))[0]
    for name in ("txl_pbc", "bccd"):
        share = told[[one.source == name for one in those]]
        print(f"where the detector finds them in all fields of {name}: of {len(share)} red cells {(share >= limit).sum()} taken as parasitized")


if __name__ == "__main__":
    main()
