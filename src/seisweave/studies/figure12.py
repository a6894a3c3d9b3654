"""Figure 12 of the paper, its test of a fault network on later events, made anew and widened.

Source: Kamer, Ouillon & Sornette (2020), section 4.4 and Figure 12. What is compared is in `figure12_models.py`; what
else is to be (a network from condensed events, say) is given as a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from time import perf_counter

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.forecast.options import EvaluationOptions
from seisweave.forecast.scores import ForecastScores, compare, score_forecasts
from seisweave.progress import Progress, Step
from seisweave.studies.figure12_models import REFERENCE, Fig12Options, Maker, Run, models_of_windows

TITLE = "Forecasts of later events, after Figure 12 of Kamer, Ouillon & Sornette (2020)"
YEARS_OF_WINDOW = 4


@dataclass(frozen=True, eq=False)
class Window:
    """One span of targets: what was scored, and the seconds each model took."""

    span: str
    n_past: int | None
    scored: ForecastScores
    seconds: dict[str, float]


def window_spans(windows: str, study: Fig12Options) -> list[Fig12Options]:
    """The study in each window. Errors: InputError for a text that is no years, or windows that overlap."""
    try:
        years = [int(text) for text in windows.split(",")]
    except ValueError:
        raise InputError(f"--windows is {windows!r}; give years with commas between, like 1995,1999,2003") from None
    if any(later - year < YEARS_OF_WINDOW for year, later in pairwise(years)):
        raise InputError(f"--windows is {windows!r}; give rising years {YEARS_OF_WINDOW} or more apart")
    return [replace(study, split=f"{year:04d}-07-01", until=f"{year + YEARS_OF_WINDOW:04d}-07-01") for year in years]


def run_windows(
    catalog: Catalog, spans: Sequence[Fig12Options], jobs: int | None, progress: Progress | None
) -> Iterator[Window]:
    """The same test in every window, trained anew before each. Errors: InputError at once where any cannot be."""
    for span in spans:
        past_and_targets(catalog, span)
    for k, span in enumerate(spans):

        def tell(step: Step, k: int = k) -> None:
            if progress is not None:
                progress(replace(step, done=(k + step.done) / len(spans)))

        yield run_window(catalog, Run(span, jobs), models_of_windows(), tell)


def together(catalog: Catalog, results: list[Window], study: Fig12Options) -> Window:
    """The targets of all windows, each scored by what was learned before its own."""
    row = {event: k for k, event in enumerate(catalog.ids)}
    targets = catalog[[row[event] for result in results for event in result.scored.targets.ids]]
    names = results[0].scored.log_density
    log = {name: np.concatenate([result.scored.log_density[name] for result in results]) for name in names}
    scored = compare(log, targets, REFERENCE, EvaluationOptions(reference=REFERENCE, block_days=study.block_days))
    return Window("together", None, scored, {})


def run_window(catalog: Catalog, run: Run, makers: dict[str, Maker], progress: Progress | None) -> Window:
    """Make every model from the past, and score all of them on what came after."""
    study = run.options
    past, later = past_and_targets(catalog, study)
    forecasts, seconds = {}, {}
    for k, (name, maker) in enumerate(makers.items()):
        if progress is not None:
            progress(Step(f"{study.split}: {name}", k / (len(makers) + 1)))
        start = perf_counter()
        forecasts[name] = maker(past, later, run).named(name)
        seconds[name] = round(perf_counter() - start, 2)
    start = perf_counter()
    scoring = EvaluationOptions(reference=REFERENCE, block_days=study.block_days)
    scored = score_forecasts(forecasts, later, scoring, jobs=run.jobs)
    seconds["scoring"] = round(perf_counter() - start, 2)
    return Window(f"{study.split}..{study.until}", len(past), scored, seconds)


def past_and_targets(catalog: Catalog, study: Fig12Options) -> tuple[Catalog, Catalog]:
    """Events to learn from, and to score on. Errors: InputError where there are none of either."""
    past = catalog.select(start=study.learn_from, end=study.split)
    later = catalog.select(start=study.split, end=study.until, min_magnitude=2.5)
    if len(past) == 0 or len(later) == 0:
        raise InputError(
            f"{len(past)} events in the volume before {study.split} and {len(later)} of magnitude 2.5 and above from"
            f" then to {study.until}; give a catalog that has both"
        )
    return past, later
