"""Catalogs of every format, damaged in many ways: read right, told, or refused in one line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np

from seisweave.catalog import Catalog, read_catalog
from seisweave.errors import InputError
from tests.fuzz import Outcome, refused
from tests.fuzz.mutations import Mutant, mutant
from tests.fuzz.samples import SAMPLES

KIND = "readers"
_SLOW = ("quakeml", "isf")  # through ObsPy
_WEIGHTS = np.array([0.3 if sample.name in _SLOW else 1.0 for sample in SAMPLES])


@dataclass(frozen=True)
class Truth:
    """What a sample holds: its events as tuples in the order of its rows, and what is said of it."""

    events: tuple[tuple, ...]
    notes: frozenset[str]


@cache
def prepare() -> None:
    """Read the undamaged samples, which loads what reads them."""
    for at in range(len(SAMPLES)):
        _truth(at)


def example(seed: int, folder: Path) -> Outcome:
    """One damaged catalog. Without a format of the user's, no exception of a reader is dressed up."""
    rng = np.random.default_rng(seed)
    at = int(rng.choice(len(SAMPLES), p=_WEIGHTS / _WEIGHTS.sum()))
    truth = _truth(at)
    made = mutant(rng, SAMPLES[at])
    path = folder / "catalog"
    path.write_bytes(made.data)
    what = f"{made.what}, {SAMPLES[at].name}"
    bare = mock.patch.dict(os.environ, {} if made.format else {"SEISWEAVE_TRACEBACK": "1"})
    try:
        with bare:
            catalog = read_catalog(path, format=made.format)
    except InputError as error:
        return refused(error, what)
    return _judged(catalog, made, at, truth, what)


def _judged(catalog: Catalog, made: Mutant, at: int, truth: Truth, what: str) -> Outcome:
    found = _events(catalog)
    wrong = _impossible(catalog)
    if wrong:
        return Outcome("changed", what, wrong)
    if made.format is not None:
        return Outcome("told" if catalog.rejected.notes or len(catalog.rejected) else "as written", what)
    told = set(catalog.rejected.notes) - truth.notes
    if made.same:
        same = sorted(map(_plain, found)) == sorted(map(_plain, truth.events))
        unseen = "as written" if "zstd" in made.what else "changed"  # it has no sum to check what came out
        return Outcome("same" if same else "told" if told else unseen, what, f"{found[:3]}")
    shown = "\n".join(row.text for row in catalog.rejected.rows)
    for i in made.untouched:
        row = SAMPLES[at].rows[i].strip()
        if _plain(truth.events[i]) not in map(_plain, found) and not _is_shown(row, shown):
            if not told and not len(catalog.rejected):
                return Outcome("changed", what, f"row {i}: {truth.events[i]} not in {found}")
            if not told and SAMPLES[at].name not in _REJECTED_OTHERWISE:
                return Outcome("changed", what, f"row {i}: {truth.events[i]} neither in {found} nor in {shown[:300]}")
            return Outcome("told", f"{what}: others", f"row {i}; {sorted(told)[:2]}; {shown[:200]}")
    if made.shifted is not None:
        return _shift_seen(catalog, made, truth, what, told)
    if told or len(catalog.rejected):
        return Outcome("told", what)
    if made.cell is not None and (more := _more_than_one(found, truth, made.cell)):
        return Outcome("changed", what, more)
    return Outcome("same" if sorted(map(_plain, found)) == sorted(map(_plain, truth.events)) else "as written", what)


_REJECTED_OTHERWISE = ("geojson", "quakeml", "isf")  # whose events are named by number in `rejected`


def _is_shown(row: str, shown: str) -> bool:
    """Whether a row set aside is shown by its first line, or an event of several by that which has its place."""
    lines = [line.strip()[:60] for line in row.split("\n")]
    return lines[0] in shown or any(line in shown for line in lines if line.startswith("GEOGRAPHIC"))


def _shift_seen(catalog: Catalog, made: Mutant, truth: Truth, what: str, told: set[str]) -> Outcome:
    """A row of fixed columns that was shifted is told, or every value of it is as before."""
    if told or len(catalog.rejected):
        return Outcome("told", what)
    whole = {_plain(event)[:5] for event in truth.events}
    strange = [event for event in _events(catalog) if _plain(event)[:5] not in whole]
    if strange:
        return Outcome("changed", what, f"shifted row {made.shifted} gives {strange[0]}: {made.data!r}"[:400])
    return Outcome("same", what)


def _more_than_one(found: list[tuple], truth: Truth, at: int) -> str:
    """The event of a row in which one number was changed, where more than one of its values is another."""
    whole = set(map(_plain, truth.events))
    strange = [event for event in found if _plain(event) not in whole]
    if len(found) != len(truth.events):
        return f"{len(found)} events, of which {strange} are new"
    before = _plain(truth.events[at])
    for event in strange:
        if sum(a != b for a, b in zip(_plain(event), before, strict=True)) > 1:
            return f"{event} was {truth.events[at]}"
    return ""


def _impossible(catalog: Catalog) -> str:
    """What no catalog may hold."""
    if not (np.abs(catalog.latitude) <= 90).all() or not (np.abs(catalog.longitude) <= 180).all():
        return "an event off the globe"
    known = catalog.magnitude[~np.isnan(catalog.magnitude)]
    if not (np.abs(known) <= 10).all():
        return f"a magnitude of {known.max()}"
    if np.isinf(catalog.depth_km).any():
        return "an infinite depth"
    if len(set(catalog.ids.tolist())) < len(catalog):
        return "an id given twice"
    if catalog.uncertainty is not None:
        sigma = catalog.uncertainty.sigmas_km()
        if any((np.isinf(each) | (each < 0)).any() for each in sigma.values()):
            return "an infinite or negative error"
    return ""


def _events(catalog: Catalog) -> list[tuple]:
    columns = (catalog.times.astype(str), catalog.longitude, catalog.latitude, catalog.depth_km, catalog.magnitude)
    return list(zip(*(column.tolist() for column in columns), catalog.ids.tolist(), strict=True))


def _plain(event: tuple) -> tuple[str, ...]:
    """Values that can be compared (NaN is one), without ids that are line numbers."""
    *values, name = event
    by_line = str(name).removeprefix("line").isdigit() and len(str(name).removeprefix("line")) < 4
    return (*map(str, values), "" if by_line else str(name))


@cache
def _truth(at: int) -> Truth:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "catalog"
        path.write_bytes(SAMPLES[at].text.encode())
        catalog = read_catalog(path)
    assert len(catalog) == len(SAMPLES[at].rows)
    return Truth(tuple(_events(catalog)), frozenset(catalog.rejected.notes))
