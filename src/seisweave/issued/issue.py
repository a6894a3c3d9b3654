"""Forecasts on record from whatever model there is."""

from __future__ import annotations

from typing import Any

from seisweave.catalog.as_catalog import CatalogLike
from seisweave.catalog.instants import Instant
from seisweave.errors import InputError
from seisweave.issued.from_etas import Clock, issue_etas
from seisweave.issued.options import IssueOptions
from seisweave.issued.record import IssuedForecast, wall_clock
from seisweave.progress import Progress


def issue_forecast(
    model: Any,
    catalog: CatalogLike,
    now: Instant | None = None,
    options: IssueOptions | None = None,
    *,
    clock: Clock = wall_clock,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> IssuedForecast:
    """Issue a forecast from an `EtasModel` or a `PlaceNowcaster`; see `issue_etas` and `issue_place`.

    Errors: InputError for another model.

    >>> issue_forecast("model", None)
    Traceback (most recent call last):
    seisweave.errors.InputError: a str issues no forecasts; give a fitted ETAS model, or a nowcaster by place
    """
    kind = type(model).__name__
    if kind == "EtasModel":
        return issue_etas(model, catalog, now, options, clock=clock, jobs=jobs, progress=progress)
    if kind == "PlaceNowcaster":
        from seisweave.issued.from_place import issue_place

        return issue_place(model, catalog, now, options, clock=clock)
    raise InputError(f"a {kind} issues no forecasts; give a fitted ETAS model, or a nowcaster by place")


def in_words(made: IssuedForecast) -> list[str]:
    """One sentence of the likeliest large event beside the long-term rate, and a small table.

    >>> from seisweave.issued.example import example_issued
    >>> in_words(example_issued())[0]
    'etas, from 2019-07-06T04:00 UTC: M ≥ 4 within 24 hours 8.76 %, 9.6 times the long-term 0.912 %'
    """
    from seisweave.catalog.instants import in_short

    lines = [f"{made.name}, from {in_short(made.now)} UTC: {in_a_sentence(made)}"]
    width = 29
    lines.append("  M ≥   " + "".join(f"{_span(days):<{width}}" for days in made.horizon_days).rstrip())
    for k, magnitude in enumerate(made.magnitudes):
        cells = []
        for h in range(len(made.horizon_days)):
            usual = _percent(float(made.long_term_chance[h, k]))
            cells.append(f"{f'{_percent(float(made.chance[h, k]))} (usual {usual})':<{width}}")
        lines.append(f"  {magnitude:<6g}" + "".join(cells).rstrip())
    return lines


def in_a_sentence(made: IssuedForecast) -> str:
    """The chance of a large event within the first window, beside the long-term one.

    >>> from seisweave.issued.example import example_issued
    >>> in_a_sentence(example_issued())
    'M ≥ 4 within 24 hours 8.76 %, 9.6 times the long-term 0.912 %'
    """
    m = min(range(len(made.magnitudes)), key=lambda k: abs(made.magnitudes[k] - _TOLD))
    chance, usual = float(made.chance[0, m]), float(made.long_term_chance[0, m])
    return (
        f"M ≥ {made.magnitudes[m]:g} within {_span(made.horizon_days[0])} {_percent(chance)},"
        f" {chance / max(usual, 1e-12):.2g} times the long-term {_percent(usual)}"
    )


_TOLD = 4.0  # the magnitude of the sentence


def _span(days: float) -> str:
    return f"{24 * days:g} hours" if days <= 2 else f"{days:g} days"


def _percent(chance: float) -> str:
    """A chance as people read it: never quite 0 or 100 %.

    >>> _percent(0.0876), _percent(0.00003), _percent(0.9999), _percent(2e-40)
    ('8.76 %', '0.003 %', '> 99.9 %', '< 0.001 %')
    """
    if chance > 0.999:
        return "> 99.9 %"
    if chance < 1e-5:
        return "< 0.001 %"
    return f"{100 * chance:.1f} %" if chance >= 0.1 else f"{100 * chance:.3g} %"
