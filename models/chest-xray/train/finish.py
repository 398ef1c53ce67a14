"""Writes the net for use and measures it: `finish.py DATA OUT`, OUT with chest.pickle of train.py; model.onnx is written there too.

Everything is measured on val through the file that ships, as the server runs it.
"""
import pathlib
import pickle
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "image-router/train"))
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

import early
import figures
import layers
import lite0
from data import Xrays, copies, enlarged, tiny
from net import GRID, KINDS, head

SHAPES = {"logits": [1, len(KINDS)], "probabilities": [1, len(KINDS)], "heat": [1, GRID, GRID]}


def export(weights, temperature, file, features=False):
    """`features` adds what the last layer reads, averaged, for the probe."""
    net = layers.Exporter(weights)
    coarse = lite0.body(net, net.begin(lite0.SIDE, 1), 0, 7)[-1]
    cells = head(net, coarse)
    soft = net.node("Div", [cells, net.constant(np.float32(temperature))], net.shapes[cells])
    logits = net.flat(net.pooled(soft), 1, len(KINDS))
    net.named(logits, "logits")
    net.named(net.node("Softmax", [logits], axis=1), "probabilities")
    share = net.node("Softmax", [soft], axis=1)
    sick = net.node("Slice", [share] + [net.constant(np.int64([v])) for v in (1, 2, 1)])
    net.named(net.flat(sick, 1, GRID, GRID), "heat")
    shapes = dict(SHAPES)
    if features:
        net.named(net.flat(net.pooled(lite0.top(net, coarse)), 1, 1280), "features")
        shapes["features"] = [1, 1280]
    file.write_bytes(net.model(1, lite0.SIDE, shapes).SerializeToString())


def outputs(file, pictures, names=tuple(SHAPES)):
    net, times, made = early.session(str(file)), [], []
    for picture in pictures:
        began = time.perf_counter()
        made.append([one[0] for one in net.run(list(names), {"x": picture[None, None]})])
        times.append(time.perf_counter() - began)
    return [np.stack(one) for one in zip(*made)], 1000 * np.median(times)


def report(name, shares, labels, people, limit):
    score, sick = shares[:, 1], labels == 1
    print(f"{name}: {len(labels)} pictures, {len(np.unique(people))} people, AUC", figures.interval(figures.auc, people, score, sick))
    print("  accuracy", figures.interval(np.mean, people, (score >= limit) == sick), "sensitivity", figures.interval(np.mean, people[sick], score[sick] >= limit),
          "specificity", figures.interval(np.mean, people[~sick], score[~sick] < limit), "calibration error", figures.interval(figures.calibration, people, shares, labels))


def operating_point(score, sick, groups):
    """Where sensitivity and specificity come to most, each group counting alike: the server is not told whose picture it is."""
    def youden(limit, group):
        return (score[group & sick] >= limit).mean() + (score[group & ~sick] < limit).mean()

    limits = np.linspace(0.05, 0.95, 91)
    sums = [sum(youden(limit, group) for group in groups) for limit in limits]
    return float(np.round(np.mean(limits[np.isclose(sums, max(sums))]), 2))


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    file, xrays = out / "model.onnx", Xrays(folder, "val")
    weights = pickle.loads((out / "chest.pickle").read_bytes())
    export(weights, 1.0, file, features=True)
    (logits, _, _, features), _ = outputs(file, xrays.pictures, (*SHAPES, "features"))
    labels, people, adult = xrays.labels, xrays.people, xrays.adult
    warm = figures.temperature(logits, labels)
    export(weights, warm, file)
    (_, shares, _), middle = outputs(file, xrays.pictures)
    limit = operating_point(shares[:, 1], labels == 1, (adult, ~adult))
    print(f"temperature {warm:.2f}, from {limit:.3f} on, p50 {middle:.0f} ms, {file.stat().st_size} bytes")
    report("children", shares[~adult], labels[~adult], people[~adult], limit)
    report("adults", shares[adult], labels[adult], people[adult], limit)
    *_, small, truth = tiny(folder, xrays)
    fresh = ~copies(small, Xrays(folder, "train").pictures)
    (_, little, _), _ = outputs(file, np.stack([enlarged(x) for x in small]))
    limit = operating_point(little[:, 1], truth == 1, (np.full(len(truth), True),))
    print(f"28 pixels: from {limit:.3f} on")
    report("28 pixels, no copy of a picture learnt from", little[fresh], truth[fresh], np.flatnonzero(fresh), limit)
    report("28 pixels, all of val", little, truth, np.arange(len(truth)), limit)
    probe = LogisticRegression(C=0.1, max_iter=2000)
    told = cross_val_predict(probe, (features - features.mean(0)) / (features.std(0) + 1e-3), adult, groups=people, cv=GroupKFold(5)) == adult
    print("source (children's or adults' set) told from the features by a linear probe:", figures.interval(np.mean, people, told))


if __name__ == "__main__":
    main()
