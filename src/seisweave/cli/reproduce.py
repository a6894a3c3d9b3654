"""`seisweave reproduce fig5 | fig12 | table1 | table2 | table3 | table4`: figures and tables, made anew."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.cli.folder import PARTIAL
from seisweave.cli.progress import live_progress
from seisweave.cli.reproduce_fig12 import fig12
from seisweave.cli.reproduce_tables import register as register_tables
from seisweave.errors import InputError
from seisweave.interrupts import interrupts

if TYPE_CHECKING:
    from seisweave.report.sensitivity import SensitivityRow
    from seisweave.studies.figure5 import Study

RESULTS = ("fig5.csv", "fig5.png", "summary.json")  # the last one says that all are there
TITLE = "Planted faults found again: 20 faults, after Figure 5 of Kamer, Ouillon & Sornette (2020)"

app = typer.Typer(help="Make figures and tables of the papers anew.", no_args_is_help=True)


app.command()(fig12)
register_tables(app)


@app.command()
def fig5(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of the planted points.")] = 0,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Processes; all cores by default.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
) -> None:
    """Reconstruct 90 planted sets with both criteria; table and figure of the Rand indices against density.

    Density 0.1 to 2 points per km² at 5, 10 and 20 % background, for rectangular and for Gaussian faults (Kamer
    et al. 2020, section 3.2). Finished sets are kept in OUT/.partial until the end.

    Example: seisweave reproduce fig5 --out fig5 --jobs 4
    """
    from seisweave.cli.faults import check_library
    from seisweave.studies.figure5 import figure_5

    check_library("matplotlib")
    reproduce(figure_5(seed), out, jobs=jobs, resume=resume)


def reproduce(study: Study, out: Path, *, jobs: int | None, resume: bool) -> None:
    """Run a study into a folder, or go on with it; the results appear together when all is done."""
    from seisweave.studies.figure5 import read_kept, run_study

    start = perf_counter()
    if _is_finished(study, out, resume=resume):
        print(f"{out}: finished already; nothing is left to do")
        return
    partial = out / PARTIAL
    partial.mkdir(parents=True, exist_ok=True)
    kept = partial / "sets.jsonl"
    try:
        with live_progress() as progress:
            run_study(study, kept, jobs=jobs, progress=progress)
    except KeyboardInterrupt:
        print(f"note: finished sets are kept in {partial}; go on with --resume", file=sys.stderr)
        raise
    done = read_kept(kept, study)
    rows = [row for number in sorted(done) for row in done[number]]
    _write_results(partial, study, rows, perf_counter() - start)
    with interrupts:
        for name in RESULTS:
            (partial / name).replace(out / name)
        shutil.rmtree(partial)
    print(headline(rows))
    print(f"results: {out}")


def _is_finished(study: Study, out: Path, *, resume: bool) -> bool:
    """Whether all results of the study are there. Errors: InputError for a folder that is not the study's to use."""
    from seisweave.studies.figure5 import check_identity

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; give a folder for the results")
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
        check_identity(_read_identity(out / RESULTS[-1]), study, out)
    return bool(found)


def _read_identity(summary: Path) -> Any:
    try:
        return json.loads(summary.read_text(encoding="utf-8"))["study"]
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write_results(folder: Path, study: Study, rows: Sequence[SensitivityRow], seconds: float) -> None:
    """Write table, figure and summary."""
    import pandas as pd

    from seisweave.report.sensitivity import sensitivity_figure

    table, figure, summary = (folder / name for name in RESULTS)
    pd.DataFrame([vars(row) for row in rows]).to_csv(table, index=False)
    sensitivity_figure(rows, title=TITLE).savefig(figure)
    text = json.dumps(summarize(study, rows, seconds), indent=2, allow_nan=False)
    summary.write_text(text + "\n", encoding="utf-8")
    for path in (table, figure, summary):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def summarize(study: Study, rows: Sequence[SensitivityRow], seconds: float) -> dict[str, Any]:
    """What summary.json holds: the study, its time, and medians over the shares of background."""
    from seisweave.machine import available_cores

    return {
        "n_sets": len(study.sets),
        "n_rows": len(rows),
        "cores": available_cores(),
        "seconds_last_run": round(seconds, 2),
        "seconds_reconstructing": round(sum(row.seconds for row in rows), 2),
        "medians_over_noise": _medians(rows),
        "study": study.identity,
    }


def _medians(rows: Sequence[SensitivityRow]) -> list[dict[str, Any]]:
    """Medians over the noise shares, for each shape, criterion and density."""
    groups: dict[tuple[str, str, float], list[SensitivityRow]] = {}
    for row in rows:
        groups.setdefault((row.shape, row.criterion, row.density_per_km2), []).append(row)
    values = ("n_faults", "adjusted_rand", "rand")
    return [
        dict(zip(("shape", "criterion", "density_per_km2"), key, strict=True))
        | {value: median(getattr(row, value) for row in group) for value in values}
        for key, group in groups.items()
    ]


def headline(rows: Sequence[SensitivityRow]) -> str:
    """One sentence about a study."""
    scores = {c: median(r.adjusted_rand for r in rows if r.criterion == c) for c in ("global", "local")}
    told = ", ".join(f"{score:.3f} {criterion}" for criterion, score in scores.items())
    return f"{len(rows) // 2} planted sets, median adjusted Rand index: {told}"
