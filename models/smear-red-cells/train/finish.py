"""Writes the net for use and measures it: `finish.py DATA OUT`, DATA the folder of all sets, OUT with red.pickle of train.py; model.onnx is written there.

Everything is measured on val through the file that ships, on cells cut where the detector that ships finds them.
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
import single
from red import KINDS, SIDE, cells, foreign, in_fields


def cut(those):
    return np.stack([one.cut(SIDE) for one in those])


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    file, weights = out / "model.onnx", pickle.loads((out / "red.pickle").read_bytes())
    own = crops.kept(out / "checking.pickle", lambda: [one.smaller(2 * SIDE) for one in cells(data / "rbc_morphology", "val")])
    learnt = crops.kept(out / "learning.pickle", lambda: [one.smaller(1.3 * SIDE) for one in cells(data / "rbc_morphology", "train")])[::12]
    truth, blocks, count = np.array([one.kind for one in own]), np.array([one.group for one in own]), len(KINDS)
    other = foreign(data / "pbs_cells", "val", 400, np.random.default_rng(3))
    logits, features = single.answers(weights, cut(own), count)
    before = single.answers(weights, cut(learnt), count)[1]
    familiar = single.Familiar(before, np.array([one.kind for one in learnt]), features, single.answers(weights, cut(other), count)[1])
    warm = figures.temperature(logits, truth)
    single.export(weights, familiar, warm, count, SIDE, file)
    shares, known = single.told(file, cut(own), ("probabilities", "familiar"))
    print("file and trainer differ by", abs(shares - single.shares(logits, warm)).max(), abs(known - familiar(features)).max(), "bytes", file.stat().st_size, f"temperature {warm:.2f}")
    right, guess, each = shares.argmax(1) == truth, shares.argmax(1), np.arange(len(truth))
    print(f"twelve kinds: {right.sum()} of {len(right)}, over cells", figures.interval(np.mean, each, right.astype(float)), f"over {len(np.unique(blocks))} blocks", figures.interval(np.mean, blocks, right.astype(float)))
    print("calibration error", figures.interval(figures.calibration, each, shares, truth), "mean of the kinds' sensitivities", round(np.mean([right[truth == k].mean() for k in range(count)]), 3))
    for kind, name in enumerate(KINDS):
        print(f"  {name}: found {(right & (truth == kind)).sum()} of {(truth == kind).sum()}, taken wrongly for it {(~right & (guess == kind)).sum()}")
    shape = (truth > 0) == (shares[:, 0] < 0.5)
    print("normal or not:", figures.interval(np.mean, each, shape.astype(float)))
    second = np.sort(shares, 1)[:, -2] > shares[each, truth]
    print("right among the two likeliest:", round(1 - second.mean(), 3))
    missed = np.array([one.source == "missed" for one in own])
    print("not found by the detector:", missed.sum(), "of", len(missed), "; familiar: val", np.percentile(known, [5, 50, 95]).round(2))
    for name in ("bccd", "txl_pbc"):
        those = [one for one in other if one.source == name]
        told, far = single.told(file, cut(those), ("probabilities", "familiar"))
        print(f"red cells of {name}: {len(those)}, familiar", np.percentile(far, [5, 50, 95]).round(2), "taken as", dict(zip(KINDS, np.bincount(told.argmax(1), minlength=count).tolist())))
    those = crops.kept(out / "in_fields.pickle", lambda: [one.smaller(2 * SIDE) for one in in_fields(data / "pbs_cells", "val")[::5]])
    told, far = single.told(file, cut(those), ("probabilities", "familiar"))
    for name in ("bccd", "other_txl_pbc", "barcelona"):
        for source in ("whole", "cut"):
            chosen = np.array([one.group == name and one.source == source for one in those])
            print(f"{name}, {source}, where the detector finds them: {chosen.sum()}, familiar", np.percentile(far[chosen], [5, 50, 95]).round(2),
                  "taken as", dict(zip(KINDS, np.bincount(told[chosen].argmax(1), minlength=count).tolist())))
    print(np.array([[np.sum((truth == a) & (guess == b)) for b in range(count)] for a in range(count)]))


if __name__ == "__main__":
    main()
