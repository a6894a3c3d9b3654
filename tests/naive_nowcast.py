"""Slow, obvious versions of what `nowcast` computes."""

import numpy as np


def causal_loess(series, span):
    """At each step: a weighted line through the last `span` values that are known, by least squares."""
    out = np.full(len(series), np.nan)
    for t in range(len(series)):
        if np.isnan(series[t]):
            continue
        ages = [d for d in range(min(span, t + 1)) if not np.isnan(series[t - d])]
        y = np.array([series[t - d] for d in ages])
        root = np.sqrt([(1 - (d / span) ** 3) ** 3 for d in ages])
        if len(ages) == 1:
            out[t] = y[0]
            continue
        design = np.column_stack([np.ones(len(ages)), ages])
        out[t] = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0][0]
    return out
