"""Two large earthquakes replayed hour by hour: what was known then, what was expected, and what came.

Run: python benchmarks/replay.py CATALOG [--keep FOLDER] [--picture docs/pictures/replay.png] [--n-catalogs 2000]

CATALOG is the merged catalog of the SCEDC from 1932 on. ETAS (standard form, M ≥ 2.5) is fitted to 1985 until the year
of El Mayor-Cucapah (2010), and until July 2019 for Ridgecrest: without a word of incompleteness, and with the constants
of Helmstetter et al. (2006). The catalog that forecasts are made from is thinned to what was likely
recorded at once, Mc(t) = M - 4.5 - 0.75 log10(t days) and M 2.0 at least. Its magnitudes and places are still those of
later, and somebody chose the earthquakes: all of it is pseudo-prospective.

    numbers     expected an hour, a day, a week after each, with ranges of 95 %, and what came
    hours       the chance of M ≥ 5 within 50 km in the next 24 hours from every hour on, beside the long-term one
    clock       how much chances change in ten minutes without an event, over midnight and at other times
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.etas import (
    CellGrid,
    EtasModel,
    EtasOptions,
    SimulateOptions,
    expected_by_cell,
    fit_etas,
    forecast_etas,
    open_etas,
    thin_as_recorded,
)
from seisweave.etas.cell_mass import KM_PER_DEGREE

REGION = "-121,31.5 -114,31.5 -114,37 -121,37"
WAYS = ("none", "helmstetter")
AFTER = {"an hour": np.timedelta64(1, "h"), "a day": np.timedelta64(1, "D"), "a week": np.timedelta64(7, "D")}
LENGTHS = (1.0, 7.0)
MAGNITUDES = (3.0, 4.0, 5.0)
COLOURS = {"none": "tab:orange", "helmstetter": "tab:blue"}


@dataclass(frozen=True)
class Shock:
    """An earthquake, and until when models are fitted."""

    name: str
    time: str
    magnitude: float
    longitude: float
    latitude: float
    fit_until: str

    @property
    def instant(self) -> np.datetime64:
        return np.datetime64(self.time, "us")

    @property
    def cell(self) -> CellGrid:
        """One cell that reaches 50 km from the epicentre to each side."""
        high = 50.0 / KM_PER_DEGREE
        wide = high / np.cos(np.radians(self.latitude))
        return CellGrid(self.longitude + wide * np.array([-1.0, 1.0]), self.latitude + high * np.array([-1.0, 1.0]))


SHOCKS = (
    Shock("El Mayor-Cucapah", "2010-04-04T22:40:42.36", 7.2, -115.295, 32.286, "2010-01-01"),
    Shock("Ridgecrest, foreshock", "2019-07-04T17:33:49.0", 6.4, -117.504, 35.705, "2019-07-01"),
    Shock("Ridgecrest", "2019-07-06T03:19:53.04", 7.1, -117.599, 35.770, "2019-07-01"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--keep", type=Path, help="Folder that fitted models are kept in.")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--n-catalogs", type=int, default=2000)
    arguments = parser.parse_args()
    selected = {"min_magnitude": 1.95, "not_event_type": "qb", "start": "1981-01-01"}
    catalog = read_catalog(arguments.catalog).select(**selected)
    seen = thin_as_recorded(catalog)
    print(f"{machine()}\n\n{len(catalog):,} events of M ≥ 2, {len(seen):,} of them as they were likely recorded\n")
    models = {(until, way): fitted(catalog, until, way, arguments.keep)
              for until in dict.fromkeys(shock.fit_until for shock in SHOCKS) for way in WAYS}  # fmt: skip
    told(models)
    numbers(models, catalog, seen, arguments.n_catalogs)
    followed = {shock.name: hours(models, catalog, seen, shock) for shock in SHOCKS}
    clock(models, seen)
    if arguments.picture is not None:
        draw(followed, arguments.picture)


def fitted(catalog: Catalog, until: str, way: str, keep: Path | None) -> EtasModel:
    """A model, or the one that was kept."""
    folder = None if keep is None else keep / f"{until}-{way}"
    if folder is not None and folder.is_dir():
        return open_etas(folder)
    options = EtasOptions(
        "standard", completeness=2.5, fit_region=REGION, fit_from="1985-01-01", fit_until=until, incompleteness=way
    )
    model = fit_etas(catalog, options)
    if folder is not None:
        model.write(folder)
    return model


def told(models: dict) -> None:
    print(
        "| fitted until | incompleteness | Mc(t) | targets | background a day | K | slope of log K | c, days | ω | b |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (until, way), model in models.items():
        short, value = model.domain.short, model.value
        limit = "-" if short is None else f"M - {short.a:.2f} - {short.b:.2f} log10(t)"
        k, c, mu = (np.exp(value[name]) for name in ("main.productivity", "main.delay", "background.uniform"))
        print(
            f"| {until} | {way} | {limit} | {model.n_targets:,} | {mu:.3f} | {k:.4f} |"
            f" {value['main.productivity.magnitude']:.2f} | {c:.4f} | {value['main.omega']:+.3f} |"
            f" {model.fitted_to.magnitudes.b:.2f} |"
        )


def numbers(models: dict, catalog: Catalog, seen: Catalog, n: int) -> None:
    """Expected numbers in the region, with ranges, and what came."""
    print("\n| from | days | M ≥ | " + " | ".join(f"{way}" for way in WAYS) + " | came |\n|---|---|---|---|---|---|")
    for shock in SHOCKS:
        for after, since in AFTER.items():
            for days in LENGTHS:
                now = shock.instant + since
                made = {
                    way: forecast_etas(models[shock.fit_until, way], seen, now, days, SimulateOptions(n)).catalogs
                    for way in WAYS
                }
                domain = models[shock.fit_until, "none"].domain
                end = now + np.timedelta64(round(days * 86_400), "s")
                came = catalog.take(domain.counts(catalog) & (catalog.times >= now) & (catalog.times < end))
                for magnitude in MAGNITUDES:
                    cells = " | ".join(spread(made[way], magnitude) for way in WAYS)
                    count = int((came.magnitude >= magnitude - 0.005).sum())
                    print(f"| {after} after {shock.name} | {days:g} | {magnitude:g} | {cells} | {count} |", flush=True)


def spread(catalogs, magnitude: float) -> str:
    """The mean of the numbers, and what 95 % of them lie in."""
    large = catalogs.magnitude >= magnitude - 0.005
    count = np.bincount(catalogs.catalog[large], minlength=catalogs.n_catalogs)
    low, high = np.quantile(count, [0.025, 0.975], method="inverted_cdf")
    return f"{count.mean():.3g} [{low:.0f}, {high:.0f}]"


def hours(models: dict, catalog: Catalog, seen: Catalog, shock: Shock) -> dict[str, np.ndarray]:
    """Chances near the epicentre from every hour on, two weeks before to two weeks after, and 40 minutes after."""
    first = shock.instant.astype("datetime64[h]").astype("datetime64[us]") - np.timedelta64(14, "D")
    instants = first + np.arange(28 * 24) * np.timedelta64(1, "h")
    soon = np.array([shock.instant + np.timedelta64(40, "m")])
    long_term = usual(catalog, shock)
    made = {"instants": instants, "long-term": np.array([long_term])}
    print(f"\n{shock.name}: M ≥ 5 within 50 km in 24 hours, long-term {long_term:.3g}")
    for way in WAYS:
        model = models[shock.fit_until, way]
        every, at_once = (
            expected_by_cell(model, seen, when, 1.0, shock.cell, magnitudes=(5.0,)).chances[:, 0, 0, 0]
            for when in (instants, soon)
        )
        made[way] = every
        print(
            f"  {way}: 40 minutes after {at_once[0]:.3g}, {at_once[0] / long_term:,.0f} times that; two weeks before"
            f" {every[0]:.3g}, a day after {every[14 * 24 + 25]:.3g}, two weeks after {every[-1]:.3g}"
        )
    return made


def usual(catalog: Catalog, shock: Shock) -> float:
    """The chance by the rate of M ≥ 3 there from 1985 to the end of the fit, and b = 1."""
    near = catalog.take(shock.cell.cell_of(catalog.longitude, catalog.latitude)[0] >= 0)
    start, end = np.datetime64("1985-01-01", "us"), np.datetime64(shock.fit_until, "us")
    count = ((near.times >= start) & (near.times < end) & (near.magnitude >= 2.995)).sum()
    return float(-np.expm1(-count * 10.0**-2.0 / ((end - start) / np.timedelta64(1, "D"))))


def clock(models: dict, seen: Catalog) -> None:
    """Over ten minutes without an event in the region, how the logarithm of a chance changes."""
    step, found = np.timedelta64(10, "m"), {"over midnight": [], "at other times": []}
    for shock in SHOCKS:
        model = models[shock.fit_until, "helmstetter"]
        counted = seen.take(model.domain.counts(seen))
        instants = shock.instant.astype("datetime64[D]").astype("datetime64[us]") + np.timedelta64(1, "D")
        instants = instants - step * 60 + step * np.arange(14 * 144)
        made = expected_by_cell(model, counted, instants, 1.0, shock.cell, magnitudes=(5.0,))
        change = np.abs(np.diff(np.log(made.chances[:, 0, 0, 0])))
        quiet = np.diff(np.searchsorted(counted.times, instants)) == 0
        midnight = (instants[1:] - instants[1:].astype("datetime64[D]")) == np.timedelta64(0)
        found["over midnight"].append(change[quiet & midnight])
        found["at other times"].append(change[quiet & ~midnight])
    print("\n| ten minutes without an event | steps | median change of ln chance | largest |\n|---|---|---|---|")
    for name, parts in found.items():
        every = np.concatenate(parts)
        print(f"| {name} | {len(every)} | {np.median(every):.5f} | {every.max():.5f} |")


def draw(followed: dict[str, dict[str, np.ndarray]], path: Path) -> None:
    """Chances hour by hour, one panel an earthquake."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 6.4), layout="constrained")
    shocks = [SHOCKS[0], SHOCKS[2]]
    for axes, shock in zip(figure.subplots(2, 1), shocks, strict=True):
        made = followed[shock.name]
        days = (made["instants"] - shock.instant) / np.timedelta64(1, "D")
        for way in WAYS:
            axes.semilogy(days, made[way], color=COLOURS[way], linewidth=1.2, label=f"ETAS, incompleteness {way}")
        axes.axhline(made["long-term"][0], color="0.5", linestyle=":", label="long-term")
        axes.set(xlim=(-4.0, 14.0), xlabel="days from the main shock", ylabel="chance of M ≥ 5 in 24 h, 50 km")
        axes.set_title(f"{shock.name}, M {shock.magnitude:g}, {shock.time[:16]} UTC (pseudo-prospective)", loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False, fontsize=9)
    figure.savefig(path, dpi=80)


if __name__ == "__main__":
    main()
