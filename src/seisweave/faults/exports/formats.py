"""The formats that a network is exported to, and writing them: a file each, or all into a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from seisweave.errors import InputError
from seisweave.faults.exports.options import ExportOptions
from seisweave.storage import write_whole

if TYPE_CHECKING:
    from seisweave.faults.exports.exported import ExportedFaults
    from seisweave.faults.network import FaultNetwork


@dataclass(frozen=True)
class Format:
    """A format: the file it makes, the functions that write it, what it needs.

    write names the function of the file, and write_folder that of all its files (others beside the file). geographic
    says whether it needs longitude and latitude; libraries are those of the extra `export`.
    """

    name: str
    title: str
    file: str
    write: str
    geographic: bool = True
    libraries: tuple[str, ...] = ()
    write_folder: str = ""
    others: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """Of its file."""
        return Path(self.file).suffix


FORMATS = {
    each.name: each
    for each in (
        Format("kml", "Google Earth", "network.kml", "kml:write"),
        Format(
            "vtp",
            "ParaView",
            "faults.vtp",
            "vtp:write",
            geographic=False,
            libraries=("pyevtk",),
            write_folder="vtp:write_folder",
            others=("network.vtm", "halos.vtp", "events.vtp"),
        ),
        Format("tsurf", "GOCAD", "faults.ts", "tsurf:write", geographic=False),
        Format("nrml", "OpenQuake", "sources.xml", "nrml:write"),
        Format("gmt", "GMT", "faults.gmt", "gmt:write"),
        Format("gpkg", "GeoPackage", "network.gpkg", "gpkg:write", libraries=("geopandas", "pyogrio")),
        Format("geojson", "GeoJSON", "faults.geojson", "tables:write_geojson"),
        Format("csv", "table", "faults.csv", "tables:write_csv", geographic=False),
    )
}


def export_network(
    network: FaultNetwork, formats: Sequence[str], path: str | Path, options: ExportOptions | None = None
) -> tuple[str, ...]:
    """Write a network in some formats into a folder that is there, or in one format as a file; gives what was told.

    A path is a file where it is no folder and ends as the format's own file does (`.kml`, `.vtp`, `.ts`, `.xml`,
    `.gmt`, `.gpkg`, `.geojson`, `.csv`). Such a file appears whole or not at all, and replaces what was there.

    Errors: InputError for a format that is not known, that needs longitude and latitude where the network has none, or
    whose library is not installed; for a network without faults; and for what a format refuses.

    >>> from tempfile import mkdtemp
    >>> import numpy as np, seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> folder = Path(mkdtemp())
    >>> export_network(network, ["tsurf", "csv"], folder)
    ('coordinates of the TSurf are local, in metres',)
    >>> sorted(path.name for path in folder.iterdir())
    ['faults.csv', 'faults.ts']
    """
    from seisweave.faults.exports.exported import exported_faults

    chosen = [format_of(name) for name in dict.fromkeys(formats)]
    path = Path(path)
    for each in chosen:
        check_format(each, network)
    faults = exported_faults(network, options)
    if is_file(path, chosen):
        return _write_file(chosen[0], faults, path)
    if not path.is_dir():
        raise InputError(f"{path}: no such folder; make it, or give a file that ends in {_suffixes(chosen)}")
    told = [_write(each, faults, path) for each in chosen]
    return tuple(dict.fromkeys(note for notes in told for note in notes))


def format_of(name: str) -> Format:
    """A format by its name. Errors: InputError for one that is not known.

    >>> format_of("kml").file
    'network.kml'
    """
    if name not in FORMATS:
        raise InputError(f"format {name!r} is not known; give one of {', '.join(FORMATS)}")
    return FORMATS[name]


def check_format(chosen: Format, network: FaultNetwork | None = None) -> None:
    """Refuse a format whose library is missing, or, with a network, that needs the longitudes it does not have."""
    missing = [name for name in chosen.libraries if find_spec(name) is None]
    if missing:
        raise InputError(f"{chosen.name} needs {' and '.join(missing)}; install with: pip install 'seisweave[export]'")
    if network is not None and chosen.geographic and network.projection is None:
        local = ", ".join(each.name for each in FORMATS.values() if not each.geographic)
        raise InputError(
            f"{chosen.name} needs longitude and latitude, and the network is in local km; export it to {local}"
        )


def is_file(path: Path, chosen: Sequence[Format]) -> bool:
    """Whether a path is the file of a single format. Errors: InputError for one that ends as another format's does."""
    if path.is_dir():
        return False
    suffix = path.suffix.lower()
    if len(chosen) == 1 and suffix == chosen[0].suffix:
        return True
    if suffix in {each.suffix for each in FORMATS.values()} or path.is_file():
        raise InputError(f"{path}: ends as no {chosen[0].name} does; give a name in {_suffixes(chosen)}, or a folder")
    return False


def _write(chosen: Format, faults: ExportedFaults, folder: Path) -> tuple[str, ...]:
    if chosen.write_folder:
        return _function(chosen.write_folder)(faults, folder)
    return _function(chosen.write)(faults, folder / chosen.file)


def _suffixes(chosen: Sequence[Format]) -> str:
    return chosen[0].suffix if len(chosen) == 1 else "no suffix of a file, as several formats make a folder"


def _write_file(chosen: Format, faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write beside, then bring all bytes into place at once: the libraries write where they are told."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / chosen.file
        notes = _function(chosen.write)(faults, made)
        content = made.read_bytes()
    write_whole(path, lambda file: file.write(content))
    return notes


def _function(place: str) -> Callable[[ExportedFaults, Path], tuple[str, ...]]:
    module, _, name = place.partition(":")
    return getattr(import_module(f"seisweave.faults.exports.{module}"), name)
