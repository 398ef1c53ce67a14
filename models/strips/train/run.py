"""Reads whole pictures as the server does: `src/inference/strip` says the same in Rust."""
import cv2
import numpy as np
import onnxruntime

import crops

FORMS = ["cassette", "midstream", "strip", "digital"]
STEP, CELL, LENGTH, APART = 32, 8, 40.0, 0.6


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options)


def planes(pictures):
    """Pictures, blue first, as what the nets take."""
    return (np.stack(pictures)[..., ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 255 - 0.5) / 0.5


def zones(net, picture, longest=192, least=0.4):
    """Score, form and its share, middle, half length towards the control line, half width, logit of that."""
    height, width = picture.shape[:2]
    share = longest / max(height, width)
    seen = cv2.resize(picture, [max(1, round(side * share / STEP)) * STEP for side in (width, height)], interpolation=cv2.INTER_AREA)
    map = net.run(None, {"picture": planes([seen])})[0][0]
    across, down = width / seen.shape[1], height / seen.shape[0]
    kept = []
    for row, column in sorted(zip(*np.nonzero(map[0] >= least)), key=lambda at: -map[0][at]):
        told = map[:, row, column]
        length, wide = LENGTH * np.exp(np.clip(told[7:9], -3, 3)) / 2
        angle = np.arctan2(told[10], told[9]) / 2
        unit = np.float32([np.cos(angle), np.sin(angle)])
        turn = float(told[11:13] @ unit)
        along = unit * length * (-1 if turn < 0 else 1) * [across, down]
        middle = np.float32([(column + 0.5 + told[5]) * CELL * across, (row + 0.5 + told[6]) * CELL * down])
        form = int(told[1:5].argmax())
        if all(np.hypot(*(middle - one[3])) >= APART * 2 * max(np.hypot(*along), np.hypot(*one[4])) for one in kept):
            kept.append((float(told[0]), FORMS[form], float(told[1 + form]), middle, along.astype(np.float32), wide * (across + down) / 2, abs(turn)))
    return kept[:4]


def seen(net, picture, longest=192, least=0.4):
    """Zones from afar; where there is none, from twice as near."""
    return zones(net, picture, longest, least) or zones(net, picture, 2 * longest, least)


def told(net, picture, zone):
    """Logits: zone; line where the control line should be; line at the other end; that it is so."""
    crop = crops.flat(picture, zone[3], zone[4])
    turned, upright = net.run(None, {"picture": planes([crop[::-1, ::-1], crop])})[0].reshape(2, 10)
    return ((turned[0] + upright[0]) / 2, (upright[5:9] + turned[1:5]) / 2, (upright[1:5] + turned[5:9]) / 2, (upright[9] - turned[9]) / 2)


def soft(logits):
    share = np.exp(logits - logits.max())
    return share / share.sum()


def outcome(near, far, turn):
    """Probabilities of positive, negative, invalid."""
    made = np.zeros(3)
    for share, control, test in ((turn, near, far), (1 - turn, far, near)):
        made += share * np.array([(1 - control[0]) * (1 - test[0]), (1 - control[0]) * test[0], control[0]])
    return made
