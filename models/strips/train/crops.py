"""Cutting a reading zone out of a picture and laying it flat: its axis across, its middle in the middle, HALF pixels for half its length."""
import cv2
import numpy as np

HEIGHT, WIDTH, HALF = 64, 192, 48


def flat(picture, middle, along):
    """The crop, where `along` goes from the zone's middle to one of its ends. Sampled as finely as the picture is, then averaged."""
    often = int(np.clip(np.ceil(np.hypot(*along) / HALF), 1, 12))
    a, b = np.float64(along) / (HALF * often)
    x, y = (WIDTH * often - 1) / 2, (HEIGHT * often - 1) / 2
    back = np.float64([[a, -b, middle[0] - a * x + b * y], [b, a, middle[1] - b * x - a * y]])
    made = cv2.warpAffine(picture, back, (WIDTH * often, HEIGHT * often), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(made, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) if often > 1 else made


def shaken(rng, middle, along):
    """The zone as a finder may see it: a little off."""
    length = np.hypot(*along)
    turn, size = rng.normal(0, 0.04), np.exp(rng.normal(0, 0.09))
    turned = np.float32([along[0] * np.cos(turn) - along[1] * np.sin(turn), along[0] * np.sin(turn) + along[1] * np.cos(turn)]) * size
    across = np.float32([-along[1], along[0]]) / length
    return middle + along * rng.normal(0, 0.05) + across * length * rng.normal(0, 0.03), turned
