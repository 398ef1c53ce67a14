"""Writes both nets for use, and chooses what model.toml says: `finish.py OUT CHOOSING`, OUT of train.py, CHOOSING drawn by drawn.py.

model.onnx of the finder goes to models/strips, that of the reader to models/strip-lines; both are held against the trainer's own answers.
"""
import csv
import hashlib
import pathlib
import pickle
import sys

import nets
import backends
import cv2
import numpy as np
from tuning import scaled

import run

HERE = pathlib.Path(__file__).resolve().parents[1]
FILES = {"windows": HERE / "model.onnx", "lines": HERE.parent / "strip-lines/model.onnx"}
NAMES = ["positive", "negative", "invalid"]


def export(kind, weights):
    net = backends.Exporter(weights)
    net.shapes["picture"] = (64 if kind == "lines" else 256, 3)
    if kind == "lines":
        net.named(nets.lines(net, "picture"), "told")
        net.save(FILES[kind], ("picture", ["crops", 3, 64, 192]), {"told": ["crops", 10, 1, 1]})
        return
    heat, form, box = nets.windows(net, "picture")
    sure = net.node("Sigmoid", [heat])
    highest = net.node("MaxPool", [sure], kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    heat = net.node("Where", [net.node("Equal", [sure, highest]), sure, net.constant(np.float32(0))])
    net.named(net.node("Concat", [heat, net.node("Softmax", [form], axis=1), box], axis=1), "map")
    net.save(FILES[kind], ("picture", [1, 3, "height", "width"]), {"map": [1, 13, "rows", "columns"]})


def checked(kind, weights):
    """The greatest difference between the file's answers and the trainer's."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (2, 64, 192, 3) if kind == "lines" else (1, 160, 224, 3), np.uint8)
    x = np.stack([cv2.GaussianBlur(one, (0, 0), 3) for one in x])
    told = run.session(FILES[kind]).run(None, {"picture": run.planes(x[..., ::-1])})[0]
    if kind == "lines":
        return abs(nets.lines(backends.Learner(weights), scaled(x)).numpy()[:, 0, 0] - told[..., 0, 0]).max()
    box = nets.windows(backends.Learner(weights), scaled(x))[2].numpy()
    return abs(box.transpose(0, 3, 1, 2) - told[:, 5:]).max()


def looked(folder):
    """Of each drawn picture: its row, its zones, and what is told of the first with lines."""
    finder, reader = run.session(FILES["windows"]), run.session(FILES["lines"])
    for row in csv.DictReader(open(folder / "truth.csv")):
        picture = cv2.imread(str(folder / row["file"]))
        found = run.seen(finder, picture)
        yield row, found, [run.told(reader, picture, zone) if zone[1] != "digital" else None for zone in found]


def chances(told, warmth, by_lines, by_zones):
    (_, near, far, turn), zone = told
    sure = 1 / (1 + np.exp(-(by_lines * turn + by_zones * zone[6])))
    return run.outcome(run.soft(near / warmth), run.soft(far / warmth), sure)


def main():
    out, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for kind in FILES:
        weights = pickle.loads((out / f"{kind}.pickle").read_bytes())
        FILES[kind].parent.mkdir(exist_ok=True)
        export(kind, weights)
        print(kind, "file and trainer differ by", checked(kind, weights), "bytes", FILES[kind].stat().st_size, hashlib.sha256(FILES[kind].read_bytes()).hexdigest())
    all_of = list(looked(folder))
    for least in (0.3, 0.4, 0.5, 0.6):
        count = lambda wanted: [sum(zone[0] >= least for zone in found) for row, found, _ in all_of if wanted(row)]
        one, none, two = (count(f) for f in (lambda r: r["form"], lambda r: r["result"] == "none", lambda r: r["result"] == "two"))
        print(f"zones from {least}: one test seen as one {one.count(1)} of {len(one)}, as none {one.count(0)}; nothing seen as nothing {none.count(0)} of {len(none)}; two as two {two.count(2)} of {len(two)}")
    known = [(row["result"], row, (told[0], found[0])) for row, found, told in all_of if row["result"] in NAMES and len(found) == 1 and told[0]]
    forms = [row["form"] == found[0][1] for row, found, _ in all_of if row["form"] and len(found) == 1]
    print("forms right", sum(forms), "of", len(forms), "; zones by the reader", sorted(float(one[2][0][0]) for one in known)[:5])
    best = min((np.mean([-np.log(chances(told, *those)[NAMES.index(result)] + 1e-6) for result, _, told in known]), those)
               for those in ((w, a, b) for w in (0.8, 1.0, 1.25, 1.6, 2.0) for a in (0.3, 0.6, 1.0, 1.4) for b in (0.0, 0.3, 0.6, 1.0)))
    print("loss, warmth, turn by lines, by zones:", best)
    faint = lambda row: 0 < float(row["test"]) < 0.12
    for title, wanted in (("all", lambda row: True), ("a faint test line", faint), ("no faint line", lambda row: not faint(row) and not 0 < float(row["control"]) < 0.12)):
        right = [chances(told, *best[1]).argmax() == NAMES.index(result) for result, row, told in known if wanted(row)]
        print(title, sum(right), "of", len(right))


if __name__ == "__main__":
    main()
