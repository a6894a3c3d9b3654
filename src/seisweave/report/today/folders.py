"""The page of today from folders: forecasts on record told from networks and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.issued import IssuedFile, issued_in
from seisweave.report.results.kinds import are_evaluated
from seisweave.report.results.opened import ScoreTables, open_result
from seisweave.report.today.options import TodayOptions
from seisweave.report.today.page import write_today
from seisweave.storage import read_summary

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.report.traces import Traces


@dataclass(frozen=True)
class _Sorted:
    """Paths of forecasts, and what the others hold."""

    forecasts: tuple[Path, ...]
    network: FaultNetwork | None
    scores: ScoreTables | None


def holds_forecasts(path: str | Path) -> bool:
    """Whether a folder holds forecasts on record, or a file is one, by the names alone.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> folder = mkdtemp()
    >>> holds_forecasts(folder), holds_forecasts(example_issued().write(folder)), holds_forecasts(folder)
    (False, True, True)
    """
    path = Path(path)
    return bool(issued_in(path)) if path.is_dir() else IssuedFile.of(path) is not None


def goes_with_today(paths: Sequence[str | Path]) -> bool:
    """Whether a page of today can be made of these: forecasts, at most one network, at most one folder of scores.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> folder = mkdtemp()
    >>> path = example_issued().write(folder)
    >>> goes_with_today([folder, path]), goes_with_today([folder, "condensed"]), goes_with_today([mkdtemp()])
    (True, False, False)
    """
    others = [Path(path) for path in paths if not holds_forecasts(path)]
    networks = [path for path in others if path.suffix == ".nc" or (path / "network.nc").is_file()]
    scores = [path for path in others if path not in networks and _holds_scores(path)]
    told = len(others) < len(paths) and len(others) == len(networks) + len(scores)
    return told and max(len(networks), len(scores)) <= 1


def _holds_scores(path: Path) -> bool:
    """Whether a folder is one of `seisweave evaluate`."""
    try:
        return (path / "scores.csv").is_file() and are_evaluated(read_summary(path))
    except (OSError, ValueError, InputError):
        return False


def write_today_of(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    catalog: Catalog | None = None,
    traces: Traces | None = None,
    options: TodayOptions | None = None,
) -> Path:
    """Write the page of today from folders and files: forecasts on record, at most one network, one folder of scores.

    Errors: InputError for a path that holds none of these, two networks, two folders of scores, and those of
    `write_today`.
    """
    found = _sorted([Path(path) for path in paths])
    parts = {"network": found.network, "scores": found.scores}
    return write_today(found.forecasts, out, **parts, catalog=catalog, traces=traces, options=options)


def _sorted(paths: list[Path]) -> _Sorted:
    forecasts = tuple(path for path in paths if holds_forecasts(path))
    others: dict[str, Any] = {"network": None, "scores": None}
    for path in (path for path in paths if path not in forecasts):
        held = open_result(path)
        scored = isinstance(held, ScoreTables) and are_evaluated(held.summary)
        kind = "network" if isinstance(held, FaultNetwork) else "scores" if scored else None
        if kind is None:
            what = "tables that are no scores of forecasts" if isinstance(held, ScoreTables) else type(held).__name__
            raise InputError(f"{path}: holds {what}; give forecasts on record, a network, or scores")
        if others[kind] is not None:
            what = "networks" if kind == "network" else "folders of scores"
            raise InputError(f"{path}: a page of today shows one of the two {what} given; leave one out")
        others[kind] = held
    return _Sorted(forecasts, **others)
