"""Read mapped faults: files, folders and archives of surfaces (GOCAD TSurf) or of traces (GeoJSON, Shapefile, GMT)."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from seisweave.catalog.compression import packed_as, unpacked
from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.faults.mapped.coordinates import LOCAL, check_crs, crs_of, to_degrees
from seisweave.faults.mapped.mapped_faults import MappedFaults, joined
from seisweave.faults.mapped.part import MappedPart
from seisweave.faults.mapped.traces import read_geojson, read_gmt, read_shapefile
from seisweave.faults.mapped.tsurf import read_tsurf, recognises
from seisweave.machine import check_memory

_SUFFIXES = (".ts", ".tsurf", ".geojson", ".shp", ".gmt", ".lonlat", ".gmt.gz", ".lonlat.gz")  # in folders
_SHAPE = b"\x00\x00\x27\x0a"
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError)  # of archives


@dataclass(frozen=True)
class _File:
    """A file, wherever it lies: its name, its bytes, and those of the file beside it with another suffix."""

    name: str
    data: bytes
    beside: Callable[[str], bytes | None]


def read_mapped_faults(paths: Sequence[str | Path] | str | Path, crs: str | None = None) -> MappedFaults:
    r"""Read mapped faults of one kind: surfaces, or traces.

    Arguments:
        paths: files, folders, or archives (.tar, .tar.gz, .zip) of them. In folders and archives, files are taken by
            their suffix (.ts, .geojson, .shp, .gmt, .lonLat), alone by what they hold.
        crs: coordinate system of all of them, such as "EPSG:26711", in place of what they say; "local" for x and y
            in the km (or the unit that a TSurf says) of a network without longitudes. It is asked for where a file
            does not say it; text with degrees is taken as WGS84, and a note says so.

    Errors: InputError for a path that is not there or holds no mapped faults, a damaged file, a coordinate system that
    is not known or missing, coordinates that cannot be in it, and surfaces and traces together.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "faults.gmt"
    >>> _ = path.write_text("> Elsinore\n-117.2 33.5\n-117.0 33.3\n")
    >>> mapped = read_mapped_faults(path)
    >>> mapped.kind, mapped.names, len(mapped.notes)
    ('traces', ('Elsinore',), 1)
    """
    check_crs(crs)
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    read: list[MappedFaults] = []
    for path in given:
        parts = [part for file in _files(Path(path)) for part in _parts(file)]
        if not parts:
            raise InputError(f"{shown(path)}: holds no mapped faults; give surfaces (TSurf), or traces of two points")
        read += [_mapped(part, crs) for part in parts]
    return joined(read)


def _files(path: Path) -> Iterator[_File]:
    """A file itself, or the files of a folder or an archive that can be mapped faults, by name."""
    if path.is_dir():
        there = sorted(each for each in path.rglob("*") if each.is_file() and _may_be(each.name))
        if not there:
            raise InputError(f"{shown(path)}: holds no file of mapped faults ({', '.join(_SUFFIXES[:6])})")
        for each in there:
            yield _opened(each)
        return
    if not path.exists():
        raise InputError(f"{shown(path)}: no such file or folder; give files of mapped faults")
    one = _opened(path)
    members = _members(one)
    if members is None:
        yield one
        return
    names = sorted(name for name in members if _may_be(name))
    if not names:
        raise InputError(f"{shown(path)}: holds no file of mapped faults ({', '.join(_SUFFIXES[:6])})")
    inside = _Inside(path, members)
    for name in names:
        yield _File(f"{path.name}/{name}", unpacked(inside(name), name), partial(inside.beside, name))


def _opened(path: Path) -> _File:
    def beside(suffix: str) -> bytes | None:
        there = [path.with_suffix(f".{each}") for each in (suffix, suffix.upper())]
        return next((each.read_bytes() for each in there if each.is_file()), None)

    try:
        size = path.stat().st_size
        check_memory(10.0 * size, f"{shown(path)}: reading it", "give smaller files")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({error.strerror or error})") from None
    data = raw if packed_as(raw) == "zip" else unpacked(raw, shown(path))
    return _File(str(path), data, beside)


@dataclass(frozen=True)
class _Inside:
    """Files within an archive, read by name."""

    path: Path
    members: dict[str, Callable[[], bytes]]

    def __call__(self, name: str) -> bytes:
        """The bytes of a member. Errors: InputError for a damaged archive."""
        try:
            return self.members[name]()
        except _DAMAGE as error:
            raise InputError(f"{shown(self.path)}: {shown(name)} cannot be read ({shown(str(error))})") from None

    def beside(self, name: str, suffix: str) -> bytes | None:
        """The bytes of the member with another suffix."""
        there = [str(PurePosixPath(name).with_suffix(f".{each}")) for each in (suffix, suffix.upper())]
        return next((self(each) for each in there if each in self.members), None)


def _members(file: _File) -> dict[str, Callable[[], bytes]] | None:
    """How to read each file within an archive; None for what is none. Errors: InputError for a damaged one."""
    try:
        if packed_as(file.data) == "zip":
            archive = zipfile.ZipFile(io.BytesIO(file.data))
            sizes = {info.filename: info.file_size for info in archive.infolist() if not info.is_dir()}
            members = {name: (lambda n=name: archive.read(n)) for name in sizes}
        elif tarfile.is_tarfile(io.BytesIO(file.data)):
            tar = tarfile.open(fileobj=io.BytesIO(file.data))  # noqa: SIM115 (members are read later)
            entries = {each.name: each for each in tar.getmembers() if each.isfile()}
            sizes = {name: each.size for name, each in entries.items()}
            members = {name: (lambda e=each: _from_tar(tar, e)) for name, each in entries.items()}
        else:
            return None
    except _DAMAGE as error:
        raise InputError(f"{shown(file.name)}: is a damaged archive ({shown(str(error))}); copy it again") from None
    check_memory(10.0 * sum(sizes.values()), f"{shown(file.name)}: unpacking it", "give a smaller archive")
    return members


def _from_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(entry)
    return b"" if stream is None else stream.read()


def _may_be(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) and not PurePosixPath(name).name.startswith(".")


def _parts(file: _File) -> list[MappedPart]:
    """What one file holds, by its first bytes; a byte order mark is none of it."""
    file = replace(file, data=file.data.removeprefix(b"\xef\xbb\xbf"))
    if not file.data.strip():
        raise InputError(f"{shown(file.name)}: is empty; give files of mapped faults")
    if recognises(file.data):
        return read_tsurf(file.data, file.name)
    if file.data.startswith(_SHAPE):
        return read_shapefile(file.data, file.name, file.beside)
    if file.data.lstrip()[:1] in (b"{", b"["):
        return read_geojson(file.data, file.name)
    if file.name.lower().endswith((".ts", ".tsurf")):
        raise InputError(f"{shown(file.name)}: does not begin with GOCAD TSurf; give whole GOCAD TSurf files")
    return read_gmt(file.data, file.name)


def _mapped(part: MappedPart, crs: str | None) -> MappedFaults:
    """A part in degrees, or local km, with what has to be told of it."""
    system = crs_of(part, crs)
    points = np.column_stack([to_degrees(part, system), part.depth_km])
    notes = []
    if not system:
        notes.append(f"{shown(part.file)} does not say its coordinates; taken as longitude and latitude (WGS84)")
    elif crs and part.crs and part.crs != crs:
        notes.append(f"{shown(part.file)} says {shown(part.crs[:60])!r}; {crs} is taken, as given")
    owner = np.zeros(len(part.pieces), np.int64)
    return MappedFaults(part.kind, (part.name,), points, part.pieces, owner, system == LOCAL, (*notes, *part.told))
