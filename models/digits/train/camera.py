"""What happens between a display and the file: light, glass, lens, sensor, JPEG."""
import cv2
import numpy as np

GRAIN = np.random.default_rng(0).standard_normal((700, 700, 3), dtype=np.float32)


def slope(rng, side):
    turn = rng.uniform(0, 2 * np.pi)
    line = np.linspace(-1, 1, side, dtype=np.float32)
    return line[None] * np.cos(turn) + line[:, None] * np.sin(turn)


def lit(rng, picture):
    side = picture.shape[0]
    if rng.random() < 0.5:
        picture = picture * (1 + rng.uniform(0, 0.4) * slope(rng, side))[..., None]
    if rng.random() < 0.2:  # the edge of a shadow
        ends = rng.uniform(0, side, (2, 2))
        half = np.float32([ends[0], ends[1], ends[1] + rng.normal(0, 450, 2), ends[0] + rng.normal(0, 450, 2)])
        mask = cv2.GaussianBlur(cv2.fillPoly(np.zeros((side, side), np.float32), [half.astype(np.int32)], 1.0), (0, 0), rng.uniform(1, 12))
        picture = picture * (1 - rng.uniform(0.2, 0.6) * mask)[..., None]
    if rng.random() < 0.35:  # what the glass mirrors
        mask = np.zeros((side, side), np.float32)
        for _ in range(rng.integers(1, 4)):
            at = tuple(int(v) for v in rng.integers(0, side, 2))
            cv2.ellipse(mask, at, tuple(int(v) for v in rng.integers(4, 90, 2)), float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.2, 1)), -1)
        mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(3, 25)))
        picture = picture + mask[..., None] * rng.uniform(30, 150) * rng.uniform(0.8, 1, 3).astype(np.float32)
    return picture


def photographed(rng, picture, smallest):
    """`smallest` is the height of the smallest numeral that must stay readable."""
    picture = np.float32(picture)
    side = picture.shape[0]
    if rng.random() > 0.12:
        picture = lit(rng, picture)
        if rng.random() < 0.3:  # contrast lost
            middle = rng.uniform(60, 200)
            picture = middle + (picture - middle) * rng.uniform(0.35, 0.9)
        power = np.exp(rng.normal(0, 0.25))
        picture = 255 * (np.clip(picture, 0, 255) / 255) ** power
        if rng.random() < 0.2:  # little light
            picture *= rng.uniform(0.25, 0.7)
        picture = picture * rng.normal(1, 0.06, 3).astype(np.float32)
    if rng.random() < 0.6:
        soft = rng.uniform(0, 0.06) * smallest
        if rng.random() < 0.2:
            size = max(2, int(soft * 2.5))
            kernel = np.zeros((size, size), np.float32)
            cv2.line(kernel, (0, int(rng.integers(size))), (size - 1, int(rng.integers(size))), 1.0)
            picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
        elif soft > 0.25:
            picture = cv2.GaussianBlur(picture, (0, 0), float(soft))
    if rng.random() < 0.3:
        small = int(side * rng.uniform(max(0.5, 9 / smallest), 1)) if smallest > 9 else side
        picture = cv2.resize(cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA), (side, side), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.7:
        x, y = rng.integers(0, GRAIN.shape[0] - side, 2)
        grain = GRAIN[y : y + side, x : x + side]
        if rng.random() < 0.5:
            grain = grain[..., :1]
        picture = picture + grain * rng.uniform(1, 12)
    if rng.random() < 0.12:  # sharpened by the camera
        picture = picture + rng.uniform(0.3, 1.2) * (picture - cv2.GaussianBlur(picture, (0, 0), 1.2))
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 96))])[1], 1)
    return picture
