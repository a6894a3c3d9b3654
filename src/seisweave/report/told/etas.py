"""Fits, scores, forecasts and backtests of ETAS in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seisweave.etas import EtasBacktest, EtasComparison, EtasForecast, EtasModel

_NO_WIDTH_KM = 1e-3  # no epicentre is known as well


def in_words(model: EtasModel, found: Mapping[str, Any]) -> list[str]:
    """What was fitted, in a few lines."""
    mu = sum(exp(model.value[f"background.{name}"]) for name in model.form.backgrounds)
    low, high = found["branching_ratio_95"]
    corner = "" if found["corner_magnitude_found"] else " (given, not found)"
    lines = [
        f"{model.n_targets:,} events of M ≥ {model.domain.min_magnitude:g} in {model.domain.area_km2:,.0f} km²,"
        f" {model.log_likelihood / model.n_targets:.3f} nats each",
        f"background {mu:.3g} events a day, branching ratio {found['branching_ratio']:.3f} [{low:.3f}, {high:.3f}],"
        f" b {found['b']:.2f}, corner magnitude {found['corner_magnitude']:.1f}{corner}",
    ]
    if high > 1.0:
        lines.append("the branching ratio may be above 1: simulated catalogs may run away, and are cut then")
    if found["largest_residual"] > found["band_of_residuals"]:
        lines.append(
            f"residuals reach {found['largest_residual']:,.0f} events, beyond the band of"
            f" {found['band_of_residuals']:,.0f}: the model does not describe all of the span, see figure.png"
        )
    if model.narrowest_km < _NO_WIDTH_KM:
        lines.append(
            f"events are expected within {1e3 * model.narrowest_km:.1g} m of those that trigger them: the fit rests"
            " on events that share one place, and means nothing; leave them out with --fit-from, --completeness or"
            " --region"
        )
    if not model.converged:
        lines.append(f"the fit did not converge in {model.steps} passes: numbers and errors are not those of a maximum")
    return lines


def scores_in_words(compared: EtasComparison) -> list[str]:
    """One line a model."""
    scored = next(iter(compared.scores.values()))
    lines = [
        f"{len(scored.index):,} events from {compared.start[:16]} to {compared.end[:16]}, nats an event over"
        f" {compared.reference}:"
    ]
    for name, each in compared.scores.items():
        mean = each.mean
        told = f"  {name}: {mean['total']:.4f} (when {mean['tll']:.4f}, where {mean['sll']:.4f})"
        if name != compared.reference:
            gains = [compared.gain(name, part) for part in ("total", "tll", "sll")]
            whole, when, where = (f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]" for gain in gains)
            told += f"; gain {whole}: when {when}, where {where}"
        lines.append(told)
    return lines


def forecast_in_words(made: EtasForecast) -> list[str]:
    """Expected numbers, and the chance of each magnitude."""
    numbers = made.catalogs.numbers
    lines = [
        f"{made.days:g} days from {str(made.start)[:19]}: {numbers.mean():.3g} events of M ≥"
        f" {made.model.domain.min_magnitude:g} expected in the region, of {made.catalogs.n_catalogs:,} catalogs"
    ]
    for magnitude in made.magnitudes.tolist():
        chance = made.chance_of(magnitude)
        if chance > 0.0:
            lines.append(f"  M ≥ {magnitude:g}  {chance:.2%}")
    if made.n_cut:
        lines.append(
            f"{made.n_cut:,} of {made.catalogs.n_catalogs:,} catalogs ran away and were cut: the branching ratio is"
            f" {made.branching_ratio:.2f}"
        )
    return lines


def verdicts_in_words(made: EtasBacktest) -> list[str]:
    """Pass rates, one line a test."""
    lines = [f"{len(made.t_days):,} forecasts: {made.n_came.sum():,} events came, {made.expected.sum():,.1f} expected"]
    for name in made.tests:
        n, found = len(made.passed(name)), made.calibration(name)
        if found is not None:
            lines.append(
                f"  {name}: {made.pass_rate(name):.1%} of {n} pass; quantiles uniform: p = {found.p_value:.2g}"
            )
    if made.n_cut:
        lines.append(f"{made.n_cut:,} catalogs ran away and were cut")
    return lines
