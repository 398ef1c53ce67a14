"""The part of a net that is not learnt on, run by ONNX Runtime, which is several times as fast as JAX on a CPU."""
import numpy as np
import onnxruntime

import layers
import lite0


def session(model, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Early:
    """Stages before `stages` (all 7 and the top, averaged, where that is None) of the published net."""

    def __init__(self, weights, channels, stages=None):
        net = layers.Exporter(weights)
        x = lite0.body(net, net.begin(lite0.SIDE, channels), 0, stages or 7)[-1]
        if stages is None:
            x = net.pooled(lite0.top(net, x))
        side, out = net.shapes[x]
        net.named(x, "y")
        self.session = session(net.model(channels, lite0.SIDE, {"y": [1, out, side, side]}).SerializeToString())

    def __call__(self, picture):
        """Of one picture (height, width, channels), as bytes; gives the same order."""
        return self.session.run(None, {"x": picture.transpose(2, 0, 1)[None]})[0][0].transpose(1, 2, 0)
