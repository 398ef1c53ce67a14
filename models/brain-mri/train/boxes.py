"""Rectangles, by their edges."""
import numpy as np


def overlap(a, b, wide=False, of=np):
    """Intersection over union; with `wide` less the share of the hull that is in neither. `of` is the library whose tensors they are."""
    def area(x0, y0, x1, y1):
        return of.maximum(x1 - x0, 0.0) * of.maximum(y1 - y0, 0.0)

    a, b = ([one[..., i] for i in range(4)] for one in (a, b))
    low, high = ([least(a[i], b[i]) for i in range(4)] for least in (of.minimum, of.maximum))
    both = area(*high[:2], *low[2:])
    union = area(*a) + area(*b) - both + 1e-6
    if not wide:
        return both / union
    hull = area(*low[:2], *high[2:]) + 1e-6
    return both / union - (hull - union) / hull
