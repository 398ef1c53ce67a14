"""Memory over time, as a picture."""


def plot(samples):
    """An SVG of memory over time."""
    width, height, left, bottom = 720, 280, 50, 30
    longest, highest = max(t for t, _, _ in samples) or 1, max(max(mb for _, mb, _ in samples) * 1.2, 100)
    points = " ".join(f"{left + t / longest * (width - left - 10):.1f},{height - bottom - mb / highest * (height - bottom - 10):.1f}" for t, mb, _ in samples)
    lines = "".join(
        f'<line x1="{left}" x2="{width - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/><text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{mb:.0f}</text>'
        for mb, y in ((highest * i / 4, height - bottom - i / 4 * (height - bottom - 10)) for i in range(5)))
    minutes = "".join(
        f'<text x="{left + i / 6 * (width - left - 10):.1f}" y="{height - 10}" text-anchor="middle">{longest / 60 * i / 6:.0f}</text>' for i in range(7))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="#fff"/>{lines}{minutes}'
            f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="2"/>'
            f'<text x="{width / 2}" y="16" text-anchor="middle">Memory of the server, MB, by minutes of mixed load</text></svg>\n')
