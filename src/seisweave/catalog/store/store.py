"""A store of events on disk: what is known of each, what was known before, and when that became known.

It is a log: a row says that an event is new, has other values, or is gone, and the instant when that became known. No
row is ever changed or removed, so that the catalog can be read as it stood at any instant. Rows are partitioned by the
month in which they became known, not by when events were: a revision then writes one small file however large the
store, and files of past months never change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.catalog.store.changes import Changes
from seisweave.catalog.store.compaction import compacted
from seisweave.catalog.store.parts import (
    CHANGED,
    GONE,
    INDEX,
    LAYOUT,
    NEW,
    Index,
    MissingPart,
    Part,
    clear_leftovers,
    read_index,
    read_parts,
    write_index,
    write_part,
)
from seisweave.catalog.store.rows import VALUES, catalog_of, check_values, pc
from seisweave.errors import InputError
from seisweave.locks import hold
from seisweave.storage import make_folder

if TYPE_CHECKING:
    import pandas as pd

_TRIES = 3  # of a reader whom another process takes parts from, to put them together


@dataclass(frozen=True)
class Store:
    """A store as it was when it was opened: its folder, and the parts that counted then.

    >>> from tempfile import mkdtemp
    >>> from seisweave.catalog.store import changes_of
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(n_events=50).catalog
    >>> store = open_store(Path(mkdtemp()) / "store", create=True)
    >>> store = store.append(changes_of(store.rows(), catalog[:40]), "2026-11-01T06:00")
    >>> store = store.append(changes_of(store.rows(), catalog[30:]), "2026-11-01T07:00")
    >>> len(store.current()), len(store.as_of("2026-11-01T06:30")), len(store.as_of("2026-10-31"))
    (50, 40, 0)
    """

    folder: Path
    index: Index

    @property
    def revision(self) -> int:
        """The number of the last revision; 0 of a store that holds nothing."""
        return self.index.revision

    @property
    def learned(self) -> np.datetime64 | None:
        """When the last revision became known; None of a store that holds nothing."""
        return self.index.learned

    def current(self) -> Catalog:
        """The catalog as it stands, in the order of time, then of ids."""
        return self._catalog(self.rows(), None)

    def as_of(self, instant: Instant) -> Catalog:
        """The catalog as it stood at an instant (UTC): what had become known until then, and nothing later."""
        until = as_time("as_of", instant)
        return self._catalog(self.rows(until), until)

    def rows(self, until: np.datetime64 | None = None) -> pa.Table:
        """The events as rows (`VALUES` of rows.py), in the order of time, then of ids."""
        table = self._log(until, 0)
        last = _last_of_each(table["id"])
        last = last[pc.not_equal(table["what"], GONE).to_numpy()[last]]
        rows = table.select(VALUES.names).take(pa.array(last))
        return rows.take(pc.sort_indices(rows, sort_keys=[("time", "ascending"), ("id", "ascending")]))

    def log(self, after: int = 0) -> pd.DataFrame:
        """All that became known after a revision, oldest first: revision, learned, what, was, and the events' values.

        what is `new`, `changed` or `gone` (then there are no values); was is the id that an event had before.
        """
        return self._log(None, after).to_pandas()

    def append(self, changes: Changes, learned: Instant) -> Store:
        """The store with a revision more, brought to the disk; without changes it stays as it is.

        Errors: InputError for an instant that is not after that of the last revision, events without time or place or
        with numbers that no event has, a store that another process holds, or has gone on with since this one was
        opened; OSError where nothing can be written.
        """
        at = as_time("learned", learned)
        if not len(changes):
            return self
        for rows in (changes.changed, changes.new):
            try:
                check_values(rows)
            except ValueError as error:
                raise InputError(f"{self.folder}: {error}; take such events out") from None
        with hold(self.folder, again=True):
            there = read_index(self.folder)
            if there.revision != self.revision:
                raise InputError(f"{self.folder}: another process has gone on with it meanwhile; open it again")
            if there.learned is not None and at <= there.learned:
                raise InputError(
                    f"{self.folder}: holds what became known at {in_short(there.learned)}, and {in_short(at)} is not"
                    " after that; look at the clock"
                )
            part = write_part(self.folder, _revision(changes, self.revision + 1, at))
            index = Index((*there.parts, part))
            write_index(self.folder, index)
            index = compacted(self.folder, index, month=str(at)[:7])
            clear_leftovers(self.folder, index)
        return Store(self.folder, index)

    def _log(self, until: np.datetime64 | None, after: int) -> pa.Table:
        def wanted(part: Part) -> bool:
            return part.last > after and bool(until is None or np.datetime64(part.learned_first, "us") <= until)

        table = _read(self, wanted)
        keep = pc.greater(table["revision"], after)
        if until is not None:
            keep = pc.and_(keep, pc.less_equal(table["learned"], pa.scalar(until.item(), pa.timestamp("us"))))
        return table if pc.all(keep).as_py() is not False else table.filter(keep)

    def _catalog(self, rows: pa.Table, until: np.datetime64 | None) -> Catalog:
        told = "" if until is None else f" as of {in_short(until)}"
        digest = sha256("\n".join([*(part.sha256 for part in self.index.parts), told]).encode()).hexdigest()
        return catalog_of(rows, Provenance(f"{self.folder}{told}", digest, "store"))


def open_store(folder: str | Path, *, create: bool = False) -> Store:
    """Open a store; with `create` one that is not there yet is begun.

    Errors: InputError for a folder that holds none, a damaged one, one of a later version, and for one to be begun in
    a folder that holds something else.

    >>> from tempfile import mkdtemp
    >>> open_store(Path(mkdtemp()) / "store", create=True).revision
    0
    """
    place = Path(folder)
    if create and not (place / INDEX).exists():
        with hold(place, again=True):
            make_folder(place)
            if not (place / INDEX).exists():
                if others := [each.name for each in place.iterdir() if not each.name.startswith(".")]:
                    raise InputError(f"{place}: holds {others[0]} and no store; give a folder of its own")
                write_index(place, Index())
    return Store(place, read_index(place))


def is_store(folder: str | Path) -> bool:
    """Whether a folder holds a store."""
    return (Path(folder) / INDEX).is_file()


def _read(store: Store, wanted: Callable[[Part], bool]) -> pa.Table:
    """The rows of the parts wanted; where another process has put parts together meanwhile, of what came of them."""
    index = store.index
    for n in range(_TRIES):
        try:
            table = read_parts(store.folder, [part for part in index.parts if wanted(part)])
        except MissingPart:
            fresh = read_index(store.folder)
            if n == _TRIES - 1 or fresh == index:
                raise
            index = fresh
            continue
        if index is store.index:
            return table
        return table.filter(pc.less_equal(table["revision"], store.revision))
    raise AssertionError


def _last_of_each(ids: pa.ChunkedArray) -> np.ndarray:
    """The last row of each id."""
    coded: Any = ids.combine_chunks().dictionary_encode()
    last = np.zeros(len(coded.dictionary), np.int64)
    last[coded.indices.to_numpy()] = np.arange(len(coded))
    return last


def _revision(changes: Changes, number: int, learned: np.datetime64) -> pa.Table:
    """Rows of the log: what is gone first, so that an id may go and come in one revision."""
    gone = {each.name: pa.nulls(len(changes.gone), each.type) for each in VALUES}
    gone["id"] = pa.array(changes.gone, pa.string())
    tables = []
    for what, rows in ((GONE, pa.table(gone, schema=VALUES)), (CHANGED, changes.changed), (NEW, changes.new)):
        n = len(rows)
        was = [changes.was.get(name) if what == NEW else None for name in rows["id"].to_pylist()]
        head = {
            "revision": pa.array(np.full(n, number, np.int32)),
            "learned": pa.array(np.full(n, learned)),
            "what": pa.array([what] * n, pa.string()),
            "was": pa.array(was, pa.string()),
        }
        tables.append(pa.table({**head, **{name: rows[name] for name in VALUES.names}}, schema=LAYOUT))
    return pa.concat_tables(tables)
