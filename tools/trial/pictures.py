"""Pictures that are drawn for trials: a head, a smear. What models say of them is not looked at, only that they say it once."""
import functools
import math
import random
import struct
import zlib


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(side, colour):
    """A square picture; `colour` tells the three bytes of a place."""
    lines = b"".join(b"\0" + b"".join(colour(x, y) for x in range(side)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")


def marked(picture, key):
    """The same picture in a file of its own: the key is in a comment before the end."""
    return picture[:-12] + chunk(b"tEXt", b"Comment\0" + key.encode()) + picture[-12:]


@functools.cache
def head():
    """A slice of a head, roughly."""
    side = 256

    def colour(x, y):
        away = math.hypot((x / side - 0.5) / 0.37, (y / side - 0.5) / 0.44)
        if away > 1:
            return b"\0\0\0"
        if away > 0.92:
            return bytes((150,) * 3)
        folds = 8 * math.sin(x / 6) * math.sin(y / 7 + x / 80)
        bright = 120 if math.hypot(x - 165, y - 98) < 20 else 0
        return bytes((int(85 + folds + bright),) * 3)

    return png(side, colour)


@functools.cache
def smear():
    """Red discs on a pale ground."""
    side, chance = 256, random.Random(7)
    cells = [(chance.randrange(side), chance.randrange(side)) for _ in range(90)]
    near = {}
    for x, y in cells:
        for dx in range(-9, 10):
            for dy in range(-9, 10):
                away = math.hypot(dx, dy)
                if away <= 9:
                    near[(x + dx, y + dy)] = away
    pale, red = bytes((236, 228, 226)), [bytes((196 + int(3 * away if away < 4 else 0), 110 + int(60 / (1 + away)), 122)) for away in range(11)]
    return png(side, lambda x, y: red[int(near[(x, y)])] if (x, y) in near else pale)
