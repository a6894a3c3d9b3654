"""One call, or a few, of every command on a small input, with what it must leave: smoke, not proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer

BOX = ("--box", "-118", "-117", "34", "35")
FEW_EPOCHS = (*BOX, "--cell-deg", "0.25", "--bottleneck", "4", "--window", "16", "--filters", "8", "--epochs", "2")
FEW_EPOCHS += ("--temporal-epochs", "4", "--accelerator", "cpu", "--quiet")
PLACE = ("--box", "-118", "-116", "33", "35", "--filters", "4", "--epochs", "1", "--calibration-years", "2")
PLACE += ("--calibration-fits", "1", "--quiet")
WINDOW = ("--start", "1998-01-01", "--end", "2002-01-01", "--every-years", "2", "--seeds", "1", "--jobs", "1")
VOLUME = ("--volume", "-121", "-114", "32", "37", "0", "20")
STUDY = ("--learn-from", "2010-01-01", "--split", "2017-01-01", "--end", "2020-01-01", "--subsets", "2")
LATER = ("--targets", "all.csv", "--start", "2017-01-01", "--csep", "--simulations", "10")
TABLE = ("--catalog", "days.csv", "--quick", "--seeds", "1", "--jobs", "1", "--minutes", "0.3", "--quiet")
TABLE_FILES = ("table.md", "table.csv", "table.png", "fits.csv", "summary.json")

STATION = """out = "station"
[watch]
service = "{url}"
start = "2020-01-01"
[network]
begin-with = "faults"
[etas]
model = "etas"
n-catalogs = 100
[report]
"""
EXPORTS = tuple(f"--to={name}" for name in ("kml", "vtp", "tsurf", "nrml", "gmt", "gpkg", "geojson", "csv"))
EXPORTED = ("network.kml", "network.vtm", "faults.vtp", "faults.ts", "sources.xml", "faults.gmt", "network.gpkg")


@dataclass(frozen=True)
class Call:
    """A command with its arguments, and the files that it must leave, by name or pattern."""

    command: str
    arguments: tuple[str, ...]
    leaves: tuple[str, ...] = ()


def _table(number: int) -> Call:
    folder = f"table{number}"
    made = tuple(f"{folder}/{name}" for name in TABLE_FILES)
    return Call(f"reproduce {folder}", (*TABLE, "--fits", "fits", "--out", folder), made)


EVERY_KIND = (
    "after",
    "condensed",
    "declustered",
    "planes",
    "matched",
    "compared",
    "exports",
    "moved",
    "density",
    "scores",
)
EVERY_KIND += (
    "etas",
    "simulated",
    "tested",
    "nats",
    "came",
    "npp",
    "model",
    "judged",
    "audit",
    "where",
    "back",
    "fig5",
)
EVERY_KIND += ("eqpred", "fig12", "table1", "table2", "table3", "table4", "issued")
THREE_DAYS = ("--start", "2001-01-01", "--end", "2001-01-04")
CALLS = (
    Call("catalog info", ("all.csv", "--figure", "info.png"), ("info.png",)),
    Call("catalog convert", ("all.csv", "all.parquet"), ("all.parquet",)),
    Call("catalog convert", ("all.csv", "few.xml", "--min-magnitude", "3.5"), ("few.xml",)),
    Call("catalog info", ("few.xml", "--json")),
    Call(
        "catalog decluster",
        ("all.csv", "--method", "gardner-knopoff", "--out", "declustered"),
        tuple(f"declustered/{name}" for name in ("declustered.csv", "events.csv", "figure.png", "summary.json")),
    ),
    Call("catalog download", ("SERVICE", "--start", "2020-01-01", "--end", "2020-02-01", "--out", "d.csv"), ("d.csv",)),
    Call(
        "condense",
        ("all.csv", "--samples", "30", "--assign-samples", "50", "--out", "condensed", "--quiet"),
        ("condensed/condensed.nc", "condensed/condensed.parquet", "condensed/figure.png", "condensed/summary.json"),
    ),
    Call(
        "faults",
        ("all.parquet", "--resamples", "2", "--out", "faults", "--quiet"),
        tuple(f"faults/{name}" for name in ("network.nc", "faults.csv", "faults.geojson", "figure.png")),
    ),
    Call("faults", ("all.csv", "--subsets", "3", "--cluster", "SCHEDULER", "--out", "spread"), ("spread/network.nc",)),
    Call(
        "network mechanisms",
        ("faults", "mechanisms.csv", "--draws", "50", "--out", "planes"),
        tuple(f"planes/{name}" for name in ("mechanisms.csv", "by_fault.csv", "figure.png", "summary.json")),
    ),
    Call(
        "network match",
        ("faults", "spread", "--out", "matched"),
        tuple(f"matched/{name}" for name in ("matches.csv", "pairs.csv", "figure.png", "summary.json")),
    ),
    Call(
        "network compare",
        ("faults", "--mapped", "mapped.shp", "--draws", "20", "--out", "compared"),
        tuple(f"compared/{name}" for name in ("agreement.csv", "mapped.csv", "chance.csv", "figure.png")),
    ),
    Call(
        "network export",
        ("faults", *EXPORTS, "--out", "exports"),
        tuple(f"exports/{name}" for name in EXPORTED),
    ),
    Call("run", ("run.toml",), ("study/faults/network.nc", "study/faults/run.toml", "study/run.json")),
    Call("rerun", ("study/faults", "--check")),
    Call("report", ("faults", "--traces", "traces.txt", "--out", "mapped.html"), ("mapped.html",)),
    Call(
        "network assign",
        ("faults", "all.csv", "--start", "2019-01-01", "--out", "moved", "--quiet"),
        tuple(f"moved/{name}" for name in ("assigned.csv", "moved.csv", "summary.json")),
    ),
    Call("network assign", ("faults", "all.csv", "--out", "moved.parquet"), ("moved.parquet",)),
    Call("faults", ("all.csv", "--end", "2015-01-01", "--out", "before", "--quiet"), ("before/network.nc",)),
    Call(
        "network update",
        ("before", "all.csv", "--start", "2015-01-01", "--out", "after", "--quiet"),
        tuple(f"after/{name}" for name in ("network.nc", "changes.csv", "faults.csv", "events.parquet")),
    ),
    Call("report", ("faults", "after", "--out", "page.html"), ("page.html",)),
    Call(
        "forecast",
        ("all.csv", *VOLUME, "--end", "2017-01-01", "--out", "density", "--quiet"),
        ("density/forecast.nc", "density/forecast.dat", "density/figure.png"),
    ),
    Call("forecast", ("faults", "--model", "faults", *VOLUME, "--out", "plates"), ("plates/forecast.nc",)),
    Call(
        "evaluate",
        (
            "density",
            "--targets",
            "all.csv",
            "--start",
            "2017-01-01",
            "--csep",
            "--simulations",
            "10",
            "--out",
            "scores",
        ),
        ("scores/scores.csv", "scores/csep.csv", "scores/figure.png", "scores/summary.json"),
    ),
    Call(
        "etas fit",
        ("places.csv", "--completeness", "2.5", "--form", "adaptive", "--fit-until", "2000-01-01", "--out", "etas"),
        ("etas/model.json", "etas/parameters.csv", "etas/events.csv", "etas/figure.png"),
    ),
    Call(
        "etas simulate",
        ("etas", "places.csv", "--now", "2001-01-01", "--n-catalogs", "50", "--out", "simulated"),
        ("simulated/catalogs.csv", "simulated/expected.dat", "simulated/figure.png"),
    ),
    Call(
        "etas backtest",
        (
            "etas",
            "places.csv",
            *("--start", "2001-01-01", "--end", "2001-01-04"),
            "--n-catalogs",
            "50",
            "--out",
            "tested",
        ),
        ("tested/forecasts.csv", "tested/figure.png"),
    ),
    Call("watch", ("station.toml", "--once"), ("station/store/store.json", "station/state.json", "station/today.html")),
    Call("etas evaluate", ("etas", "--targets", "places.csv", "--out", "nats"), ("nats/scores.csv", "nats/gains.png")),
    Call(
        "issue",
        (
            *("etas", "places.csv", "--now", "2001-01-01", "--pseudo-prospective", "--n-catalogs", "100"),
            *("--cell-deg", "1", "--also", "json", "--also", "geojson", "--also", "csep", "--out", "issued"),
        ),
        tuple(f"issued/2001-01/*{ending}" for ending in (".nc", ".json", ".geojson")),
    ),
    Call(
        "evaluate",
        ("issued", "--targets", "places.csv", "--pseudo-prospective", "--out", "came"),
        ("came/scores.csv", "came/reliability.csv"),
    ),
    Call(
        "reproduce earthquakenpp",
        (".", "--sets", "SanJac_10", "--forms", "standard", "--max-targets", "100", "--out", "npp"),
        ("npp/table.csv", "npp/table.md"),
    ),
    Call("demo", ("--events", "400", "--out", "demo"), ("demo/report.html", "demo/nowcast/model.json")),
    Call(
        "nowcast train",
        ("days.csv", *FEW_EPOCHS, "--out", "model"),
        ("model/model.json", "model/autoencoder.safetensors", "model/maps.nc", "model/nowcasts.csv"),
    ),
    Call("nowcast train", ("days.csv", *FEW_EPOCHS, "--protocol", "paper", "--out", "paper"), ("paper/model.json",)),
    Call(
        "nowcast train",
        ("days.csv", *FEW_EPOCHS, "--channel", "tide=tide.nc", "--out", "tidal"),
        ("tidal/model.json", "tidal/run.toml"),
    ),
    Call("nowcast predict", ("tidal", "days.csv", "--channel", "tide=tide.nc")),
    Call("nowcast evaluate", ("model", "longer.csv", "--out", "judged"), ("judged/summary.json",)),
    Call("nowcast predict", ("model", "days.csv")),
    Call("nowcast update", ("model", "longer.csv", "--epochs", "1", "--out", "newer"), ("newer/model.json",)),
    Call("nowcast audit", ("model", "days.csv", "--out", "audit"), ("audit/audit.csv", "audit/audit.png")),
    Call(
        "nowcast place",
        ("places.csv", *PLACE, "--out", "where"),
        ("where/cells.csv", "where/map.png", "where/model.json", "where/place.safetensors"),
    ),
    Call("nowcast place-predict", ("where", "places.csv", "--out", "map.png"), ("map.png",)),
    Call("nowcast place-update", ("where", "more.csv", "--epochs", "1", "--out", "on"), ("on/model.json",)),
    Call("nowcast place-backtest", ("more.csv", *PLACE, *WINDOW, "--out", "back"), ("back/summary.json",)),
    Call("reproduce fig5", ("--out", "fig5", "--jobs", "1"), ("fig5/fig5.csv", "fig5/summary.json")),
    Call(
        "reproduce eqpred-figures",
        ("all.csv", "--out", "eqpred"),
        tuple(f"eqpred/{name}" for name in ("fig1.png", "fig2.png", "fig3.png", "counts.csv", "summary.json")),
    ),
    Call("reproduce fig12", ("all.csv", *STUDY, "--jobs", "1", "--out", "fig12"), ("fig12/figure.png",)),
    *(_table(number) for number in (1, 2, 3, 4)),
    Call("report", (*EVERY_KIND, "--out", "every.html"), ("every.html",)),
)


def commands_there_are() -> set[str]:
    """Every command, as the command line itself lists them."""
    from seisweave.cli.app import app_of

    def within(group: object, before: tuple[str, ...] = ()) -> Iterator[str]:
        for name, command in getattr(group, "commands", {}).items():
            if hasattr(command, "commands"):
                yield from within(command, (*before, name))
            else:
                yield " ".join((*before, name))

    return set(within(typer.main.get_command(app_of())))


def make_inputs(folder: Path) -> None:
    """Small catalogs: of faults, of days and of cells; and a set of a benchmark."""
    from tests.nowcast.worlds import DAY, ORIGIN, precursor_world
    from tests.studies.benchmark_set import write_set

    from seisweave.catalog import write_catalog
    from seisweave.synthetic import EtasOptions, etas_world, southern_california_like

    faults = southern_california_like(seed=2, n_events=900).catalog
    write_catalog(faults, folder / "all.csv")
    rows = [f"{name},{320 + k % 7},{80 + k % 5},180" for k, name in enumerate(faults.ids.tolist())]
    (folder / "mechanisms.csv").write_text("\n".join(["id,strike,dip,rake", *rows]) + "\n", encoding="utf-8")
    (folder / "traces.txt").write_text("> through the middle\n-117.5 34\n-116.5 34\n")
    days = precursor_world(800)
    write_catalog(days, folder / "longer.csv")
    write_catalog(days.take(days.times < ORIGIN + 770 * DAY), folder / "days.csv")
    world = etas_world(EtasOptions(box=(-118.0, -116.0, 33.0, 35.0), days=4500, background_per_day=0.3), seed=4)
    write_catalog(world.catalog, folder / "more.csv")
    write_catalog(world.catalog[world.catalog.times < np.datetime64("2002-01-01")], folder / "places.csv")
    write_tide(folder / "tide.nc")
    write_set(folder)
    (folder / "run.toml").write_text('out = "study"\ncatalog = "all.csv"\n\n[faults]\nquiet = true\n')
    write_traces(folder / "mapped")


def write_tide(path: Path) -> None:
    """A covariate of the whole region, known at the end of each day."""
    import xarray as xr
    from tests.nowcast.worlds import ORIGIN

    time = ORIGIN.astype("datetime64[ns]") + np.arange(900) * np.timedelta64(1, "D")
    tide = ("time", np.sin(np.arange(900) / 14.8), {"units": "1"})
    xr.Dataset({"tide": tide}, {"time": time}).to_netcdf(path, engine="h5netcdf")


def write_traces(path: Path) -> None:
    """A mapped fault as a Shapefile."""
    import shapefile
    from pyproj import CRS

    with shapefile.Writer(str(path), shapeType=shapefile.POLYLINE) as writer:
        writer.field("NAME", "C", size=40)
        writer.line([[[-118.0, 34.5], [-117.0, 34.0], [-116.0, 33.0]]])
        writer.record("San Andreas")
    path.with_suffix(".prj").write_text(CRS(4326).to_wkt("WKT1_ESRI"))


@contextmanager
def service() -> Iterator[str]:
    """A service of events on this machine, and the file of a station that follows it; gives the service's address."""
    from tests.catalog.event_server import Event, Service, served

    events = [Event(f"e{k}", f"2020-01-{k + 1:02d}T00:00:00", -117.0, 34.0, 2.0 + k / 10) for k in range(9)]
    with served(Service(events)) as running:
        Path("station.toml").write_text(STATION.format(url=running.url), encoding="utf-8")
        yield running.url


@contextmanager
def scheduler() -> Iterator[str]:
    """A dask scheduler with a worker in this process; gives its address."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1") as there:
        yield there.scheduler_address


def small_figure_5(seed: int) -> object:
    """One density, two shapes: Figure 5 itself takes hours."""
    from seisweave.faults import FaultOptions
    from seisweave.studies.figure5 import Study
    from seisweave.synthetic import PlantedOptions

    shapes = ("rectangle", "gaussian")
    sets = tuple(PlantedOptions(n_faults=2, density_per_km2=0.1, shape=shape, seed=seed) for shape in shapes)
    return Study(sets, FaultOptions(), seed)


def fit_scatter() -> None:
    """What no command reaches without files of NonLinLoc: its scatter, by scikit-learn."""
    from seisweave.catalog.scatter import fit_mixture

    rng = np.random.default_rng(1)
    fitted = fit_mixture(np.concatenate([rng.normal(0, 1, (300, 3)), rng.normal(9, 1, (300, 3))]))
    assert len(fitted.weight) == 2
