"""Counts on photographs: `measure.py WEIGHTS FOLDER`, FOLDER with truth.csv; measuring only, nothing of them is learnt from.

For each device: pictures of which every number is a row that was found, and numbers found of those shown.
"""
import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import collections
import csv
import functools
import pathlib
import pickle
import sys
import time

import cv2
import jax
import jax.numpy as jnp
import numpy as np

import net
import read
from fit import logits


def runner(weights, stats):
    run = jax.jit(functools.partial(logits, net.detector))

    def one(picture):
        out = np.asarray(run(weights, stats, picture[None, ..., ::-1].astype(np.float32) / 255))[0].transpose(2, 0, 1)
        n = len(net.CLASSES)
        return np.concatenate([1 / (1 + np.exp(-out[:n])), 8 * np.exp(out[n:])])

    return one


def onnx_runner(path):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    return lambda picture: session.run(None, {"image": picture[None, ..., ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 255})[0][0]


def main():
    run = onnx_runner(sys.argv[1]) if sys.argv[1].endswith(".onnx") else runner(*pickle.load(open(sys.argv[1], "rb")))
    folder = pathlib.Path(sys.argv[2])
    whole, shown, found, spent = (collections.Counter() for _ in range(4))
    for row in csv.DictReader(open(folder / "truth.csv")):
        if row["set"] not in ("medical", "instr") or len(sys.argv) > 3 and row["device"] not in sys.argv[3:]:
            continue
        kind = row["device"] if row["set"] == "medical" else "instr"
        picture = cv2.imread(str(folder / row["file"]))
        began = time.process_time()
        made = read.rows(read.boxes(run, picture))
        spent[kind] += time.process_time() - began
        texts = collections.Counter(text.lstrip("0") or "0" for text, *_ in made)
        truth = [value.strip().lstrip("0") or "0" for value in row["values"].split(";") if value.strip()]
        right = sum(value in texts for value in truth)
        whole[kind, right == len(truth)] += 1
        shown[kind] += len(truth)
        found[kind] += right
        if right < len(truth) and os.environ.get("SHOW"):
            print(row["file"], truth, [(t, round(s, 2), int(b[3] - b[1])) for t, b, s in made if len(t) > 1][:14], picture.shape[:2])
    for kind in shown:
        n = whole[kind, True] + whole[kind, False]
        print(f"{kind}: {whole[kind, True]}/{n} pictures, {found[kind]}/{shown[kind]} numbers, {spent[kind] / n * 1000:.0f} ms")


if __name__ == "__main__":
    main()
