"""`seisweave network export`: a fault network for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from seisweave.catalog.shown import shown
from seisweave.cli.flags import Force, Quiet, with_options
from seisweave.cli.folder import check_target, take_file, whole_folder
from seisweave.cli.network import app
from seisweave.cli.wording import tell
from seisweave.errors import InputError
from seisweave.faults.exports.formats import FORMATS, check_format, format_of, is_file
from seisweave.faults.exports.options import ExportOptions
from seisweave.report.results.kinds import EXPORTS
from seisweave.report.results.whole import place_of
from seisweave.storage import write_text
from seisweave.version import __version__


@app.command("export")
@with_options(exporting=ExportOptions)
def export(
    source: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder made by `seisweave faults`, or a network.nc without events.")
    ],
    to: Annotated[list[str], typer.Option("--to", metavar="|".join(FORMATS), help="Format; may be repeated.")],
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the files; or a file, with the suffix of the one format.")
    ],
    force: Force = False,
    quiet: Quiet = False,
    *,
    exporting: ExportOptions,
) -> None:
    """Write a fault network for Google Earth, ParaView, GOCAD, OpenQuake, GMT or a GIS, cut at the surface.

    kml, vtp (with halos and events, in a folder), tsurf, nrml (sources with rates from the network's own events), gmt,
    gpkg, geojson and csv. What a format cannot hold, and what it had to assume, is told.

    Example: seisweave network export ridgecrest --to kml --to gpkg --out ridgecrest-gis
    """
    from seisweave.faults.exports import export_network
    from seisweave.report.results.opened import open_any_network

    formats = [format_of(name) for name in dict.fromkeys(to)]
    for each in formats:
        check_format(each)
    to_file = is_file(out, formats)
    if to_file:
        take_file(out, force=force)
    elif place_of(out) == place_of(source):
        raise InputError(f"{shown(out)}: is the network itself; give another folder for the exports")
    else:
        check_target(out, force=force)
    network = open_any_network(source)
    if to_file:
        notes = export_network(network, to, out, exporting)
    else:
        with whole_folder(out, force=force) as folder:
            notes = export_network(network, to, folder, exporting)
            told: dict[str, Any] = {"formats": [each.name for each in formats], "source": str(source)}
            told |= {"notes": list(notes), "options": asdict(exporting), "version": __version__}
            write_text(folder / EXPORTS, json.dumps(told, indent=2) + "\n")
    if not quiet:
        for note in notes:
            tell(note)
        titles = ", ".join(each.title for each in formats)
        print(f"a network of {network.n_faults:,} faults for {titles}\nresults: {shown(out)}")
