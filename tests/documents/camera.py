"""What a scanner and a telephone make of a sheet."""
import cv2
import numpy as np


def scan(rng, sheet):
    """A clean scan: a little crooked, a little grain."""
    height, width = sheet.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-0.6, 0.6), 1)
    page = cv2.warpAffine(sheet, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=sheet[2, 2].tolist())
    if rng.random() < 0.4:
        page = cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return noisy(rng, page, rng.uniform(1, 3)), rng.randint(84, 94)


def noisy(rng, page, strength):
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, strength, page.shape)
    return np.clip(page + grain, 0, 255).astype(np.uint8)


def fax(rng, sheet):
    """A fax: half the resolution down, black and white, specks and a dropped line or two, drawn up again."""
    height, width = sheet.shape[:2]
    small = cv2.resize(cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    random = np.random.default_rng(rng.getrandbits(32))
    black = np.where(small + random.normal(0, 14, small.shape) < 165, 0, 255).astype(np.uint8)
    black[random.random(small.shape) < 0.0012] = 0
    for _ in range(rng.randint(0, 2)):
        black[:, rng.randint(20, black.shape[1] - 20)] = 0
    page = cv2.resize(black, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), 80


def lit(rng, page):
    """Light from one side, a shadow's edge across, and one or two folds."""
    height, width = page.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    across = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    light = 1 + across * rng.uniform(0.15, 0.45)
    if rng.random() < 0.6:
        edge = 1 / (1 + np.exp(-(across + rng.uniform(-0.25, 0.25)) * rng.uniform(15, 60)))
        light = light * (1 - edge * rng.uniform(0.15, 0.4))
    for _ in range(rng.randint(0, 2)):
        place, along = (x / width, width) if rng.random() < 0.5 else (y / height, height)
        away = (place - rng.uniform(0.3, 0.7)) * along
        light = light * (1 + 0.10 * np.tanh(away / 3) * np.exp(-np.abs(away) / 25))
    warm = np.array([rng.uniform(0.86, 1.0), rng.uniform(0.93, 1.0), 1.0], np.float32)
    return page.astype(np.float32) * light[..., None] * warm


def photo(rng, sheet):
    """A telephone's photograph: a table around, perspective, light, less contrast, out of focus, JPEG."""
    height, width = sheet.shape[:2]
    paper = np.array([rng.randint(205, 255) for _ in range(3)], np.float32) if rng.random() < 0.35 else np.full(3, 250, np.float32)
    page = sheet.astype(np.float32) * (paper / 255)
    margin = 70
    bend = lambda: rng.uniform(-0.035, 0.035)
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    moved = np.float32([[a + margin + bend() * width, b + margin + bend() * height] for a, b in corners])
    turn = cv2.getPerspectiveTransform(corners, moved)
    size = (width + 2 * margin, height + 2 * margin)
    ground = np.full((size[1], size[0], 3), [rng.randint(40, 130) for _ in range(3)], np.float32)
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), turn, size)[..., None]
    page = cv2.warpPerspective(page, turn, size, flags=cv2.INTER_CUBIC) * mask + ground * (1 - mask)
    page = lit(rng, page)
    page = (page - 128) * rng.uniform(0.62, 0.9) + 128 + rng.uniform(-25, 8)
    page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.7, 1.25))
    return noisy(rng, np.clip(page, 0, 255), rng.uniform(2, 6)), rng.randint(45, 75)


def take(rng, sheet, hard):
    """Gives the picture and the quality that its JPEG is to have."""
    if not hard:
        return scan(rng, sheet)
    return fax(rng, sheet) if rng.random() < 0.2 else photo(rng, sheet)
