"""Triangulated surfaces in GOCAD's TSurf format, as of the SCEC Community Fault Model.

    GOCAD TSurf 1
    HEADER {
    name:Elsinore
    }
    GOCAD_ORIGINAL_COORDINATE_SYSTEM
    NAME EPSG:26711
    AXIS_UNIT "m" "m" "m"
    ZPOSITIVE Elevation
    END_ORIGINAL_COORDINATE_SYSTEM
    TFACE
    VRTX 1 508028.3 4041336.1 -1445.7
    TRGL 1 2 3
    END

A vertex (VRTX, PVRTX) has a number and three coordinates, an ATOM (PATOM) is an earlier vertex by another number, a
triangle (TRGL) names three of them. Without ZPOSITIVE, z is an elevation. Units are metres, unless the file says
otherwise. One file may hold several surfaces. What else stands there (properties, borders, colours) is passed over.
Format: the Paradigm GOCAD developers' guide, and files of the Community Fault Model (Plesch et al. 2007).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.faults.mapped.part import MappedPart

_METRES = {"m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "km": 1000.0, "ft": 0.3048}
_SILENT = {"", "default", "unknown", "undefined", "none", "local"}  # names of systems that say nothing


@dataclass
class _Surface:
    """What has been read of one surface: lines of vertices and triangles with their numbers in the file."""

    name: str = ""
    vertices: list[list[str]] = field(default_factory=list)
    atoms: list[list[str]] = field(default_factory=list)
    triangles: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # of the triangles
    system: dict[str, str] = field(default_factory=dict)


def recognises(data: bytes) -> bool:
    """Whether a file begins like a TSurf."""
    return re.match(rb"\s*GOCAD\s+TSurf", data[:200], re.IGNORECASE) is not None


def read_tsurf(data: bytes, file: str) -> list[MappedPart]:
    r"""Surfaces of a file.

    Errors: InputError for a file that is cut short, a number that is none, a triangle of vertices that are not there,
    units that are not known, and no triangles.

    >>> text = b"GOCAD TSurf 1\nHEADER {\nname:one\n}\nVRTX 1 0 0 0\nVRTX 2 9 0 -5\nVRTX 3 0 9 0\nTRGL 1 2 3\nEND\n"
    >>> part = read_tsurf(text, "one.ts")[0]
    >>> part.name, part.depth_km.tolist(), part.pieces.tolist()
    ('one', [-0.0, 0.005, -0.0], [[0, 1, 2]])
    """
    surfaces: list[_Surface] = []
    within, ended = False, True
    for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), 1):
        key, _, rest = line.strip().partition(" ")
        if key == "GOCAD":
            if not ended:
                raise _broken(file, f"line {number}: another surface begins before END")
            surfaces.append(_Surface())
            ended = rest.split()[:1] != ["TSurf"]
        elif ended:
            continue
        elif key in ("VRTX", "PVRTX"):
            surfaces[-1].vertices.append(line.split()[1:5])
        elif key == "TRGL":
            surfaces[-1].triangles.append(line.split()[1:4])
            surfaces[-1].lines.append(number)
        elif key in ("ATOM", "PATOM"):
            surfaces[-1].atoms.append(line.split()[1:3])
        elif key == "END":
            ended = True
        elif key in ("GOCAD_ORIGINAL_COORDINATE_SYSTEM", "END_ORIGINAL_COORDINATE_SYSTEM"):
            within = key.startswith("GOCAD")
        elif within:
            surfaces[-1].system[key.upper()] = rest.strip()
        elif found := re.match(r'\s*(?:HEADER\s*\{\s*)?name:\s*"?([^"}]*)', line):
            surfaces[-1].name = found[1].strip()
    if not ended:
        raise _broken(file, "ends before END; it is cut short")
    return [_part(surface, file) for surface in surfaces if surface.vertices or surface.triangles]


def _part(surface: _Surface, file: str) -> MappedPart:
    """A surface in numbers."""
    stem = re.sub(r"\.\w+$", "", file.replace("\\", "/").rsplit("/", 1)[-1])
    name = surface.name or stem
    if not surface.triangles:
        raise _broken(file, f"surface {shown(name)!r} has no triangle (TRGL)")
    try:
        numbers = [row[0] for row in surface.vertices]
        place = np.array([[float(value) for value in row[1:]] for row in surface.vertices]).reshape(-1, 3)
    except (ValueError, IndexError):
        bad = next(row for row in surface.vertices if not _is_vertex(row))
        raise _broken(file, f"vertex {shown(' '.join(bad))!r} is no number with three coordinates") from None
    if not np.isfinite(place).all():
        bad = numbers[int(np.flatnonzero(~np.isfinite(place).all(axis=1))[0])]
        raise _broken(file, f"vertex {shown(bad)} has coordinates that are no numbers")
    index = dict(zip(numbers, range(len(numbers)), strict=True))
    for row in surface.atoms:
        if len(row) == 2 and row[1] in index:
            index[row[0]] = index[row[1]]
    pieces = np.zeros((len(surface.triangles), 3), np.int64)
    for k, row in enumerate(surface.triangles):
        try:
            pieces[k] = [index[corner] for corner in row]
        except (KeyError, ValueError):
            told = f"line {surface.lines[k]}: triangle {shown(' '.join(row))!r} names vertices that are not there"
            raise _broken(file, told) from None
    units = _units(surface.system, file)
    downward = surface.system.get("ZPOSITIVE", "Elevation").lower().startswith("depth")
    depth_km = place[:, 2] * (units[1] or 1.0) / 1000.0 * (1.0 if downward else -1.0)
    return MappedPart(name, file, "surfaces", place[:, :2].copy(), depth_km, pieces, _system(surface.system), units[0])


def _is_vertex(row: list[str]) -> bool:
    try:
        return len([float(value) for value in row[1:]]) == 3
    except ValueError:
        return False


def _units(system: dict[str, str], file: str) -> tuple[float | None, float | None]:
    """Metres that the unit of x and y is, and that of z; None where the file says none, or degrees."""
    said = [(one or two).lower() for one, two in re.findall(r'"([^"]*)"|(\S+)', system.get("AXIS_UNIT", ""))]
    if not said:
        return None, None
    degrees = said[0].startswith("deg")
    if len(said) != 3 or said[0] != said[1] or said[2] not in _METRES or not (degrees or said[0] in _METRES):
        raise _broken(file, f"AXIS_UNIT is {shown(system['AXIS_UNIT'])}; units are m, km, ft, or deg for x and y")
    return None if degrees else _METRES[said[0]], _METRES[said[2]]


def _system(system: dict[str, str]) -> str:
    """What the file says of its coordinate system, as a name or a code; "" where nothing."""
    said = {key: system.get(key, "").strip().strip('"').strip() for key in ("NAME", "PROJECTION", "DATUM")}
    said = {key: "" if value.lower() in _SILENT else value for key, value in said.items()}
    if said["PROJECTION"] and said["DATUM"]:
        return f"{said['DATUM']} / {said['PROJECTION']}"
    return said["NAME"] or said["PROJECTION"]


def _broken(file: str, told: str) -> InputError:
    return InputError(f"{shown(file)}: {told}; give whole GOCAD TSurf files")
