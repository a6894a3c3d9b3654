"""NonLinLoc hypocentre-phase files (.hyp), one event or many in one file.

Used are the blocks from NLLOC to END_NLLOC and in them GEOGRAPHIC (origin time, latitude, longitude, depth
km down of the maximum likelihood), STATISTICS (covariance of the location density, km²), QUALITY (phases,
magnitude, -9.9 for none) and TRANSFORM (its RotCW turns the covariance to east and north). Where the scatter samples
of an event lie beside the file (the name in its NLLOC line, or the file's own, with .scat), a mixture of Gaussians
fitted to them takes the place of the covariance; see `scatter.py`. Events that NonLinLoc did not locate are set aside.
Format: http://alomax.free.fr/nlloc/soft7.00/formats.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Lines, Source, lines_of
from seisweave.catalog.times import from_parts
from seisweave.catalog.uncertainty import LocationUncertainty, symmetric

_NUMBER = r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?|-?nan|-?inf)"
_GEOGRAPHIC = re.compile(rf"^GEOGRAPHIC\s+OT{_NUMBER * 6}\s+Lat{_NUMBER}\s+Long{_NUMBER}\s+Depth{_NUMBER}", re.M)
_COVARIANCE = re.compile(
    r"^STATISTICS .*CovXX" + f"{_NUMBER} XY{_NUMBER} XZ{_NUMBER} YY{_NUMBER} YZ{_NUMBER} ZZ{_NUMBER}", re.M
)
_ROTATION = re.compile(rf"^TRANSFORM .*RotCW{_NUMBER}", re.M)
_PHASES = re.compile(rf"^QUALITY .*Nphs{_NUMBER}", re.M)
_MAGNITUDES = re.compile(rf"^QUALITY .*Mamp{_NUMBER}.*Mdur{_NUMBER}", re.M)
_HYPOCENTER = re.compile(rf"^HYPOCENTER\s+x{_NUMBER}\s+y{_NUMBER}\s+z{_NUMBER}", re.M)
_FIRST = re.compile(r'^NLLOC\s+"(.*?)"\s+"(.*?)"', re.M)


@dataclass(frozen=True, eq=False)
class _Scatter:
    """Samples of one event: the file, the hypocentre in its axes, how far those lie left of east and north."""

    path: Path
    hypocentre_km: np.ndarray
    clockwise_deg: float


def recognises(source: Source) -> bool:
    """Whether the file begins with a block."""
    return bool(_FIRST.match(source.head().lstrip()))


def read(source: Source) -> ParsedRows:
    """Read all blocks; the line of an event is that of its NLLOC."""
    events, bad, place, scatter = [], [], [], []
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
            scatter.append(_scatter_beside(source, text[start:end], single=len(begin) == 1))
    rows = _rows(np.array(events).reshape(len(events), 20), _lines(source, place), tuple(bad))
    return rows if all(found is None for found in scatter) else _with_mixtures(rows, scatter)


def _scatter_beside(source: Source, block: str, *, single: bool) -> _Scatter | None:
    """Where the samples of an event are, if they lie beside the file."""
    folder, first, origin = Path(source.path).parent, _FIRST.search(block), _HYPOCENTER.search(block)
    name = Path(first[1]).name if first else ""
    names = [f"{name}.scat", f"{name}.loc.scat"] if name else []
    names += [f"{Path(source.path).stem}.scat"] if single else []
    path = next((folder / each for each in names if (folder / each).is_file()), None)
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
    return replace(rows, uncertainty=errors, notes=(*rows.notes, f"{count} mixtures are fitted to scatter samples"))


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


def _rows(table: np.ndarray, lines: Lines, bad: tuple[BadRow, ...]) -> ParsedRows:
    year, month, day, hour, minute, second, latitude, longitude, depth = table[:, :9].T
    amplitude, duration = table[:, 17:19].T
    magnitude = np.where(amplitude > -9, amplitude, np.where(duration > -9, duration, np.nan))
    return ParsedRows(
        lines=lines,
        times=from_parts((year, month, day), (hour, minute, second)),
        longitude=Values.of(longitude),
        latitude=Values.of(latitude),
        depth_km=Values.of(depth),
        magnitude=Values.of(magnitude),
        uncertainty=LocationUncertainty(covariance_km2=_turned(table[:, 9:15], table[:, 15])),
        n_phases=table[:, 16],
        bad=bad,
    )


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
