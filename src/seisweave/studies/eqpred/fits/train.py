"""How each part of a model is fitted: an autoencoder, a predictor of its novelty, a single network over maps.

All go through `training.train`. What a fit leaves behind are series over all days, each value nowcast from what came
before its day alone (paper protocol: but for the smoothing), and numbers.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import nn

from seisweave.errors import InputError
from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.region.novelty import codes, novelty, reconstruct, smooth
from seisweave.nowcast.region.sequence import Standard, nowcast_steps, sequence
from seisweave.nowcast.seeding import inference, seeded
from seisweave.progress import Progress
from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.files import Fit
from seisweave.studies.eqpred.fits.trained import trained
from seisweave.studies.eqpred.models.blocks import map_blocks, series_blocks
from seisweave.studies.eqpred.models.registry import Part

_LEAST_NOVELTY = 1e-12
_INFERENCE_BATCH = 64
_MANY_CODES = 64  # as many are kept only where a predictor rests on them


def fit_autoencoder(
    part: Part,
    days: Days,
    seed: int,
    *,
    coded: bool = False,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Train on normal days; leaves `novelty`, errors of the maps of the test, and, where wanted or few, codes."""
    normal = ~days.extreme
    with seeded(seed):
        network = part.network(days.maps.shape, part.options)
    learn, check = (_maps(days, rows & normal) for rows in (days.train, days.validation))
    facts = trained(network, learn, check, part, seed, keep=keep, progress=progress)
    raw = novelty(network, days.scaled(days.observed.maps))  # type: ignore[arg-type]
    series = {"novelty": raw}
    if coded or (isinstance(network, Autoencoder) and network.codes < _MANY_CODES):
        series["code"] = codes(network, days.scaled(days.observed.maps))  # type: ignore[arg-type]
    return Fit(series, facts | _errors(network, days, raw))


def fit_predictor(
    part: Part,
    days: Days,
    raw: Float[np.ndarray, " t"],
    seed: int,
    *,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Train on a novelty series; leaves `truth`, the series that is nowcast, and `forecast` (one step longer)."""
    series, smoothed = smoothed_series(raw, days)
    standard = Standard.of(series[days.train], smoothed[days.train])
    covariates = days.covariates() if part.covariates else None
    whole = sequence(series, smoothed, standard, paper=days.paper, covariates=covariates)
    with seeded(seed):
        network = part.network(part.options, len(whole.inputs))
    window = part.options.window
    first = window if days.paper else window + days.nowcast.span - 1
    late = np.arange(len(series)) >= first
    if getattr(network, "recurrent", False):
        learn, check = (series_blocks(whole, rows & late, window) for rows in (days.train, days.validation))
        part = replace(part, training=replace(part.training, batch=max(len(learn), 1)))
    else:
        learn, check = (whole.examples(rows & late) for rows in (days.train, days.validation))
    facts = trained(network, learn, check, part, seed, keep=keep, progress=progress)
    ends = np.arange(first, len(series) + 1)
    forecast = np.full(len(series) + 1, np.nan)
    forecast[ends] = nowcast_steps(network, whole.inputs, ends)  # type: ignore[arg-type]
    scale, mean = (
        (standard.smoothed_scale, standard.smoothed_mean) if days.paper else (standard.raw_scale, standard.raw_mean)
    )
    return Fit({"truth": smoothed if days.paper else series, "forecast": forecast * scale + mean}, facts)


def fit_single(part: Part, days: Days, seed: int, *, keep: Path | None = None, progress: Progress | None = None) -> Fit:
    """Train on maps; leaves `truth`, the region's energy, and `forecast` (one step longer)."""
    mean, scale = float(np.nanmean(days.energy[days.train])), float(np.nanstd(days.energy[days.train])) or 1.0
    maps = _filled(days)
    if part.covariates:
        maps = torch.cat([maps[:, None], torch.from_numpy(days.covariate_maps()[1:])], 1)
    targets = torch.from_numpy(np.nan_to_num((days.energy - mean) / scale).astype(np.float32))
    with seeded(seed):
        network = part.network(days.maps.shape, part.options)
    window = part.options.window
    counted = ~np.isnan(days.energy) & (np.arange(len(maps)) >= window)
    learn, check = (map_blocks(maps, targets, counted & rows, window) for rows in (days.train, days.validation))
    per_step = max(1, round(part.training.batch / max(1, learn.counts.shape[1] - window + 1)))  # of blocks
    part = replace(part, training=replace(part.training, batch=per_step))
    facts = trained(network, learn, check, part, seed, keep=keep, progress=progress)
    forecast = np.full(len(maps) + 1, np.nan)
    ends = np.arange(window, len(maps) + 1)
    forecast[ends] = _nowcast_maps(network, maps, ends, window) * scale + mean
    return Fit({"truth": days.energy, "forecast": forecast}, facts)


def smoothed_series(raw: Float[np.ndarray, " t"], days: Days) -> tuple[np.ndarray, np.ndarray]:
    """Novelty as it is nowcast (its logarithm in the prospective protocol), and the same smoothed."""
    series = raw if days.paper else np.log(np.maximum(raw, _LEAST_NOVELTY))
    return series, smooth(series, days.nowcast.span, centred=days.paper)


def disturbed(raw: Float[np.ndarray, " t"], how: str, seed: int, *, paper: bool) -> Float[np.ndarray, " t"]:
    """Novelty with its days shuffled, or noise in its place; what is masked stays masked.

    What is smoothed and nowcast is normal either way: noise itself, or its logarithm in the prospective protocol.
    """
    rng, known, out = np.random.default_rng(seed), ~np.isnan(raw), raw.copy()
    if how == "shuffled":
        out[known] = rng.permutation(raw[known])
    elif how == "noise":
        noise = rng.normal(size=int(known.sum()))
        out[known] = noise if paper else np.exp(noise)
    return out


def _maps(days: Days, rows: Bool[np.ndarray, " t"]) -> TensorRows:
    if not rows.any():
        raise InputError(
            f"no day to learn from is without an event of magnitude {days.nowcast.extreme_from}; give a higher"
            " --threshold"
        )
    return TensorRows((torch.from_numpy(np.array(days.scaled(days.observed.maps[rows]))),))


def _errors(network: nn.Module, days: Days, raw: Float[np.ndarray, " t"]) -> dict[str, Any]:
    """Errors of the reconstructed maps of the test, and how novelty tells extreme days from others there.

    variance is that of the days' novelty over its squared mean; accuracy is the share of days that novelty (above what
    a share of the training days exceed) calls extreme, or not, as they were.
    """
    if not days.test.any():
        return {}
    absolute, squared, n = 0.0, 0.0, 0
    rows = np.flatnonzero(days.test)
    for k in range(0, len(rows), 512):
        maps = days.scaled(days.observed.maps[rows[k : k + 512]])
        difference = reconstruct(network, maps).astype(np.float64) - maps  # type: ignore[arg-type]
        absolute, squared, n = absolute + np.abs(difference).sum(), squared + (difference**2).sum(), n + maps.size
    level = float(np.nanquantile(raw[days.train], 1.0 - days.nowcast.alarm_share))
    judged = raw[days.test]
    return {
        "mae": float(absolute / n),
        "mse": float(squared / n),
        "accuracy": float(((judged >= level) == days.extreme[days.test]).mean()),
        "variance": float(judged.var() / max(float(judged.mean()) ** 2, 1e-300)),
    }


def _filled(days: Days) -> torch.Tensor:
    """All maps, the mean of the training days in place of masked ones."""
    maps = np.array(days.scaled(days.observed.maps))
    maps[np.isnan(maps[:, 0, 0])] = maps[days.train].mean(axis=0, dtype=np.float64)
    return torch.from_numpy(maps)


def _nowcast_maps(network: nn.Module, maps: torch.Tensor, ends: np.ndarray, window: int) -> Float[np.ndarray, " n"]:
    """Nowcasts, standardised, each from the `window` maps before it; every batch has one size."""
    out = np.empty(len(ends))
    for k in range(0, len(ends), _INFERENCE_BATCH):
        part = torch.from_numpy(ends[k : k + _INFERENCE_BATCH])
        steps = torch.nn.functional.pad(part, (0, _INFERENCE_BATCH - len(part)), value=window)
        with inference():
            made = network(maps[steps[:, None] + torch.arange(-window, 0)])[:, -1]
        out[k : k + len(part)] = made.numpy()[: len(part)]
    return out
