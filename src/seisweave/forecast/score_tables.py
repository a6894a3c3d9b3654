"""Scores of forecasts in words and numbers: for the terminal, and for `summary.json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seisweave.forecast.csep_tests import CsepVerdict
    from seisweave.forecast.scores import ForecastScores


def summary(scored: ForecastScores, verdicts: Sequence[CsepVerdict] = ()) -> dict[str, Any]:
    """What `summary.json` holds of the scores, and of CSEP's verdicts."""
    return {
        "n_targets": len(scored.targets),
        "n_left_out": scored.n_outside,
        "reference": scored.reference,
        "scores": {name: [asdict(s) for s in rows] for name, rows in scored.scores.items()},
        "gains": {name: [asdict(g) for g in rows] for name, rows in scored.gains.items()},
        "csep": [asdict(verdict) for verdict in verdicts],
        "forecasts": {name: dict(made.told) for name, made in scored.forecasts.items()},
    }


def title(scored: ForecastScores) -> str:
    """What a figure of scores is about."""
    return f"{len(scored.targets):,} target events in the volume; bars are 95 % intervals"


def table(scored: ForecastScores) -> str:
    """Scores as text: a row a forecast, a column a cut-off; the gain over the reference below."""
    cutoffs = [(s.min_magnitude, s.n_events) for s in next(iter(scored.scores.values()))]
    wide = max(16, *(len(name) + 1 for name in scored.scores))
    lines = [
        "nats lost per event (95 % interval)",
        " " * wide + "".join(f"{f'M>={m:g} ({n:,})':>24}" for m, n in cutoffs),
    ]
    for name, rows in scored.scores.items():
        lines.append(f"{name:{wide}}" + "".join(f"{_ranged(s.nll, s.low, s.high):>24}" for s in rows))
    for name, rows in scored.gains.items():
        if name == next(iter(scored.gains)):
            lines.append(f"nats gained per event over {scored.reference} (95 % interval)")
        lines.append(f"{name:{wide}}" + "".join(f"{_ranged(g.gain, g.low, g.high):>24}" for g in rows))
    return "\n".join(lines)


def _ranged(value: float, low: float, high: float) -> str:
    return f"{value:.3f} ({low:.2f}..{high:.2f})"
