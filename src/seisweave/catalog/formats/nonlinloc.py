"""NonLinLoc hypocentre-phase files (.hyp), one event or many in one file.

Used are the blocks from NLLOC to END_NLLOC and in them GEOGRAPHIC (origin time, latitude, longitude, depth km down of
the maximum likelihood), STATISTICS (covariance of the location density, km²), QUALITY (phases, magnitude, -9.9 for
none) and TRANSFORM (its RotCW turns the covariance to east and north). With TRANSFORM NONE the coordinates are
kilometres of a grid, and no longitude and latitude: such a file is a set of local points, see `local_points`. An event
whose place in the grid (HYPOCENTER) does not lie where its GEOGRAPHIC and TRANSFORM lines put it is set aside. Where
the scatter samples of an event lie beside the file (the name in its NLLOC line, or the file's own, with .scat), a
mixture of Gaussians fitted to them takes the place of the covariance; see `scatter.py`. Events that NonLinLoc did not
locate are set aside.
Format: http://alomax.free.fr/nlloc/soft7.00/formats.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from os.path import isfile
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty, symmetric
from seisweave.errors import InputError

_KM_PER_DEGREE = 111.195
_NUMBER = r"\s*(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|-?nan|-?inf)(?![\w.])"
_GEOGRAPHIC = re.compile(rf"^GEOGRAPHIC\s+OT{_NUMBER * 6}\s+Lat{_NUMBER}\s+Long{_NUMBER}\s+Depth{_NUMBER}", re.M)
_COVARIANCE = re.compile(
    r"^STATISTICS .*CovXX" + f"{_NUMBER} XY{_NUMBER} XZ{_NUMBER} YY{_NUMBER} YZ{_NUMBER} ZZ{_NUMBER}", re.M
)
_TRANSFORM = re.compile(r"^TRANSFORM[ \t]+(\S+)", re.M)
_ORIGIN = re.compile(rf"^TRANSFORM .*LatOrig{_NUMBER}\s+LongOrig{_NUMBER}", re.M)
_ROTATION = re.compile(rf"^TRANSFORM .*RotCW{_NUMBER}", re.M)
_PHASES = re.compile(rf"^QUALITY .*Nphs{_NUMBER}", re.M)
_MAGNITUDES = re.compile(rf"^QUALITY .*Mamp{_NUMBER}.*Mdur{_NUMBER}", re.M)
_HYPOCENTER = re.compile(rf"^HYPOCENTER\s+x{_NUMBER}\s+y{_NUMBER}\s+z{_NUMBER}", re.M)
_STATED = (
    (re.compile(r"^STATISTICS .*CovXX", re.M), _COVARIANCE),
    (re.compile(r"^QUALITY .*Mamp", re.M), _MAGNITUDES),
    (re.compile(r"^QUALITY .*Nphs", re.M), _PHASES),
    (re.compile(r"^TRANSFORM .*RotCW", re.M), _ROTATION),
)
_PLACE = re.compile(r"^GEOGRAPHIC\b.*", re.M)
_FIRST = re.compile(r'^NLLOC\s+"(.*?)"\s+"(.*?)"', re.M)


@dataclass(frozen=True, eq=False)
class _Scatter:
    """Samples of one event: the file, the hypocentre in its axes, how far those lie left of east and north."""

    path: Path
    hypocentre_km: np.ndarray
    clockwise_deg: float


@dataclass(frozen=True, eq=False)
class GridPoints:
    """A table with time, x_km, y_km, depth_km, n_phases, magnitude of each event, and the events set aside."""

    rows: Any
    bad: tuple[BadRow, ...]


def recognises(source: Source) -> bool:
    """Whether the file begins with a block."""
    return bool(_FIRST.match(source.head().lstrip()))


def is_local(source: Source) -> bool:
    """Whether the file is of NonLinLoc and all its events lie in a grid without a transform to degrees."""
    text = source.data.decode("utf-8", errors="replace")
    return recognises(source) and all(_in_grid_km(block) for block in _blocks(text).values())


def read(source: Source) -> ParsedRows:
    """Read all blocks; the line of an event is that of its NLLOC. Errors: InputError for local kilometres."""
    text = source.data.decode("utf-8", errors="replace")
    blocks = _blocks(text)
    if not blocks:
        raise InputError(f"{source.path} is not of the format nonlinloc: no line begins with NLLOC")
    if is_local(source):
        raise InputError(
            f"{source.path} holds local kilometres (TRANSFORM NONE), no longitude and latitude; read it with --xyz, or"
            " read_local_xyz"
        )
    events, bad, place, scatter = [], [], [], []
    for line, whole in blocks.items():
        block = _own_part(whole)
        event = _event(block)
        if isinstance(event, str):
            bad.append(BadRow(line, event, block.splitlines()[0][:300]))
        else:
            events.append(event)
            place.append(line)
            scatter.append(_scatter_beside(source, block, single=len(blocks) == 1))
    bad = sorted((*bad, *_lost(text, blocks)), key=lambda row: row.line)
    rows = _rows(np.array(events).reshape(len(events), 20), _lines(source, place), tuple(bad))
    return rows if all(found is None for found in scatter) else _with_mixtures(rows, scatter)


def local_points(source: Source) -> GridPoints:
    """The events of a file without a transform, in the kilometres of its grid. Errors: InputError for no usable one."""
    import pandas as pd

    events, bad = [], []
    for line, whole in _blocks(source.data.decode("utf-8", errors="replace")).items():
        block = _own_part(whole)
        event, place = _event(block, local=True), _HYPOCENTER.search(block)
        if isinstance(event, str) or place is None:
            reason = event if isinstance(event, str) else "no HYPOCENTER line that can be read"
            bad.append(BadRow(line, reason, block.splitlines()[0][:300]))
        else:
            events.append([*event[:6], *event[16:19], *(float(number) for number in place.groups())])
    if not events:
        raise InputError(f"{source.path}: none of {len(bad)} events can be used, the first: {bad[0].reason}")
    table = np.array(events)
    rows = {"time": from_parts(tuple(table[:, :3].T), tuple(table[:, 3:6].T)).value}
    rows |= dict(zip(("x_km", "y_km", "depth_km", "n_phases"), table[:, [9, 10, 11, 6]].T, strict=True))
    return GridPoints(pd.DataFrame(rows | {"magnitude": _magnitude(table[:, 7:9])}), tuple(bad))


def _blocks(text: str) -> dict[int, str]:
    """The text of each event by the number of the line it begins with."""
    begin = [match.start() for match in re.finditer(r"^NLLOC ", text, re.M)]
    blocks, line, counted = {}, 1, 0
    for start, end in zip(begin, [*begin[1:], len(text)][: len(begin)], strict=True):
        line += text.count("\n", counted, start)
        counted = start
        blocks[line] = text[start:end]
    return blocks


def _own_part(block: str) -> str:
    """A block without what belongs to another event that has lost the line it begins with."""
    others = [match.start() for match in _PLACE.finditer(block)][1:2]
    return block[: others[0]] if others else block


def _lost(text: str, blocks: dict[int, str]) -> list[BadRow]:
    """Places of events that have lost the line they begin with: above the first block, or behind the end of one."""
    above = text[: text.index(next(iter(blocks.values())))] if blocks else text
    lost = []
    for line, part in ((1, above), *blocks.items()):
        own = 0 if part is above else 1
        for match in list(_PLACE.finditer(part))[own:]:
            at = line + part.count("\n", 0, match.start())
            lost.append(BadRow(at, "an event without its NLLOC line", match[0][:300]))
    return lost


def _in_grid_km(block: str) -> bool:
    """Whether an event has the coordinates of a grid where degrees should be."""
    stated = _TRANSFORM.search(block)
    if stated is not None:
        return stated[1].upper() == "NONE"
    geographic, place = _GEOGRAPHIC.search(block), _HYPOCENTER.search(block)
    if geographic is None or place is None:
        return False
    return _same(place[1], geographic[8]) and _same(place[2], geographic[7])


def _same(a: str, b: str) -> bool:
    return abs(float(a) - float(b)) < 1e-3


def _contradicts(block: str, latitude: float, longitude: float) -> bool:
    """Whether an event lies elsewhere in its grid than its degrees say, by more than a tenth and 2 km."""
    origin, place, rotation = _ORIGIN.search(block), _HYPOCENTER.search(block), _ROTATION.search(block)
    if origin is None or place is None:
        return False
    north = (latitude - float(origin[1])) * _KM_PER_DEGREE
    east = ((longitude - float(origin[2]) + 180.0) % 360.0 - 180.0) * _KM_PER_DEGREE * np.cos(np.radians(latitude))
    turned = np.array([east, north]) @ _turning(np.array([float(rotation[1]) if rotation else 0.0]))[0][:2, :2].T
    apart = np.hypot(*(turned - [float(place[1]), float(place[2])]))
    return bool(apart > 2.0 + 0.1 * np.hypot(east, north))


def _scatter_beside(source: Source, block: str, *, single: bool) -> _Scatter | None:
    """Where the samples of an event are, if they lie beside the file."""
    if source.file is None:
        return None
    folder, first, origin = source.file.parent, _FIRST.search(block), _HYPOCENTER.search(block)
    name = Path(first[1]).name if first else ""
    names = [f"{name}.scat", f"{name}.loc.scat"] if name else []
    names += [f"{source.file.stem}.scat"] if single else []
    path = next((folder / each for each in names if isfile(folder / each)), None)  # noqa: PTH113 - no error
    if path is None or origin is None:
        return None
    rotation = _ROTATION.search(block)
    place = [float(number) for number in origin.groups()]
    return _Scatter(path, np.array(place), float(rotation[1]) if rotation else 0.0)


def _with_mixtures(rows: ParsedRows, scatter: list[_Scatter | None]) -> ParsedRows:
    """Mixtures fitted to the samples, and the covariance as a single Gaussian where there are none."""
    from seisweave.catalog.scatter import LEAST_SAMPLES, fit_mixture, read_scatter

    assert rows.uncertainty is not None
    parts, count = [], 0
    for found, single in zip(scatter, rows.uncertainty.covariances_km2(), strict=True):
        samples = np.zeros((0, 3)) if found is None else read_scatter(found.path)
        if found is None or len(samples) < LEAST_SAMPLES:
            known = np.isfinite(single).all()
            parts.append((np.ones(int(known)), np.zeros((int(known), 3)), single[None][: int(known)]))
            continue
        fitted, count = fit_mixture(samples), count + 1
        turn = _turning(np.array([found.clockwise_deg]))[0]
        offset = (fitted.mean_km - found.hypocentre_km) @ turn
        parts.append((fitted.weight, offset, turn.T @ fitted.covariance_km2 @ turn))
    weight, mean, covariance = (np.concatenate(column) for column in zip(*parts, strict=True))
    offsets = np.concatenate([[0], np.cumsum([len(part[0]) for part in parts])])
    errors = LocationUncertainty(
        covariance_km2=(covariance + covariance.transpose(0, 2, 1)) / 2,
        offsets=offsets,
        weight=weight,
        mean_offset_km=mean,
    )
    if not count:
        return rows
    return replace(rows, uncertainty=errors, notes=(*rows.notes, f"{count} mixtures are fitted to scatter samples"))


def _event(block: str, *, local: bool = False) -> list[float] | str:
    """Twenty numbers of one block, or why it cannot be used."""
    first, geographic = _FIRST.search(block), _GEOGRAPHIC.search(block)
    if "END_NLLOC" not in block:
        return "truncated event"
    if first is None or first[2] != "LOCATED":
        return f"NonLinLoc did not locate it ({first[2] if first else 'no status'})"
    if geographic is None:
        return "no GEOGRAPHIC line that can be read"
    if any(word.search(block) and not whole.search(block) for word, whole in _STATED):
        return "a number cannot be read"
    if not local and _in_grid_km(block):
        return "it lies in local km (TRANSFORM NONE), not in degrees"
    if not local and _contradicts(block, float(geographic[7]), float(geographic[8])):
        return "its GEOGRAPHIC line contradicts its HYPOCENTER and TRANSFORM"
    found = [
        _COVARIANCE.search(block),
        _ROTATION.search(block),
        _PHASES.search(block),
        _MAGNITUDES.search(block),
    ]
    parts = [list(match.groups()) if match else ["nan"] * n for match, n in zip(found, (6, 1, 1, 2), strict=True)]
    parts[1] = parts[1] if found[1] else ["0"]
    try:
        return [float(number) for part in ([*geographic.groups()], *parts, ["0"]) for number in part]
    except ValueError:
        return "a number cannot be read"


def _rows(table: np.ndarray, lines: Lines, bad: tuple[BadRow, ...]) -> ParsedRows:
    year, month, day, hour, minute, second, latitude, longitude, depth = table[:, :9].T
    return ParsedRows(
        lines=lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=Values.of(longitude),
        latitude=Values.of(latitude),
        depth_km=Values.of(depth),
        magnitude=Values.of(_magnitude(table[:, 17:19])),
        uncertainty=LocationUncertainty(covariance_km2=_turned(table[:, 9:15], table[:, 15])),
        n_phases=table[:, 16],
        bad=bad,
    )


def _magnitude(amplitude_and_duration: np.ndarray) -> np.ndarray:
    """The magnitude by amplitude, or else by duration; -9.9 stands for none."""
    amplitude, duration = amplitude_and_duration.T
    return np.where(amplitude > -9, amplitude, np.where(duration > -9, duration, np.nan))


def _turned(upper: np.ndarray, clockwise_deg: np.ndarray) -> np.ndarray:
    """Covariances (xx xy xz yy yz zz) in axes whose y lies `clockwise_deg` left of north, east-north-down."""
    turn = _turning(clockwise_deg)
    return np.einsum("nji,njk,nkl->nil", turn, symmetric(upper), turn)


def _turning(clockwise_deg: np.ndarray) -> np.ndarray:
    """Matrices whose transpose turns vectors in such axes to east-north-down."""
    cos, sin = np.cos(np.radians(clockwise_deg)), np.sin(np.radians(clockwise_deg))
    turn = np.zeros((len(clockwise_deg), 3, 3))
    turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1], turn[:, 2, 2] = cos, sin, -sin, cos, 1.0
    return turn


def _lines(source: Source, place: list[int]) -> Lines:
    lines = lines_of(source.data)
    return lines.keep(np.isin(lines.number, place))
