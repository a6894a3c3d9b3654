"""The loop over pairs of a target and an earlier event whose places are known by their faults alone."""

import math

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def sum_pairs(time, before, t, log_k, magnitude, node, share, number, out):
    """Fill rows of each target: sums of the time kernel times each share, then of the whole's derivatives.

    share: (target, node, channel), densities of events triggered from a node. number: amplitude of each channel, then
    c, 1 + omega, 1 / tau. out: (target, channels + 4): channels, and by magnitude, c, omega and decay.
    """
    n = share.shape[2]
    c, power, decay = number[n], number[n + 1], number[n + 2]
    for i in range(time.size):
        for j in range(before[i]):
            dt = time[i] - t[j]
            log_time = math.log(dt + c)
            one, total = math.exp(log_k[j] - power * log_time - decay * dt), 0.0
            for k in range(n):
                part = one * share[i, node[j], k]
                out[i, k] += part
                total += number[k] * part
            out[i, n] += total * magnitude[j]
            out[i, n + 1] += total / (dt + c)
            out[i, n + 2] += total * log_time
            out[i, n + 3] += total * dt
