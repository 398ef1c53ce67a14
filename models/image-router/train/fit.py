"""Learning: Adam with decay, a falling rate, and the running mean of the weights, which is what is kept."""
import os
import pathlib
import pickle
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=true")
import queue
import threading

import jax
import jax.numpy as jnp
import numpy as np

SAVED_EVERY = 120  # seconds
KEPT = 0.99  # of the running mean at each step


def ahead(batch, first, steps):
    """Batches, made by a thread beside the learning."""
    made = queue.Queue(4)

    def work():
        for step in range(first, steps):
            made.put(batch(step))

    threading.Thread(target=work, daemon=True).start()
    for _ in range(first, steps):
        yield made.get()


def fit(loss, batch, weights, steps, rate, file, decay=0.02, watch=None, every=200):
    """Lowers `loss(weights, *batch(step))`; goes on from `file` where that is there, so that a run may be broken off."""
    file = pathlib.Path(file)
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, weights, zeros, zeros, 0)
    if file.exists():
        state = pickle.loads(file.read_bytes())

    @jax.jit
    def step(weights, mean, first, second, count, batch):
        value, slope = jax.value_and_grad(loss)(weights, *batch)
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(slope)))
        slope = jax.tree.map(lambda g: g * jnp.minimum(1, 5 / (norm + 1e-6)), slope)
        count = count + 1
        now = rate * jnp.minimum(count / (0.05 * steps), 0.5 * (1 + jnp.cos(jnp.pi * count / steps))) + 1e-6
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, second, slope)
        size = lambda m, v: (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.99**count)) + 1e-8)
        weights = jax.tree.map(lambda w, m, v: w - now * (size(m, v) + decay * w * (w.ndim > 1)), weights, first, second)
        kept = jnp.minimum(KEPT, (1 + count) / (10 + count))
        mean = jax.tree.map(lambda a, w: kept * a + (1 - kept) * w, mean, weights)
        return weights, mean, first, second, value

    weights, mean, first, second, done = state
    values, began, saved = [], time.time(), time.time()
    for count, made in enumerate(ahead(batch, done, steps), done):
        weights, mean, first, second, value = step(weights, mean, first, second, jnp.float32(count), made)
        values.append(float(value))
        if (count + 1) % every == 0 or count + 1 == steps:
            seen = watch(mean) if watch else ""
            print(f"step {count + 1} of {steps}, loss {np.mean(values[-every:]):.4f}, {time.time() - began:.0f} s {seen}", flush=True)
        if time.time() - saved > SAVED_EVERY or count + 1 == steps:
            saved = time.time()
            whole = jax.tree.map(np.asarray, (weights, mean, first, second))
            file.with_suffix(".part").write_bytes(pickle.dumps((*whole, count + 1)))
            file.with_suffix(".part").rename(file)
    return jax.tree.map(np.asarray, mean)


def applied(run, weights, pictures, size=32):
    """The net's answers for all pictures; `run(weights, x)` gives a tuple of arrays."""
    run, answers = jax.jit(run), []
    for at in range(0, len(pictures), size):
        part = pictures[at:at + size]
        short = size - len(part)
        made = run(weights, np.concatenate([part, np.zeros((short, *part.shape[1:]), part.dtype)]) if short else part)
        answers.append([np.asarray(one)[:len(part)] for one in made])
    return [np.concatenate(one) for one in zip(*answers)]


def cross(logits, truth):
    """Cross entropy against shares, for each row."""
    return -(truth * jax.nn.log_softmax(logits)).sum(-1)


def binary(logit, truth):
    return jnp.maximum(logit, 0) - logit * truth + jnp.log1p(jnp.exp(-jnp.abs(logit)))
