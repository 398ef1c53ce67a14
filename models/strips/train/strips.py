"""Draws one test, flat, its sample end on the left: cassette, midstream, bare strip, or one with a display.

Units are shares of the test's length, which is `length` pixels. What is drawn comes back with its mask and the truth.
"""
import cv2
import numpy as np

from colours import between, chance, hue, ink, laid, lettered, FONTS, pale, pick, rounded, strong, written

FORMS = ["cassette", "midstream", "strip", "digital"]
FAINT, CLEAR = 0.12, 0.3  # contrasts from which on a line is clear, and strong
PREGNANCY = ["hCG", "HCG", "Pregnancy Test", "PREGNANCY", "hCG Urine", "Early Pregnancy", "Pregnancy", "hCG Combo"]
COVID = ["COVID-19 Ag", "SARS-CoV-2", "COVID-19", "COVID-19 Antigen", "SARS-CoV-2 Ag", "CoV-2 Ag", "COVID-19 RAPID TEST", "Covid"]
OTHER = ["RAPID TEST", "One Step", "Test", "URINE", "S", "EARLY", "RESULT", "READ", "Plus", "Home Test", "99% accurate", "ID", "Name:", "Date", "QuickLine", "Veriva"]
SAID = ["Pregnant", "Not Pregnant", "Pregnant 1-2", "Pregnant 2-3", "Pregnant 3+", "YES +", "NO -", "YES", "NO", "Pregnant +", "Not Pregnant -", "?", ""]


class Test:
    """What was drawn: a picture with its mask, the reading zone (left, top, right, bottom in pixels), and what it shows."""

    def __init__(self, picture, mask, zone, form, purpose, control=0.0, test=0.0, said=""):
        self.picture, self.mask, self.zone, self.form, self.purpose = picture, mask, zone, form, purpose
        self.control, self.test, self.said = control, test, said

    @property
    def result(self):
        """0 negative, 1 positive, 2 only the test line, 3 no line."""
        return {(True, False): 0, (True, True): 1, (False, True): 2, (False, False): 3}[self.control > 0, self.test > 0]

    @property
    def strengths(self):
        """How strong: control line none, faint, visible; test line none, faint, clear, strong."""
        control = 0 if self.control == 0 else 1 if self.control < FAINT else 2
        test = 0 if self.test == 0 else 1 if self.test < FAINT else 2 if self.test < CLEAR else 3
        return control, test


def contrasts(rng):
    """Contrast of the control line and of the test line; 0 is none."""
    strength = lambda faint: between(rng, 0.03, FAINT) if chance(rng, faint) else between(rng, FAINT, CLEAR) if chance(rng, 0.35) else between(rng, CLEAR, 0.85)
    shown = rng.random()
    control = strength(0.12) if shown < 0.78 else 0.0
    test = strength(0.5) if chance(rng, 0.55 if control else 0.4) else 0.0
    return control, test


def dye(rng):
    """Of a line: red to violet or blue, seldom dark grey."""
    kind = rng.random()
    if kind < 0.55:
        hsv = [rng.integers(158, 180), rng.integers(110, 256), rng.integers(120, 236)]
    elif kind < 0.78:
        hsv = [rng.integers(125, 158), rng.integers(80, 230), rng.integers(70, 210)]
    elif kind < 0.92:
        hsv = [rng.integers(98, 125), rng.integers(110, 256), rng.integers(90, 230)]
    else:
        hsv = [rng.integers(180), rng.integers(0, 40), rng.integers(10, 70)]
    return cv2.cvtColor(np.uint8([[hsv]]), cv2.COLOR_HSV2BGR)[0, 0].astype(np.float32)


def line(rng, window, at, width, colour, contrast, along=False, plain=False):
    """A line across the window (or along it) that makes the colours differ by `contrast` of the whole range."""
    if along:
        window = window.transpose(1, 0, 2)
    height, length = window.shape[:2]
    ground = window.mean((0, 1))
    share = min(1.0, contrast * 255 / max(20.0, float(abs(ground - colour).max())))
    y, x = np.mgrid[0:height, 0:length].astype(np.float32)
    lean = 0 if plain else rng.normal(0, 0.04)
    bow = 0 if plain or chance(rng, 0.7) else rng.normal(0, 0.12) * width
    off = x - at - lean * (y - height / 2) - bow * ((2 * y / height - 1) ** 2)
    half, soft = width / 2, max(0.35, width * (0.04 if plain else between(rng, 0.05, 0.45)))
    mask = 1 / (1 + np.exp(np.clip((abs(off) - half) / (soft / 2), -30, 30)))
    if not plain and chance(rng, 0.5):  # more on one side, or blotchy
        wave = 1 - between(rng, 0, 0.45) * (0.5 + 0.5 * np.sin(np.linspace(0, between(rng, 1, 6), height) + between(rng, 0, 6)))
        mask *= wave[:, None].astype(np.float32)
    if not plain and chance(rng, 0.25):  # it fills part of the width only
        inset = between(rng, 0.03, 0.2) * height
        mask *= ((y > inset) & (y < height - inset)).astype(np.float32)
    window += (mask * share)[..., None] * (colour - window)


def membrane(rng, shape, simple):
    """The ground of the lines: white, washed over by dye, unevenly moist."""
    ground = np.float32([1, 1, 1]) * between(rng, 185, 255) + (0 if simple else rng.normal(0, 5, 3).astype(np.float32))
    made = np.tile(ground, (*shape, 1)).astype(np.float32)
    if simple:
        return made
    length = np.linspace(0, 1, shape[1], dtype=np.float32)
    if chance(rng, 0.5):  # washed by dye, more to one end
        wash = dye(rng)
        share = between(rng, 0, 0.22) * (length if chance(rng, 0.5) else 1 - length if chance(rng, 0.5) else np.ones_like(length))
        made += share[None, :, None] * (wash - made)
    if chance(rng, 0.3):
        cloud = cv2.resize(rng.normal(0, between(rng, 1, 6), (3, 7)).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
        made += cloud[..., None]
    return made


def lined(rng, window, control, test, simple, places=None):
    """Draws lines into a window whose control end is on the right."""
    length = window.shape[1]
    middle, apart = between(rng, 0.42, 0.58), between(rng, 0.22, 0.46)
    of_test, of_control = places or (middle - apart / 2, middle + apart / 2)
    width = between(rng, 0.025, 0.085) * length if not chance(rng, 0.15) else between(rng, 0.085, 0.14) * length
    width = max(1.2, width)
    colour = dye(rng)
    other = colour if chance(rng, 0.8) else dye(rng)
    if control:
        line(rng, window, of_control * length, width * between(rng, 0.8, 1.2), colour, control, plain=simple)
    if test:
        line(rng, window, of_test * length, width * between(rng, 0.8, 1.2), other, test, plain=simple)
    elif chance(rng, 0.14):  # what drying leaves: thin, without a colour
        grey = np.float32([1, 1, 1]) * between(rng, 60, 150)
        line(rng, window, of_test * length, width * between(rng, 0.3, 0.7), grey, between(rng, 0.015, 0.05), plain=simple)
    elif chance(rng, 0.05):  # a hollow where the line would be: a bright mark
        line(rng, window, of_test * length, width * 0.8, np.float32([255, 255, 255]), between(rng, 0.01, 0.03), plain=simple)
    return of_test, of_control


def recessed(rng, picture, box, radius, inside, simple):
    """A window of that content, deep in its frame."""
    left, top, right, bottom = box
    mask = rounded(picture.shape[:2], box, radius)
    if not simple and chance(rng, 0.7):  # a bevel round it
        grown = rounded(picture.shape[:2], (left - 0.04 * (right - left), top - 0.04 * (right - left), right + 0.04 * (right - left), bottom + 0.04 * (right - left)), radius)
        picture *= 1 - grown[..., None] * between(rng, 0.02, 0.22)
    if chance(rng, 0.5 if simple else 0.3):  # an outline
        thick = max(1.0, between(rng, 0.008, 0.03) * (right - left))
        grown = rounded(picture.shape[:2], (left - thick, top - thick, right + thick, bottom + thick), radius + thick)
        laid(picture, grown, ink(rng))
    layer = picture.copy()
    y, x, h, w = int(round(top)), int(round(left)), inside.shape[0], inside.shape[1]
    layer[y:y + h, x:x + w] = inside
    if not simple and chance(rng, 0.6):  # the frame's shadow on what is below
        deep = max(0.6, between(rng, 0.01, 0.05) * (right - left))
        dx, dy = rng.normal(0, deep, 2)
        hole = cv2.warpAffine(mask, np.float32([[1, 0, dx], [0, 1, dy]]), mask.shape[::-1])
        layer *= 1 - between(rng, 0.1, 0.5) * (1 - cv2.GaussianBlur(hole, (0, 0), deep))[..., None] * mask[..., None]
    picture += mask[..., None] * (layer - picture)


def spans(box):
    """Height and width in whole pixels."""
    left, top, right, bottom = box
    return max(2, int(round(bottom)) - int(round(top))), max(4, int(round(right)) - int(round(left)))


def labels(rng, picture, box, places, where, colour, size):
    """C and T beside a window."""
    left, top, right, bottom = box
    side, turn = pick(rng, [-1, 1]), int(rng.integers(4))
    y = (top - size * 0.85) if side < 0 else (bottom + size * 0.85)
    path = pick(rng, FONTS)
    names = pick(rng, [("T", "C"), ("T", "C"), ("T", "C"), ("t", "c"), ("Test", "Control")]) if turn % 2 == 0 else ("T", "C")
    for place, name in zip(places, names):
        x = left + place * (right - left)
        written(rng, picture, name, x, y, size * (0.7 if len(name) > 1 else 1), colour, turn, path)
        if where == "marks":
            cv2.line(picture, (int(x), int(top if side < 0 else bottom)), (int(x), int(y + (size * 0.5 if side < 0 else -size * 0.5))), colour.tolist(), 1, cv2.LINE_AA)


def purposes(rng):
    """What it is for, and the words that say so; a third says nothing."""
    kind = int(rng.integers(3))
    return kind, ([], PREGNANCY, COVID)[kind]


def prints(rng, picture, boxes, words, length):
    """Words in free places of the body."""
    for at, (left, top, right, bottom) in enumerate(boxes):
        said = pick(rng, words) if words and at == 0 else pick(rng, OTHER)
        turn = 0 if chance(rng, 0.5) else int(rng.integers(4))
        room = (bottom - top) if turn % 2 == 0 else (right - left)
        wide = (right - left) if turn % 2 == 0 else (bottom - top)
        size = min(between(rng, 0.3, 0.8) * room, wide / (0.62 * max(1, len(said))), 0.09 * length)
        if size >= 4:
            written(rng, picture, said, (left + right) / 2, (top + bottom) / 2, size, ink(rng), turn)


def body(rng, length, width, radius, margin):
    """A body on an empty picture with a margin, and its mask."""
    height = int(round(width + 2 * margin))
    picture = np.tile(pale(rng), (height, int(length + 2 * margin), 1)).astype(np.float32)
    mask = rounded(picture.shape[:2], (margin, margin, margin + length, margin + width), radius)
    return picture, mask


def shaped(rng, picture, mask, simple):
    """Light on the edges of a body, or an outline."""
    if chance(rng, 0.6 if simple else 0.25):
        inner = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=max(1, int(0.006 * mask.shape[1])))
        laid(picture, np.clip(mask - inner, 0, 1), ink(rng) if simple else picture.mean((0, 1)) * 0.8)
    if not simple:
        soft = max(1.0, 0.02 * mask.shape[0])
        blurred = cv2.GaussianBlur(mask, (0, 0), soft)
        slope = cv2.Sobel(blurred, cv2.CV_32F, 1, 0) * rng.normal() + cv2.Sobel(blurred, cv2.CV_32F, 0, 1) * rng.normal()
        picture += (slope * soft * between(rng, 10, 50))[..., None]


def cassette(rng, length, simple):
    margin, width = 4, between(rng, 0.24, 0.42) * length
    picture, mask = body(rng, length, width, between(rng, 0, 0.5) * width * (1 if chance(rng, 0.3) else 0.4), margin)
    if not simple and chance(rng, 0.3):  # a raised inner plate
        inset = between(rng, 0.03, 0.08) * length
        plate = rounded(mask.shape, (margin + inset, margin + inset, margin + length - inset, margin + width - inset), 0.2 * width)
        picture *= 1 - np.abs(plate - cv2.GaussianBlur(plate, (0, 0), 2))[..., None] * between(rng, 0.1, 0.5)
    shaped(rng, picture, mask, simple)
    middle = margin + width / 2
    long, wide = between(rng, 0.17, 0.36) * length, between(rng, 0.055, 0.13) * length
    wide = min(wide, 0.55 * width)
    at = between(rng, 0.47, 0.68) * length + margin
    box = (at - long / 2, middle - wide / 2, at + long / 2, middle + wide / 2)
    inside = membrane(rng, spans(box), simple)
    control, test = contrasts(rng)
    places = lined(rng, inside, control, test, simple)
    recessed(rng, picture, box, between(rng, 0, 0.5) * wide, inside, simple)
    has_well, has_labels = chance(rng, 0.85), chance(rng, 0.75)
    if has_well or not has_labels:
        x, r = margin + between(rng, 0.13, 0.25) * length, between(rng, 0.035, 0.075) * length
        shape = (x - r * between(rng, 1, 1.8), middle - r, x + r * between(rng, 1, 1.8), middle + r)
        well = rounded(mask.shape, shape, r * pick(rng, [0.3, 1, 1]))
        laid(picture, well, picture.mean((0, 1)) * between(rng, 0.6, 1.02))
        if not simple or chance(rng, 0.7):
            ring = np.clip(well - cv2.erode(well, np.ones((3, 3), np.uint8), iterations=max(1, int(0.004 * length))), 0, 1)
            laid(picture, ring, ink(rng))
        small = rounded(mask.shape, (x - r * 0.5, middle - r * 0.5, x + r * 0.5, middle + r * 0.5), r * 0.5)
        if chance(rng, 0.7):
            laid(picture, small * between(rng, 0.3, 1), pick(rng, [np.float32([235, 235, 240]), np.float32([190, 195, 205]), np.float32([150, 120, 200])]))
        if chance(rng, 0.5):
            written(rng, picture, "S", x + pick(rng, [-1, 1]) * 0, middle + pick(rng, [-1, 1]) * (r + 0.03 * length), 0.045 * length, ink(rng), int(rng.integers(4)))
    if has_labels or not has_well:
        labels(rng, picture, box, places, pick(rng, ["", "", "marks"]), ink(rng), between(rng, 0.03, 0.055) * length)
    purpose, words = purposes(rng)
    free = [(box[2] + 0.03 * length, margin + 0.1 * width, margin + 0.97 * length, margin + 0.9 * width)]
    if chance(rng, 0.3):
        free.append((margin + 0.3 * length, margin + 0.02 * width, margin + 0.48 * length, margin + 0.2 * width))
    if purpose or chance(rng, 0.6):
        prints(rng, picture, free, words, length)
    return Test(picture, mask, box, "cassette", purpose, control, test)


def handle(rng, picture, mask, margin, length, width):
    """The sample end of a midstream: felt or a cap, narrower than the body."""
    long = between(rng, 0.1, 0.27) * length
    narrow = between(rng, 0.5, 0.95) * width
    middle = margin + width / 2
    end = rounded(mask.shape, (margin, middle - narrow / 2, margin + long, middle + narrow / 2), 0.2 * narrow)
    if chance(rng, 0.5):
        mask[:, :int(margin + long)] = end[:, :int(margin + long)]
        colour = np.float32([1, 1, 1]) * between(rng, 200, 250)
    else:
        colour = strong(rng) if chance(rng, 0.7) else pale(rng)
    laid(picture, end, colour)


def midstream(rng, length, simple):
    margin, width = 4, between(rng, 0.11, 0.24) * length
    picture, mask = body(rng, length, width, between(rng, 0.1, 0.5) * width, margin)
    handle(rng, picture, mask, margin, length, width)
    shaped(rng, picture, mask, simple)
    if chance(rng, 0.4):  # a coloured grip
        x = margin + between(rng, 0.72, 0.85) * length
        grip = rounded(mask.shape, (x, 0, picture.shape[1], picture.shape[0]), 0) * mask
        laid(picture, grip, strong(rng) if chance(rng, 0.7) else pale(rng))
    middle, control, test = margin + width / 2, *contrasts(rng)
    purpose, words = (1, PREGNANCY) if chance(rng, 0.7) else (0, [])
    at = margin + between(rng, 0.42, 0.58) * length
    if chance(rng, 0.35):
        zone = twofold(rng, picture, at, middle, length, width, control, test, simple)
    else:
        long, wide = between(rng, 0.12, 0.28) * length, between(rng, 0.4, 0.7) * width
        box = (at - long / 2, middle - wide / 2, at + long / 2, middle + wide / 2)
        inside = membrane(rng, spans(box), simple)
        places = lined(rng, inside, control, test, simple)
        recessed(rng, picture, box, between(rng, 0, 0.5) * wide, inside, simple)
        if chance(rng, 0.3):
            labels(rng, picture, box, places, "", ink(rng), between(rng, 0.022, 0.04) * length)
        zone = box
    free = [(zone[2] + 0.02 * length, margin + 0.1 * width, margin + 0.96 * length, margin + 0.9 * width)]
    if chance(rng, 0.6):
        prints(rng, picture, free, words, length)
    return Test(picture, mask, zone, "midstream", purpose, control, test)


def twofold(rng, picture, at, middle, length, width, control, test, simple):
    """A window for each line; that of the test shows a plus or a minus, or a line or none. Gives the zone of both."""
    tall = between(rng, 0.45, 0.72) * width
    first = tall * between(rng, 0.8, 1.5)
    second = tall * between(rng, 0.5, 1.0)
    gap = between(rng, 0.02, 0.06) * length
    left = at - (first + second + gap) / 2
    boxes = [(left, middle - tall / 2, left + first, middle + tall / 2)]
    small = tall * between(rng, 0.6, 1)
    boxes.append((left + first + gap, middle - small / 2, left + first + gap + second, middle + small / 2))
    colour, width = dye(rng), between(rng, 0.1, 0.22) * tall
    crossed = chance(rng, 0.6)
    for box, contrast, is_test in zip(boxes, (test, control), (True, False)):
        inside = membrane(rng, spans(box), simple)
        if is_test and crossed:  # the minus is always there, and lies along the stick
            line(rng, inside, inside.shape[0] / 2, width, colour, between(rng, 0.25, 0.8), True, simple)
        if contrast:
            line(rng, inside, inside.shape[1] / 2, width, colour, contrast, False, simple)
        recessed(rng, picture, box, between(rng, 0, 0.5) * (box[3] - box[1]), inside, simple)
    return (boxes[0][0], boxes[0][1], boxes[1][2], boxes[0][3])


def strip(rng, length, simple):
    margin, width = 4, max(5.0, between(rng, 0.035, 0.09) * length)
    picture, mask = body(rng, length, width, 0.02 * width, margin)
    pad, grip = between(rng, 0.12, 0.3), between(rng, 0.55, 0.68)
    start, end = margin + pad * length, margin + grip * length
    zone = (start + between(rng, 0, 0.06) * length, margin, end - between(rng, 0, 0.04) * length, margin + width)
    rows = slice(int(round(margin)), int(round(margin)) + spans(zone)[0])
    picture[:, :int(start)] = np.float32([1, 1, 1]) * between(rng, 190, 250)
    picture[:, int(end):] = strong(rng) if chance(rng, 0.75) else pale(rng)
    inside = membrane(rng, (spans(zone)[0], int(end) - int(start)), simple)
    control, test = contrasts(rng)
    reach = (end - start) / (zone[2] - zone[0])
    first = (zone[0] - start) / (end - start)
    middle, apart = between(rng, 0.4, 0.65), between(rng, 0.13, 0.4)
    lined(rng, inside, control, test, simple, (first + (middle - apart / 2) / reach, first + (middle + apart / 2) / reach))
    picture[rows, int(start):int(start) + inside.shape[1]] = inside
    for x in (start, end):
        if not simple and chance(rng, 0.6):
            picture[:, int(x):int(x) + max(1, int(0.004 * length))] *= between(rng, 0.75, 0.98)
    colour = strong(rng) if chance(rng, 0.6) else ink(rng)
    if chance(rng, 0.7):  # how deep it may be dipped
        x = margin + pad * length * between(rng, 0.75, 0.97)
        picture[:, int(x):int(x) + max(1, int(0.004 * length))] = colour
        written(rng, picture, pick(rng, ["MAX", "max", "MAX"]), x - 0.035 * length, margin + width / 2, 0.4 * width, colour, int(rng.integers(4)))
        for _ in range(int(rng.integers(0, 4))):
            x -= between(rng, 0.02, 0.04) * length
            cv2.arrowedLine(picture, (int(x), int(margin + width / 2)), (int(x - 0.02 * length), int(margin + width / 2)), colour.tolist(), 1, cv2.LINE_AA, tipLength=0.5)
    purpose, words = purposes(rng)
    prints(rng, picture, [(end + 0.03 * length, margin, margin + 0.97 * length, margin + width)], words, length)
    shaped(rng, picture, mask, simple)
    return Test(picture, mask, zone, "strip", purpose, control, test)


def digital(rng, length, simple):
    margin, width = 4, between(rng, 0.13, 0.26) * length
    picture, mask = body(rng, length, width, between(rng, 0.1, 0.5) * width, margin)
    handle(rng, picture, mask, margin, length, width)
    shaped(rng, picture, mask, simple)
    middle, said = margin + width / 2, pick(rng, SAID)
    at, long, wide = margin + between(rng, 0.42, 0.6) * length, between(rng, 0.13, 0.26) * length, between(rng, 0.5, 0.72) * width
    box = (at - long / 2, middle - wide / 2, at + long / 2, middle + wide / 2)
    ground = np.float32([150, 172, 165]) * between(rng, 0.85, 1.35) + rng.normal(0, 8, 3).astype(np.float32)
    inside = np.tile(ground, (*spans(box), 1)).astype(np.float32)
    parts = said.split() if " " in said and chance(rng, 0.75) else [said]
    path, dark = pick(rng, FONTS), np.float32([1, 1, 1]) * between(rng, 5, 70)
    for row, part in enumerate(part for part in parts if part):
        size = min(0.75 * inside.shape[0] / len(parts), inside.shape[1] * 0.9 / (0.55 * max(2, len(part))))
        written(rng, inside, part, inside.shape[1] / 2, (row + 0.5) * inside.shape[0] / len(parts), size, dark, 0, path)
    recessed(rng, picture, box, between(rng, 0, 0.3) * wide, inside, simple)
    free = [(box[2] + 0.02 * length, margin + 0.1 * width, margin + 0.96 * length, margin + 0.9 * width)]
    if chance(rng, 0.5):
        prints(rng, picture, free, PREGNANCY, length)
    return Test(picture, mask, box, "digital", 1, said=said)


DRAWN = {"cassette": cassette, "midstream": midstream, "strip": strip, "digital": digital}


def draw(rng, length, form=None):
    """A test of that length in pixels."""
    form = form or str(rng.choice(FORMS, p=[0.45, 0.22, 0.23, 0.1]))
    test = DRAWN[form](rng, float(length), chance(rng, 0.3))
    test.picture = np.clip(test.picture, 0, 255)
    return test
