"""`seisweave reproduce table1 | table2 | table3 | table4`: the tables of Feng & Fox (2021), made anew and told apart.

One protocol for every row. In the paper's, a table can be set beside the printed one; it is stamped, because its
smoothing knows the future. In the prospective one, every model is scored against the events that came.
"""

from __future__ import annotations

import math
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.cluster import on_cluster
from seisweave.cli.flags import with_options
from seisweave.cli.folder import PARTIAL, check_target, kept_run, whole_folder
from seisweave.cli.nowcast import check_libraries
from seisweave.cli.progress import live_progress
from seisweave.interrupts import interrupts
from seisweave.nowcast.maps import MapOptions
from seisweave.studies.eqpred.options import Effort, Fitting, TableInput, TableOptions
from seisweave.studies.eqpred.rows import models_of

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.studies.eqpred.fill import Table
    from seisweave.studies.eqpred.prospective import ProspectiveTable


@dataclass(frozen=True)
class Place:
    """Where results and fits go, and what may be there already."""

    out: Path
    fits: Path | None
    resume: bool
    force: bool


_EMBEDDED_EXTREMES = 60

_Catalog = Annotated[
    Path | None, typer.Option("--catalog", help="Catalog in any known format; by default a small simulated one.")
]
_Out = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
_Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Fits that differ in their seed only.")]
_Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Processes that fit at the same time.")]
_Minutes = Annotated[
    float | None, typer.Option("--minutes", min=0, help="Begin no fit after so many; missing cells say so.")
]
_Quick = Annotated[bool, typer.Option("--quick", help="Few epochs: a table in minutes, whose figures mean little.")]
_Fits = Annotated[
    Path | None, typer.Option("--fits", help="Folder of finished fits, shared between tables; within OUT by default.")
]
_Add = Annotated[list[str] | None, typer.Option("--add", help="A model of your own, as module:NAME; several times.")]
_Cluster = Annotated[str | None, typer.Option("--cluster", help="Address of a dask scheduler to send the fits to.")]
_Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run into OUT that did not end.")]
_Force = Annotated[bool, typer.Option("--force", help="Replace results that are there already.")]
_QuietFlag = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


def register(app: typer.Typer) -> None:
    """Add the four commands."""
    for name, said in _SAYS.items():
        app.command(name)(_command(name, said))


def _command(table: str, said: str) -> Callable[..., None]:
    """The command of one table; all share their flags."""

    @with_options(table=TableOptions, reading=ReadOptions)
    def command(
        out: _Out,
        catalog: _Catalog = None,
        seeds: _Seeds = 5,
        jobs: _Jobs = 2,
        minutes: _Minutes = None,
        quick: _Quick = False,
        fits: _Fits = None,
        add: _Add = None,
        cluster: _Cluster = None,
        resume: _Resume = False,
        force: _Force = False,
        quiet: _QuietFlag = False,
        *,
        table: TableOptions,
        reading: ReadOptions,
    ) -> None:
        effort = Effort(seeds, jobs, minutes, quick)
        place = Place(out, fits, resume, force)
        with on_cluster(cluster):
            make_table(name, (catalog, reading), (table, effort), place, add=tuple(add or ()), quiet=quiet)

    name = table
    command.__name__, command.__doc__ = name, said
    return command


_SAYS = {
    "table1": """Make Table I anew: twelve models, controls and baselines, the paper's figures beside ours.

    Without a catalog a small simulated one is used. Rows 1-5 are single networks, 6-12 an autoencoder and a predictor;
    equal autoencoders are trained once. Every fit is kept as soon as it is done; after a kill --resume goes on.

    Example: seisweave reproduce table1 --catalog catalog.csv --start 1990-01-01 --end 2020-01-01 --out table1
    """,
    "table2": """Make Table II anew: the autoencoder of EQPRED beside a variational one.

    Example: seisweave reproduce table2 --catalog catalog.csv --start 1990-01-01 --end 2020-01-01 --out table2
    """,
    "table3": """Make Table III anew: bottlenecks of 16, 64, 128 and 1024 numbers.

    Example: seisweave reproduce table3 --catalog catalog.csv --start 1990-01-01 --end 2020-01-01 --out table3
    """,
    "table4": """Make Table IV anew: EQPRED without skip connections, and without local temporal attention.

    Example: seisweave reproduce table4 --quick --out table4
    """,
}


def make_table(
    name: str,
    source: tuple[Path | None, ReadOptions],
    wanted: tuple[TableOptions, Effort],
    place: Place,
    *,
    add: tuple[str, ...] = (),
    quiet: bool = False,
) -> None:
    """Make the fits of a table that are not there yet, and write what is there."""
    options, effort = wanted
    if _is_finished(place):
        print(f"{place.out}: finished already; nothing is left to do")
        return
    going_on = place.resume and (place.out / PARTIAL).exists()
    check_target(place.out, force=place.force or going_on, resume=place.resume)
    check_libraries(figures=True)
    start = perf_counter()
    catalog, options, maps = _catalog_and_maps(*source, options)
    models = models_of(name, options.protocol, add, quick=effort.quick)
    identity = {"table": name, "options": asdict(options), "maps": asdict(maps), "add": list(add)}
    identity |= {"sha256": catalog.provenance.sha256, "quick": effort.quick}
    with kept_run(place.out, identity, resume=place.resume) as keep:
        from seisweave.studies.eqpred.fill import fill
        from seisweave.studies.eqpred.prospective import fill_prospective

        given, fits = TableInput(catalog, options, maps), place.fits or keep / "fits"
        with live_progress(quiet=quiet) as progress:
            fitting = Fitting.begin(effort, fits, progress)
            table: Table | ProspectiveTable
            if options.protocol == "paper":
                table = fill(name, given, models, fitting)
            else:
                table = fill_prospective(given, models, fitting)
        about = describe(catalog, identity, effort, perf_counter() - start)
        text = write(table, about, place.out, keep)
    if not quiet:
        print(text)
        print(f"results: {place.out}" + ("" if table.complete else "; some fits are missing, go on with --resume"))


def write(table: Table | ProspectiveTable, about: dict[str, Any], out: Path, keep: Path) -> str:
    """Write all files; a table with missing cells leaves the work done where it is."""
    if table.complete:
        with whole_folder(out, force=True) as folder:
            return table.write(folder, about)
    beside = keep / "results"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    text = table.write(beside, about)
    with interrupts:
        for path in sorted(beside.iterdir()):
            path.replace(out / path.name)
    return text


def _catalog_and_maps(
    source: Path | None, reading: ReadOptions, options: TableOptions
) -> tuple[Catalog, TableOptions, MapOptions]:
    """The catalog, and the grid of the paper; or the embedded catalog, on a grid as coarse as it is small."""
    common = {"gaps": options.gaps, "not_event_type": options.not_event_type}
    if source is not None:
        from seisweave.catalog import read_catalog

        options = replace(options, threshold=options.threshold or 4.5, first=options.first or "1995-01-01")
        return read_catalog(source, **vars(reading)), options, MapOptions(**common)
    from seisweave.synthetic import southern_california_like

    catalog = southern_california_like(seed=1, n_events=6000).catalog
    extreme = math.floor(10 * sorted(catalog.magnitude)[-_EMBEDDED_EXTREMES]) / 10
    options = replace(options, threshold=options.threshold or extreme, first=options.first or "2015-01-01")
    return catalog, options, MapOptions(box=(-119.0, -115.0, 32.5, 35.5), cell_deg=0.25, **common)


def describe(catalog: Catalog, identity: dict[str, Any], effort: Effort, seconds: float) -> dict[str, Any]:
    """What summary.json says of a run beside its scores."""
    from seisweave.version import __version__

    return {
        "kind": "table",
        **identity,
        "effort": asdict(effort),
        "seconds_last_run": round(seconds, 2),
        "source": catalog.provenance.source,
        "input_sha256": catalog.provenance.sha256,
        "version": __version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "date": date.today().isoformat(),
    }


def _is_finished(place: Place) -> bool:
    return place.resume and (place.out / "summary.json").is_file() and not (place.out / PARTIAL).exists()
