"""Writes the net for use and measures it: `finish.py DATA OUT`, OUT with brain.pickle of train.py; model.onnx is written there too.

Everything is measured on val through the file that ships, as the server runs it.
"""
import pathlib
import pickle
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "image-router/train"))
import numpy as np

import early
import figures
import layers
import lite0
from boxes import overlap
from data import Slices
from net import GRID, KINDS, REACH, whole

SHAPES = {"logits": [1, len(KINDS)], "probabilities": [1, len(KINDS)], "heat": [1, GRID, GRID], "box": [1, 4]}


def export(weights, temperature, file):
    """The net looks at a picture and at its mirror image, and says the mean."""
    net = layers.Exporter(weights)
    kind, heat, edges = whole(net, net.both(net.begin(lite0.SIDE, 1)))
    logits = net.node("Div", [net.mean(*net.halved(net.flat(kind, 2, len(KINDS)))), net.constant(np.float32(temperature))])
    net.named(logits, "logits")
    net.named(net.node("Softmax", [logits], axis=1), "probabilities")
    at = (np.arange(GRID, dtype="f") + 0.5) / GRID
    middles = np.stack([*np.meshgrid(at, at)] * 2)[None]
    boxes = net.node("Add", [net.node("Mul", [edges, net.constant(np.float32(REACH))]), net.constant(middles.astype("f"))], net.shapes[edges])
    own, other = net.halved(net.flat(net.looked(heat, boxes), 2, 4))
    turned = net.node("Gather", [other, net.constant(np.int64([2, 1, 0, 3]))], axis=1)
    turned = net.node("Add", [net.node("Mul", [turned, net.constant(np.float32([-1, 1, -1, 1]))]), net.constant(np.float32([1, 0, 1, 0]))])
    box = net.mean(own, turned)
    net.named(net.node("Clip", [box, net.constant(np.float32(0)), net.constant(np.float32(1))]), "box")
    own, other = net.halved(net.node("Sigmoid", [heat]))
    net.named(net.flat(net.mean(own, net.mirrored(other)), 1, GRID, GRID), "heat")
    file.write_bytes(net.model(1, lite0.SIDE, SHAPES).SerializeToString())


def outputs(file, pictures):
    net, times, made = early.session(str(file)), [], []
    for picture in pictures:
        began = time.perf_counter()
        made.append([one[0] for one in net.run(list(SHAPES), {"x": picture.transpose(2, 0, 1)[None]})])
        times.append(time.perf_counter() - began)
    return [np.stack(one) for one in zip(*made)], 1000 * np.median(times)


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    file, slices = out / "model.onnx", Slices(folder, "val")
    weights = pickle.loads((out / "brain.pickle").read_bytes())
    export(weights, 1.0, file)
    (logits, *_), _ = outputs(file, slices.small)
    warm = figures.temperature(logits, slices.kinds)
    export(weights, warm, file)
    (logits, shares, heat, box), middle = outputs(file, slices.small)
    kinds, people, tumour = slices.kinds, slices.people, slices.kinds < 3
    right, found = shares.argmax(1) == kinds, overlap(box, slices.boxes)
    among = shares[tumour, :3].argmax(1) == kinds[tumour]
    print(f"temperature {warm:.2f}, {len(np.unique(people))} people or groups, {len(kinds)} slices, p50 {middle:.0f} ms, {file.stat().st_size} bytes")
    print("accuracy of four", figures.interval(np.mean, people, right), "of three among tumours", figures.interval(np.mean, people[tumour], among))
    sick = 1 - shares[:, 3]
    print("AUC tumour or none", figures.interval(figures.auc, people, sick, tumour))
    for limit in (0.2, 0.3, 0.5, 0.7):
        print(f"from {limit}: sensitivity", figures.interval(np.mean, people[tumour], sick[tumour] >= limit), "specificity",
              figures.interval(np.mean, people[~tumour], sick[~tumour] < limit))
    for kind, name in enumerate(KINDS):
        own = kinds == kind
        print(name, "sensitivity", figures.interval(np.mean, people[own], right[own]), "specificity",
              figures.interval(np.mean, people[~own], shares[~own].argmax(1) != kind), "AUC", figures.interval(figures.auc, people, shares[:, kind], own))
    print("calibration error", figures.interval(figures.calibration, people, shares, kinds))
    print("box: IoU >= 0.5 in", figures.interval(np.mean, people[tumour], found[tumour] >= 0.5), "median", figures.interval(np.median, people[tumour], found[tumour]))
    at = heat.reshape(len(heat), -1).argmax(1)
    x, y, true = (at % GRID + 0.5) / GRID, (at // GRID + 0.5) / GRID, slices.boxes
    inside = (x > true[:, 0]) & (x < true[:, 2]) & (y > true[:, 1]) & (y < true[:, 3])
    print("hottest cell within the box", figures.interval(np.mean, people[tumour], inside[tumour]))
    print(np.array([[np.sum((kinds == a) & (shares.argmax(1) == b)) for b in range(4)] for a in range(4)]))


if __name__ == "__main__":
    main()
