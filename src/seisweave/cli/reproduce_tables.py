"""`seisweave reproduce table1 | table2 | table3 | table4`: the tables of Feng & Fox (2021), made again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.channels import ChannelFlag, channels_given
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Fits, Force, Quiet, Resume, with_options
from seisweave.cli.folder import PARTIAL, check_target, kept_run, take, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.interrupts import interrupts
from seisweave.libraries import check_nowcast_libraries
from seisweave.storage import SUMMARY, sync, sync_tree
from seisweave.studies.eqpred.options import Effort, TableInput, TableOptions

if TYPE_CHECKING:
    from seisweave.studies.eqpred.paper import PaperTable
    from seisweave.studies.eqpred.prospective import ProspectiveTable
    from seisweave.studies.eqpred.side_by_side import SideBySide

_Catalog = Annotated[
    Path | None, typer.Option("--catalog", help="Catalog in any known format; by default a small simulated one.")
]
_Out = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
_Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Fits that differ in their seed only.")]
_Minutes = Annotated[
    float | None, typer.Option("--minutes", min=0, help="Begin no fit after so many; missing cells say so.")
]
_Quick = Annotated[bool, typer.Option("--quick", help="Few epochs: a table in minutes, whose figures mean little.")]
_Fits = Annotated[
    Path | None, typer.Option("--fits", help="Folder of finished fits, shared between tables; within OUT by default.")
]
_Add = Annotated[list[str] | None, typer.Option("--add", help="A model of your own, as module:NAME; several times.")]


def register(app: typer.Typer) -> None:
    """Add the four commands."""
    for name, text in _HELP.items():
        app.command(name)(_command(name, text))


def _command(table: str, text: str) -> Callable[..., None]:
    """The command of one table; all share their flags."""

    @with_options(table=TableOptions, reading=ReadOptions)
    def command(
        out: _Out,
        catalog: _Catalog = None,
        seeds: _Seeds = 5,
        jobs: Fits = 2,
        minutes: _Minutes = None,
        quick: _Quick = False,
        fits: _Fits = None,
        add: _Add = None,
        channel: ChannelFlag = None,
        cluster: Cluster = None,
        resume: Resume = False,
        force: Force = False,
        quiet: Quiet = False,
        *,
        table: TableOptions,
        reading: ReadOptions,
    ) -> None:
        with on_cluster(cluster):
            take(out)
            if fits is not None:
                take(fits)
            if resume and (out / SUMMARY).is_file() and not (out / PARTIAL).exists():
                print(f"{out}: finished already; nothing is left to do")
                return
            going_on = resume and (out / PARTIAL).exists()
            check_target(out, force=force or going_on, resume=resume)
            check_nowcast_libraries(figures=True)
            from seisweave.nowcast.known import known_of
            from seisweave.studies.eqpred.table import TableRequest, make_table

            channels = channels_given(channel)
            given = replace(read_input(catalog, table, reading), channels=channels)
            if given.options.end is None and not quiet:
                tell(known_of(given.catalog).note().replace("complete_until", "end"))
            request = TableRequest(name, given, Effort(seeds, minutes, quick), tuple(add or ()))
            with kept_run(out, request.identity, resume=resume) as keep:
                with live_progress(quiet=quiet) as progress:
                    made = make_table(request, jobs=jobs, progress=progress, keep=fits or keep / "fits")
                write(made, out, keep, force=force or going_on)
            if not quiet:
                print(made.markdown())
                print(f"results: {out}" + ("" if made.complete else "; some fits are missing, go on with --resume"))

    name = table
    command.__name__, command.__doc__ = name, text
    return command


_HELP = {
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

    Example: seisweave reproduce table4 --quick --thresholds 3.5,3.9 --out table4
    """,
}


def read_input(source: Path | None, options: TableOptions, reading: ReadOptions) -> TableInput:
    """What a table is made from: a file, or the simulated catalog."""
    if source is None:
        return TableInput.simulated(options)
    from seisweave.catalog import read_catalog

    return TableInput.of_catalog(read_catalog(source, **vars(reading)), options)


def write(table: PaperTable | ProspectiveTable | SideBySide, out: Path, keep: Path, *, force: bool) -> None:
    """Write all files; a table with missing cells leaves the work done where it is."""
    if table.complete:
        with whole_folder(out, force=force) as folder:
            table.write(folder)
        return
    beside = keep / "results"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    table.write(beside)
    sync_tree(beside)
    with interrupts:
        for path in sorted(beside.iterdir()):
            if path.is_dir():  # tables of several thresholds
                shutil.rmtree(out / path.name, ignore_errors=True)
            path.replace(out / path.name)
        sync(out)
