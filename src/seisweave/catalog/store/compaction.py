"""Small parts of a store put together, so that a year of hourly revisions is a dozen files and not nine thousand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seisweave.catalog.store.parts import Index, Part, read_parts, write_index, write_part

_SMALL = 100_000  # rows: larger parts, as the first load, are left as they are
_MOST = 24  # small parts in a row of one month


def compacted(folder: Path, index: Index, *, month: str) -> Index:
    """The index after small parts that follow each other within a month have become one, where that is due.

    It is due where there are many, and for every month that is over (`month` is the present one, like "2026-11").
    Rows stay as they are, all of them.
    """
    parts = list(index.parts)
    for run in list(_runs(index)):
        over = run[0].name[:7] != month
        if len(run) < 2 or not (over or len(run) >= _MOST):
            continue
        made = write_part(folder, read_parts(folder, run))
        at = parts.index(run[0])
        parts[at : at + len(run)] = [made]
    if len(parts) == len(index.parts):
        return index
    made_index = Index(tuple(parts))
    write_index(folder, made_index)
    return made_index


def _runs(index: Index) -> Iterator[list[Part]]:
    """Small parts that follow each other, month by month of when they became known."""
    run: list[Part] = []
    for part in index.parts:
        if run and (part.name[:7] != run[0].name[:7] or part.n_rows > _SMALL):
            yield run
            run = []
        if part.n_rows <= _SMALL:
            run.append(part)
    if run:
        yield run
