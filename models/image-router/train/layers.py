"""Layers of a convolutional net, once for training (JAX) and once for export (ONNX).

A net is a function of a backend and a tensor: `Learner` runs it, `Exporter` writes the same layers as ONNX nodes with the scales folded
into the weights, which it keeps in half precision. Tensors are NHWC here and NCHW there. A layer has weights `w`, a scale `g` and an
offset `b` for each channel; the last two are what batch normalisation left, and are learnt on like the rest.
"""
import jax
import jax.numpy as jnp
import numpy as np
from onnx import TensorProto, helper, numpy_helper


def same(side, kernel, stride):
    """Padding before and after, as the makers of the weights padded."""
    whole = max(kernel - (stride if side % stride == 0 else side % stride), 0)
    return whole // 2, whole - whole // 2


def shifted(x, kernel, stride):
    """What each place of a kernel sees of x."""
    wide = jnp.pad(x, ((0, 0), same(x.shape[1], kernel, stride), same(x.shape[2], kernel, stride), (0, 0)))
    rows, columns = -(-x.shape[1] // stride), -(-x.shape[2] // stride)
    for i in range(kernel):
        for j in range(kernel):
            yield i, j, wide[:, i:i + stride * (rows - 1) + 1:stride, j:j + stride * (columns - 1) + 1:stride]


class Learner:
    """Runs a net on weights; those it does not have are made where a generator is given."""

    def __init__(self, weights, rng=None):
        self.weights, self.rng = weights, rng

    def own(self, name, shape, inward):
        if name not in self.weights and self.rng is not None:
            spread = np.sqrt(2 / inward)
            self.weights[name] = {"w": (self.rng.standard_normal(shape) * spread).astype("f"), "g": np.ones(shape[-1], "f"), "b": np.zeros(shape[-1], "f")}
        return self.weights[name]

    def whole(self, name, x, out, kernel, stride):
        own = self.own(name, (kernel, kernel, x.shape[-1], out), kernel * kernel * x.shape[-1])
        w = own["w"] * own["g"]
        return sum(part @ w[i, j] for i, j, part in shifted(x, kernel, stride)) + own["b"]

    def deep(self, name, x, kernel, stride):
        """Each channel by itself: shifted and added, because XLA's own grouped convolution is slow on a CPU.

        The kernels stay as they are: their slopes would cost more than all other slopes together.
        """
        own = self.own(name, (kernel, kernel, x.shape[-1]), kernel * kernel)
        w = jax.lax.stop_gradient(own["w"])
        return sum(w[i, j] * part for i, j, part in shifted(x, kernel, stride)) * own["g"] + own["b"]

    def mix(self, name, x, out):
        """Channels among themselves (1 x 1)."""
        own = self.own(name, (x.shape[-1], out), x.shape[-1])
        return x @ (own["w"] * own["g"]) + own["b"]

    def clip(self, x):
        return jnp.clip(x, 0, 6)

    def add(self, x, y):
        return x + y

    def join(self, x, y):
        return jnp.concatenate([x, y], -1)

    def twice(self, x):
        return x.repeat(2, 1).repeat(2, 2)

    def pooled(self, x):
        return x.mean((1, 2), keepdims=True)

    def looked(self, heat, x):
        """Mean of x where the logits of `heat` say, as softmax."""
        n, h, w, c = x.shape
        share = jax.nn.softmax(heat.reshape(n, h * w))
        return jnp.einsum("np,npc->nc", share, x.reshape(n, h * w, c)).reshape(n, 1, 1, c)


class Exporter:
    """Writes a net's nodes."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants, self.shapes, self.count = weights, [], [], {}, 0

    def constant(self, values):
        self.count += 1
        name = f"c{self.count}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind, inputs, shape=None, **attributes):
        self.count += 1
        name = f"t{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        self.shapes[name] = shape
        return name

    def half(self, values):
        """Weights kept in 16 bits and widened when the model is loaded."""
        return self.node("Cast", [self.constant(values.astype(np.float16))], to=TensorProto.FLOAT)

    def convolved(self, x, w, b, kernel, stride, group):
        side, out = self.shapes[x][0], w.shape[0]
        before, after = same(side, kernel, stride)
        return self.node("Conv", [x, self.half(w), self.constant(b.astype("f"))], (-(-side // stride), out), kernel_shape=[kernel, kernel],
                         strides=[stride, stride], pads=[before, before, after, after], group=group)

    def whole(self, name, x, out, kernel, stride):
        own = self.weights[name]
        return self.convolved(x, (own["w"] * own["g"]).transpose(3, 2, 0, 1), own["b"], kernel, stride, 1)

    def deep(self, name, x, kernel, stride):
        own = self.weights[name]
        return self.convolved(x, (own["w"] * own["g"]).transpose(2, 0, 1)[:, None], own["b"], kernel, stride, own["w"].shape[-1])

    def mix(self, name, x, out):
        own = self.weights[name]
        return self.convolved(x, (own["w"] * own["g"]).T[:, :, None, None], own["b"], 1, 1, 1)

    def clip(self, x):
        return self.node("Clip", [x, self.constant(np.float32(0)), self.constant(np.float32(6))], self.shapes[x])

    def add(self, x, y):
        return self.node("Add", [x, y], self.shapes[x])

    def join(self, x, y):
        return self.node("Concat", [x, y], (self.shapes[x][0], self.shapes[x][1] + self.shapes[y][1]), axis=1)

    def twice(self, x):
        side, channels = self.shapes[x]
        return self.node("Resize", [x, "", self.constant(np.float32([1, 1, 2, 2]))], (2 * side, channels), mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    def pooled(self, x):
        return self.node("GlobalAveragePool", [x], (1, self.shapes[x][1]))

    def begin(self, side, channels):
        """The input, from bytes to -1..1."""
        widened = self.node("Cast", ["x"], to=TensorProto.FLOAT)
        moved = self.node("Sub", [widened, self.constant(np.float32(127.5))])
        return self.node("Div", [moved, self.constant(np.float32(127.5))], (side, channels))

    def flat(self, x, *shape):
        return self.node("Reshape", [x, self.constant(np.int64(shape))])

    def mirrored(self, x, axis=3):
        """Left for right, of a tensor whose columns are its axis `axis`."""
        ends = [self.constant(np.int64([v])) for v in (-1, np.iinfo(np.int64).min, axis, -1)]  # from the last to beyond the first, backwards
        return self.node("Slice", [x, *ends], self.shapes.get(x))

    def both(self, x, axis=3):
        """The pictures and after them their mirror images."""
        return self.node("Concat", [x, self.mirrored(x, axis)], self.shapes.get(x), axis=0)

    def halved(self, x):
        """The first half and the second half of a batch."""
        self.count += 2
        names = [f"t{self.count - 1}", f"t{self.count}"]
        self.nodes.append(helper.make_node("Split", [x], names, axis=0))
        for name in names:
            self.shapes[name] = self.shapes.get(x)
        return names

    def mean(self, x, y):
        return self.node("Mul", [self.node("Add", [x, y]), self.constant(np.float32(0.5))])

    def looked(self, heat, x):
        side, channels = self.shapes[x]
        share = self.node("Softmax", [self.flat(heat, -1, side * side, 1)], axis=1)
        mean = self.node("MatMul", [self.flat(x, -1, channels, side * side), share])
        made = self.flat(mean, -1, channels, 1, 1)
        self.shapes[made] = (1, channels)
        return made

    def named(self, x, name):
        self.nodes.append(helper.make_node("Identity", [x], [name]))

    def model(self, channels, side, outputs):
        """`outputs` gives the shape of each named tensor."""
        described = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
        taken = [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, channels, side, side])]
        graph = helper.make_graph(self.nodes, "net", taken, described, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
