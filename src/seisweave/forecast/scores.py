"""Forecasts scored on later events: nats lost per event, and gained over a reference, above each magnitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.evaluation.information import blocks_of_days
from seisweave.evaluation.spatial import SpatialGain, SpatialScore, event_gains, spatial_gains, spatial_scores
from seisweave.forecast.forecast import Forecast
from seisweave.forecast.options import EvaluationOptions
from seisweave.forecast.storage import open_forecast
from seisweave.storage import write_text


@dataclass(frozen=True, eq=False)
class ForecastScores:
    """Forecasts by name, target events inside their volume, what each forecast gives each event, scores and gains.

    log_density is in log(1/km³), in the order of the targets; n_outside counts the events that were not scored.

    >>> from tempfile import mkdtemp
    >>> from seisweave.forecast import Volume, uniform
    >>> from seisweave.synthetic import southern_california_like
    >>> flat = uniform(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    >>> scored = score_forecasts({"flat": flat}, southern_california_like(n_events=200).catalog)
    >>> round(scored.scores["flat"][0].nll, 3)  # log of the volume in km³
    14.715
    >>> folder = Path(mkdtemp())
    >>> scored.write(folder)
    >>> sorted(path.name for path in folder.iterdir())
    ['scores.csv', 'targets.csv']
    """

    forecasts: dict[str, Forecast]
    targets: Catalog
    log_density: dict[str, np.ndarray]
    scores: dict[str, list[SpatialScore]]
    gains: dict[str, list[SpatialGain]]
    reference: str
    n_outside: int = 0

    def event_gains(self, name: str) -> Float[np.ndarray, " n"]:
        """Nats that a forecast gains over the reference, target by target."""
        return event_gains(self.log_density[name], self.log_density[self.reference])

    def n_early(self, name: str) -> int:
        """Number of targets that are no later than the events a forecast has learned from; 0 where that is unknown."""
        until = self.forecasts[name].told.get("learned_until")
        return 0 if until is None else int((self.targets.times <= np.datetime64(until)).sum())

    def write(self, folder: str | Path) -> None:
        """Write `scores.csv`, `targets.csv` and, where there are gains, `gains.csv` into a folder that is there."""
        write_text(Path(folder) / "scores.csv", scores_table(self).to_csv(index=False))
        write_text(Path(folder) / "targets.csv", targets_table(self).to_csv(index=False))
        if self.gains:
            write_text(Path(folder) / "gains.csv", gains_table(self).to_csv(index=False))


def score_forecasts(
    forecasts: dict[str, Forecast],
    targets: CatalogLike,
    options: EvaluationOptions | None = None,
    *,
    jobs: int | None = None,
) -> ForecastScores:
    """Score forecasts by name on the events in their volume.

    Arguments:
        forecasts: over the same volume; gains are over the last one unless the options name another.
        targets: later events with depth and magnitude, see `scorable`.
        options: cut-offs of magnitude, reference, blocks of the intervals.
        jobs: threads; all cores by default.

    Errors: InputError for no such event, an unknown reference.

    >>> from seisweave.forecast import ForecastOptions, make_forecast
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(n_events=500).catalog
    >>> past, later = catalog.select(end="2015-01-01"), catalog.select(start="2015-01-01")
    >>> volume = (-119.0, -115.0, 32.5, 35.5, 0.0, 20.0)
    >>> smoothed = ForecastOptions(model="triples", volume=volume, bandwidth_km=5.0, floor=0.1)
    >>> forecasts = {"triples": make_forecast(past, smoothed)}
    >>> forecasts["uniform"] = make_forecast(past, ForecastOptions(model="uniform", volume=volume))
    >>> scored = score_forecasts(forecasts, later, EvaluationOptions(cutoffs="2,3"))
    >>> [(gain.min_magnitude, gain.low > 0.0) for gain in scored.gains["triples"]]
    [(2.0, True), (3.0, True)]
    """
    targets, options = as_catalog(targets), options or EvaluationOptions()
    reference = list(forecasts)[-1] if options.reference is None else options.reference
    if reference not in forecasts:
        raise InputError(f"reference is {reference!r}; choose one of {', '.join(forecasts)}")
    volume = forecasts[reference].volume
    if len({made.volume.flat for made in forecasts.values()}) > 1:
        raise InputError("some forecasts have depths and some are in two dimensions; score them apart, by one kind")
    inside = volume.contains(targets.longitude, targets.latitude, targets.depth_km)
    scored = targets[inside & (targets.magnitude >= min(options.magnitudes()))]
    if len(scored) == 0:
        raise InputError(
            f"none of {len(targets)} events lies in the volume {volume.describe()} at or above magnitude"
            f" {min(options.magnitudes()):g}; give other targets or cut-offs"
        )
    places = (scored.longitude, scored.latitude, scored.depth_km)
    log = {name: made.log_density(*places, jobs=jobs) for name, made in forecasts.items()}
    n_outside = len(targets) - len(scored)
    return replace(compare(log, scored, reference, options), forecasts=forecasts, n_outside=n_outside)


def scorable(catalog: Catalog, *, flat: bool = False) -> Catalog:
    """The events that forecasts can be scored on: those of known magnitude and, unless these are flat, depth."""
    with_depth = catalog if flat else catalog.with_depth()
    return with_depth[~np.isnan(with_depth.magnitude)]


def compare(log: dict[str, np.ndarray], targets: Catalog, reference: str, options: EvaluationOptions) -> ForecastScores:
    """Scores, and gains over a reference, from what forecasts by name give each target."""
    shared: dict[str, Any] = {"cutoffs": options.magnitudes(), "group": blocks(targets, options.block_days)}
    shared["seed"] = options.seed
    scores = {name: spatial_scores(values, targets.magnitude, **shared) for name, values in log.items()}
    gains = {
        name: spatial_gains(values, log[reference], targets.magnitude, **shared)
        for name, values in log.items()
        if name != reference
    }
    return ForecastScores({}, targets, log, scores, gains, reference)


def blocks(targets: Catalog, days: float) -> np.ndarray | None:
    """Number of the block of days each event is in; None draws each alone. Events without time are alone, too."""
    if days == 0.0:
        return None
    unknown = np.isnat(targets.times)
    day = targets.times.astype("datetime64[s]").astype(np.int64) / 86400.0
    block = blocks_of_days(np.where(unknown, 0.0, day), days)
    return np.where(unknown, -10_000_000 - np.arange(len(targets)), block)


def read_forecasts(folders: Sequence[Path]) -> dict[str, Forecast]:
    """Forecasts by name, or by folder where names repeat. Errors: InputError for two of one name, or two volumes."""
    opened = [open_forecast(folder) for folder in folders]
    names = [made.name for made in opened]
    forecasts = {}
    for folder, made in zip(folders, opened, strict=True):
        name = made.name if names.count(made.name) == 1 else folder.resolve().name
        if name in forecasts:
            raise InputError(f"two forecasts are called {name}; give them names with `seisweave forecast --name`")
        forecasts[name] = made.named(name)
    volumes = {made.volume for made in opened}
    if len(volumes) > 1:
        raise InputError(f"the forecasts are over {len(volumes)} different volumes; make them over the same one")
    return forecasts


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
    """Every target event with its log-densities and gains, and how much of its density is the uniform floor."""
    import pandas as pd

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
        columns[f"gain_{name}"] = scored.event_gains(name)
    return pd.DataFrame(columns)
