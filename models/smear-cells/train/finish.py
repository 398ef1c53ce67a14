"""Writes the detector for use and measures it: `finish.py DATA OUT`, OUT with cells.pickle of train.py; model.onnx is written there too.

Everything is measured on val through the file that ships, as the server runs it.
"""
import json
import pathlib
import pickle
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "image-router/train"))
import numpy as np

import early
import measure
import run
from data import fields, twins
from net import CELL, KINDS, RED, detector
from written import Written

SIDE = 256


def export(weights, file):
    net = Written(weights)
    heat, edges = detector(net, net.opened("picture", SIDE))
    sure = net.node("Sigmoid", [heat])
    highest = net.node("MaxPool", [sure], kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    net.named(net.node("Where", [net.node("Equal", [sure, highest]), sure, net.constant(np.float32(0))]), "heat")
    ones = net.node("Add", [net.node("Mul", [net.part(edges, 0, 1), net.constant(np.float32(0))]), net.constant(np.float32(1))])
    middles = []
    for axis, channel in ((3, 0), (2, 1)):
        at = net.node("Sub", [net.node("CumSum", [ones, net.constant(np.int64(axis))]), net.constant(np.float32(0.5))])
        middles.append(net.node("Mul", [net.node("Add", [at, net.part(edges, channel, channel + 1)]), net.constant(np.float32(CELL))]))
    held = net.node("Clip", [net.part(edges, 2, 4), net.constant(np.float32(-4)), net.constant(np.float32(3))])
    size = net.node("Mul", [net.node("Exp", [held]), net.constant(np.float32(RED))])
    net.named(net.node("Concat", [*middles, size], axis=1), "box")
    net.save(file, ("picture", [1, "height", "width", 3]), {"heat": [1, len(KINDS), "rows", "columns"], "box": [1, 4, "rows", "columns"]})


def checked(weights, file):
    """The greatest difference between the file's answers and the trainer's, for a picture that is not square."""
    import learner
    from tuning import scaled

    x = np.random.default_rng(0).integers(0, 256, (1, 160, 224, 3), np.uint8)
    heat, edges = (one.numpy() for one in detector(learner.Learner(weights), scaled(x)))
    told, box = early.session(str(file)).run(["heat", "box"], {"picture": x})
    own, told = 1 / (1 + np.exp(-heat[0])), told[0].transpose(1, 2, 0)
    width = RED * np.exp(edges[0, ..., 2].clip(-4, 3))
    return abs(own - told)[told > 0].max(), abs(width - box[0, 2]).max()


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    file, weights = out / "model.onnx", pickle.loads((out / "cells.pickle").read_bytes())
    export(weights, file)
    print("file and trainer differ by", checked(weights, file), "bytes", file.stat().st_size)
    net, those = early.session(str(file)), fields(folder, "val")
    copied = twins(those, fields(folder, "train"))
    began, cells, scales = time.process_time(), [], []
    for one in those:
        made, share = run.detect(net, one.picture())
        cells.append(made)
        scales.append(share * one.red / RED)
    print(f"{1000 * (time.process_time() - began) / len(those):.0f} ms a field; red cells came to {np.percentile(scales, [0, 5, 50, 95, 100]).round(2)} of {RED} pixels")
    limits = measure.thresholds(those, cells, copied)
    print("thresholds", json.dumps(dict(zip(KINDS, limits))))
    for name in ("txl_pbc", "bccd"):
        for title, chosen in (("all of val", [one.set == name for one in those]), ("no twin learnt from", [one.set == name and not twin for one, twin in zip(those, copied)])):
            picked = np.flatnonzero(chosen)
            measure.report(f"{name}, {title}", [those[i] for i in picked], [cells[i] for i in picked], limits)


if __name__ == "__main__":
    main()
