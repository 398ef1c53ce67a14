"""Figures of merit, each with its 95 % interval by bootstrap over groups (patients)."""
import numpy as np

DRAWS = 2000


def softmax(logits, temperature=1.0):
    z = logits / temperature
    z = np.exp(z - z.max(-1, keepdims=True))
    return z / z.sum(-1, keepdims=True)


def temperature(logits, labels):
    """At which the labels are most probable."""
    cost = lambda t: -np.log(softmax(logits, t)[np.arange(len(labels)), labels] + 1e-9).mean()
    return float(min(np.arange(0.4, 4, 0.05), key=cost))


def auc(score, truth):
    order = np.argsort(score, kind="stable")
    ranks, ordered = np.empty(len(score)), score[order]
    _, where, many = np.unique(ordered, return_inverse=True, return_counts=True)
    ends = np.cumsum(many)
    ranks[order] = (ends - (many - 1) / 2)[where]
    up = truth.astype(bool)
    n, m = up.sum(), (~up).sum()
    return (ranks[up].sum() - n * (n + 1) / 2) / (n * m) if n and m else np.nan


def calibration(shares, labels, bins=10):
    """Expected calibration error of the most probable answer."""
    sure, right = shares.max(-1), shares.argmax(-1) == labels
    at = np.minimum((sure * bins).astype(int), bins - 1)
    return sum(abs(sure[at == i].mean() - right[at == i].mean()) * (at == i).mean() for i in range(bins) if (at == i).any())


def interval(figure, groups, *arrays):
    """`figure(*arrays)` as it is, and the 2.5 and 97.5 hundredths of it when groups are drawn again."""
    names, at = np.unique(groups, return_inverse=True)
    members, rng, drawn = [np.flatnonzero(at == i) for i in range(len(names))], np.random.default_rng(0), []
    for _ in range(DRAWS):
        chosen = np.concatenate([members[i] for i in rng.integers(len(names), size=len(names))])
        drawn.append(figure(*(a[chosen] for a in arrays)))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{figure(*arrays):.3f} ({low:.3f}-{high:.3f})"
