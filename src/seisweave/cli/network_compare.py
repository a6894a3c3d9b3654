"""`seisweave network compare`: a fault network beside mapped faults, against chance."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.cli.flags import with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.libraries import check_library
from seisweave.cli.network import app
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.faults.mapped.options import MappedOptions

if TYPE_CHECKING:
    from seisweave.faults.mapped.chance import Share
    from seisweave.faults.mapped.compare import MappedComparison

_NOTES = 3  # of many files that say the same


@app.command()
@with_options(comparison=MappedOptions)
def compare(
    network: Annotated[Path, typer.Argument(metavar="NETWORK", help="Folder made by `seisweave faults`.")],
    mapped: Annotated[
        list[Path],
        typer.Option(
            "--mapped", help="Mapped faults: TSurf surfaces, or traces; files, folders, archives. Repeatable."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for tables, figure and summary.")],
    crs: Annotated[
        str | None,
        typer.Option("--crs", help="Coordinate system of the mapped faults, like EPSG:26711; local: the network's km."),
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Threads; all cores by default.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace results that are there already.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    *,
    comparison: MappedOptions,
) -> None:
    """Compare a fault network with mapped faults, and both with faults that are moved and turned at random.

    Writes the nearest mapped fault of every fault, how far and how parallel it is; the mapped faults that have no
    events; the shares that agree, against chance; a map.

    Example: seisweave network compare california --mapped cfm7_1000m_ts.tar.gz --crs EPSG:26711 --out beside-mapped
    """
    from seisweave.faults.mapped import compare_with_mapped, read_mapped_faults
    from seisweave.report.results.mapped import write_mapped_folder
    from seisweave.report.results.opened import open_any_network

    check_target(out, force=force)
    check_library("matplotlib")
    begun = perf_counter()
    opened, there = open_any_network(network), read_mapped_faults(mapped, crs)
    more = [f"and {len(there.notes) - _NOTES} files more"] if len(there.notes) > _NOTES else []
    with live_progress(quiet=quiet) as progress:
        made = compare_with_mapped(opened, there, comparison, jobs=jobs, progress=progress)
    if not quiet:
        for note in [*there.notes[:_NOTES], *more]:
            tell(note)
    with whole_folder(out, force=force) as folder:
        told = {"network": str(network), "mapped": [str(path) for path in mapped], "crs": crs}
        write_mapped_folder(made, folder, {**told, "seconds": round(perf_counter() - begun, 2)})
    if not quiet:
        print("\n".join([*in_words(made), f"results: {out}"]))


def in_words(made: MappedComparison) -> list[str]:
    """What agrees, what chance gives, and what has no counterpart."""
    found, level = made.summary(), made.options.level
    strikes = " (on the map, by strike: the dip of traces is not known)" if made.mapped.kind == "traces" else ""
    near, none = f"{made.options.near_km:g} km", "event" if found["quiet_by"] == "events" else "fault"
    return [
        f"within {near} and {made.options.parallel_deg:g}° of mapped {made.mapped.kind}{strikes}:",
        f"  {_share(made.share)} of {found['n_compared']:,} {level}",
        f"  {_share(made.event_share)} of their {found['n_events']:,} events",
        f"{found['n_unmapped']:,} {level} have no mapped fault within {near}; in the median they lie"
        f" {found['median_distance_km']:.2f} km from one, {found['chance_distance_km']:.2f} km by chance",
        f"{found['n_mapped_quiet']:,} of {found['n_mapped_within']:,} mapped faults in the region have no {none} within"
        f" {near}; {found['n_mapped_with_faults']:,} have {level} that agree",
    ]


def _share(share: Share) -> str:
    chance = f"chance {share.chance:.1%}, 95 % of draws {share.chance_low:.1%} to {share.chance_high:.1%}"
    return f"{share.found:.1%} ({chance}; p = {share.p_value:.2g})"
