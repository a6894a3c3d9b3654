"""Reliability of issued forecasts: ETAS replayed over decades, each forecast from what came before it.

Run: python benchmarks/issued.py CATALOG [--first 1995-01-01] [--end 2025-01-01] [--every-years 10] [--form standard]
         [--max-targets 12000] [--other-days 400] [--n-catalogs 2000] [--keep FOLDER]

CATALOG is the merged catalog of the SCEDC. ETAS is fitted to M ≥ 3 in Southern California until each border,
`--every-years` apart, and forecasts 1 and 7 days from midnights after it: all those within a week after M ≥ 5, and
some of the others, drawn by chance. Which are taken hangs on the past alone, so reliable forecasts are reliable on both
kinds of days, and on both together. The forecasts are files, pseudo-prospective, scored as by `seisweave evaluate`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter, process_time

import numpy as np

from machine import machine
from seisweave.catalog import read_catalog
from seisweave.errors import InputError
from seisweave.etas import EtasModel, EtasOptions, fit_etas
from seisweave.issued import IssueOptions, evaluate_issued, issue_etas
from seisweave.issued.scores import bin_in_words
from seisweave.report.results.issued import gain_in_words

WEST, EAST, SOUTH, NORTH = -120.0, -114.0, 32.0, 36.5
REGION = f"{WEST},{SOUTH} {EAST},{SOUTH} {EAST},{NORTH} {WEST},{NORTH}"
LARGE, AFTER_DAYS, COMPLETE = 5.0, 7, 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--first", default="1995-01-01")
    parser.add_argument("--end", default="2025-01-01")
    parser.add_argument("--fit-from", default="1970-01-01")
    parser.add_argument("--every-years", type=int, default=10)
    parser.add_argument("--form", default="standard")
    parser.add_argument("--max-targets", type=int, default=12_000)
    parser.add_argument("--other-days", type=int, default=400)
    parser.add_argument("--n-catalogs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    catalog = read_catalog(arguments.catalog).select(min_magnitude=COMPLETE - 0.1, not_event_type="qb")
    folder = Path(arguments.keep or mkdtemp())
    print(f"{machine()}\n")
    after, others, n_others = days_of(catalog, arguments)
    print(f"{len(after)} days within a week after M ≥ {LARGE:g}, {len(others)} of {n_others} others\n")
    begun = process_time()
    for name, days in (("after", after), ("others", others)):
        issue(catalog, days, folder / name, arguments)
    print(f"issued in {process_time() - begun:.0f} CPU s\n")
    for what, folders in (("after M ≥ 5", ["after"]), ("other days", ["others"]), ("all", ["after", "others"])):
        tell(what, [folder / name for name in folders], catalog)


def days_of(catalog, arguments) -> tuple[np.ndarray, np.ndarray, int]:
    """Midnights within a week after a large event, some of the others in order, and how many others there are."""
    first, end = (np.datetime64(each, "D") for each in (arguments.first, arguments.end))
    days = np.arange(first, end - np.timedelta64(AFTER_DAYS, "D"))
    after = is_after(days, catalog)
    rest, rng = days[~after], np.random.default_rng(arguments.seed)
    drawn = np.sort(rng.choice(rest, min(arguments.other_days, len(rest)), replace=False))
    return days[after], drawn, len(rest)


def is_after(days: np.ndarray, catalog) -> np.ndarray:
    """Which midnights lie within a week after a large event."""
    inside = (catalog.longitude >= WEST) & (catalog.longitude < EAST)
    inside &= (catalog.latitude >= SOUTH) & (catalog.latitude < NORTH)
    large = np.sort(catalog.times[inside & (catalog.magnitude >= LARGE - 1e-9)])
    last = np.searchsorted(large, days.astype("datetime64[us]"), side="right") - 1
    since = (days.astype("datetime64[us]") - large[np.maximum(last, 0)]) / np.timedelta64(1, "D")
    return (last >= 0) & (since <= AFTER_DAYS)


def fitted_until(border: np.datetime64, catalog, arguments) -> EtasModel:
    """ETAS of the form asked for, fitted to what came before a day, and made from that alone."""
    options = EtasOptions(
        arguments.form,
        completeness=COMPLETE,
        fit_region=REGION,
        fit_from=arguments.fit_from,
        fit_until=str(border),
        max_targets=arguments.max_targets,
    )
    return fit_etas(catalog.take(catalog.times < border.astype("datetime64[us]")), options, jobs=1)


def issue(catalog, days: np.ndarray, folder: Path, arguments) -> None:
    """Forecasts from these midnights, by models fitted before; those that are there already stay."""
    years = np.arange(int(arguments.first[:4]), int(arguments.end[:4]), arguments.every_years)
    for year in years:
        border, until = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + arguments.every_years}-01-01")
        start = perf_counter()
        model = fitted_until(border, catalog, arguments)
        law = model.fitted_to.magnitudes
        print(f"{folder.name}: fitted until {border} in {perf_counter() - start:.0f} s, b = {law.b:.3f}", flush=True)
        for day in days[(days >= border) & (days < until)]:
            wanted = IssueOptions(
                horizon_days=[1.0, 7.0],
                cell_deg=0.5,
                n_catalogs=arguments.n_catalogs,
                seed=arguments.seed,
                pseudo_prospective=True,
            )
            try:
                issue_etas(model, catalog, str(day), wanted, jobs=1).write(folder)
            except InputError as error:
                if "already" not in str(error):
                    raise


def tell(what: str, folders: list[Path], catalog) -> None:
    scored = evaluate_issued(folders, catalog, pseudo_prospective=True)
    print(f"## {what}\n")
    print("| days | M ≥ | windows | with one | expected | gain over long-term | by cell | N outside | S, M |")
    print("|---|---|---|---|---|---|---|---|---|")
    rows = [row for row in scored.rows if row.n_with >= 10]
    for row in rows:
        gains = [gain_in_words(each) for each in (row.gain, row.cell_gain)]
        outside = f"{row.outside / row.n:.1%} (p {row.outside_p:.2g})"
        print(
            f"| {row.days:g} | {row.magnitude:g} | {row.n} | {row.n_with} | {row.mean_chance * row.n:.1f} |"
            f" {' | '.join(gains)} | {outside} | {row.s:.3f}, {row.m:.3f} |"
        )
    print("\n| days | M ≥ | of | chances | n | mean | expected | came | 95 % | within |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    n_bins = n_within = 0
    for row in rows:
        table = row.reliability
        columns = (table.bin, table.n, table.chance, table.came, table.low, table.high, table.within)
        for k, n, chance, came, low, high, within in zip(*columns, strict=True):
            n_bins, n_within = n_bins + 1, n_within + int(within)
            told = f"{n} | {chance:.3f} | {n * chance:.1f} | {came} | {low} to {high} | {'yes' if within else 'NO'}"
            print(f"| {row.days:g} | {row.magnitude:g} | region | {bin_in_words(k)} | {told} |")
    for row in rows:
        for k, n, chance, came, low, high in row.cells:
            within = low <= n * chance <= high
            told = f"{n:.0f} | {chance:.4f} | {n * chance:.1f} | {came:.0f} | {low:.1f} to {high:.1f}"
            print(
                f"| {row.days:g} | {row.magnitude:g} | cells | {bin_in_words(k)} | {told} | {'' if within else 'NO'} |"
            )
    print(f"\n{n_within} of {n_bins} bins of the region within\n", flush=True)


if __name__ == "__main__":
    main()
