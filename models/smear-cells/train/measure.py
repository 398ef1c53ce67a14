"""Figures of merit of the detector: average precision at an overlap of one half, and errors of counts."""
import figures
import numpy as np

import run
from net import KINDS


def matched(field, cells, kind, overlap=0.5):
    """The found cells of a kind, surest first: their shares and whether each is the first at a labelled one; and how many are labelled."""
    own, true = cells[cells[:, 0] == kind], field.boxes[field.boxes[:, 0] == kind]
    own = own[np.argsort(-own[:, 1], kind="stable")]
    wanted = np.concatenate([np.zeros((len(true), 1), "f"), true], 1)
    free, right = np.ones(len(true), bool), np.zeros(len(own), bool)
    for at, one in enumerate(own):
        if not len(true):
            break
        over = np.where(free, run.overlaps(one, wanted)[0], 0)
        best = int(over.argmax())
        if over[best] >= overlap:
            free[best], right[at] = False, True
    return own[:, 1], right, len(true)


def precision(parts):
    """Average precision: the area under precision (made to fall) over recall."""
    sure, right = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    many = sum(part[2] for part in parts)
    if not many:
        return np.nan
    right = right[np.argsort(-sure, kind="stable")]
    hits = right.cumsum()
    falling = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
    return float((falling * right).sum() / many)


def thresholds(those, cells, copied):
    """For each kind where TXL-PBC's precision and recall come to most."""
    made = []
    for kind in range(len(KINDS)):
        parts = [matched(one, own, kind) for one, own, twin in zip(those, cells, copied) if one.set == "txl_pbc" and not twin]
        many = sum(part[2] for part in parts)
        sure, right = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        f1 = lambda limit: 2 * (right & (sure >= limit)).sum() / (many + (sure >= limit).sum())
        made.append(float(round(max(np.arange(0.1, 0.75, 0.02), key=f1), 2)))
    return made


def report(title, those, cells, limits):
    names = np.arange(len(those))
    parts = [[matched(one, own, kind) for one, own in zip(those, cells)] for kind in range(len(KINDS))]
    few = lambda figure: [figures_of(figure, names, draws=100)]
    mean = lambda rows: np.nanmean([precision([part[i] for i in rows]) for part in parts])
    print(f"{title}: {len(those)} fields, mAP50", *few(mean))
    for kind, name in enumerate(KINDS):
        single = lambda rows: precision([parts[kind][i] for i in rows])
        counts = np.array([(own[own[:, 0] == kind][:, 1] >= limits[kind]).sum() for own in cells])
        true = np.array([part[2] for part in parts[kind]])
        hits = sum((part[1] & (part[0] >= limits[kind])).sum() for part in parts[kind])
        print(f"  {name}: AP50", *few(single), f"precision {hits}/{counts.sum()} recall {hits}/{true.sum()};",
              "counts off by", figures.interval(np.mean, names, abs(counts - true).astype(float)), "a field, bias",
              figures.interval(np.mean, names, (counts - true).astype(float)), "of", round(true.mean(), 2))


def figures_of(figure, names, draws):
    """As figures.interval, for a figure of the rows chosen."""
    rng = np.random.default_rng(0)
    drawn = [figure(rng.integers(len(names), size=len(names))) for _ in range(draws)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{figure(names):.3f} ({low:.3f}-{high:.3f})"
