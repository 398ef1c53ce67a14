"""Layers of small convolutional nets, once for training (TensorFlow) and once for export (ONNX).

A net is a function of a backend and a tensor: `Learner` runs it and keeps the statistics that batch normalisation needs, `Begun` makes weights of
a written model's, `Exporter` writes the same layers as ONNX nodes with the normalisation folded into the weights. Tensors are NHWC here and
NCHW there.
"""
import numpy as np
import tensorflow as tf
from onnx import helper, numpy_helper

KEEP = 0.99  # of the running statistics at each step
LEAST = 1e-3  # that a spread is taken for


def convolved(x, w, stride):
    return tf.nn.conv2d(x, tf.cast(w, x.dtype), stride, "SAME" if stride == 1 else "VALID")


class Joined:
    """What all that run have in common."""

    def add(self, x, y):
        return x + y

    def join(self, x, y):
        return tf.concat([x, y], -1)

    def twice(self, x):
        return tf.repeat(tf.repeat(x, 2, 1), 2, 2)


class Learner(Joined):
    """Runs a net with the statistics of the batch, which `seen` has then."""

    def __init__(self, weights):
        self.weights, self.seen = weights, {}

    def conv(self, name, x, out, kernel=3, stride=1, act=True, norm=True):
        own = self.weights[name]
        y = convolved(x, own["w"], stride)
        if norm:
            y, mean, spread = tf.compat.v1.nn.fused_batch_norm(y, own["g"], own["b"], epsilon=LEAST, is_training=True)[:3]
            self.seen[name] = (mean, spread)
        else:
            y = y + tf.cast(own["b"], y.dtype)
        return tf.nn.relu(y) if act else y


class Begun(Joined):
    """Makes weights: of a written model's convolutions, in their order, else by chance. The batch that it is run on gives the statistics."""

    def __init__(self, model=None):
        self.rng, self.weights, self.stats = np.random.default_rng(0), {}, {}
        self.written = None
        if model is not None:
            values = {own.name: numpy_helper.to_array(own) for own in model.graph.initializer}
            self.written = iter([(values[n.input[1]], values[n.input[2]]) for n in model.graph.node if n.op_type == "Conv"])

    def conv(self, name, x, out, kernel=3, stride=1, act=True, norm=True):
        if self.written is None:
            shape = (kernel, kernel, x.shape[-1], out)
            w, b = (self.rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[:3]))).astype("f"), np.zeros(out, "f")
        else:
            w, b = next(self.written)
            w = np.ascontiguousarray(w.transpose(2, 3, 1, 0))
        y = convolved(x, w, stride)
        mean, spread = (part.numpy() for part in tf.nn.moments(y, (0, 1, 2)))
        self.weights[name] = {"w": w, "b": b}
        if norm:
            self.stats[name] = (mean, spread)
            self.weights[name] |= {"g": np.ones(out, "f")} if self.written is None else {"g": np.sqrt(spread + LEAST), "b": b + mean}
            own = self.weights[name]
            y = (y - mean) / np.sqrt(spread + LEAST) * own["g"]
        y = y + self.weights[name]["b"]
        return tf.nn.relu(y) if act else y


class Exporter:
    """Writes a net's nodes."""

    def __init__(self, weights, stats):
        self.weights, self.stats, self.nodes, self.constants, self.count = weights, stats, [], [], 0

    def constant(self, values):
        self.count += 1
        name = f"c{self.count}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind, inputs, **attributes):
        self.count += 1
        name = f"t{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def conv(self, name, x, out, kernel=3, stride=1, act=True, norm=True):
        own = self.weights[name]
        w, b = np.asarray(own["w"]), np.asarray(own["b"])
        if norm:
            mean, spread = (np.asarray(s) for s in self.stats[name])
            scale = np.asarray(own["g"]) / np.sqrt(spread + LEAST)
            w, b = w * scale, b - mean * scale
        pads = 0 if stride > 1 else kernel // 2
        y = self.node("Conv", [x, self.constant(w.transpose(3, 2, 0, 1).astype("f")), self.constant(b.astype("f"))],
                      kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pads] * 4)
        return self.node("Relu", [y]) if act else y

    def add(self, x, y):
        return self.node("Add", [x, y])

    def join(self, x, y):
        return self.node("Concat", [x, y], axis=1)

    def twice(self, x):
        return self.node("Resize", [x, "", self.constant(np.float32([1, 1, 2, 2]))], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
