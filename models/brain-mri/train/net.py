"""The net: EfficientNet-Lite0, its last level joined to the two before on a grid of 14 x 14, where each cell says whether tumour is
here and how far the tumour's edges are.

The kind is read from the whole picture and from the place looked at; the box is the mean of what the places looked at say.
"""
import lite0

KINDS = ["glioma", "meningioma", "pituitary", "no_tumor"]
GRID, WIDTH = 14, 64
REACH = 0.1  # an edge of 1 lies so far from its cell, as a share of the picture


def head(net, fine, middle, coarse):
    """From the outputs of stages 2, 4 and 6: kind [1,1,4], heat [14,14,1] and edges [14,14,4], in that order."""
    joined = net.add(net.twice(net.mix("coarse", coarse, WIDTH)), net.mix("middle", middle, WIDTH))
    joined = net.clip(net.add(joined, net.whole("fine", fine, WIDTH, 3, 2)))
    joined = net.clip(net.whole("joined", joined, WIDTH, 3, 1))
    heat = net.mix("heat", net.clip(net.whole("look", joined, WIDTH, 3, 1)), 1)
    edges = net.mix("edges", net.clip(net.whole("reach", joined, WIDTH, 3, 1)), 4)
    whole = net.pooled(lite0.top(net, coarse))
    return net.mix("kind", net.join(whole, net.looked(heat, joined)), len(KINDS)), heat, edges


def whole(net, x):
    """From the picture: the same three."""
    stages = lite0.body(net, x, 0, 7)
    return head(net, stages[2], stages[4], stages[6])
