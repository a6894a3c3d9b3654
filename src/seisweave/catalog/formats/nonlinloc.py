"""NonLinLoc hypocentre-phase files (.hyp), one event or many in one file.

Used are the blocks from NLLOC to END_NLLOC and in them GEOGRAPHIC (origin time, latitude, longitude, depth
km down of the maximum likelihood), STATISTICS (covariance of the location density, km²), QUALITY (phases,
magnitude, -9.9 for none) and TRANSFORM (its RotCW turns the covariance to east and north). Events that
NonLinLoc did not locate are set aside. Format: http://alomax.free.fr/nlloc/soft7.00/formats.html
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.moments import from_parts
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.rows import Rows
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.catalog.uncertainty import LocationUncertainty

_NUMBER = r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?|-?nan|-?inf)"
_GEOGRAPHIC = re.compile(rf"^GEOGRAPHIC\s+OT{_NUMBER * 6}\s+Lat{_NUMBER}\s+Long{_NUMBER}\s+Depth{_NUMBER}", re.M)
_COVARIANCE = re.compile(
    r"^STATISTICS .*CovXX" + f"{_NUMBER} XY{_NUMBER} XZ{_NUMBER} YY{_NUMBER} YZ{_NUMBER} ZZ{_NUMBER}", re.M
)
_ROTATION = re.compile(rf"^TRANSFORM .*RotCW{_NUMBER}", re.M)
_PHASES = re.compile(rf"^QUALITY .*Nphs{_NUMBER}", re.M)
_MAGNITUDES = re.compile(rf"^QUALITY .*Mamp{_NUMBER}.*Mdur{_NUMBER}", re.M)
_FIRST = re.compile(r'^NLLOC\s+"(.*?)"\s+"(.*?)"', re.M)


def recognises(source: Source) -> bool:
    """Whether the file begins with a block."""
    return bool(_FIRST.match(source.head().lstrip()))


def read(source: Source) -> Rows:
    """Read all blocks; the line of an event is that of its NLLOC."""
    events, bad, place = [], [], []
    text = source.data.decode("utf-8", errors="replace")
    begin = [match.start() for match in re.finditer(r"^NLLOC ", text, re.M)]
    line, counted = 1, 0
    for start, end in zip(begin, [*begin[1:], len(text)], strict=True):
        line += text.count("\n", counted, start)
        counted = start
        event = _event(text[start:end])
        if isinstance(event, str):
            bad.append(BadRow(line, event, text[start:end].splitlines()[0][:300]))
        else:
            events.append(event)
            place.append(line)
    return _rows(np.array(events).reshape(len(events), 20), _lines(source, place), tuple(bad))


def _event(block: str) -> list[float] | str:
    """Twenty numbers of one block, or why it cannot be used."""
    first, geographic = _FIRST.search(block), _GEOGRAPHIC.search(block)
    if "END_NLLOC" not in block:
        return "truncated event"
    if first is None or first[2] != "LOCATED":
        return f"NonLinLoc did not locate it ({first[2] if first else 'no status'})"
    if geographic is None:
        return "no GEOGRAPHIC line that can be read"
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


def _rows(table: np.ndarray, lines: Lines, bad: tuple[BadRow, ...]) -> Rows:
    year, month, day, hour, minute, second, latitude, longitude, depth = table[:, :9].T
    amplitude, duration = table[:, 17:19].T
    magnitude = np.where(amplitude > -9, amplitude, np.where(duration > -9, duration, np.nan))
    return Rows(
        lines=lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=_values(longitude),
        latitude=_values(latitude),
        depth_km=_values(depth),
        magnitude=_values(magnitude),
        uncertainty=LocationUncertainty(covariance_km2=_turned(table[:, 9:15], table[:, 15])),
        n_phases=table[:, 16],
        bad=bad,
    )


def _turned(upper: np.ndarray, clockwise_deg: np.ndarray) -> np.ndarray:
    """Covariances (xx xy xz yy yz zz) in axes whose y lies `clockwise_deg` left of north, east-north-down."""
    full = np.zeros((len(upper), 3, 3))
    row, column = np.triu_indices(3)
    full[:, row, column] = full[:, column, row] = upper
    cos, sin = np.cos(np.radians(clockwise_deg)), np.sin(np.radians(clockwise_deg))
    turn = np.zeros((len(upper), 3, 3))
    turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1], turn[:, 2, 2] = cos, sin, -sin, cos, 1.0
    return np.einsum("nji,njk,nkl->nil", turn, full, turn)


def _values(column: np.ndarray) -> Values:
    finite = np.where(np.isfinite(column), column, np.nan)
    return Values(finite, np.isinf(column))


def _lines(source: Source, place: list[int]) -> Lines:
    lines = lines_of(source.data)
    return lines.keep(np.isin(lines.number, place))
