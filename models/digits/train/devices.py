"""Draws whole devices with their values: `devices.py FOLDER SEED COUNT [hidden]`, so many of each kind, with a truth.csv as photographs have.

Seed 4 is for choosing thresholds and for fitting how sure a value is, seed 5 for measuring. The values of a device stand in the order of
`make eval`. With `hidden`, something covers the first or last digit of one value: what is read of it then is mostly wrong.
"""
import csv
import pathlib
import sys

import cv2
import numpy as np

import camera
import lettering
import scene

SIDE = 680
KEYS = ("M", "S", "SET", "MEM", "START", "STOP", "OK", "C", "UNIT", "ON/OFF", "MODE", "A/B")


def words(drawing, text, ink, left, top, height, font=None):
    """Writes a label; gives where it ends."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    _, end = lettering.write(mask, font or lettering.some(drawing.rng), text, left, top, max(7, height))
    scene.put(drawing, mask, ink)
    return end


def pressures(rng):
    lower = int(rng.integers(48, 110))
    return lower + int(rng.integers(22, 75)), lower


def rows_of(kind, rng):
    """Label, value and unit of each row; labels and units in some of their wordings."""
    of = lambda *choices: str(rng.choice(choices))
    if kind == "bp":
        upper, lower = pressures(rng)
        unit = of("mmHg", "mmHg", "mmHg", "")
        pulse = of("PUL", "PULSE", "Pulse", "PUL./min")
        return [("SYS", str(upper), unit), ("DIA", str(lower), unit), (pulse, str(rng.integers(45, 120)), of("/min", "bpm", ""))]
    if kind == "glucose":
        if rng.random() < 0.5:
            return [("", f"{rng.uniform(2.2, 22):.1f}", "mmol/L")]
        return [("", str(rng.integers(45, 400)), "mg/dL")]
    if kind == "thermometer":
        if rng.random() < 0.7:
            return [("", f"{rng.uniform(35, 41.5):.1f}", "°C")]
        return [("", f"{rng.uniform(95.5, 106):.1f}", "°F")]
    if kind == "scale":
        if rng.random() < 0.7:
            return [("", f"{rng.uniform(12, 140):.1f}", of("kg", "KG", "kg"))]
        return [("", f"{rng.uniform(30, 320):.1f}", of("lb", "lbs"))]
    if kind == "oximeter":
        return [(of("%SpO2", "SpO2", "SpO2%"), str(rng.integers(82, 101)), of("%", "")), (of("PR", "PRbpm", "PR bpm", "PULSE"), str(rng.integers(42, 150)), "")]
    return [("PEF", str(rng.integers(90, 790)), "L/min")]


def ground_and_ink(rng, shining):
    if shining:
        return scene.colour(rng, 0, 45), scene.vivid(rng)
    ground, ink = scene.colour(rng, 120, 235), scene.colour(rng, 0, 60)
    return ground, ground - (ground - ink) * rng.uniform(0.6, 1)


def fill(drawing, x0, y0, x1, y1, ink):
    drawing.picture[max(0, int(y0)) : int(y1), max(0, int(x0)) : int(x1)] = ink


def hide(drawing):
    """Lays a finger, a glare, a strap or a sticker over the digit at one end of a value."""
    rng = drawing.rng
    digits = [box for symbol, box, _ in drawing.found if symbol.isdigit() and box[3] - box[1] > 25]
    rows = {}
    for box in digits:
        rows.setdefault(round(box[1] / 12), []).append(box)
    row = sorted(list(rows.values())[rng.integers(len(rows))])
    left, top, right, bottom = row[0] if rng.random() < 0.5 else row[-1]
    ink = [np.float32([rng.uniform(90, 180), rng.uniform(120, 200), rng.uniform(180, 240)]), np.full(3, 250), scene.colour(rng, 0, 60), scene.colour(rng)][rng.integers(4)]
    mask, wide, high = np.zeros((SIDE, SIDE), np.float32), (right - left) * rng.uniform(0.7, 1.2), (bottom - top) * rng.uniform(0.6, 1.2)
    middle = (int((left + right) / 2), int((top + bottom) / 2))
    if rng.random() < 0.6:
        cv2.ellipse(mask, middle, (int(max(wide, 12)), int(high)), float(rng.uniform(-40, 40)), 0, 360, 1.0, -1)
    else:
        cv2.rectangle(mask, (int(middle[0] - wide), int(middle[1] - high)), (int(middle[0] + wide), int(middle[1] + high)), 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(1, 6)))[..., None]
    drawing.picture += (ink - drawing.picture) * mask * rng.uniform(0.9, 1)


def keys(drawing, x0, x1, y, ink):
    rng = drawing.rng
    for _ in range(rng.integers(0, 4)):
        x, size = rng.uniform(x0, x1 - 40), rng.uniform(9, 20)
        cv2.circle(drawing.picture, (int(x + size), int(y)), int(2.2 * size), tuple(float(v) for v in scene.colour(rng)), -1, cv2.LINE_AA)
        words(drawing, str(rng.choice(KEYS)), ink, x, y - size / 2, size)


def meter(drawing, kind):
    """A case with a display of one to three rows."""
    rng = drawing.rng
    rows = rows_of(kind, rng)
    shining = kind == "oximeter" or rng.random() < 0.25
    ground, ink = ground_and_ink(rng, shining)
    case = scene.colour(rng)
    print_ink = np.clip(case + (160 if case.mean() < 128 else -160), 0, 255)
    fill(drawing, 60, 40, SIDE - 60, SIDE - 40, case)
    own = scene.look(rng, ink, shining)
    own.kind = "font" if kind == "oximeter" and rng.random() < 0.6 else "segments" if rng.random() < 0.8 else "segment font"
    height = rng.uniform(55, 105) if len(rows) > 1 else rng.uniform(60, 125)
    room = max(scene.wide(value) for _, value, _ in rows) * height
    left, top = SIDE / 2 - room / 2 - rng.uniform(0, 40), 130 + rng.uniform(0, 30)
    pad = rng.uniform(0.25, 0.7) * height
    bottom = top + len(rows) * height * 1.35 + pad
    outside = len(rows) > 1 and rng.random() < 0.5  # labels are printed on the case
    wide = 0 if outside else 100
    fill(drawing, left - pad - wide, top - pad, left + room + pad + 90, bottom + 25, ground)
    font, small = lettering.some(rng), height * rng.uniform(0.2, 0.3)
    words(drawing, str(rng.choice(["", "HealthPro", "Medix", "ProCheck", "VitaLine"])), print_ink, left, 60, 30)
    y = top
    for label, value, unit in rows:
        x = left + room - scene.wide(value) * height
        end = scene.numeral_row(drawing, own, value, x, y, height)
        label_x = max(66, left - pad - 90) if outside else left - 88
        if label:
            words(drawing, label, print_ink if outside else ink, label_x, y + 0.1 * height, small, font)
        if unit and (kind == "bp" and rng.random() < 0.7):
            words(drawing, unit, print_ink if outside else ink, label_x, y + 0.55 * height, small * 0.8, font)
        elif unit:
            words(drawing, unit, ink, end + 6, y + rng.choice([0.02, 0.7]) * height, small, font)
        y += height * 1.35
    if rng.random() < 0.4:  # a clock under the values
        words(drawing, f"{rng.integers(1, 24)}:{rng.integers(60):02}", ink, left - wide * 0.8, bottom, min(small, 20), font)
    keys(drawing, 90, SIDE - 90, (bottom + SIDE) / 2, print_ink)
    return [value for _, value, _ in rows]


def monitor(drawing):
    """A screen of several parameters, each with its label above it."""
    rng = drawing.rng
    fill(drawing, 20, 60, SIDE - 20, SIDE - 90, scene.colour(rng, 0, 40))
    upper, lower = pressures(rng)
    mean = lower + (upper - lower) // 3
    rate, share, breaths, warm = int(rng.integers(45, 150)), int(rng.integers(85, 101)), int(rng.integers(9, 32)), f"{rng.uniform(35.5, 39.5):.1f}"
    own = scene.look(rng, scene.vivid(rng), True)
    own.kind, own.light = "font" if rng.random() < 0.85 else "segments", 0
    height, y = rng.uniform(46, 72), 95.0
    cells = [(str(rng.choice(["HR", "ECG"])), str(rate), "bpm"), ("SpO2", str(share), "%"), (str(rng.choice(["RESP", "RR"])), str(breaths), ""),
             ("NIBP", f"{upper}/{lower} ({mean})", "mmHg"), ("TEMP", warm, "")]
    for label, value, unit in cells:
        own.ink = scene.vivid(rng)
        tall = min(36, height * 0.6) if "/" in value else height * (0.7 if "." in value else 1)
        words(drawing, label, own.ink, SIDE - 350, y, 17)
        words(drawing, unit, own.ink, SIDE - 260, y, 13) if unit else None
        if "/" in value:
            own.kind = "font"
        scene.numeral_row(drawing, own, value, SIDE - 340, y + 24, tall)
        line = np.cumsum(rng.normal(0, 3, 60))
        points = np.stack([np.linspace(40, SIDE - 370, 60), y + 30 + line - line.mean()], 1).astype(np.int32)
        cv2.polylines(drawing.picture, [points], False, tuple(float(v) for v in own.ink), 2, cv2.LINE_AA)
        y += tall + 40
    return [str(rate), str(share), str(breaths), str(upper), str(lower), str(mean), warm]


KINDS = ("bp", "glucose", "thermometer", "oximeter", "scale", "peakflow", "monitor")


def photographed(drawing):
    """The drawing a little askew, then through the camera; sometimes small."""
    rng = drawing.rng
    corners = np.float32([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]])
    angle, scale = np.deg2rad(rng.choice([0, rng.normal(0, 4), rng.uniform(-12, 12)])), rng.uniform(0.75, 1)
    turn = np.float32([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) * scale
    aims = (corners - SIDE / 2) @ turn + SIDE / 2 + rng.uniform(-1, 1, (4, 2)) * rng.choice([0, 12, 35])
    warp = cv2.getPerspectiveTransform(corners, aims.astype(np.float32))
    picture = cv2.warpPerspective(drawing.picture, warp, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
    return camera.photographed(rng, picture, 45)


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    is_hidden = sys.argv[4:] == ["hidden"]
    folder.mkdir(parents=True, exist_ok=True)
    scene.FLAT = SIDE
    with open(folder / "truth.csv", "w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["file", "set", "device", "values"])
        for kind in KINDS:
            for number in range(count):
                rng = np.random.default_rng((seed, KINDS.index(kind), number, is_hidden) if is_hidden else (seed, KINDS.index(kind), number))
                drawing = scene.Drawing(rng, scene.backdrop(rng))
                values = monitor(drawing) if kind == "monitor" else meter(drawing, kind)
                if is_hidden:
                    hide(drawing)
                cv2.imwrite(str(folder / f"{kind}-{number:03}.jpg"), photographed(drawing), [cv2.IMWRITE_JPEG_QUALITY, 90])
                table.writerow([f"{kind}-{number:03}.jpg", "medical", kind, ";".join(values)])


if __name__ == "__main__":
    main()
