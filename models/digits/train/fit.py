"""Fitting: Adam with a one-cycle rate over shuffled batches, until the epochs or the CPU seconds are used up."""
import functools
import time

import jax
import jax.numpy as jnp
import numpy as np

from layers import KEEP, Learner


def begin(net, shape, seed):
    learner = Learner({}, None, np.random.default_rng(seed))
    net(learner, jnp.zeros((2, *shape)))
    return learner.weights, learner.seen


def logits(net, weights, stats, x):
    return net(Learner(weights, stats), x)


def fit(net, loss, batches, weights, stats, steps, rate=2e-3, seconds=1e9, keep=None):
    """`batches(step)` gives what `loss(output, *rest)` takes, the input first (colours as bytes)."""

    @jax.jit
    def step(weights, stats, first, second, count, speed, x, *rest):
        def wanted(weights):
            learner = Learner(weights)
            out = net(learner, x.astype(jnp.float32) / 255)
            return loss(out, *rest), learner.seen

        (cost, seen), slope = jax.value_and_grad(wanted, has_aux=True)(weights)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
        fix1, fix2 = 1 - 0.9**count, 1 - 0.999**count
        weights = jax.tree.map(
            lambda w, m, v: w - speed * ((m / fix1) / (jnp.sqrt(v / fix2) + 1e-8) + 0.01 * w * (w.ndim > 1)), weights, first, second)
        stats = {name: jax.tree.map(lambda a, b: KEEP * a + (1 - KEEP) * b, stats[name], seen[name]) for name in seen}
        return weights, stats, first, second, cost

    first = second = jax.tree.map(jnp.zeros_like, weights)
    began, costs = time.process_time(), []
    for count in range(1, steps + 1):
        share = max(count / steps, (time.process_time() - began) / seconds)
        speed = rate * min(1, count / 100) * (0.5 + 0.5 * np.cos(np.pi * min(share, 1)))
        weights, stats, first, second, cost = step(weights, stats, first, second, count, max(speed, 1e-5), *batches(count))
        costs.append(float(cost))
        if count % 100 == 0:
            if keep:
                keep(weights, stats)
            print(f"step {count} of {steps}, loss {np.mean(costs[-100:]):.4f}, CPU {time.process_time() - began:.0f} s", flush=True)
        if share >= 1:
            break
    if keep:
        keep(weights, stats)
    return weights, stats


def outputs(net, weights, stats, pictures, size=50):
    """The net's answers for many pictures."""
    run = jax.jit(functools.partial(logits, net))
    parts = [run(weights, stats, pictures[i : i + size].astype(np.float32) / 255) for i in range(0, len(pictures), size)]
    return np.concatenate([np.asarray(part) for part in parts])


def export(net, weights, stats, side, path, temperature):
    """Writes the net; with a temperature, its answers as probabilities."""
    import onnx

    from layers import Exporter

    exporter = Exporter(weights, stats)
    out = net(exporter, "x")
    if temperature is not None:
        out = exporter.probabilities(out, temperature)
    made = jax.eval_shape(lambda: logits(net, weights, stats, jnp.zeros((1, *side, 3)))).shape
    planes = (1, made[3], *made[1:3]) if len(made) == 4 else made
    model = exporter.model("x", (1, 3, *side), out, planes)
    onnx.checker.check_model(model)
    onnx.save(model, path)
