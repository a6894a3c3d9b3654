"""Which files an input names: a file, several, a folder, a pattern like *.csv, or "-" for standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seisweave.catalog.shown import shown
from seisweave.errors import InputError

STDIN = "-"
_STORE = "store.json"  # in the store of a station
_DECLUSTERED, _EVERY_EVENT = "declustered.csv", "events.csv"  # in a folder of `seisweave catalog decluster`


@dataclass(frozen=True)
class Files:
    """Files to read, in order; `chosen` where each was named, or found by a pattern, and not only lies in a folder."""

    paths: tuple[str, ...]
    chosen: bool = True


def is_path(given: Any) -> bool:
    """Whether it names files: text, a path, or several of these."""
    if isinstance(given, str | os.PathLike):
        return True
    return (
        isinstance(given, list | tuple | set | frozenset)
        and len(given) > 0
        and all(isinstance(each, str | os.PathLike) for each in given)
    )


@dataclass(frozen=True)
class StoreFolder:
    """The folder of the store of a station."""

    path: Path


def stores_in(given: str | os.PathLike | Iterable[str | os.PathLike]) -> list[StoreFolder | str]:
    """All that an input names, in order, where a store of a station is among it: by its folder, or the station's."""
    names = [given] if isinstance(given, str | os.PathLike) else list(given)
    found: list[StoreFolder | str] = []
    for name in names:
        where = Path(name)
        stores = [StoreFolder(each) for each in (where, where / "store") if (each / _STORE).is_file()]
        found.append(stores[0] if stores else os.fspath(name))
    return found if any(isinstance(each, StoreFolder) for each in found) else []


def files_of(given: str | os.PathLike | Iterable[str | os.PathLike]) -> Files:
    """The files an input names; those of a folder by name, without hidden ones and folders in it.

    A folder that `seisweave catalog decluster` has made stands for its declustered catalog.

    Errors: InputError for an empty list, a folder without files, and a pattern that nothing fits.
    """
    if not isinstance(given, str | os.PathLike):
        each = [files_of(one) for one in given]
        if not each:
            raise InputError("no file is named; give one catalog or more")
        return Files(tuple(dict.fromkeys(path for files in each for path in files.paths)), all(f.chosen for f in each))
    name = os.fspath(given)
    where = Path(name)
    if (where / _DECLUSTERED).is_file() and (where / _EVERY_EVENT).is_file():
        return Files((str(where / _DECLUSTERED),))
    if where.is_dir():
        return Files(_in_folder(where), chosen=False)
    if name != STDIN and glob.has_magic(name) and not where.exists():
        found = sorted(path for path in glob.glob(name) if Path(path).is_file())  # noqa: PTH207 - absolute or not
        if not found:
            raise InputError(f"no file is named like {shown(name)}; check the pattern and the folder")
        return Files(tuple(found))
    return Files((name,))


def _in_folder(where: Path) -> tuple[str, ...]:
    try:
        found = sorted(path for path in where.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise InputError(f"{shown(where)} cannot be read: {error.strerror or error}; check its permissions") from None
    if not found:
        raise InputError(f"{shown(where)} is a directory without files; name a catalog, or a folder that holds some")
    return tuple(str(path) for path in found)
