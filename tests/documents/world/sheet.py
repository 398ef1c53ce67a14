"""A sheet whose small labels are dark and large enough to outlast a fax, and more families of type."""
from paper import FAMILIES, RULE, Page

__all__ = ["GREY", "RULE", "Sheet"]
GREY = (66, 68, 74)
FAMILIES.update({
    "condensed": ("dejavu/DejaVuSansCondensed.ttf", "dejavu/DejaVuSansCondensed-Bold.ttf"),
    "slim": ("roboto/unhinted/RobotoCondensed-Regular.ttf", "roboto/unhinted/RobotoCondensed-Bold.ttf"),
    "light": ("lato/Lato-Medium.ttf", "lato/Lato-Heavy.ttf"),
})


class Sheet(Page):
    """One sheet of this group."""

    def above(self, label, value, x, y, width, small=None, ink=GREY):
        return super().above(label, value, x, y, width, small or round(self.size * 0.8), ink)
