"""The net: EfficientNet-Lite0 up to its fifth stage, and three levels joined down to a quarter of the picture's size, where each cell says
what has its middle here and how large it is."""
import lite0

KINDS = ["red_cell", "white_cell", "platelet"]
CELL, RED = 4, 36  # pixels of a cell of the map, and of a red cell's width in a picture that is scaled as it should be
WIDTH = 40


def detector(net, x):
    """Logits of the kinds, and [shift x, shift y in cells, logarithms of width and height over RED]."""
    stages = lite0.body(net, x, 0, 5)
    coarse = net.clip(net.mix("s16", stages[4], 80))
    coarse = net.clip(net.whole("j16", coarse, 80, 3, 1))
    middle = net.clip(net.add(net.twice(net.mix("p16", coarse, 64)), net.mix("s8", stages[2], 64)))
    middle = net.clip(net.whole("j8", middle, 64, 3, 1))
    fine = net.clip(net.add(net.twice(net.mix("p8", middle, WIDTH)), net.mix("s4", stages[1], WIDTH)))
    fine = net.clip(net.whole("j4", fine, WIDTH, 3, 1))
    fine = net.clip(net.whole("look", fine, WIDTH, 3, 1))
    return net.mix("heat", fine, len(KINDS)), net.mix("edges", fine, 4)
