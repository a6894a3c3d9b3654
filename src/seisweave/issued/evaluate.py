"""A folder of forecasts on record, scored on what came: every model alone, and models side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short, span_of
from seisweave.errors import InputError
from seisweave.evaluation.information import Interval
from seisweave.issued.folder import issued_in
from seisweave.issued.outcomes import Outcome, outcome_of
from seisweave.issued.scores import WindowScores, apart, bin_in_words, gain_over, score_windows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison:
    """What one model gains over another on the same windows: nats for each with an event; None where none came."""

    model: str
    other: str
    days: float
    magnitude: float
    n: int
    gain: Interval | None


@dataclass(frozen=True, eq=False)
class IssuedScores:
    """Scores of a folder of forecasts on record.

    Arguments:
        rows: one for each model, window and magnitude.
        comparisons: of models of the same region.
        windows: what came of each that was scored.
        left_out: why windows were not scored, and how many.
        most_late_s: seconds from the beginning of a window until it was issued, at most, of those in time.
        until: to which the targets are complete.
        least: the smallest magnitude of the targets.

    >>> IssuedScores((), (), (), {"overlap one that is scored": 3}, 20.0, np.datetime64("2019-08-01")).notes()
    ['3 windows not scored: overlap one that is scored', 'issued 20 s after their windows began at most']
    """

    rows: tuple[WindowScores, ...]
    comparisons: tuple[Comparison, ...]
    windows: tuple[Outcome, ...]
    left_out: Mapping[str, int]
    most_late_s: float
    until: np.datetime64
    least: float = -np.inf

    def tables(self) -> dict[str, pd.DataFrame]:
        """Of scores, gains of one model over another, reliability, and windows."""
        import pandas as pd

        made = {
            "scores": [_row(each) for each in self.rows],
            "gains": [_gain_row(each) for each in self.comparisons],
            "reliability": [row for each in self.rows for row in _bins(each)],
            "windows": [row for each in self.windows for row in _window(each)],
        }
        return {name: pd.DataFrame(rows) for name, rows in made.items() if rows}

    def notes(self) -> list[str]:
        """What was left out, how late forecasts were at most, and what the targets may lack, in lines."""
        lines = [f"{n:,} windows not scored: {why}" for why, n in self.left_out.items()]
        if self.most_late_s > 0.0:
            lines.append(f"issued {self.most_late_s:,.0f} s after their windows began at most")
        smallest = min((row.magnitude for row in self.rows), default=np.inf)
        if smallest < self.least - 0.1:
            lines.append(
                f"the smallest target has M {self.least:g}: where smaller ones were left out, scores of"
                f" M ≥ {smallest:g} are wrong"
            )
        return lines


def evaluate_issued(
    folders: Sequence[str | Path] | str | Path,
    targets: CatalogLike,
    *,
    complete_until: Instant | None = None,
    pseudo_prospective: bool = False,
    seed: int = 0,
) -> IssuedScores:
    """Score forecasts on record on later events.

    Arguments:
        folders: that `seisweave issue` wrote into, or one.
        targets: events of the time of the windows.
        complete_until: to which the targets are complete; their last event by default. Windows that end later wait.
        pseudo_prospective: score those that were made after their windows had begun too, under a name that says so.
        seed: of bootstraps and draws.

    Errors: InputError for folders without forecasts, damaged ones, and where no window can be scored.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> folder, start = mkdtemp(), np.datetime64("2019-07-01T00:00", "us")
    >>> days = np.arange(10).astype("timedelta64[D]")
    >>> for day in days:
    ...     _ = example_issued(str(start + day)).write(folder)
    >>> places = np.full((3, 5), [[-117.2], [35.2], [5.0]])
    >>> came = Catalog(start + 2 * days[:5], *places, np.full(5, 3.5), np.arange(5).astype(str))
    >>> made = evaluate_issued([folder], came)
    >>> [(row.days, row.magnitude, row.n, row.n_with) for row in made.rows][0], made.left_out
    ((1.0, 3.0, 8, 4), {'the targets do not reach to their end': 10, 'overlap one that is scored': 1})
    """
    folders = [folders] if isinstance(folders, str | Path) else folders
    known = as_catalog(targets)
    known = known.take(~np.isnat(known.times) & np.isfinite(known.magnitude))
    if not len(known):
        raise InputError("the targets hold no event with time and magnitude; give a catalog of what came")
    known = known.take(np.argsort(known.times, kind="stable"))
    until = known.times[-1] if complete_until is None else as_time("complete_until", complete_until)
    outcomes, left = _outcomes(folders, known, until, pseudo=pseudo_prospective)
    rows, scored = [], []
    for model, days in sorted({(each.model, each.days) for each in outcomes}):
        mine = apart([each for each in outcomes if (each.model, each.days) == (model, days)])
        scored += mine
        rows += [score_windows(_having(mine, m), m, seed=seed) for m in _magnitudes(mine)]
    if not rows:
        told = "; ".join(f"{why}: {n:,}" for why, n in left.items()) or "there is none"
        raise InputError(f"no window of these forecasts can be scored: {told}")
    if len(outcomes) > len(scored):
        left["overlap one that is scored"] = len(outcomes) - len(scored)
    in_time = [each for each in scored if not each.pseudo_prospective]
    late = max((float((each.issued - each.now) / np.timedelta64(1, "s")) for each in in_time), default=0.0)
    compared, least = tuple(_comparisons(outcomes, seed)), float(known.magnitude.min())
    return IssuedScores(tuple(rows), compared, tuple(scored), left, max(late, 0.0), until, least)


def _outcomes(
    folders: Sequence[str | Path], known: Catalog, until: np.datetime64, *, pseudo: bool
) -> tuple[list[Outcome], dict[str, int]]:
    """What came of each window that can be scored, and why others cannot."""
    outcomes: list[Outcome] = []
    left: dict[str, int] = {}
    files = [each for folder in folders for each in issued_in(folder)]
    if not files:
        raise InputError(f"{folders[0]}: holds no forecast on record; make some with `seisweave issue`")
    for file in files:
        made = file.read()
        for h, days in enumerate(made.horizon_days):
            why = ""
            if made.now < known.times[0]:
                why = "the targets begin later"
            elif made.now + span_of(float(days)) > until:
                why = "the targets do not reach to their end"
            elif made.pseudo_prospective and not pseudo:
                why = "issued after they began (pseudo-prospective)"
            if why:
                left[why] = left.get(why, 0) + 1
            else:
                outcomes.append(outcome_of(made, h, known))
    return _by_region(outcomes), left


def _by_region(outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes, where a model has several regions with these in its name: they are scored apart."""
    regions: dict[str, set[str]] = {}
    for each in outcomes:
        regions.setdefault(each.model, set()).add(each.region)
    several = {model for model, found in regions.items() if len(found) > 1}
    return [
        replace(each, model=f"{each.model}, region {each.region[:6]}") if each.model in several else each
        for each in outcomes
    ]


def _magnitudes(outcomes: Sequence[Outcome]) -> list[float]:
    return sorted({float(m) for each in outcomes for m in each.magnitudes})


def _having(outcomes: Sequence[Outcome], magnitude: float) -> list[Outcome]:
    return [each for each in outcomes if (np.abs(each.magnitudes - magnitude) < 1e-9).any()]


def _comparisons(outcomes: Sequence[Outcome], seed: int) -> list[Comparison]:
    """Every pair of models of a region, on the instants that both have, windows apart."""
    made = []
    for days in sorted({each.days for each in outcomes}):
        for one, other in combinations(sorted({each.model for each in outcomes if each.days == days}), 2):
            ours, theirs = (_by_instant(outcomes, name, days) for name in (one, other))
            common = apart([ours[key] for key in ours.keys() & theirs.keys()])
            for magnitude in sorted({*_magnitudes(common)}):
                both = [
                    (each, theirs[each.now, each.region])
                    for each in _having(common, magnitude)
                    if _having([theirs[each.now, each.region]], magnitude)
                ]
                if both:
                    made.append(_compared(both, magnitude, seed))
    return made


def _by_instant(outcomes: Sequence[Outcome], model: str, days: float) -> dict[tuple[np.datetime64, str], Outcome]:
    """Of each instant and region the one that was issued first."""
    found: dict[tuple[np.datetime64, str], Outcome] = {}
    for each in sorted(outcomes, key=lambda each: each.issued):
        if (each.model, each.days) == (model, days):
            found.setdefault((each.now, each.region), each)
    return found


def _compared(both: list[tuple[Outcome, Outcome]], magnitude: float, seed: int) -> Comparison:
    ours, theirs = (np.array([_chance(pair[k], magnitude) for pair in both]) for k in (0, 1))
    windows = [pair[0] for pair in both]
    happened = np.array([_number(each, magnitude) > 0 for each in windows])
    gain = gain_over(ours, theirs, happened, windows, seed=seed)
    return Comparison(windows[0].model, both[0][1].model, windows[0].days, magnitude, len(both), gain)


def _at(outcome: Outcome, magnitude: float) -> int:
    return int(np.argmin(np.abs(outcome.magnitudes - magnitude)))


def _chance(outcome: Outcome, magnitude: float) -> float:
    return float(outcome.chance[_at(outcome, magnitude)])


def _number(outcome: Outcome, magnitude: float) -> int:
    return int(outcome.number[_at(outcome, magnitude)])


def _row(made: WindowScores) -> dict[str, object]:
    row: dict[str, object] = {
        "model": made.model, "days": made.days, "magnitude": made.magnitude, "windows": made.n,
        "with_event": made.n_with, "blocks_with_event": made.n_blocks, "mean_chance": made.mean_chance,
        "long_term_chance": made.mean_usual, "came": made.came, "expected": made.expected,
    }  # fmt: skip
    for name, gain in (("gain", made.gain), ("cell_gain", made.cell_gain)):
        row |= gain.columns(name) if gain else {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    row |= {"outside_95": made.outside, "outside_p": made.outside_p, "S_p": made.s, "M_p": made.m}
    return row | {"bins": len(made.reliability.n), "bins_within": int(made.reliability.within.sum())}


def _gain_row(made: Comparison) -> dict[str, object]:
    row: dict[str, object] = {
        "model": made.model, "over": made.other, "days": made.days, "magnitude": made.magnitude, "windows": made.n
    }  # fmt: skip
    return row | (made.gain.columns("gain") if made.gain else {"gain": np.nan, "gain_low": np.nan, "gain_high": np.nan})


def _bins(made: WindowScores) -> list[dict[str, object]]:
    known = {"model": made.model, "days": made.days, "magnitude": made.magnitude}
    table, rows = made.reliability, []
    for k, n, chance, came, low, high in zip(
        table.bin, table.n, table.chance, table.came, table.low, table.high, strict=True
    ):
        where = {"of": "region", "bin": bin_in_words(int(k))}
        where |= {"n": n, "chance": chance, "came": came, "expected": n * chance}
        rows.append(known | where | {"low": low, "high": high})
    for k, n, chance, came, low, high in made.cells:
        where = {"of": "cells", "bin": bin_in_words(int(k))}
        where |= {"n": n, "chance": chance, "came": came, "expected": n * chance}
        rows.append(known | where | {"low": low, "high": high})
    return rows


def _window(made: Outcome) -> list[dict[str, object]]:
    known = {"model": made.model, "from": in_short(made.now), "days": made.days, "issued": in_short(made.issued)}
    names = {"chance": "chance", "long_term_chance": "usual", "expected": "expected", "low": "low", "high": "high"}
    rows = []
    for m, magnitude in enumerate(made.magnitudes.tolist()):
        told = {name: float(getattr(made, field)[m]) for name, field in names.items()}
        rows.append(known | {"magnitude": magnitude} | told | {"came": int(made.number[m])})
    return rows
