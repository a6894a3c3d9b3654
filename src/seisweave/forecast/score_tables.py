"""Scores of forecasts as tables: for files, and as text."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seisweave.forecast.scores import ForecastScores


def finite(value: Any) -> Any:
    """The same with None for numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def scores_table(scored: ForecastScores) -> Any:
    """Scores as a DataFrame, a row a forecast and cut-off."""
    import pandas as pd

    return pd.DataFrame([{"forecast": name, **asdict(s)} for name, rows in scored.scores.items() for s in rows])


def gains_table(scored: ForecastScores) -> Any:
    """Gains over the reference as a DataFrame."""
    import pandas as pd

    rows = [
        {"forecast": name, "reference": scored.reference, **asdict(g)} for name, r in scored.gains.items() for g in r
    ]
    return pd.DataFrame(rows)


def targets_table(scored: ForecastScores) -> Any:
    """Every target event with its log-densities, gains, and the reason: the share of it that is uniform density."""
    import numpy as np
    import pandas as pd

    from seisweave.evaluation.spatial import event_gains

    targets = scored.targets
    columns: dict[str, Any] = {"id": targets.ids, "time": np.datetime_as_string(targets.times, unit="ms")}
    columns |= {"longitude": targets.longitude, "latitude": targets.latitude}
    columns |= {"depth_km": targets.depth_km, "magnitude": targets.magnitude}
    for name, made in scored.forecasts.items():
        columns[f"log_density_{name}"] = scored.log_density[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            flat = np.log(made.uniform_share) - np.log(made.volume.km3) - scored.log_density[name]
        columns[f"uniform_{name}"] = np.nan_to_num(np.exp(np.minimum(flat, 0.0)), nan=0.0)
    for name in scored.gains:
        columns[f"gain_{name}"] = event_gains(scored.log_density[name], scored.log_density[scored.reference])
    return pd.DataFrame(columns)


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
