"""Rectangles, by their edges."""
import jax.numpy as jnp


def overlap(a, b, wide=False):
    """Intersection over union; with `wide` less the share of the hull that is in neither."""
    area = lambda box: jnp.maximum(box[..., 2] - box[..., 0], 0) * jnp.maximum(box[..., 3] - box[..., 1], 0)
    both = area(jnp.concatenate([jnp.maximum(a[..., :2], b[..., :2]), jnp.minimum(a[..., 2:], b[..., 2:])], -1))
    union = area(a) + area(b) - both + 1e-6
    if not wide:
        return both / union
    hull = area(jnp.concatenate([jnp.minimum(a[..., :2], b[..., :2]), jnp.maximum(a[..., 2:], b[..., 2:])], -1)) + 1e-6
    return both / union - (hull - union) / hull
