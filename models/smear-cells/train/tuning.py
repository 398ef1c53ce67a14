"""Learning: Adam with decay, a falling rate, and the running mean of the weights, which is what is kept."""
import pathlib
import pickle
import time

import learner  # before TensorFlow, whose threads it sets
import numpy as np
import tensorflow as tf

SAVED_EVERY = 60  # seconds
KEPT = 0.995  # of the running mean at each step


def plain(tree):
    return {name: {key: np.asarray(one) for key, one in own.items()} for name, own in tree.items()}


class Tuned:
    """Weights of which some are learnt: all but those of the layers named in `still` and the kernels of the layers that leave channels apart."""

    def __init__(self, weights, still=()):
        self.still = {name: weights[name] for name in still}
        self.own = {n: {k: tf.Variable(v) for k, v in own.items()} for n, own in weights.items() if n not in self.still}
        keys = [(n, k) for n, own in self.own.items() for k in own if not (n.endswith(".deep") and k == "w")]
        self.learnt = [self.own[n][k] for n, k in keys]
        fresh = lambda: [tf.Variable(tf.zeros_like(one), trainable=False) for one in self.learnt]
        self.mean, self.first, self.second, self.keys = fresh(), fresh(), fresh(), keys
        for mean, one in zip(self.mean, self.learnt):
            mean.assign(one)

    def all(self):
        return self.still | self.own

    def kept(self):
        made = plain(self.still | self.own)
        for (name, key), mean in zip(self.keys, self.mean):
            made[name][key] = mean.numpy()
        return made

    def state(self):
        return [[one.numpy() for one in part] for part in (self.learnt, self.mean, self.first, self.second)]

    def restore(self, state):
        for part, values in zip((self.learnt, self.mean, self.first, self.second), state):
            for one, value in zip(part, values):
                one.assign(value)


def learn(loss, batch, weights, still, steps, rate, file, decay=0.02, watch=None, every=100, slow=(), until=None):
    """Lowers `loss(weights, *batch(step))` in so many steps; goes on from `file` where that is there, so that a run may be broken off.

    `slow` names beginnings of layers that learn at a fifth of the rate. `until` ends it at an earlier step than the rate is made for.
    """
    file, net = pathlib.Path(file), Tuned(weights, still)
    before, count = 0.0, 0
    if file.exists():
        state, before, count = pickle.loads(file.read_bytes())
        net.restore(state)
    speeds = [0.2 if name.startswith(tuple(slow)) and slow else 1.0 for name, _ in net.keys]

    @tf.function
    def step(count, now, *batch):
        with tf.GradientTape() as tape:
            value = loss(net.all(), *batch)
        slopes, _ = tf.clip_by_global_norm(tape.gradient(value, net.learnt), 5.0)
        kept = tf.minimum(KEPT, (1 + count) / (10 + count))
        for w, a, m, v, g, speed in zip(net.learnt, net.mean, net.first, net.second, slopes, speeds):
            m.assign(0.9 * m + 0.1 * g)
            v.assign(0.99 * v + 0.01 * g * g)
            size = (m / (1 - 0.9**count)) / (tf.sqrt(v / (1 - 0.99**count)) + 1e-8)
            w.assign_sub(now * speed * (size + (decay * w if w.shape.rank > 1 else 0.0)))
            a.assign(kept * a + (1 - kept) * w)
        return value

    began, saved, values, last = time.process_time(), time.time(), [], until or steps
    while count < last:
        now = rate * min(1, (count + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * count / steps)) + rate * 0.005
        values.append(float(step(tf.constant(count + 1.0), tf.constant(now, tf.float32), *batch(count))))
        count += 1
        spent = before + time.process_time() - began
        if count % every == 0 or count == last:
            seen = watch(net.kept()) if watch else ""
            print(f"step {count} of {last}, {spent:.0f} s of CPU, loss {np.mean(values[-every:]):.4f} {seen}", flush=True)
        if time.time() - saved > SAVED_EVERY or count == last:
            saved = time.time()
            part = file.with_suffix(".part")
            part.write_bytes(pickle.dumps((net.state(), spent, count)))
            part.rename(file)
            file.with_suffix(".pickle").write_bytes(pickle.dumps(net.kept()))
    return net.kept()


def applied(run, weights, pictures, size=32):
    """The net's answers for all pictures of one size (bytes); `run(weights, x)` gives a tuple of arrays."""
    run, answers = tf.function(run), []
    for at in range(0, len(pictures), size):
        answers.append([one.numpy() for one in run(weights, scaled(pictures[at:at + size]))])
    return [np.concatenate(one) for one in zip(*answers)]


def scaled(pictures):
    return tf.cast(pictures, tf.float32) / 127.5 - 1


def cross(logits, truth):
    """Cross entropy against shares, for each row."""
    return -tf.reduce_sum(truth * tf.nn.log_softmax(logits), -1)
