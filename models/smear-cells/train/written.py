"""Writes a net as ONNX whose pictures are bytes as they lie in memory (rows, columns, colours), in any number or of any size."""
import layers
import numpy as np
import onnx
from onnx import TensorProto, helper


class Written(layers.Exporter):
    def opened(self, name, side):
        """The input `name`, from bytes to -1..1; `side` stands for any of its multiples of 32."""
        turned = self.node("Transpose", [name], perm=[0, 3, 1, 2])
        wide = self.node("Cast", [turned], to=TensorProto.FLOAT)
        share = self.node("Mul", [wide, self.constant(np.float32(1 / 127.5))])
        return self.node("Sub", [share, self.constant(np.float32(1))], (side, 3))

    def part(self, x, first, last):
        """Channels from `first` to before `last`."""
        return self.node("Slice", [x] + [self.constant(np.int64([v])) for v in (first, last, 1)])

    def save(self, file, taken, outputs):
        """`taken` is the input's name and shape; `outputs` give the shape of each named tensor."""
        name, shape = taken
        described = [helper.make_tensor_value_info(key, TensorProto.FLOAT, one) for key, one in outputs.items()]
        graph = helper.make_graph(self.nodes, "net", [helper.make_tensor_value_info(name, TensorProto.UINT8, shape)], described, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, str(file))
