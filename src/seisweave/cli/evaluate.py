"""`seisweave evaluate`: forecasts scored on later events."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.answers import Json, can_be_quiet, print_json
from seisweave.cli.flags import Force, Jobs, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.issue import evaluate_records
from seisweave.errors import InputError
from seisweave.forecast.options import EvaluationOptions
from seisweave.forecast.published import check_csep, csep_table, gridded_forecasts, run_tests, verdicts_on_published
from seisweave.forecast.score_tables import summary, table
from seisweave.issued.folder import holds_issued
from seisweave.libraries import check_library
from seisweave.version import __version__

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.forecast.csep_tests import CsepVerdict
    from seisweave.forecast.scores import ForecastScores


@can_be_quiet
@with_options(scoring=EvaluationOptions, selection=Selection, reading=ReadOptions)
def evaluate(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DIR]...", help="Result folders of `seisweave forecast`, or those of `seisweave issue`."
        ),
    ] = None,
    *,
    targets: Annotated[Path, typer.Option("--targets", help="Catalog of later events, in any known format.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for table, figures and summary.")] = None,
    csep: Annotated[bool, typer.Option("--csep", help="Run pyCSEP's tests on the gridded forecasts, too.")] = False,
    published: Annotated[
        str | None,
        typer.Option(
            "--published", help="Test beside a published forecast, on its cells: a .dat file, or helmstetter."
        ),
    ] = None,
    simulations: Annotated[int, typer.Option("--simulations", min=10, help="Simulations of CSEP's tests.")] = 1000,
    pseudo_prospective: Annotated[
        bool, typer.Option(help="Score issued forecasts made after their windows began too.")
    ] = False,
    complete_until: Annotated[
        str | None,
        typer.Option("--complete-until", help="To which the targets of issued forecasts are complete."),
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    as_json: Json = False,
    scoring: EvaluationOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Score forecasts on later events: nats per event by magnitude, gains with intervals, gain maps, CSEP's tests.

    Folders of issued forecasts: gains over the long-term rate by window and magnitude, N, S, M, reliability.

    Example: seisweave evaluate faults triples --targets catalog.csv --start 2011-07-01 --min-magnitude 2.5 --out scores
    """
    from seisweave.forecast.scores import read_forecasts, score_forecasts

    if out is not None:
        check_target(out, force=force)
        check_library("matplotlib")
    if folders and all(map(holds_issued, folders)):
        others = {"--csep": csep, "--published": published, "--reference": scoring.reference}
        changed = {f"--{name.replace('_', '-')}": getattr(scoring, name) != getattr(EvaluationOptions(), name)
                   for name in ("cutoffs", "block_days")}  # fmt: skip
        _refuse(others | changed, "issued forecasts")
        later = read_targets(targets, selection, reading, flat=True)
        evaluate_records(folders, later, out, force=force, pseudo=pseudo_prospective, until=complete_until,
                         seed=scoring.seed, as_json=as_json)  # fmt: skip
        return
    _refuse(
        {"--pseudo-prospective": pseudo_prospective, "--complete-until": complete_until},
        "forecasts that were not issued",
    )
    if csep or published:
        check_csep()
    forecasts = read_forecasts(folders) if folders else {}
    flat = bool(forecasts) and all(made.volume.flat for made in forecasts.values())
    later = read_targets(targets, selection, reading, flat=flat)
    if not folders:
        if as_json:
            raise InputError("--json tells scores of forecasts; give the folder of one, or leave it out")
        print(csep_table(verdicts_on_published(published, later, simulations=simulations, seed=scoring.seed)))
        return
    scored = score_forecasts(forecasts, later, scoring, jobs=jobs)
    verdicts: list[CsepVerdict] = []
    if csep or published:
        rates = gridded_forecasts(folders, forecasts, published, later)
        reference = rates[-1].name if published else scored.reference
        verdicts = run_tests(rates, later, reference, simulations=simulations, seed=scoring.seed)
    tell_overlap(scored)
    if as_json:
        print_json(summary(scored, verdicts))
    else:
        print("\n".join([table(scored), *([csep_table(verdicts)] if verdicts else [])]))
    if out is not None:
        from seisweave.report.results.forecast import write_scores_folder

        with whole_folder(out, force=force) as folder:
            told = {"options": asdict(scoring), "version": __version__, "targets": str(targets)}
            told |= {"selection": selection.describe()}
            write_scores_folder(scored, folder, told, verdicts=verdicts)
        print("" if as_json else f"results: {out}\n", end="")


def _refuse(given: dict[str, object], what: str) -> None:
    """Errors: InputError for an option that is given and would be passed over."""
    for name, value in given.items():
        if value:
            raise InputError(f"{name} plays no part in scores of {what}; leave it out")


def read_targets(source: Path, selection: Selection, reading: ReadOptions, *, flat: bool = False) -> Catalog:
    """Target events with depth (unless forecasts are flat) and magnitude; what is doubtful about them is printed."""
    from seisweave.cli.catalog import doubts, read_selected
    from seisweave.forecast.scores import scorable

    later = read_selected(source, selection, reading)
    usable = scorable(later, flat=flat)
    if len(usable) == 0:
        raise InputError(f"{source}: none of {len(later)} events has both depth and magnitude; give targets with them")
    notes = doubts(usable)
    if len(usable) < len(later):
        notes.append(f"{len(later) - len(usable)} of {len(later)} events left out: without depth or magnitude")
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    return usable


def tell_overlap(scored: ForecastScores) -> None:
    """Print a note where targets are no later than events a forecast has learned from."""
    for name, made in scored.forecasts.items():
        early, until = scored.n_early(name), made.told.get("learned_until")
        if early:
            print(f"note: {early:,} targets are no later than what {name} has learned from ({until})", file=sys.stderr)
