"""The loop of `time_integrals`."""

import math

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def integrate(c, low, high, omega, decay, nodes, weights, panels, out):
    """Rows of `out`: the integral of each source, and its derivatives by log c, omega and log tau (decay = 1 / tau)."""
    for j in range(c.size):
        first, last = math.log(low[j] + c[j]), math.log(max(high[j], low[j]) + c[j])
        half = (last - first) / (2 * panels)
        value, by_c, by_omega, by_tau = 0.0, 0.0, 0.0, 0.0
        for panel in range(panels):
            middle = first + (2 * panel + 1) * half
            for k in range(nodes.size):
                u = middle + half * nodes[k]
                s = max(math.exp(u) - c[j], 0.0)
                g = weights[k] * math.exp(-omega * u - decay * s)
                value += g
                by_c += g * math.exp(-u)
                by_omega += g * u
                by_tau += g * s
        out[0, j] = half * value
        out[1, j] = -(1.0 + omega) * c[j] * half * by_c
        out[2, j] = -half * by_omega
        out[3, j] = decay * half * by_tau
