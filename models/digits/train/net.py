"""The detector: a picture to a map a quarter of its size, with what stands at each place and how far its edges are."""
CLASSES = "0123456789-.:"
CELL = 4


def detector(b, x):
    """Thirteen logits and four logarithms a cell."""
    e2 = b.conv("e2", b.conv("d2", x, 16, 2, 2), 16)
    e4 = b.conv("e4", b.conv("d4", e2, 32, 2, 2), 32)
    e8 = b.conv("d8", e4, 48, 2, 2)
    e8 = b.add(e8, b.conv("e8b", b.conv("e8a", e8, 48), 48, act=False))
    e16 = b.conv("d16", e8, 64, 2, 2)
    e16 = b.add(e16, b.conv("e16b", b.conv("e16a", e16, 64), 64, act=False))
    e32 = b.conv("e32b", b.conv("e32a", b.conv("d32", e16, 80, 2, 2), 80), 80)
    u16 = b.conv("u16", b.add(e16, b.twice(b.conv("p16", e32, 64, 1))), 64)
    u8 = b.conv("u8", b.add(e8, b.twice(b.conv("p8", u16, 48, 1))), 48)
    u4 = b.conv("u4", b.add(e4, b.twice(b.conv("p4", u8, 32, 1))), 40)
    last = b.conv("last", u4, 40)
    return b.join(b.conv("kind", last, len(CLASSES), 1, act=False, norm=False), b.conv("edges", last, 4, 1, act=False, norm=False))
