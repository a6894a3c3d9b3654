"""The long commands, on inputs so small that each takes seconds, and what they are given."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

SMALL_NOWCAST = (
    *("--box", "-118", "-117", "34", "35", "--cell-deg", "0.25", "--bottleneck", "4", "--window", "16", "--filters"),
    *("8", "--accelerator", "cpu", "--epochs", "3", "--temporal-epochs", "10", "--learning-rate", "0.003"),
)
SMALL_PLACE = (
    *("--box", "-118", "-116", "33", "35", "--filters", "4", "--epochs", "2", "--learning-rate", "0.005"),
    *("--calibration-years", "2", "--calibration-fits", "1"),
)
SMALL_ETAS = ("--completeness", "2.5", "--form", "standard", "--fit-until", "2000-01-01")
VOLUME = ("--volume", "-119", "-115", "32.5", "35.5", "0", "20")


@dataclass(frozen=True)
class Case:
    """A long command: its arguments, with {name} for what lies in the folder of inputs and {out} for its results.

    resumes: it takes --resume. file: the results are one file. timed: results that hold seconds of worker processes,
    which no two runs share. work: done instead of a command, given inputs and out.
    """

    name: str
    arguments: tuple[str, ...] = ()
    resumes: bool = True
    file: str = ""
    timed: tuple[str, ...] = ()
    work: Callable[[Path, Path], object] | None = None


def figure11(inputs: Path, out: Path) -> None:
    """What `docs/southern_california.py` does: networks kept in a folder, then table and picture."""
    from seisweave.catalog import read_catalog
    from seisweave.studies.figure11 import CASES, make_figure11

    cases = [replace(case, subsets=1 + case.subsets // 30) for case in CASES]
    made = make_figure11(read_catalog(inputs / "california.csv").with_depth(), cases, jobs=1, keep=out)
    made.write(out)


CASES = (
    Case("faults", ("faults", "{california}", "--out", "{out}", "--subsets", "2", "--jobs", "1")),
    Case("faults --resamples", ("faults", "{crossing}", "--out", "{out}", "--resamples", "3", "--jobs", "1")),
    Case(
        "condense",
        ("condense", "{california}", "--out", "{out}", "--samples", "30", "--assign-samples", "50", "--jobs", "1"),
    ),
    Case("forecast", ("forecast", "{california}", "--model", "adaptive", *VOLUME, "--out", "{out}"), resumes=False),
    Case(
        "evaluate",
        (
            "evaluate",
            "{past}",
            "--targets",
            "{california}",
            "--start",
            "2015-01-01",
            "--cutoffs",
            "2",
            "--out",
            "{out}",
        ),
        resumes=False,
    ),
    Case("etas fit", ("etas", "fit", "{years}", "--out", "{out}", *SMALL_ETAS), resumes=False),
    Case(
        "etas simulate",
        (*("etas", "simulate", "{etas}", "{years}", "--out", "{out}"), *("--n-catalogs", "300", "--days", "30")),
        resumes=False,
    ),
    Case(
        "etas backtest",
        (
            *("etas", "backtest", "{etas}", "{years}", "--out", "{out}", "--n-catalogs", "200"),
            *("--start", "2001-01-01", "--end", "2001-01-09"),
        ),
    ),
    Case(
        "catalog decluster",
        (
            *("catalog", "decluster", "{years}", "--out", "{out}", "--method", "stochastic"),
            *("--min-magnitude", "2.5"),
        ),
        resumes=False,
    ),
    Case("nowcast train", ("nowcast", "train", "{days}", "--out", "{out}", *SMALL_NOWCAST)),
    Case("nowcast place", ("nowcast", "place", "{years}", "--out", "{out}", *SMALL_PLACE), resumes=False),
    Case(
        "nowcast place-backtest",
        (
            *("nowcast", "place-backtest", "{years}", "--out", "{out}", *SMALL_PLACE, "--start", "1998-01-01"),
            *("--end", "2002-01-01", "--every-years", "2", "--seeds", "1", "--jobs", "1"),
        ),
    ),
    Case(
        "nowcast audit",
        ("nowcast", "audit", "{model}", "{days}", "--out", "{out}", "--exchanged-days", "1"),
        resumes=False,
    ),
    Case("reproduce fig5", ("reproduce", "fig5", "--out", "{out}", "--jobs", "1")),
    Case("reproduce fig11", work=figure11),
    Case(
        "reproduce fig12",
        (
            *("reproduce", "fig12", "{california}", "--out", "{out}", "--learn-from", "1990-01-01", "--split"),
            *("2015-01-01", "--end", "2019-01-01", *VOLUME, "--subsets", "2", "--jobs", "1"),
        ),
        resumes=False,
    ),
    Case(
        "reproduce earthquakenpp",
        (
            *("reproduce", "earthquakenpp", "{inputs}", "--out", "{out}", "--sets", "SanJac_10"),
            *("--forms", "standard,adaptive", "--max-targets", "100"),
        ),
    ),
    Case(
        "reproduce table4",
        (
            *("reproduce", "table4", "--catalog", "{fewer}", "--quick", "--seeds", "1", "--jobs", "1", "--quiet"),
            *("--out", "{out}"),
        ),
    ),
    Case(
        "reproduce table4 --jobs 2",
        (
            *("reproduce", "table4", "--catalog", "{fewer}", "--quick", "--seeds", "1", "--jobs", "2", "--quiet"),
            *("--out", "{out}"),
        ),
        timed=("table.md", "table.png"),
    ),
    Case(
        "catalog download",
        ("catalog", "download", "{service}", "--start", "2020-01-01", "--end", "2021-01-01", "--out", "{out}"),
        file="nz.csv",
    ),
    Case("catalog convert", ("catalog", "convert", "{california}", "{out}"), resumes=False, file="made.parquet"),
)


def tiny(seed: int):
    """Figure 5 in small: two shapes, three densities."""
    from seisweave.faults import FaultOptions
    from seisweave.studies.figure5 import Study
    from seisweave.synthetic import PlantedOptions

    sets = [
        PlantedOptions(n_faults=2, density_per_km2=density, shape=shape, seed=seed)
        for shape in ("rectangle", "gaussian")
        for density in (0.1, 0.15, 0.2)
    ]
    return Study(tuple(sets), FaultOptions(), seed)


def keep_at_once() -> None:
    """States are kept at once, clocks that are written down stand still, a service is asked without a pause."""
    from seisweave import keeping
    from seisweave.catalog import fdsn_service
    from seisweave.nowcast import lightning_loop
    from seisweave.studies import figure5

    keeping.FIRST_S = keeping.EVERY_S = 0.0
    lightning_loop.CHECKPOINT_EVERY_S = 0.0
    figure5.figure_5 = tiny
    fdsn_service.Pace.__init__.__defaults__ = (180.0, 6, 0.1, 1.0, 0.05, time.sleep)


def make_inputs(folder: Path) -> dict[str, str]:
    """Write all inputs, and start a server of events; gives what stands for each name."""
    from seisweave.catalog import write_catalog
    from seisweave.synthetic import EtasOptions, etas_world, southern_california_like
    from tests.cli.inputs import catalog_rows, write_rows
    from tests.nowcast.worlds import precursor_world
    from tests.studies.benchmark_set import write_set

    box = (-118.0, -116.0, 33.0, 35.0)
    worlds = {
        "california": southern_california_like(seed=2, n_events=700).catalog.with_depth(),
        "days": precursor_world(700),
        "fewer": precursor_world(400),
        "years": etas_world(EtasOptions(box=box, days=4500, background_per_day=0.3), seed=4).catalog,
    }
    for name, catalog in worlds.items():
        write_catalog(catalog, folder / f"{name}.csv")
    write_rows(folder / "crossing.csv", catalog_rows(200))
    write_set(folder)
    names = {name: str(folder / f"{name}.csv") for name in (*worlds, "crossing")}
    return names | {name: str(folder / name) for name in ("past", "model", "etas")} | serve_events()


def serve_events() -> dict[str, str]:
    """Serve made-up events from a process that ends with this one; gives its address and number."""
    from tests.catalog.event_server import Event, Service, served

    reading, writing = os.pipe()
    home = os.getpid()
    if (server := os.fork()) == 0:
        events = [
            Event(
                f"e{k:05d}", f"2020-{1 + k % 12:02d}-{1 + k % 28:02d}T{k % 24:02d}:{k % 60:02d}:00", 170.0, -40.0, 4.0
            )
            for k in range(240)
        ]
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with suppress(Exception), served(Service(events, most=40)) as service:
            os.write(writing, service.url.encode())
            while os.getppid() == home:
                time.sleep(0.5)
        os._exit(0)
    return {"service": os.read(reading, 200).decode(), "server": str(server)}
