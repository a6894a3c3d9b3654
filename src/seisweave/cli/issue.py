"""`seisweave issue`: forecasts put on record, from any instant; and what `evaluate` says of a folder of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.answers import Json, print_json
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Jobs, Quiet, with_options
from seisweave.cli.wording import tell
from seisweave.errors import InputError
from seisweave.issued.options import IssueOptions

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog


@with_options(issuing=IssueOptions, reading=ReadOptions)
def issue(
    given: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL... CATALOG",
            help="Folders of `etas fit` or `nowcast place`, and a catalog with all that came before.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder that forecasts are added to; none is ever replaced.")],
    now: Annotated[
        str | None, typer.Option("--now", metavar="TIME", help="Instant that windows begin at, UTC; else the clock's.")
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="Beside it as json, geojson or csep (.dat). Several times.")
    ] = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    quiet: Quiet = False,
    as_json: Json = False,
    *,
    issuing: IssueOptions,
    reading: ReadOptions,
) -> None:
    """Put forecasts on record: of windows from an instant on, from all before it; each a file that never changes.

    Example: seisweave issue etas place catalog.csv --out issued
    """
    from seisweave.catalog import read_catalog
    from seisweave.cli.progress import live_progress
    from seisweave.issued.exports import check_formats, export_issued
    from seisweave.issued.issue import in_words, issue_forecast
    from seisweave.issued.record import wall_clock
    from seisweave.report.results.opened import open_result
    from seisweave.report.results.whole import take_record

    *folders, source = given
    if not folders:
        raise InputError(f"{source}: one path is given, and a model and a catalog are wanted; give both")
    check_formats(also or ())
    take_record(out)
    models = [open_result(folder) for folder in folders]
    catalog = read_catalog(source, **vars(reading))
    instant = wall_clock() if now is None else now
    told = []
    for model in models:
        with on_cluster(cluster), live_progress(quiet=quiet or as_json) as progress:
            made = issue_forecast(model, catalog, instant, issuing, jobs=jobs, progress=progress)
        path = made.write(out)
        export_issued(made, out, also or ())
        if "csep" in (also or ()) and not made.gives_numbers:
            tell(f"{made.name} gives chances alone, so no CSEP grid of numbers is written")
        names = ("model", "now", "horizon_days", "magnitudes", "chance", "long_term_chance", "notes")
        told.append({"file": str(path), **{name: getattr(made, name) for name in names}})
        if not (quiet or as_json):
            for note in made.notes:
                tell(note)
            print("\n".join([*in_words(made), f"on record: {path}"]))
    if as_json:
        print_json({"issued": told})


def evaluate_records(
    folders: list[Path],
    later: Catalog,
    out: Path | None,
    *,
    force: bool,
    pseudo: bool,
    until: str | None,
    seed: int,
    as_json: bool,
) -> None:
    """Score folders of issued forecasts, print the table, write the results."""
    from seisweave.cli.folder import whole_folder
    from seisweave.issued.evaluate import evaluate_issued
    from seisweave.report.results.issued import scores_in_words, write_issued_scores_folder

    made = evaluate_issued(folders, later, complete_until=until, pseudo_prospective=pseudo, seed=seed)
    for note in made.notes():
        tell(note)
    if as_json:
        print_json({name: table.to_dict("records") for name, table in made.tables().items()})
    else:
        print("\n".join(scores_in_words(made)))
    if out is not None:
        with whole_folder(out, force=force) as folder:
            write_issued_scores_folder(made, folder, {"targets_sha256": later.provenance.sha256})
        print("" if as_json else f"results: {out}\n", end="")
