"""Single cells: cut from their pictures as the server does it, and varied for learning."""
import pickle

import cv2
import numpy as np

import data  # of models/smear-cells/train


class Crop:
    """A square of a picture: its middle, its side, what it shows, and a name for its group."""

    def __init__(self, picture, x, y, side, kind, group, source=""):
        self.picture, self.x, self.y, self.side = picture, float(x), float(y), float(side)
        self.kind, self.group, self.source = kind, group, source

    def smaller(self, pixels):
        """The same on a picture made so small that the square has no more pixels than that; what lies far off is left away."""
        half = int(np.ceil(self.side * 1.1)) + 2
        x, y = int(self.x), int(self.y)
        top, left = max(0, y - half), max(0, x - half)
        part = self.picture[top:y + half, left:x + half]
        share = min(1, pixels / self.side)
        if share < 1:
            part = cv2.resize(part, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        return Crop(np.ascontiguousarray(part), (self.x - left) * share, (self.y - top) * share, self.side * share, self.kind, self.group, self.source)

    def cut(self, pixels):
        """The square, its edges repeated where it leaves the picture."""
        side = max(2, round(self.side))
        left, top = round(self.x - side / 2), round(self.y - side / 2)
        high, wide = self.picture.shape[:2]
        rows, columns = np.clip(np.arange(top, top + side), 0, high - 1), np.clip(np.arange(left, left + side), 0, wide - 1)
        return cv2.resize(self.picture[rows][:, columns], (pixels, pixels), interpolation=cv2.INTER_AREA if side > pixels else cv2.INTER_LINEAR)

    def varied(self, rng, pixels, grow=0.15, shift=0.06, strong=1.0, any_turn=True):
        """Turned, mirrored, shifted, stretched, and in another stain."""
        angle = rng.uniform(0, 2 * np.pi) if any_turn else 0
        share = pixels / self.side * np.exp(rng.uniform(-grow, grow))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag(share * np.exp(rng.uniform(-0.04, 0.04, 2)))
        if rng.random() < 0.5:
            turn = turn @ np.diag([-1, 1])
        at = np.array([self.x, self.y]) + rng.uniform(-shift, shift, 2) * self.side
        move = pixels / 2 - turn @ at
        made = cv2.warpAffine(self.picture, np.concatenate([turn, move[:, None]], 1), (pixels, pixels), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return data.stained(rng, made, strong)


def kept(file, make):
    """What `make` gives, from the file where it was written before."""
    if not file.exists():
        file.write_bytes(pickle.dumps(make()))
    return pickle.loads(file.read_bytes())


def batches(crops, kinds, pixels, size, seed, even=0.5, **how):
    """Gives batches of pictures and kinds; `even` between as frequent as in the set (0) and each kind as often (1)."""
    labels = np.array([one.kind for one in crops])
    many = np.bincount(labels, minlength=kinds).clip(1).astype(float)
    chance = many[labels] ** (-even)
    chance = chance / chance.sum()

    def batch(step):
        rng = np.random.default_rng((seed, step))
        chosen = rng.choice(len(crops), size, p=chance)
        return np.stack([crops[i].varied(rng, pixels, **how) for i in chosen]), np.int32(labels[chosen])

    return batch
