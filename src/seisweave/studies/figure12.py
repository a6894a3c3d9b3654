"""Figure 12 of the paper, its test of a fault network on later events, made anew and widened.

Source: Kamer, Ouillon & Sornette (2020), section 4.4 and Figure 12. What is compared is in `figure12_models.py`; other
networks (one from condensed events, say) may be given. The same test may be made in windows of four years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.forecast.options import EvaluationOptions
from seisweave.forecast.scores import ForecastScores, compare, gains_table, score_forecasts, scores_table
from seisweave.forecast.volume import Volume
from seisweave.machine import available_cores, peak_memory_mb
from seisweave.progress import Progress, Step
from seisweave.storage import write_summary
from seisweave.studies.figure12_models import (
    REFERENCE,
    Figure12Options,
    Maker,
    models,
    models_of_windows,
    of_network,
)
from seisweave.version import __version__

if TYPE_CHECKING:
    from seisweave.faults.network import FaultNetwork

TITLE = "Forecasts of later events, after Figure 12 of Kamer, Ouillon & Sornette (2020)"
YEARS_OF_WINDOW = 4


@dataclass(frozen=True, eq=False)
class Window:
    """One span of targets: what was scored, and the seconds each model took."""

    span: str
    n_past: int | None
    scored: ForecastScores
    seconds: Mapping[str, float]

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json says of it."""
        return {
            "span": self.span,
            "n_past": self.n_past,
            "n_targets": len(self.scored.targets),
            "seconds": dict(self.seconds),
            "forecasts": {
                name: {
                    **made.told,
                    "uniform_share": made.uniform_share,
                    "mass_in_volume": [float(mass) for mass in made.mass],
                }
                for name, made in self.scored.forecasts.items()
            },
            "scores": {name: [asdict(score) for score in rows] for name, rows in self.scored.scores.items()},
        }


@dataclass(frozen=True, eq=False)
class Figure12:
    """All windows, the last of them all targets together where there are several; the catalog's name; seconds."""

    options: Figure12Options
    source: str
    windows: tuple[Window, ...]
    seconds: float

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        machine = {"seconds": round(self.seconds, 2), "cores": available_cores(), "peak_memory_mb": peak_memory_mb()}
        study = {"study": asdict(self.options), "source": self.source}
        windows = [window.summary for window in self.windows]
        return {**machine, "version": __version__, "reference": REFERENCE, **study, "windows": windows}

    def write(self, folder: Path) -> None:
        """Write scores.csv, gains.csv, a figure of each window, and summary.json."""
        import pandas as pd

        from seisweave.report.forecast import scores_figure

        for name, table_of in (("scores.csv", scores_table), ("gains.csv", gains_table)):
            tables = [table_of(window.scored).assign(window=window.span) for window in self.windows]
            pd.concat(tables).to_csv(folder / name, index=False)
        for k, window in enumerate(self.windows):
            title = f"{TITLE}; {window.span}" if k == 0 else window.span
            figure = scores_figure(window.scored.scores, window.scored.gains, reference=REFERENCE, title=title)
            figure.savefig(folder / ("figure.png" if k == 0 else f"figure-{window.span.split('-')[0]}.png"))
        write_summary(folder, self.summary)


def make_figure12(
    catalog: Catalog,
    options: Figure12Options | None = None,
    *,
    years: Sequence[int] = (),
    networks: Mapping[str, FaultNetwork] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Figure12:
    """Learn every model from the past, and score all of them on later events of magnitude 2.5 and above.

    Arguments:
        catalog: events that span past and targets; quarry blasts, where it knows them, are left out.
        options: where and when; by default as in the paper.
        years: windows of four years instead of the one of the options, each from 1 July of a year.
        networks: other networks to compare, by name; not with `years`, since each of these has its own past.
        jobs: threads; all cores by default.
        progress: is told which model is being made.

    Errors: InputError for years less than four apart, names that are taken, and a catalog without past or targets.
    """
    start, options = perf_counter(), options or Figure12Options()
    spans = window_spans(years, options)
    if spans and networks:
        raise InputError("networks have learned from one past, each window has its own; give one of the two")
    events = earthquakes_within(catalog, options)
    if spans:
        windows = _run_windows(events, spans, jobs, progress)
        windows += [together(events, windows, options)] if len(windows) > 1 else []
    else:
        windows = [run_window(events, options, _with_networks(networks or {}), jobs=jobs, progress=progress)]
    return Figure12(options, catalog.provenance.source, tuple(windows), perf_counter() - start)


def window_spans(years: Sequence[int], options: Figure12Options) -> list[Figure12Options]:
    """The options of each window. Errors: InputError for windows that overlap.

    >>> [window.end for window in window_spans([1995, 1999], Figure12Options())]
    ['1999-07-01', '2003-07-01']
    """
    if any(later - year < YEARS_OF_WINDOW for year, later in pairwise(years)):
        raise InputError(f"give rising years {YEARS_OF_WINDOW} or more apart")
    return [replace(options, split=f"{year:04d}-07-01", end=f"{year + YEARS_OF_WINDOW:04d}-07-01") for year in years]


def earthquakes_within(catalog: Catalog, options: Figure12Options) -> Catalog:
    """Earthquakes with depth inside the volume; blasts, where the catalog knows them, are left out.

    Errors: InputError where there are none.
    """
    events, volume = catalog.with_depth(), Volume.of(options.volume)
    keep = volume.contains(events.longitude, events.latitude, events.depth_km)
    if events.event_type is not None:
        keep &= events.event_type != "qb"
    if not keep.any():
        name = catalog.provenance.source
        raise InputError(f"{name}: no event with a depth lies in the volume {options.volume}; give another catalog")
    return events[keep]


def _with_networks(networks: Mapping[str, FaultNetwork]) -> dict[str, Maker]:
    """The models of the figure, and networks beside them."""
    taken = [name for name in networks if name in models()]
    if taken:
        raise InputError(f"there is another model called {taken[0]}; give it a name of its own")
    return models() | {name: of_network(network) for name, network in networks.items()}


def _run_windows(
    events: Catalog, spans: Sequence[Figure12Options], jobs: int | None, progress: Progress | None
) -> list[Window]:
    """The same test in every window, trained anew before each. Errors: InputError at once for one without events."""
    for span in spans:
        past_and_targets(events, span)
    windows = []
    for k, span in enumerate(spans):

        def tell(step: Step, k: int = k) -> None:
            if progress is not None:
                progress(replace(step, done=(k + step.done) / len(spans)))

        windows.append(run_window(events, span, models_of_windows(), jobs=jobs, progress=tell))
    return windows


def together(events: Catalog, windows: Sequence[Window], options: Figure12Options) -> Window:
    """The targets of all windows, each scored by what was learned before its own."""
    row = {event: k for k, event in enumerate(events.ids)}
    targets = events[[row[event] for window in windows for event in window.scored.targets.ids]]
    names = windows[0].scored.log_density
    log = {name: np.concatenate([window.scored.log_density[name] for window in windows]) for name in names}
    scored = compare(log, targets, REFERENCE, EvaluationOptions(reference=REFERENCE, block_days=options.block_days))
    return Window("together", None, scored, {})


def run_window(
    events: Catalog,
    options: Figure12Options,
    makers: Mapping[str, Maker],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Window:
    """Make every model from the past, and score all of them on what came after."""
    past, later = past_and_targets(events, options)
    forecasts, seconds = {}, {}
    for k, (name, maker) in enumerate(makers.items()):
        if progress is not None:
            progress(Step(f"{options.split}: {name}", k / (len(makers) + 1)))
        start = perf_counter()
        forecasts[name] = maker(past, later, options, jobs).named(name)
        seconds[name] = round(perf_counter() - start, 2)
    start = perf_counter()
    scoring = EvaluationOptions(reference=REFERENCE, block_days=options.block_days)
    scored = score_forecasts(forecasts, later, scoring, jobs=jobs)
    seconds["scoring"] = round(perf_counter() - start, 2)
    return Window(f"{options.split}..{options.end}", len(past), scored, seconds)


def past_and_targets(events: Catalog, options: Figure12Options) -> tuple[Catalog, Catalog]:
    """Events to learn from, and to score on. Errors: InputError where there are none of either."""
    past = events.select(start=options.learn_from, end=options.split)
    later = events.select(start=options.split, end=options.end, min_magnitude=2.5)
    if len(past) == 0 or len(later) == 0:
        raise InputError(
            f"{len(past)} events in the volume before {options.split} and {len(later)} of magnitude 2.5 and above from"
            f" then to {options.end}; give a catalog that has both"
        )
    return past, later
