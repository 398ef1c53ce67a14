"""Draws documents with what they say: `draw.py FOLDER [open|held|both|GROUP] [COUNT [HARD]]`, COUNT easy and HARD (as many) hard ones of each template (2).

GROUP is a folder beside this file with the templates of another author, `west`, `world`, `north` or `south`. Writes `KIND.TEMPLATE.DIFFICULTY.NUMBER.jpg` and,
beside each, a JSON file of what a reader should find. The same arguments draw the same pages. `open` pages are for looking at when a reader is mended; `held` ones, of other templates, illnesses and seeds, are only counted.
"""
import importlib
import json
import pathlib
import random
import sys

import cv2
import numpy as np

import camera
import discharges
import notes
import prescriptions
import vaccines

KINDS = {"prescription": prescriptions, "discharge-summary": discharges, "clinical-notes": notes, "vaccine-certificate": vaccines}


def page(kind, half, template, hard, number):
    """One page: its name, picture, quality and truth."""
    draw, *pool = template if isinstance(template, tuple) else (template,)
    name = f"{kind}.{draw.__name__}.{'hard' if hard else 'easy'}.{number}"
    rng = random.Random(f"{half} {name}")
    sheet = draw(rng, *pool)
    picture, quality = camera.take(rng, cv2.cvtColor(np.array(sheet.image), cv2.COLOR_RGB2BGR), hard)
    truth = {"kind": kind, "half": half, "template": draw.__name__, "difficulty": "hard" if hard else "easy", "fields": sheet.truth,
             "may": sheet.allowed, "forms": {field: forms for field, forms in sheet.forms.items() if forms}}
    return name, picture, quality, truth


def templates(half, kind):
    """The templates of a half, or of another author's folder, for that kind of document."""
    if half in ("open", "held"):
        return KINDS[kind].OPEN if half == "open" else KINDS[kind].HELD
    return importlib.import_module(half).TEMPLATES[kind]


def main():
    folder = pathlib.Path(sys.argv[1])
    halves = ("open", "held") if len(sys.argv) < 3 or sys.argv[2] == "both" else (sys.argv[2],)
    easy = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    counts = {False: easy, True: int(sys.argv[4]) if len(sys.argv) > 4 else easy}
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for half in halves:
            for template in templates(half, kind):
                for hard, count in counts.items():
                    for number in range(1, count + 1):
                        name, picture, quality, truth = page(kind, half, template, hard, number)
                        cv2.imwrite(str(folder / f"{name}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
                        (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
