"""Where ETAS expects too much: what came and what was expected, after large events and on other days.

Run: python benchmarks/quiet_weeks.py CATALOG [--borders 1985 1995 2005 2015] [--years 10] [--form standard]
         [--fit-from 1972-01-01] [--max-targets 12000] [--issued FOLDER]

CATALOG is the merged catalog of the SCEDC, region and magnitudes are those of `issued.py`. A model is fitted until each
border. Each day's number is expected given all that came before and in it (the compensator), over the whole plane: no
catalog is drawn, no window cut and no chance scored, so what is wrong here is the model. Of a right one what came over
what was expected is 1 on any kind of days that is told by the past alone. In brackets: the fit's own days.

With --issued, a folder that `issued.py --keep` made: weeks of other days whose chances lie outside their band, by five
years, and how sure it is that too much was expected, where weeks are drawn alone or by blocks.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from issued import COMPLETE, fitted_until, is_after
from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.etas import EtasModel
from seisweave.etas.sources import sources_of
from seisweave.issued import evaluate_issued
from seisweave.issued.reliability import band, bin_of
from seisweave.issued.scores import bin_in_words

_AT_A_TIME = 200  # days
_WEEK = 7.0
_YEARS = 5  # that are told together


@dataclass(frozen=True)
class Days:
    """Of days: when they begin, what came, what was expected, that from events of the week before, a large one near."""

    begin: np.ndarray
    came: np.ndarray
    expected: np.ndarray
    of_week: np.ndarray
    after: np.ndarray

    def ratio(self, which: np.ndarray) -> str:
        """What came, over what was expected."""
        came, expected = self.came[which].sum(), self.expected[which].sum()
        return f"{came} / {expected:.0f} = {came / expected:.2f}"

    def share_of_week(self) -> str:
        """Of what was expected a day on other days: all, and that from events of the week before."""
        return f"{self.of_week[~self.after].mean():.2f} of {self.expected[~self.after].mean():.2f}"

    def other(self) -> str:
        """The same by five years, of days that are not near a large event."""
        year = self.begin.astype("datetime64[Y]").astype(int) + 1970
        told = []
        for first in range(int(year.min()), int(year.max()) + 1, _YEARS):
            which = ~self.after & (year >= first) & (year < first + _YEARS)
            told.append(f"{self.came[which].sum() / self.expected[which].sum():.2f}")
        return " ".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--borders", type=int, nargs="+", default=[1985, 1995, 2005, 2015])
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--form", default="standard")
    parser.add_argument("--fit-from", default="1972-01-01")
    parser.add_argument("--max-targets", type=int, default=12_000)
    parser.add_argument("--issued")
    arguments = parser.parse_args()
    catalog = read_catalog(arguments.catalog).select(min_magnitude=COMPLETE - 0.1, not_event_type="qb")
    print(f"{machine()}\n")
    if arguments.issued:
        tell_weeks(Path(arguments.issued) / "others", catalog)
        return
    print(
        f"| {arguments.form}, fitted until | all days | within a week after M ≥ 5 | others | others by {_YEARS} years |"
        " others: expected a day from events of the week before |"
    )
    print("|---|---|---|---|---|---|")
    for year in arguments.borders:
        border, end = (np.datetime64(f"{each}-01-01") for each in (year, year + arguments.years))
        model = fitted_until(border, catalog, arguments)
        own = days_of(model, catalog, np.datetime64(arguments.fit_from), border)
        later = days_of(model, catalog, border, end)
        columns = [f"{later.ratio(which(later))} ({own.ratio(which(own))})" for which in (everyone, near, far)]
        print(
            f"| {year} | {' | '.join(columns)} | {later.other()} ({own.other()}) | {later.share_of_week()} |",
            flush=True,
        )


def everyone(days: Days) -> np.ndarray:
    return np.ones(len(days.begin), bool)


def near(days: Days) -> np.ndarray:
    return days.after


def far(days: Days) -> np.ndarray:
    return ~days.after


def days_of(model: EtasModel, catalog: Catalog, first: np.datetime64, end: np.datetime64) -> Days:
    """What came and what a model expected on each day of a span."""
    events = model.events(catalog, str(first), str(end))
    inputs = model.describe(events).inputs(model.scales, events.targets)
    t, days = events.t_days, np.arange(events.start, events.end)
    expected = np.full(len(days), sum(np.exp(model.value[f"background.{name}"]) for name in model.form.backgrounds))
    of_week = np.zeros(len(days))
    for kernel in model.form.kernels:
        made = sources_of(kernel, model.value, inputs)
        for low in range(0, len(days), _AT_A_TIME):
            edges = np.append(days[low : low + _AT_A_TIME], days[low : low + _AT_A_TIME][-1] + 1.0)
            n = int(np.searchsorted(t, edges[-1]))
            since = np.maximum(edges[:, None] - t[:n], 0.0)
            taper = np.exp(-since / made.tau)
            gone = np.diff(until(since, made.c[:n], made.omega), axis=0) * 0.5 * (taper[1:] + taper[:-1])
            expected[low : low + _AT_A_TIME] += gone @ np.exp(made.log_k[:n])
            of_week[low : low + _AT_A_TIME] += (gone * (since[:-1] < _WEEK)) @ np.exp(made.log_k[:n])
    begin = first.astype("datetime64[D]") + np.arange(len(days))
    came = np.histogram(t, np.append(days, days[-1] + 1.0))[0]
    return Days(begin, came, expected, of_week, is_after(begin, catalog))


def until(since: np.ndarray, c: np.ndarray, omega: float) -> np.ndarray:
    """The integral of Omori's law up to a time, but for a constant, without its taper."""
    return np.log(since + c) if abs(omega) < 1e-9 else -((since + c) ** -omega) / omega


def tell_weeks(folder: Path, catalog: Catalog) -> None:
    """The weeks behind bins that lie outside of their band, and how sure the lack is."""
    scored = evaluate_issued([folder], catalog, pseudo_prospective=True)
    weeks = [each for each in scored.windows if each.days == _WEEK]
    begin = np.array([each.now for each in weeks]).astype("datetime64[D]")
    day = (begin - begin.min()).astype(int)
    print("| M ≥ | weeks | expected | came | lack over its error: weeks alone | by 30 days | by a year | by 5 years |")
    print("|---|---|---|---|---|---|---|---|")
    outside = []
    for m, magnitude in enumerate(weeks[0].magnitudes):
        chance, hit = np.array([(each.chance[m], each.number[m] > 0) for each in weeks]).T
        if hit.sum() < 10:
            continue
        lack = chance - hit
        errors = [np.sqrt((chance * (1.0 - chance)).sum())]
        errors += [np.sqrt((np.bincount(day // length, lack) ** 2).sum()) for length in (30, 365, 1826)]
        told = " | ".join(f"{lack.sum() / error:.1f}" for error in errors)
        print(f"| {magnitude:g} | {len(weeks)} | {chance.sum():.1f} | {hit.sum():.0f} | {told} |")
        for k in np.unique(bin_of(chance)):
            which = bin_of(chance) == k
            low, high = band(chance[which])
            if not low <= hit[which].sum() <= high:
                outside.append((magnitude, k, which, chance, hit))
    print(f"\n| M ≥ | chances | weeks | in years | by {_YEARS} years: came of weeks (expected) |")
    print("|---|---|---|---|---|")
    year = begin.astype("datetime64[Y]").astype(int) + 1970
    for magnitude, k, which, chance, hit in outside:
        told = []
        for first in range(int(year.min()), int(year.max()) + 1, _YEARS):
            here = which & (year >= first) & (year < first + _YEARS)
            told.append(f"{first}: {hit[here].sum():.0f} of {here.sum()} ({chance[here].sum():.1f})")
        print(f"| {magnitude:g} | {bin_in_words(k)} | {which.sum()} | {len(set(year[which]))} | {', '.join(told)} |")


if __name__ == "__main__":
    main()
