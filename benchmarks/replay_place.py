"""The earthquakes of `replay.py` again, by the network that nowcasts by place.

Run: python benchmarks/replay_place.py CATALOG [--keep FOLDER] [--seed 0]

CATALOG is the merged catalog of the SCEDC from 1932 on, of which events from 1981 on are taken. The network learns from
the days before the year of El Mayor-Cucapah, and before July 2019, with the options that it chooses for the catalog.
What it nowcasts from is thinned to what was likely recorded at once, as in `replay.py`; magnitudes and places are those
of later, and somebody chose the earthquakes: all of it is pseudo-prospective. Told are the chances of the cell with the
epicentre in the 24 hours from each instant, how many times its long-term ones they are, and how many such events came
there; then the largest change of their logarithms in ten minutes without an event, over midnight and at other times.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from machine import machine
from replay import SHOCKS, Shock
from seisweave.catalog import Catalog, read_catalog
from seisweave.etas import thin_as_recorded
from seisweave.nowcast import PlaceNowcaster, PlaceSettings, open_place_nowcaster, train_place_nowcaster
from seisweave.nowcast.place.chosen import choose_place

DAY, MINUTE = np.timedelta64(1, "D"), np.timedelta64(1, "m")
INSTANTS = {
    "two weeks before": -14 * DAY,
    "40 minutes after": 40 * MINUTE,
    "a day after": DAY,
    "two weeks after": 14 * DAY,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--keep", type=Path, help="Folder that fitted networks are kept in.")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    catalog = read_catalog(arguments.catalog).select(min_magnitude=1.95, not_event_type="qb", start="1981-01-01")
    seen = thin_as_recorded(catalog)
    print(f"{machine()}\n\n{len(catalog):,} events of M ≥ 2, {len(seen):,} of them as they were likely recorded\n")
    print("| | from | M ≥ | chance | long-term | times that | came |\n|---|---|---|---|---|---|---|")
    models = {until: fitted(catalog, until, arguments) for until in dict.fromkeys(shock.fit_until for shock in SHOCKS)}
    for shock in SHOCKS:
        around(models[shock.fit_until], catalog, seen, shock)
    changes = [ten_minutes(models[shock.fit_until], seen, shock) for shock in SHOCKS]
    print("\n| ten minutes without an event | steps | largest change of ln chance |\n|---|---|---|")
    for name in changes[0]:
        every = np.concatenate([each[name] for each in changes])
        print(f"| {name} | {len(every)} | {every.max():.5f} |")


def fitted(catalog: Catalog, until: str, arguments: argparse.Namespace) -> PlaceNowcaster:
    """A network, or the one that was kept."""
    folder = None if arguments.keep is None else arguments.keep / f"place-{until}-{arguments.seed}"
    if folder is not None and folder.is_dir():
        return open_place_nowcaster(folder)
    settings = choose_place(catalog, PlaceSettings(seed=arguments.seed, end=until)).settings
    made = train_place_nowcaster(catalog, settings)
    if folder is not None:
        made.write(folder)
    return made


def around(nowcaster: PlaceNowcaster, catalog: Catalog, seen: Catalog, shock: Shock) -> None:
    """Chances of the cell with the epicentre, from instants around the earthquake."""
    for name, since in INSTANTS.items():
        now = shock.instant + since
        chance, usual = of_cell(nowcaster, seen, shock, now)
        for k, magnitude in enumerate(nowcaster.options.magnitudes):
            came = catalog.take((catalog.times >= now) & (catalog.times < now + DAY))
            inside = within(nowcaster, shock, came) & (came.magnitude >= magnitude - 0.005)
            print(
                f"| {shock.name} | {name} | {magnitude:g} | {chance[k]:.2%} | {usual[k]:.4%} |"
                f" {chance[k] / usual[k]:,.0f} | {inside.sum()} |",
                flush=True,
            )


def of_cell(
    nowcaster: PlaceNowcaster, seen: Catalog, shock: Shock, now: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """The chances of each magnitude in the cell with the epicentre, and the long-term ones."""
    made = nowcaster.nowcast(seen, now=now)
    row, column = place_of(nowcaster, shock.longitude, shock.latitude)
    return made.probability[:, row, column], made.long_term[:, row, column]


def place_of(nowcaster: PlaceNowcaster, longitude, latitude) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of the cell that holds a place."""
    west, _, south, _ = nowcaster.options.maps.edges
    side = nowcaster.options.maps.side_deg
    return np.floor((latitude - south) / side).astype(int), np.floor((longitude - west) / side).astype(int)


def within(nowcaster: PlaceNowcaster, shock: Shock, catalog: Catalog) -> np.ndarray:
    """Which events lie in the cell with the epicentre."""
    own = place_of(nowcaster, shock.longitude, shock.latitude)
    rows, columns = place_of(nowcaster, catalog.longitude, catalog.latitude)
    return (rows == own[0]) & (columns == own[1])


def ten_minutes(nowcaster: PlaceNowcaster, seen: Catalog, shock: Shock) -> dict[str, np.ndarray]:
    """How the logarithms of the chances change in ten minutes without an event, from an hour before midnight on."""
    midnight = shock.instant.astype("datetime64[D]").astype("datetime64[us]") + 2 * DAY
    instants = midnight + 10 * MINUTE * np.arange(-6, 7)
    chances = np.log([of_cell(nowcaster, seen, shock, now)[0] for now in instants])
    quiet = np.diff(np.searchsorted(seen.times, instants)) == 0
    change, over = np.abs(np.diff(chances, axis=0)).max(axis=1), instants[1:] == midnight
    return {"over midnight": change[quiet & over], "at other times": change[quiet & ~over]}


if __name__ == "__main__":
    main()
