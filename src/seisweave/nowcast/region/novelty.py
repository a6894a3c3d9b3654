"""Novelty: how badly the autoencoder reconstructs a day; and its smoothing by LOESS.

Source: Feng & Fox (2021), eq. 8 and section IV-A ("denoised by the LOESS smoothing method"). Centred LOESS looks into
the future: a smoothed value knows the days after it. It stays in the paper mode; everything else uses the one-sided
form, a line fitted to the last days with tricube weights, read at the newest of them.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from seisweave.errors import InputError
from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.seeding import inference

INFERENCE_BATCH = 128


def reconstruct(network: nn.Module, maps: Float[np.ndarray, "t h w"]) -> Float[np.ndarray, "t h w"]:
    """Maps as an autoencoder gives them back; NaN where they are NaN."""
    out = np.full(maps.shape, np.nan, np.float32)
    for rows, images in _batches(maps):
        with inference():
            out[rows] = network(images).numpy()[: len(rows)]
    return out


def novelty(network: nn.Module, maps: Float[np.ndarray, "t h w"]) -> Float[np.ndarray, " t"]:
    """Mean squared error of the reconstruction of each map; NaN for masked ones."""
    out = np.full(len(maps), np.nan)
    for rows, images in _batches(maps):
        with inference():
            errors = (network(images) - images).square().mean(dim=(1, 2))
        out[rows] = errors.numpy()[: len(rows)]
    return out


def codes(network: Autoencoder, maps: Float[np.ndarray, "t h w"]) -> Float[np.ndarray, "t k"]:
    """What the encoder gives of each map; NaN for masked ones."""
    out = np.full((len(maps), network.codes), np.nan)
    for rows, images in _batches(maps):
        with inference():
            made = network.encode(images)[0]
        out[rows] = made.numpy()[: len(rows)]
    return out


def smooth(series: Float[np.ndarray, " t"], span: int, *, centred: bool) -> Float[np.ndarray, " t"]:
    """LOESS over `span` steps: one-sided, or centred. A span of 1 leaves the series as it is.

    NaN (masked) steps take no part and stay NaN.

    Errors: InputError for a span below 1.
    """
    if span < 1:
        raise InputError(f"span is {span}; give 1 (no smoothing) or more steps")
    if span == 1:
        return series.copy()
    return centred_loess(series, span) if centred else causal_loess(series, span)


def causal_loess(series: Float[np.ndarray, " t"], span: int) -> Float[np.ndarray, " t"]:
    """One-sided LOESS: at each step a line through the last `span` values, tricube weights by age, read at its end.

    The weight of a value of age d is (1 - (d/span)³)³. Where fewer than two of these values are known, their mean is
    taken. A value depends on what came before it alone, to the last bit.
    """
    known = ~np.isnan(series)
    values = np.where(known, series, 0.0)
    sums = np.zeros((5, len(series)))  # Σw, Σwd, Σwd², Σwy, Σwdy
    for age in range(min(span, len(series))):
        weight = (1.0 - (age / span) ** 3) ** 3
        here, old = slice(age, None), slice(None, len(series) - age)
        w = weight * known[old]
        for k, term in enumerate((w, w * age, w * age**2, w * values[old], w * age * values[old])):
            sums[k, here] += term
    w, wd, wdd, wy, wdy = sums
    spread = w * wdd - wd**2
    line = (wdd * wy - wd * wdy) / np.where(spread > 1e-12, spread, 1.0)
    level = wy / np.where(w > 0, w, 1.0)
    return np.where(known, np.where(spread > 1e-12, line, level), np.nan)


def centred_loess(series: Float[np.ndarray, " t"], span: int) -> Float[np.ndarray, " t"]:
    """LOESS of statsmodels over the nearest `span` values, without robustness iterations; it sees the future."""
    from statsmodels.nonparametric.smoothers_lowess import lowess

    out = np.full(len(series), np.nan)
    known = np.flatnonzero(~np.isnan(series))
    if len(known) <= span:
        out[known] = series[known]
        return out
    fraction = (span + 1e-6) / len(known)
    out[known] = lowess(series[known], known.astype(float), frac=fraction, it=0, return_sorted=False)
    return out


def _batches(maps: np.ndarray):
    """Rows that are not masked, and their maps in batches of one size: a result cannot depend on its neighbours."""
    rows = np.flatnonzero(~np.isnan(maps[:, 0, 0]))
    for k in range(0, len(rows), INFERENCE_BATCH):
        part = rows[k : k + INFERENCE_BATCH]
        images = np.zeros((INFERENCE_BATCH, *maps.shape[1:]), np.float32)
        images[: len(part)] = maps[part]
        yield part, torch.from_numpy(images)
