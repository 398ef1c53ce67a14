"""The two nets: `windows` finds reading zones in a whole picture, `lines` reads one that was cut out and laid flat.

Both are written once for both backends: the learner of models/smear-cells/train and the exporter of models/image-router/train.
"""
import pathlib
import sys

for folder in ("smear-cells", "image-router"):
    sys.path.append(str(pathlib.Path(__file__).parents[2] / folder / "train"))
import lite0

FORMS = ["cassette", "midstream", "strip", "digital"]
STRENGTHS = ["none", "faint", "clear", "strong"]
CELL, LENGTH = 8, 40  # pixels of a cell of the map, and of a usual zone's length
ZONE, LEFT, RIGHT, TURN = slice(0, 1), slice(1, 5), slice(5, 9), slice(9, 10)  # what `lines` answers


def windows(net, x):
    """For each cell: logit of a zone's middle; logits of its form; its shift in cells and the logarithms of length and width over LENGTH; its axis
    as cosine and sine of twice the angle; and a vector that points where the control line's end is."""
    stages = lite0.body(net, x, 0, 5)
    coarse = net.clip(net.mix("s16", stages[4], 96))
    coarse = net.clip(net.whole("j16", coarse, 96, 3, 1))
    wide = net.mix("w16", net.pooled(coarse), 96)
    coarse = net.clip(net.add(net.whole("k16", coarse, 96, 3, 1), wide))
    fine = net.clip(net.add(net.twice(net.mix("p16", coarse, 72)), net.mix("s8", stages[2], 72)))
    fine = net.clip(net.whole("j8", fine, 72, 3, 1))
    fine = net.clip(net.whole("k8", fine, 72, 3, 1))
    return net.mix("heat", fine, 1), net.mix("form", fine, len(FORMS)), net.mix("box", fine, 8)


def lines(net, x):
    """Ten logits: that this is a zone; how strong the line on the left is, and on the right; that the control line's end is on the right."""
    x = net.join(x, net.raised(x))
    x = net.clip(net.whole("a", x, 24, 3, 2))
    x = net.clip(net.whole("b", x, 24, 3, 1))
    x = net.clip(net.whole("c", x, 40, 3, 2))
    x = net.clip(net.add(x, net.whole("d", x, 40, 3, 1)))
    x = net.clip(net.whole("e", x, 64, 3, 2))
    x = net.clip(net.add(x, net.whole("f", x, 64, 3, 1)))
    x = net.clip(net.whole("g", x, 80, 3, 2))
    x = net.clip(net.whole("h", x, 80, 3, 1))
    return net.mix("told", net.clip(net.mix("all", net.laid_out(x), 96)), 10)
