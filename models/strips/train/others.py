"""Counts what is no test and is still told as one: `others.py DATA EACH`, so many pictures of each folder of DATA, none of which was learnt from.

Also says what is told of the photographs of strips, where DATA has them: they may be measured with, not learnt from.
"""
import csv
import pathlib
import sys
import tomllib

import cv2
import numpy as np

import run

HERE = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ["brain_mri", "cxr_pneumonia", "pbs_cells", "malaria_cells", "wbc_pbc", "rbc_morphology"]
NAMES = ["positive", "negative", "invalid"]


class Both:
    """Both nets with the thresholds that they ship with."""

    def __init__(self):
        told = [tomllib.loads((folder / "model.toml").read_text())["thresholds"] for folder in (HERE, HERE.parent / "strip-lines")]
        self.least, self.by = told[0]["zone"], told[1]
        self.finder, self.reader = run.session(HERE / "model.onnx"), run.session(HERE.parent / "strip-lines/model.onnx")

    def said(self, picture):
        """`none`, `two`, `digital`, or a result with its probability."""
        found = []
        for zone in run.seen(self.finder, picture, least=self.least):
            told = None if zone[1] == "digital" else run.told(self.reader, picture, zone)
            if told is None or 1 / (1 + np.exp(-told[0])) >= self.by["zone"]:
                found.append((zone, told))
        if len(found) != 1:
            return ("two" if found else "none", 0.0)
        zone, told = found[0]
        if told is None:
            return "digital", zone[0]
        _, near, far, turn = told
        sure = 1 / (1 + np.exp(-(self.by["turn_by_lines"] * turn + self.by["turn_by_zones"] * zone[6])))
        chances = run.outcome(run.soft(near / self.by["warmth"]), run.soft(far / self.by["warmth"]), sure)
        return NAMES[int(chances.argmax())], float(chances.max())


def main():
    data, each, both = pathlib.Path(sys.argv[1]), int(sys.argv[2]), Both()
    rng, counted = np.random.default_rng(3), {}
    for folder in FOLDERS:
        found = sorted(path for path in (data / folder / "images/val").rglob("*") if path.suffix in (".jpg", ".png"))
        counted[folder] = [found[at] for at in rng.permutation(len(found))[:each]]
    rows = list(csv.DictReader(open(data / "device_photos/truth.csv")))
    counted["device photographs"] = [data / "device_photos" / row["file"] for row in rows if row["set"] in ("medical", "instr")]
    for name, paths in counted.items():
        said = [both.said(cv2.imread(str(path))) for path in paths]
        told = [(path.name, *one) for path, one in zip(paths, said) if one[0] != "none" and (one[1] >= 0.75 or one[0] == "digital")]
        print(f"{name}: {len(paths) - len(told)} of {len(paths)} refused", told[:12], flush=True)
    for row in rows:
        if row["set"] == "strips":
            print(row["file"], row["values"], *both.said(cv2.imread(str(data / "device_photos" / row["file"]))))


if __name__ == "__main__":
    main()
