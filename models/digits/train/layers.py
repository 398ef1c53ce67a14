"""Layers of small convolutional nets, once for training (JAX) and once for export (ONNX).

A net is a function of a backend and a tensor: `Learner` runs it and keeps the statistics that batch normalisation needs, `Exporter`
writes the same layers as ONNX nodes with the normalisation folded into the weights. Tensors are NHWC here and NCHW there.
"""
import jax
import jax.numpy as jnp
import numpy as np
from onnx import TensorProto, helper, numpy_helper

KEEP = 0.95  # of the running statistics at each step


def pair(side):
    return tuple(side) if isinstance(side, tuple) else (side, side)


class Learner:
    """Runs a net. Weights that it does not have are made, when it is given a generator."""

    def __init__(self, weights, stats=None, rng=None):
        self.weights, self.stats, self.rng, self.seen = weights, stats, rng, {}

    def conv(self, name, x, out, kernel=3, stride=1, act=True, norm=True, valid=False):
        kernel, stride = pair(kernel), pair(stride)
        if self.rng is not None:
            shape = (*kernel, x.shape[-1], out)
            scale = np.sqrt(2 / (kernel[0] * kernel[1] * x.shape[-1]))
            self.weights[name] = {"w": (self.rng.standard_normal(shape) * scale).astype("f"), "b": np.zeros(out, "f"), "g": np.ones(out, "f")}
            self.seen[name] = (np.zeros(out, "f"), np.ones(out, "f"))
        own = self.weights[name]
        pad = "SAME" if stride == (1, 1) and not valid else "VALID"
        y = jax.lax.conv_general_dilated(x, own["w"], stride, pad, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        if norm:
            if self.stats is None:
                mean, spread = y.mean((0, 1, 2)), y.var((0, 1, 2))
                self.seen[name] = (mean, spread)
            else:
                mean, spread = self.stats[name]
            y = (y - mean) * (own["g"] / jnp.sqrt(spread + 1e-3))
        y = y + own["b"]
        return jnp.maximum(y, 0) if act else y

    def dense(self, name, x, out, act=False):
        flat = x.transpose(0, 3, 1, 2).reshape(x.shape[0], -1) if x.ndim == 4 else x
        if self.rng is not None:
            scale = np.sqrt(2 / flat.shape[1])
            self.weights[name] = {"w": (self.rng.standard_normal((flat.shape[1], out)) * scale).astype("f"), "b": np.zeros(out, "f")}
        y = flat @ self.weights[name]["w"] + self.weights[name]["b"]
        return jnp.maximum(y, 0) if act else y

    def add(self, x, y):
        return x + y

    def join(self, x, y):
        return jnp.concatenate([x, y], -1)

    def beside(self, x, y):
        return jnp.concatenate([x, y], 1)

    def part(self, x, top, bottom, left, right):
        return x[:, top:bottom, left:right]

    def averaged(self, x, rows, columns):
        n, h, w, c = x.shape
        return x.reshape(n, h // rows, rows, w // columns, columns, c).mean((2, 4))

    def twice(self, x):
        return x.repeat(2, 1).repeat(2, 2)

    def shuffle(self, x):
        n, h, w, c = x.shape
        return x.reshape(n, h, w, 2, 2, c // 4).transpose(0, 1, 3, 2, 4, 5).reshape(n, 2 * h, 2 * w, c // 4)

    def pooled(self, x):
        return x.mean((1, 2), keepdims=True)

    def relative(self, x, top, bottom, left, right):
        """Colours relative to the mean of a part: light and its colour cancel."""
        mean = x[:, top:bottom, left:right].mean((1, 2), keepdims=True)
        return jnp.clip((x - mean) * 4 / (mean + 0.05), -2, 2)


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

    def conv(self, name, x, out, kernel=3, stride=1, act=True, norm=True, valid=False):
        kernel, stride = pair(kernel), pair(stride)
        own = self.weights[name]
        w, b = np.asarray(own["w"]), np.asarray(own["b"])
        if norm:
            mean, spread = (np.asarray(s) for s in self.stats[name])
            scale = np.asarray(own["g"]) / np.sqrt(spread + 1e-3)
            w, b = w * scale, b - mean * scale
        pads = [0, 0] if stride != (1, 1) or valid else [kernel[0] // 2, kernel[1] // 2]
        y = self.node("Conv", [x, self.constant(w.transpose(3, 2, 0, 1).astype("f")), self.constant(b.astype("f"))],
                      kernel_shape=kernel, strides=stride, pads=pads * 2)
        return self.node("Relu", [y]) if act else y

    def dense(self, name, x, out, act=False):
        own = self.weights[name]
        y = self.node("Gemm", [self.node("Flatten", [x]), self.constant(np.asarray(own["w"])), self.constant(np.asarray(own["b"]))])
        return self.node("Relu", [y]) if act else y

    def add(self, x, y):
        return self.node("Add", [x, y])

    def join(self, x, y):
        return self.node("Concat", [x, y], axis=1)

    beside = join

    def part(self, x, top, bottom, left, right):
        return self.node("Slice", [x] + [self.constant(np.int64(v)) for v in ([top, left], [bottom, right], [2, 3])])

    def averaged(self, x, rows, columns):
        return self.node("AveragePool", [x], kernel_shape=[rows, columns], strides=[rows, columns])

    def twice(self, x):
        return self.node("Resize", [x, "", self.constant(np.float32([1, 1, 2, 2]))], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    def shuffle(self, x):
        return self.node("DepthToSpace", [x], blocksize=2, mode="DCR")

    def pooled(self, x):
        return self.node("GlobalAveragePool", [x])

    def relative(self, x, top, bottom, left, right):
        mean = self.node("GlobalAveragePool", [self.part(x, top, bottom, left, right)])
        away = self.node("Mul", [self.node("Sub", [x, mean]), self.constant(np.float32(4))])
        away = self.node("Div", [away, self.node("Add", [mean, self.constant(np.float32(0.05))])])
        return self.node("Clip", [away, self.constant(np.float32(-2)), self.constant(np.float32(2))])

    def probabilities(self, x, temperature):
        return self.node("Sigmoid", [self.node("Div", [x, self.constant(np.float32(temperature))])])

    def model(self, x, shape, out, made):
        graph = helper.make_graph(self.nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                                  [helper.make_tensor_value_info(out, TensorProto.FLOAT, made)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
