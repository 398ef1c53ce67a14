"""The net: EfficientNet-Lite0, its last level joined to the two before on a grid of 28 x 28, where each cell says whether tumour is
here and how far the tumour's edges are.

The kind is read from the whole picture and from the place looked at; the box is the mean of what the places looked at say.
"""
import lite0

KINDS = ["glioma", "meningioma", "pituitary", "no_tumor"]
GRIDS, WIDTH = (14, 28), 64
GRID = GRIDS[-1]  # of the net that is used; it learns on the other one first
REACH = 0.1  # an edge of 1 lies so far from its cell, as a share of the picture


def head(net, fine, middle, coarse, grid):
    """From the outputs of stages 2, 4 and 6: kind [1,1,4], heat [grid,grid,1] and edges [grid,grid,4], in that order."""
    joined = net.add(net.twice(net.mix("coarse", coarse, WIDTH)), net.mix("middle", middle, WIDTH))
    if grid == GRIDS[0]:
        joined = net.add(joined, net.whole("fine", fine, WIDTH, 3, 2))
    else:
        joined = net.add(net.twice(joined), net.mix("finer", fine, WIDTH))
    joined = net.clip(net.whole("joined", net.clip(joined), WIDTH, 3, 1))
    heat = net.mix("heat", net.clip(net.whole("look", joined, WIDTH, 3, 1)), 1)
    edges = net.mix("edges", net.clip(net.whole("reach", joined, WIDTH, 3, 1)), 4)
    whole = net.pooled(lite0.top(net, coarse))
    return net.mix("kind", net.join(whole, net.looked(heat, joined)), len(KINDS)), heat, edges


def whole(net, x, grid=GRID):
    """From the picture: the same three."""
    stages = lite0.body(net, x, 0, 7)
    return head(net, stages[2], stages[4], stages[6], grid)
