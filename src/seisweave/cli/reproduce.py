"""`seisweave reproduce fig5 | fig12 | earthquakenpp | eqpred-figures | table1 ... table4`: what papers show, anew."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.cli.answers import can_be_quiet
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Jobs, Resume
from seisweave.cli.folder import PARTIAL, take
from seisweave.cli.progress import live_progress
from seisweave.cli.reproduce_earthquakenpp import earthquakenpp
from seisweave.cli.reproduce_eqpred_figures import eqpred_figures
from seisweave.cli.reproduce_fig12 import fig12
from seisweave.cli.reproduce_tables import register as register_tables
from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.storage import make_folder, read_summary, sync

if TYPE_CHECKING:
    from seisweave.studies.figure5 import Study

app = typer.Typer(help="Make figures and tables of the papers anew.", no_args_is_help=True)


app.command()(fig12)
app.command()(earthquakenpp)
app.command("eqpred-figures")(eqpred_figures)
register_tables(app)


@app.command()
@can_be_quiet
def fig5(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of the planted points.")] = 0,
    jobs: Jobs = None,
    resume: Resume = False,
    cluster: Cluster = None,
) -> None:
    """Reconstruct 90 planted sets with both criteria; table and figure of the Rand indices against density.

    Density 0.1 to 2 points per km² at 5, 10 and 20 % background, for rectangular and for Gaussian faults (Kamer
    et al. 2020, section 3.2). Finished sets are kept in OUT/.partial until the end.

    Example: seisweave reproduce fig5 --out fig5 --jobs 4
    """
    from seisweave.libraries import check_library
    from seisweave.studies.figure5 import figure_5

    check_library("matplotlib")
    with on_cluster(cluster):
        reproduce(figure_5(seed), out, jobs=jobs, resume=resume)


def reproduce(study: Study, out: Path, *, jobs: int | None, resume: bool) -> None:
    """Run a study into a folder, or go on with it; the results appear together when all is done."""
    from seisweave.studies.figure5 import RESULTS, make_figure5

    take(out)
    if _is_finished(study, out, resume=resume):
        print(f"{out}: finished already; nothing is left to do")
        return
    partial = out / PARTIAL
    make_folder(partial)
    try:
        with live_progress() as progress:
            made = make_figure5(study, jobs=jobs, progress=progress, keep=partial)
    except KeyboardInterrupt:
        print(f"note: finished sets are kept in {partial}; go on with --resume", file=sys.stderr)
        raise
    made.write(partial)
    with interrupts:
        for name in RESULTS:
            (partial / name).replace(out / name)
        sync(out)
        shutil.rmtree(partial)
    print(made.headline)
    print(f"results: {out}")


def _is_finished(study: Study, out: Path, *, resume: bool) -> bool:
    """Whether all results of the study are there. Errors: InputError for a folder that is not the study's to use."""
    from seisweave.studies.figure5 import RESULTS, check_identity

    found = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    foreign = [name for name in found if name not in (*RESULTS, PARTIAL)]
    if foreign:
        raise InputError(f"{out}: holds files that are not of this study, like {foreign[0]}; give another folder")
    if PARTIAL in found:
        if not resume:
            raise InputError(f"{out}: holds a run that did not end; give --resume to go on, or another folder")
        return False
    if found and not resume:
        raise InputError(f"{out}: holds results already; give another folder")
    if found:
        check_identity(_read_identity(out), study, out)
    return bool(found)


def _read_identity(folder: Path) -> Any:
    try:
        return read_summary(folder)["study"]
    except (OSError, ValueError, KeyError):
        return None
