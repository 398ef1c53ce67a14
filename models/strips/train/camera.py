"""What happens between a test and a file: light, shadow, lens, sensor, JPEG."""
import cv2
import numpy as np

from colours import between, chance

GRAIN = np.random.default_rng(0).standard_normal((1500, 1500, 3), dtype=np.float32)


def lit(rng, picture):
    """Uneven light, shadows, a shine."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width * 2 - 1, y / height * 2 - 1
    if chance(rng, 0.6):
        turn = between(rng, 0, 6.3)
        picture *= (1 + between(rng, 0, 0.35) * (x * np.cos(turn) + y * np.sin(turn)))[..., None]
    if chance(rng, 0.3):  # the edge of a shadow
        turn, at, soft = between(rng, 0, 6.3), between(rng, -0.8, 0.8), between(rng, 0.01, 0.3)
        mask = 1 / (1 + np.exp(np.clip((x * np.cos(turn) + y * np.sin(turn) - at) / soft, -30, 30)))
        picture *= (1 - between(rng, 0.1, 0.5) * mask)[..., None]
    if chance(rng, 0.12):  # a shine
        middle, reach = rng.uniform(-1, 1, 2), between(rng, 0.1, 0.5)
        picture += (between(rng, 20, 110) * np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / reach**2))[..., None]


def photographed(rng, picture, fine):
    """The picture as bytes; `fine` is the width in pixels of the finest that should stay visible."""
    picture = np.float32(picture)
    if chance(rng, 0.85):
        lit(rng, picture)
        picture *= rng.normal(1, 0.06, 3).astype(np.float32) * between(rng, 0.6, 1.08)
        if chance(rng, 0.3):
            middle = between(rng, 80, 200)
            picture = middle + (picture - middle) * between(rng, 0.65, 1)
        picture = 255 * (np.clip(picture, 0, 255) / 255) ** np.float32(np.exp(rng.normal(0, 0.2)))
    if chance(rng, 0.7):
        soft = between(rng, 0, 0.5) * fine
        if chance(rng, 0.2):
            size = max(2, int(soft * 2.5))
            kernel = np.zeros((size, size), np.float32)
            cv2.line(kernel, (0, int(rng.integers(size))), (size - 1, int(rng.integers(size))), 1.0)
            picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
        elif soft > 0.3:
            picture = cv2.GaussianBlur(picture, (0, 0), soft)
    if chance(rng, 0.8):
        y, x = (int(rng.integers(GRAIN.shape[0] - side + 1)) for side in picture.shape[:2])
        grain = GRAIN[y:y + picture.shape[0], x:x + picture.shape[1]]
        picture = picture + (grain[..., :1] if chance(rng, 0.5) else grain) * between(rng, 0.5, 7)
    if chance(rng, 0.1):  # sharpened by the camera
        picture = picture + between(rng, 0.3, 1) * (picture - cv2.GaussianBlur(picture, (0, 0), 1.2))
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if chance(rng, 0.75):
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 97))])[1], 1)
    return picture
