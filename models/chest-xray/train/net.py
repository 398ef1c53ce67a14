"""The net: EfficientNet-Lite0, whose last level is read cell by cell; the answer is the mean over the cells (class activation)."""
import lite0

KINDS = ["normal", "pneumonia"]
GRID = 7


def head(net, coarse):
    """From the output of stage 6: logits of the kinds for each cell."""
    return net.mix("kind", lite0.top(net, coarse), len(KINDS))
