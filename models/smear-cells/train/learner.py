"""The layers of a net for learning with TensorFlow, whose convolutions are several times as fast on one core as JAX's.

A net is written as in models/image-router/train/layers.py, whose Exporter writes the same weights: tensors are NHWC; a layer has weights `w`,
a scale `g` and an offset `b`.
"""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


class Learner:
    """Runs a net on weights; those it does not have are made where a generator is given."""

    def __init__(self, weights, rng=None):
        self.weights, self.rng = weights, rng

    def own(self, name, shape, inward):
        if name not in self.weights and self.rng is not None:
            w = self.rng.standard_normal(shape) * np.sqrt(2 / inward)
            self.weights[name] = {"w": w.astype("f"), "g": np.ones(shape[-1], "f"), "b": np.zeros(shape[-1], "f")}
        return self.weights[name]

    def whole(self, name, x, out, kernel, stride):
        own = self.own(name, (kernel, kernel, x.shape[-1], out), kernel * kernel * x.shape[-1])
        return tf.nn.conv2d(x, own["w"] * own["g"], stride, "SAME") + own["b"]

    def deep(self, name, x, kernel, stride):
        """Each channel by itself. The kernels stay as they are: their slopes would cost more than all others."""
        own = self.own(name, (kernel, kernel, x.shape[-1]), kernel * kernel)
        w = tf.stop_gradient(own["w"])[..., None]
        return tf.nn.depthwise_conv2d(x, w, [1, stride, stride, 1], "SAME") * own["g"] + own["b"]

    def mix(self, name, x, out):
        """Channels among themselves (1 x 1)."""
        own = self.own(name, (x.shape[-1], out), x.shape[-1])
        return tf.nn.conv2d(x, (own["w"] * own["g"])[None, None], 1, "SAME") + own["b"]

    def clip(self, x):
        return tf.nn.relu6(x)

    def add(self, x, y):
        return x + y

    def join(self, x, y):
        return tf.concat([x, y], -1)

    def twice(self, x):
        return tf.repeat(tf.repeat(x, 2, 1), 2, 2)

    def pooled(self, x):
        return tf.reduce_mean(x, (1, 2), keepdims=True)

    def looked(self, heat, x):
        """Mean of x where the logits of `heat` say, as softmax."""
        share = tf.nn.softmax(tf.reshape(heat, (tf.shape(heat)[0], -1, 1)), 1)
        return tf.reduce_sum(tf.reshape(x, (tf.shape(x)[0], -1, x.shape[-1])) * share, 1)[:, None, None]
