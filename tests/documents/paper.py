"""A sheet that is written on: type, columns, tables, boxes, signatures and stamps, and what a reader should find there.

Lengths are pixels at 150 to the inch. What stands on the sheet is told to `know` (a field that must be read), `may` (one that may be
answered, but only so) beside the drawing, so that picture and truth cannot part.
"""
import math
import pathlib

from PIL import Image, ImageDraw, ImageFont

FONTS = pathlib.Path("/usr/share/fonts/truetype")
FAMILIES = {
    "sans": ("liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf"),
    "serif": ("liberation/LiberationSerif-Regular.ttf", "liberation/LiberationSerif-Bold.ttf"),
    "mono": ("liberation/LiberationMono-Regular.ttf", "liberation/LiberationMono-Bold.ttf"),
    "narrow": ("liberation/LiberationSansNarrow-Regular.ttf", "liberation/LiberationSansNarrow-Bold.ttf"),
    "dejavu": ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
    "book": ("dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSerif-Bold.ttf"),
    "lato": ("lato/Lato-Regular.ttf", "lato/Lato-Bold.ttf"),
    "roboto": ("roboto/unhinted/RobotoTTF/Roboto-Regular.ttf", "roboto/unhinted/RobotoTTF/Roboto-Bold.ttf"),
}
INK = (22, 22, 26)
GREY = (110, 112, 118)
RULE = (150, 152, 158)


class Page:
    """One sheet; `y` is where the next line goes."""

    def __init__(self, rng, family, size=22, width=1240, height=1754, margin=95, ink=INK, paper=(255, 255, 255)):
        self.rng, self.family, self.size, self.ink = rng, family, size, ink
        self.image = Image.new("RGB", (width, height), paper)
        self.draw = ImageDraw.Draw(self.image)
        self.left, self.right, self.y = margin, width - margin, margin
        self.truth, self.allowed, self.forms = {}, {}, {}

    # What stands on the sheet.

    def know(self, field, value, *forms):
        """`value` has to be read as `field`; `forms` are other ways to say it that are as right."""
        self.truth[field] = value
        self.forms[field] = list(forms)

    def may(self, field, value, *forms):
        """`field` may be answered, with this value."""
        self.allowed[field] = value
        self.forms[field] = list(forms)

    # Type.

    def font(self, size=None, bold=False):
        return ImageFont.truetype(str(FONTS / FAMILIES[self.family][bold]), size or self.size)

    def write(self, x, y, text, size=None, bold=False, ink=None, anchor="la"):
        """Writes one line; gives where it ends."""
        font = self.font(size, bold)
        self.draw.text((x, y), text, font=font, fill=ink or self.ink, anchor=anchor)
        return x + font.getlength(text)

    def high(self, size=None):
        return round((size or self.size) * 1.38)

    def line(self, text, size=None, bold=False, ink=None, x=None):
        """A line of its own at the left margin."""
        self.write(self.left if x is None else x, self.y, text, size, bold, ink)
        self.y += self.high(size)

    def centre(self, text, size=None, bold=False, ink=None):
        self.write((self.left + self.right) / 2, self.y, text, size, bold, ink, "ma")
        self.y += self.high(size)

    def flush(self, text, y, size=None, bold=False, ink=None):
        """A line that ends at the right margin."""
        self.write(self.right, y, text, size, bold, ink, "ra")

    def folded(self, text, width, size=None, bold=False):
        """The lines that `text` takes in `width`."""
        font, lines, line = self.font(size, bold), [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return lines + [line] if line else lines

    def wrap(self, text, x=None, width=None, y=None, size=None, bold=False, ink=None):
        """Writes a paragraph; gives where the next may begin."""
        x = self.left if x is None else x
        y = self.y if y is None else y
        for line in self.folded(text, width or self.right - x, size, bold):
            self.write(x, y, line, size, bold, ink)
            y += self.high(size)
        return y

    def para(self, text, x=None, size=None, gap=0):
        self.y = self.wrap(text, x, size=size) + gap

    # Labels and values.

    def pair(self, label, value, x=None, width=None, tab=None, y=None, bold=True, ink=None):
        """The label, then the value beside it, which folds below itself; gives where the next may begin."""
        x = self.left if x is None else x
        width = width or self.right - x
        top = self.y if y is None else y
        end = self.write(x, top, label, bold=bold, ink=ink)
        start = x + tab if tab else end + 12
        bottom = max(self.wrap(value, start, width - (start - x), top), top + self.high())
        if y is None:
            self.y = bottom + 4
        return bottom + 4

    def pairs(self, items, tab, gap=0):
        for label, value in items:
            self.pair(label, value, tab=tab)
            self.y += gap

    def above(self, label, value, x, y, width, small=None, ink=GREY):
        """A small label over its value; gives where the next may begin."""
        small = small or round(self.size * 0.72)
        self.write(x, y, label, small, ink=ink)
        return self.wrap(value, x, width, y + self.high(small) - 3) + 8

    def cells(self, rows, lead=None):
        """Boxes with a small label over each value, a row after another; an item is (label, value, share of the width)."""
        for row in rows:
            x, top, bottom = self.left, self.y, self.y
            total = sum(share for _, _, share in row)
            edges = [x]
            for label, value, share in row:
                width = (self.right - self.left) * share / total
                bottom = max(bottom, self.above(label, value, x + 9, top + 6, width - 18))
                x += width
                edges.append(x)
            for left, right in zip(edges, edges[1:]):
                self.draw.rectangle((left, top, right, bottom), outline=RULE, width=2)
            self.y = bottom
        self.y += lead or 18

    def table(self, heads, rows, shares, lines=True, size=None):
        """Rows under heads; the widths are shares of the sheet's."""
        total = sum(shares)
        starts, x = [], self.left
        for share in shares:
            starts.append((x, (self.right - self.left) * share / total))
            x += starts[-1][1]
        top, marks = self.y, [self.y]
        for number, row in enumerate([heads] + rows):
            bottom = self.y
            for (start, width), text in zip(starts, row):
                bottom = max(bottom, self.wrap(text, start + 8, width - 14, self.y + 5, size, bold=number == 0))
            self.y = max(bottom, self.y + self.high(size)) + 3
            marks.append(self.y)
        if lines:
            for mark in marks:
                self.draw.line((self.left, mark, self.right, mark), fill=RULE, width=2)
            for start, _ in starts + [(self.right, 0)]:
                self.draw.line((start, top, start, self.y), fill=RULE, width=2)
        self.y += 14

    def heading(self, text, bar=None, ink=None):
        """The title of a section, on a bar of colour where one is given."""
        self.y += 8
        if bar:
            self.draw.rectangle((self.left - 8, self.y - 3, self.right + 8, self.y + self.high() - 1), fill=bar)
        self.write(self.left, self.y, text, bold=True, ink=ink)
        self.y += self.high() + 6

    def bullets(self, items, mark="\u2022", x=None):
        """Items a line each; `mark` may be "1." to number them."""
        x = self.left + 10 if x is None else x
        for number, item in enumerate(items, 1):
            end = self.write(x, self.y, f"{number}." if mark == "1." else mark)
            self.y = self.wrap(item, end + 12, self.right - end - 12)

    def rule(self, ink=RULE, width=2, gap=10):
        self.y += gap
        self.draw.line((self.left, self.y, self.right, self.y), fill=ink, width=width)
        self.y += gap + width

    def tick(self, x, y, text, on):
        """A box to be ticked, and its words; gives where they end."""
        side = round(self.size * 0.85)
        self.draw.rectangle((x, y + 4, x + side, y + 4 + side), outline=self.ink, width=2)
        if on:
            self.draw.line((x + 3, y + 7, x + side - 3, y + 1 + side), fill=self.ink, width=4)
            self.draw.line((x + side - 3, y + 7, x + 3, y + 1 + side), fill=self.ink, width=4)
        return self.write(x + side + 10, y, text) + 26

    # What people add.

    def signature(self, x, y, width=230):
        """A scrawl that says nothing."""
        points, phase = [], self.rng.random() * 6
        for step in range(90):
            at = step / 90
            height = math.sin(phase + at * 31) * 15 + math.sin(phase * 2 + at * 11) * 12
            points.append((x + at * width + math.sin(at * 47) * 7, y + height * (1.1 - at)))
        self.draw.line(points, fill=(28, 44, 120), width=3, joint="curve")

    def stamp(self, words, x, y, ink=(150, 40, 60)):
        """A rubber stamp, crooked, never over what has to be read."""
        mark = Image.new("RGBA", (330, 130), (0, 0, 0, 0))
        pen = ImageDraw.Draw(mark)
        pen.rounded_rectangle((4, 4, 325, 125), 14, outline=ink + (170,), width=4)
        for row, text in enumerate(words):
            pen.text((165, 20 + row * 32), text, font=self.font(22, True), fill=ink + (170,), anchor="ma")
        mark = mark.rotate(self.rng.uniform(-9, 9), expand=True, resample=Image.BICUBIC)
        self.image.paste(mark, (int(x), int(y)), mark)

    def bars(self, x, y, width=260, height=52):
        """The look of a bar code; it holds nothing."""
        at = x
        while at < x + width:
            thick = self.rng.choice((2, 2, 3, 5))
            self.draw.rectangle((at, y, at + thick - 1, y + height), fill=self.ink)
            at += thick + self.rng.choice((2, 3, 4, 6))
