"""Writes the detector for use: `finish.py WEIGHTS MODEL.onnx`. `image` is 1 x 3 x H x W in 0..1; `map` has 13 probabilities and 4 distances in pixels."""
import pickle
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

import net
from layers import Exporter

N = len(net.CLASSES)


def main():
    weights, stats = pickle.load(open(sys.argv[1], "rb"))
    exporter = Exporter(weights, stats)
    out = net.detector(exporter, "image")
    kinds = exporter.node("Sigmoid", [exporter.node("Slice", [out] + [exporter.constant(np.int64([v])) for v in (0, N, 1)])])
    edges = exporter.node("Exp", [exporter.node("Slice", [out] + [exporter.constant(np.int64([v])) for v in (N, N + 4, 1)])])
    edges = exporter.node("Mul", [edges, exporter.constant(np.float32(8))])
    exporter.nodes.append(helper.make_node("Concat", [kinds, edges], ["map"], axis=1))
    graph = helper.make_graph(exporter.nodes, "digits", [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, "height", "width"])],
                              [helper.make_tensor_value_info("map", TensorProto.FLOAT, [1, N + 4, "rows", "columns"])], exporter.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[2])


if __name__ == "__main__":
    main()
