"""`seisweave reproduce earthquakenpp`: ETAS fitted to the sets of a benchmark, and scored beside its own."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, Resume, with_options
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.studies.earthquakenpp import EarthquakeNppOptions


@with_options(study=EarthquakeNppOptions)
def earthquakenpp(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the benchmark's sets.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the table.")],
    jobs: Jobs = None,
    resume: Resume = False,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    study: EarthquakeNppOptions,
) -> None:
    """Fit ETAS to the catalogs of EarthquakeNPP, and score it event by event beside the published ETAS.

    Example: seisweave reproduce earthquakenpp earthquakenpp --sets SanJac_10 --forms standard,full --out table
    """
    from seisweave.storage import write_summary, write_text
    from seisweave.studies.earthquakenpp import reproduce_earthquakenpp
    from seisweave.version import __version__

    check_target(out, force=force, resume=resume)
    start = perf_counter()
    with kept_run(out, asdict(study) | {"version": __version__}, resume=resume) as keep:
        with on_cluster(cluster), live_progress(quiet=quiet) as progress:
            made = reproduce_earthquakenpp(source, study, jobs=jobs, progress=progress, keep=keep / "fits")
        with whole_folder(out, force=force) as folder:
            made.table().to_csv(folder / "table.csv", index=False)
            write_text(folder / "table.md", made.markdown())
            told = {"kind": "earthquakenpp", **asdict(study), "seconds": round(perf_counter() - start, 2)}
            published = {"difference_to_published_log_intensities": made.difference, "version": __version__}
            write_summary(folder, {**told, **published})
    if not quiet:
        for name, difference in made.difference.items():
            print(f"{name}: log intensities of the published parameters as published, within {difference:.1e}")
        print(f"{made.markdown()}results: {out}")
