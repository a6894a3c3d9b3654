"""What `expected_by_cell` expects, beside catalogs that `simulate` draws from the same model and past.

Run: python benchmarks/etas_by_cell.py CATALOG [--n-catalogs 20000]

CATALOG is the merged catalog of the SCEDC. Models are fitted to M ≥ 3 in Southern California before 1990; the windows
begin after Landers (M 7.3, 28 June 1992), three weeks later, and in a quiet time. Told are numbers over all cells; and,
over the cells where something came in 1,000 catalogs or more, the largest difference in numbers and in chances, ours
over the drawn; beside the latter that of chances as if all events were independent.
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np

from machine import machine
from seisweave.catalog import read_catalog
from seisweave.etas import (
    CellGrid,
    Continuation,
    EtasOptions,
    SimulateOptions,
    expected_by_cell,
    fit_etas,
    simulate,
)

BOX, REGION = (-120.0, -114.0, 32.0, 36.0), "-120,32 -114,32 -114,36 -120,36"
ENOUGH = 1000
MAGNITUDES = (3.0, 4.0, 4.5)
WINDOWS = (("1992-06-29", 1.0), ("1992-06-29", 7.0), ("1992-07-20", 1.0), ("1991-03-01", 1.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--n-catalogs", type=int, default=20_000)
    arguments = parser.parse_args()
    catalog = read_catalog(arguments.catalog).select(min_magnitude=2.9, not_event_type="qb")
    print(f"{machine()}\n")
    print("| form | from, days | direct | expected | drawn | by cell | M ≥ 3 | M ≥ 4 | M ≥ 4.5 | seconds |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for form in ("standard", "adaptive"):
        options = EtasOptions(form, completeness=3.0, fit_region=REGION, fit_from="1950-01-01", fit_until="1990-01-01")
        model = fit_etas(catalog, options)
        for day, days in WINDOWS:
            print(row(model, catalog, day, days, arguments.n_catalogs), flush=True)


def row(model, catalog, day: str, days: float, n: int) -> str:
    grid, instant = CellGrid.of_box(BOX, 0.5), np.array([day], "datetime64[us]")
    start = perf_counter()
    made = expected_by_cell(model, catalog, instant, days, grid, magnitudes=MAGNITUDES)
    ours = perf_counter() - start
    start = perf_counter()
    drawn = simulate(Continuation.after(model, catalog, day, days), SimulateOptions(n))
    theirs = perf_counter() - start
    line, column = grid.cell_of(*model.domain.projection.to_geographic(drawn.x_km, drawn.y_km))
    inside, cells = line >= 0, grid.shape[0] * grid.shape[1]
    flat = line * grid.shape[1] + column
    number = np.bincount(flat[inside], minlength=cells) / n
    totals = np.bincount(drawn.catalog[inside], minlength=n)
    expected = made.number[0].ravel()
    told = [worst(expected, number, number * n >= ENOUGH)]
    for k, magnitude in enumerate(MAGNITUDES):
        large = inside & (drawn.magnitude >= magnitude - 1e-9)
        hit = np.zeros((n, cells), bool)
        hit[drawn.catalog[large], flat[large]] = True
        law = drawn.setup.magnitudes
        share = float(law.survival(np.array([max(magnitude - 0.5 * law.bin_width, law.lowest)]))[0])
        came, alone = hit.mean(axis=0), -np.expm1(-share * expected)
        enough = came * n >= ENOUGH
        told.append(f"{worst(made.chances[0, k].ravel(), came, enough)} ({worst(alone, came, enough)})")
    error = totals.std() / np.sqrt(n)
    drawn_in_all = f"{totals.mean():.3f} ± {error:.3f}"
    numbers, seconds = f"{made.direct.sum():.3f} | {expected.sum():.3f} | {drawn_in_all}", f"{ours:.2f}, {theirs:.2f}"
    return f"| {model.fitted_to.options.form} | {day}, {days:g} | {numbers} | {' | '.join(told)} | {seconds} |"


def worst(ours: np.ndarray, theirs: np.ndarray, enough: np.ndarray) -> str:
    """The largest relative difference where there is enough."""
    if not enough.any():
        return "-"
    off = ours[enough] / theirs[enough] - 1.0
    return f"{100.0 * off[np.abs(off).argmax()]:+.1f} %"


if __name__ == "__main__":
    main()
