"""A sheet with what these papers have besides: more type, headings beside their text, dotted lines, columns that end in colons, run-in headings."""
from PIL import ImageFont

from paper import FONTS, GREY, RULE, Page

MORE = {
    "carlito": ("crosextra/Carlito-Regular.ttf", "crosextra/Carlito-Bold.ttf"),
    "open": ("open-sans/OpenSans-Regular.ttf", "open-sans/OpenSans-Bold.ttf"),
    "condensed": ("dejavu/DejaVuSansCondensed.ttf", "dejavu/DejaVuSansCondensed-Bold.ttf"),
    "tight": ("roboto/unhinted/RobotoCondensed-Regular.ttf", "roboto/unhinted/RobotoCondensed-Bold.ttf"),
}


class Sheet(Page):
    """A page; lengths are pixels, and what writes gives where the next line may begin."""

    def font(self, size=None, bold=False):
        if self.family not in MORE:
            return super().font(size, bold)
        return ImageFont.truetype(str(FONTS / MORE[self.family][bold]), size or self.size)

    # What a reader should find.

    def day(self, field, date):
        self.know(field, date.isoformat())

    def clock(self, field, time, *more):
        """A time of day `HH:MM`, which may be answered as the page prints it, or as `more` do."""
        hour, minute = (int(part) for part in time.split(":"))
        half = f"{(hour - 1) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}"
        self.know(field, time, half, half.zfill(8), *more)

    def medicines(self, field, rows, keep):
        """A list of medicines, told with all its columns or with the first `keep` at least."""
        ways = ["; ".join(" ".join(part for part in row[:count] if part) for row in rows) for count in range(max(map(len, rows)), keep - 1, -1)]
        self.know(field, *dict.fromkeys(ways))

    def signs(self, field, signs, *more):
        """Vital signs, as (label, value); `more` may be told besides."""
        told = lambda these: ", ".join(f"{label} {value}" for label, value in these)
        self.know(field, told(signs), *(told([*signs, *more[:count]]) for count in range(1, len(more) + 1)))

    # Layouts.

    def box(self, left, top, right, bottom, fill=None, outline=RULE, width=2):
        self.draw.rectangle((left, top, right, bottom), fill=fill, outline=outline, width=width)

    def band(self, text, fill, ink=(255, 255, 255), size=None, left=None, right=None):
        """A title on a bar of colour."""
        size = size or self.size + 2
        left, right = self.left if left is None else left, right or self.right
        self.draw.rectangle((left, self.y, right, self.y + self.high(size) + 6), fill=fill)
        self.write(left + 12, self.y + 4, text, size, True, ink)
        self.y += self.high(size) + 16

    def beside(self, head, paint, split=250, ink=None):
        """A heading in the left column; `paint(x, width, y)` writes the right one and gives its end; a hairline below."""
        x = self.left + split
        end = paint(x, self.right - x, self.y)
        self.y = max(end, self.wrap(head, self.left, split - 20, self.y, bold=True, ink=ink)) + 6
        self.draw.line((self.left, self.y, self.right, self.y), fill=RULE, width=1)
        self.y += 8

    def rows(self, lines, x, width, y, size=None):
        """Lines below one another."""
        for line in lines:
            y = self.wrap(line, x, width, y, size)
        return y

    def colon(self, label, value, x, tab, width, y, bold=False):
        """The label, a colon at `tab`, the value."""
        self.write(x, y, label)
        self.write(x + tab, y, ":")
        return max(self.wrap(value, x + tab + 16, width - tab - 16, y, bold=bold), y + self.high()) + 3

    def dotted(self, label, value, x, width, y):
        """A label, and its value upon a line of dots that fills the width."""
        start = self.write(x, y, label) + 8
        base = y + self.high() - 4
        for at in range(int(start), int(x + width), 7):
            self.draw.ellipse((at, base, at + 2, base + 2), fill=self.ink)
        self.write(start + 8, y - 3, value, bold=True)
        return y + self.high() + 9

    def mixed(self, parts, x=None, width=None, y=None, size=None):
        """A paragraph of parts (text, bold) that run on."""
        x = self.left if x is None else x
        width, y, at = width or self.right - x, self.y if y is None else y, x
        for text, bold in parts:
            font = self.font(size, bold)
            for word in text.split():
                length = font.getlength(word)
                if at > x and at + length > x + width:
                    at, y = x, y + self.high(size)
                self.write(at, y, word, size, bold)
                at += length + font.getlength(" ")
        return y + self.high(size)

    def run(self, head, text, gap=8, **at):
        """A heading in bold and its text behind it."""
        self.y = self.mixed([(head, True), (text, False)], **at) + gap

    def grid(self, x, width, y, heads, rows, shares, size=None, lines=False, shade=None):
        """A table anywhere on the sheet."""
        total, size = sum(shares), size or self.size
        for number, row in enumerate([heads, *rows]):
            if number == 0 and shade:
                self.draw.rectangle((x, y, x + width, y + self.high(size) + 5), fill=shade)
            at, bottom, edges = x, y, [x]
            for text, share in zip(row, shares):
                bottom = max(bottom, self.wrap(text, at + 6, width * share / total - 10, y + 3, size, number == 0))
                at += width * share / total
                edges.append(at)
            bottom = max(bottom, y + self.high(size)) + 4
            if lines:
                for left, right in zip(edges, edges[1:]):
                    self.box(left, y, right, bottom)
            else:
                self.draw.line((x, bottom, x + width, bottom), fill=RULE, width=1)
            y = bottom
        return y + 8

    def ticks(self, label, options, chosen, x=None, tab=None):
        """A label, and boxes in a row of which `chosen` are ticked."""
        x = self.left if x is None else x
        at = max(self.write(x, self.y, label, bold=True) + 16, x + (tab or 0))
        for option in options:
            at = self.tick(at, self.y, option, option in chosen)
        self.y += self.high() + 6

    def foot(self, left, right=""):
        """A running foot in small grey type."""
        _, height = self.image.size
        self.draw.line((self.left, height - 78, self.right, height - 78), fill=RULE, width=1)
        self.write(self.left, height - 70, left, 15, ink=GREY)
        self.write(self.right, height - 70, right, 15, ink=GREY, anchor="ra")
