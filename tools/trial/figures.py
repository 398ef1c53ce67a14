"""Numbers for people."""


def middle(values, share):
    """The value that so large a share of them does not exceed."""
    if not values:
        return float("nan")
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def table(titles, rows):
    """Columns under each other, as Markdown reads them too."""
    cells = [[str(cell) for cell in row] for row in [titles, *rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(titles))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
