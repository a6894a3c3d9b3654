"""`seisweave condense`: from a catalog with location errors to a folder with its condensed form."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.missing_uncertainty import MissingUncertainty
from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.catalog import CATALOGS, named
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, Resume, with_options
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.condensation.options import CondensationOptions
from seisweave.errors import InputError
from seisweave.libraries import check_library


@dataclass(frozen=True)
class PointOptions:
    """What condensed.parquet holds, which `seisweave faults` reads."""

    points: Literal["assigned", "drawn"] = field(
        default="assigned",
        metadata={
            "help": "Points for `seisweave faults`: the centres that hold events, weights ignored, as in the paper"
            " (assigned), or as many points as events, drawn from the condensed density, weights and all (drawn)."
        },
    )


@with_options(
    method=CondensationOptions, errors=MissingUncertainty, result=PointOptions, selection=Selection, reading=ReadOptions
)
def condense(
    sources: Annotated[list[Path], typer.Argument(metavar="CATALOG...", help=f"{CATALOGS} With location errors.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    jobs: Jobs = None,
    force: Force = False,
    cluster: Cluster = None,
    resume: Resume = False,
    quiet: Quiet = False,
    *,
    method: CondensationOptions,
    errors: MissingUncertainty,
    result: PointOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Move the weight of badly located events onto the well located ones; write the fewer points that are left.

    `seisweave faults OUT` then reconstructs faults from these points.

    Example: seisweave condense comcat.csv --missing-uncertainty leave-out --out condensed
    """
    from seisweave.condensation.condense import condense as run
    from seisweave.report.results.condensed import write_condensed
    from seisweave.report.told.headlines import condensed_headline

    check_target(out, force=force, resume=resume)
    check_library("matplotlib")
    start = perf_counter()
    catalog, notes = read_uncertain(sources, errors, selection, reading)
    seconds = perf_counter() - start
    with kept_run(out, resume=resume) as keep:
        with on_cluster(cluster), live_progress(notes, quiet=quiet) as progress:
            condensed = run(catalog, method, jobs=jobs, progress=progress, keep=keep)
        with whole_folder(out, force=force) as folder:
            told = {"seconds": {"read": round(seconds, 4)}, "source": named(sources), "selection": selection.describe()}
            told |= {"notes": notes, "errors": asdict(errors)}
            summary = write_condensed(condensed, folder, told, points=result.points)
    if condensed.n_widened and not quiet:
        print(
            f"note: {condensed.n_widened:,} of {len(condensed.gaussians):,} Gaussians are thinner than"
            f" {method.min_sigma_km:g} km in some direction and were widened to it",
            file=sys.stderr,
        )
    if not quiet:
        print(condensed_headline(summary))
        print(f"results: {out}")


def read_uncertain(
    sources: list[Path], errors: MissingUncertainty, selection: Selection, reading: ReadOptions
) -> tuple[Catalog, list[str]]:
    """Read a catalog, select, leave out events without depth, fill in missing errors; all of that is noted."""
    from seisweave.catalog.checks import check
    from seisweave.catalog.missing_uncertainty import fill_uncertainty
    from seisweave.cli.catalog import read_selected, rejections

    selected = read_selected(sources, selection, reading)
    catalog = selected.with_depth()
    if len(catalog) == 0:
        raise InputError(f"{named(sources)}: none of {len(selected)} events has a depth; give a catalog with depths")
    try:
        catalog = fill_uncertainty(catalog, errors)
    except InputError as error:  # a negative error is among those that are missing
        doubts = [note for note in selected.rejected.notes if "negative" in note]
        raise InputError("; ".join([str(error), *doubts])) from None
    notes = rejections(catalog.rejected)
    return catalog, [*notes, *catalog.history, *(finding.message for finding in check(catalog))]
