"""What the nets of this folder need beside the layers that other nets have: the same for learning and for the file."""
import numpy as np
import onnx
from onnx import TensorProto, helper

import nets  # noqa: F401  finds the folders of the others
import learner
import tensorflow as tf
from written import Written

ROUND = (9, 25)  # rows and columns of a place's surroundings
RAISE = 6.0


class Learner(learner.Learner):
    """Convolutions run with 16 bits where `half` says so."""

    half = False

    def whole(self, name, x, out, kernel, stride):
        own = self.own(name, (kernel, kernel, x.shape[-1], out), kernel * kernel * x.shape[-1])
        if not self.half:
            return tf.nn.conv2d(x, own["w"] * own["g"], stride, "SAME") + own["b"]
        w = tf.cast(own["w"] * own["g"], tf.bfloat16)
        return tf.nn.conv2d(tf.cast(x, tf.bfloat16), w, stride, "SAME") + tf.cast(own["b"], tf.bfloat16)

    def mix(self, name, x, out):
        return super().mix(name, tf.cast(x, tf.float32), out)

    def join(self, x, y):
        return tf.concat([x, y], -1)

    def raised(self, x):
        """How each place differs from the mean of its surroundings, made plain."""
        rows, columns = ROUND  # one after the other is the same, and an eighth of the work
        mean = tf.nn.avg_pool2d(tf.nn.avg_pool2d(x, (1, columns), 1, "SAME"), (rows, 1), 1, "SAME")
        return tf.clip_by_value((x - mean) * RAISE, -1.0, 1.0)

    def laid_out(self, x):
        """All places and channels in one row."""
        flat = tf.transpose(tf.cast(x, tf.float32), (0, 3, 1, 2))
        return tf.reshape(flat, (-1, 1, 1, x.shape[1] * x.shape[2] * x.shape[3]))


class Exporter(Written):
    places = 48  # of the last map of `lines`

    def raised(self, x):
        rows, columns = ROUND
        mean = self.node("AveragePool", [x], kernel_shape=[1, columns], strides=[1, 1], pads=[0, columns // 2] * 2)
        mean = self.node("AveragePool", [mean], kernel_shape=[rows, 1], strides=[1, 1], pads=[rows // 2, 0] * 2)
        far = self.node("Mul", [self.node("Sub", [x, mean]), self.constant(np.float32(RAISE))])
        return self.node("Clip", [far, self.constant(np.float32(-1)), self.constant(np.float32(1))], self.shapes[x])

    def laid_out(self, x):
        channels = self.shapes[x][1]
        return self.node("Reshape", [x, self.constant(np.int64([-1, channels * self.places, 1, 1]))], (1, channels * self.places))

    def save(self, file, taken, outputs):
        """As others are saved, but for the input: colours of -1 to 1."""
        described = [helper.make_tensor_value_info(key, TensorProto.FLOAT, one) for key, one in outputs.items()]
        graph = helper.make_graph(self.nodes, "net", [helper.make_tensor_value_info(taken[0], TensorProto.FLOAT, taken[1])], described, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, str(file))
