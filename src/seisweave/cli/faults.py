"""`seisweave faults`: from a catalog to a folder with its fault network."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.read import ReadOptions
from seisweave.catalog.selection import Selection
from seisweave.cli.catalog import CATALOGS, named, read_selected, rejections
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Jobs, Quiet, Resume, with_options
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.errors import InputError
from seisweave.faults.options import FaultOptions, ResampleOptions

if TYPE_CHECKING:
    from seisweave.catalog.local_xyz import LocalPoints
    from seisweave.faults.network import FaultNetwork


@dataclass(frozen=True, eq=False)
class Hypocentres:
    """What is reconstructed, a catalog or local points, and what was said about it on the way."""

    points: Catalog | LocalPoints
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    extra: dict[str, Any] = field(default_factory=dict)


@with_options(method=FaultOptions, selection=Selection, reading=ReadOptions)
def faults(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="CATALOG...", help=f"{CATALOGS} Or the folder of a condensation, or local points."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    xyz: Annotated[bool, typer.Option("--xyz", help="CATALOG holds x_km, y_km, depth_km.")] = False,
    xyz_unit: Annotated[
        str | None, typer.Option("--xyz-unit", metavar="km|m", help="Unit of --xyz; as its names say, or else km.")
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    resume: Resume = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    resamples: Annotated[
        int, typer.Option("--resamples", metavar="N", help="Repeat it N times on other draws: what comes back? 0: not.")
    ] = 0,
    *,
    method: FaultOptions,
    selection: Selection,
    reading: ReadOptions,
) -> None:
    """Reconstruct the fault network of a catalog.

    Example: seisweave faults catalog.csv --start 2019-07-04 --end 2019-10-10 --quality A --out ridgecrest
    """
    from seisweave.faults.doubts import start_of
    from seisweave.report.told.headlines import headline

    check_target(out, force=force, resume=resume)
    repeated = ResampleOptions(n=resamples, seed=method.seed) if resamples else None
    if xyz_unit is not None and not xyz:
        raise InputError("--xyz-unit is the unit of --xyz; give both, or --depth-unit for a catalog")
    hypocentres = read_local(sources, selection, reading, xyz_unit) if xyz else read_events(sources, selection, reading)
    hypocentres = replace(hypocentres, notes=(*without_figure(), *hypocentres.notes))
    with kept_run(out, resume=resume) as keep:
        with on_cluster(cluster):
            network = reconstruct(hypocentres, method, jobs=jobs, quiet=quiet, keep=keep)
            if repeated is not None:
                network = resample(network, repeated, jobs=jobs, quiet=quiet, keep=keep)
        with whole_folder(out, force=force) as folder:
            write_results(folder, network, hypocentres)
    if not quiet:
        sure = [] if network.sureness is None else [str(network.sureness)]
        print("\n".join([headline(network), start_of(network), *sure, *warnings(network), f"results: {out}"]))


def read_events(sources: list[Path], selection: Selection, reading: ReadOptions) -> Hypocentres:
    """Read a catalog, select from it, and leave out events without depth; all of that is noted."""
    from seisweave.catalog.checks import check

    start = perf_counter()
    condensed = [source / "condensed.parquet" for source in sources]  # what `seisweave condense` has made
    paths = [made if made.is_file() else source for made, source in zip(condensed, sources, strict=True)]
    selected = read_selected(paths, selection, reading)
    catalog = selected.with_depth()
    if len(catalog) == 0:
        raise InputError(f"{named(sources)}: none of {len(selected)} events has a depth; give a catalog with depths")
    notes = rejections(catalog.rejected)
    notes += [*catalog.history, *(finding.message for finding in check(catalog))]
    return Hypocentres(
        points=catalog,
        notes=tuple(notes),
        seconds=perf_counter() - start,
        extra={"selection": selection.describe()},
    )


def read_local(
    sources: list[Path], selection: Selection, reading: ReadOptions, xyz_unit: str | None = None
) -> Hypocentres:
    """Read points in local km or m; selections by place and time need a catalog and are refused."""
    from seisweave.catalog.local_xyz import read_local_xyz

    _refuse_catalog_flags(selection, reading)
    if len(sources) > 1:
        raise InputError(f"--xyz takes one file, got {len(sources)}; put the points into one")
    start = perf_counter()
    local = read_local_xyz(sources[0], strict=reading.strict, unit=xyz_unit, trust=reading.trust)
    notes = tuple(rejections(local.rejected))
    return Hypocentres(local, notes, perf_counter() - start)


def without_figure() -> list[str]:
    """What is said where there is nothing to draw with."""
    from seisweave.report.results.network import can_draw

    return (
        [] if can_draw() else ["no figure.png: it needs matplotlib; install it with: pip install 'seisweave[report]'"]
    )


def _refuse_catalog_flags(selection: Selection, reading: ReadOptions) -> None:
    given = selection.describe()
    if given:
        raise InputError(f"--xyz takes no selection, got {given}; select before, or give a catalog")
    taken = ("strict", "trust")
    other = [f.name for f in fields(reading) if f.name not in taken and getattr(reading, f.name) != f.default]
    if other:
        name = other[0].replace("_", "-")
        raise InputError(f"--xyz takes no --{name}; give x, y, depth (positive down; --xyz-unit) and leave it out")


def reconstruct(
    hypocentres: Hypocentres, options: FaultOptions, *, jobs: int | None, quiet: bool, keep: Path | None = None
) -> FaultNetwork:
    """Reconstruct, with live progress; the network bears the hash of the input file."""
    from seisweave.catalog.local_xyz import LocalPoints

    points = hypocentres.points
    given = points.xyz_km if isinstance(points, LocalPoints) else points
    with live_progress(hypocentres.notes, quiet=quiet) as progress:
        from seisweave.faults.reconstruct import reconstruct_faults  # compiles the first loops

        network = reconstruct_faults(given, options, jobs=jobs, progress=progress, keep=keep)
    return replace(network, source=points, input_sha256=points.provenance.sha256 or network.input_sha256)


def resample(
    network: FaultNetwork, options: ResampleOptions, *, jobs: int | None, quiet: bool, keep: Path
) -> FaultNetwork:
    """Repeat the reconstruction on resamples, with live progress; the network then knows how sure it is."""
    from seisweave.faults.resample import resample_faults

    start = perf_counter()
    with live_progress(quiet=quiet) as progress:
        sureness = resample_faults(network, options, jobs=jobs, progress=progress, keep=keep / "resamples")
    seconds = {**network.seconds, "resamples": round(perf_counter() - start, 4)}
    return replace(network, sureness=sureness, seconds=seconds)


def write_results(folder: Path, network: FaultNetwork, hypocentres: Hypocentres) -> None:
    """Write all files of a result folder."""
    from seisweave.report.results.network import write_network

    write_network(network, folder, summarize(hypocentres))


def summarize(hypocentres: Hypocentres) -> dict[str, Any]:
    """What summary.json holds beside the network's own numbers."""
    return {
        "seconds": {"read": round(hypocentres.seconds, 4)},
        "source": hypocentres.points.provenance.source,
        "notes": list(hypocentres.notes),
        **hypocentres.extra,
    }


def warnings(network: FaultNetwork) -> list[str]:
    """What the network gives reason to doubt, a line each."""
    from seisweave.faults.doubts import doubts_of

    return [f"warning: {doubt}" for doubt in doubts_of(network)]
