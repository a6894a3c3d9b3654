"""Folders of forecasts on record: listed by their names alone, read with their digests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seisweave.errors import InputError
from seisweave.issued.record import IssuedForecast
from seisweave.issued.stored import fields_of, name_of
from seisweave.storage import read_record

_NAME = re.compile(r"(\d{8}T\d{6}(?:\.\d{6})?Z)-([a-z][a-z0-9_]{0,39})-([0-9a-f]{12})\.nc")
_MONTH = re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True)
class IssuedFile:
    """A file of a folder of forecasts on record, by its name alone: its `now`, its model, digits of its digest.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> path = example_issued().write(mkdtemp())
    >>> IssuedFile.of(path).model, IssuedFile.of(path).read().horizon_days.tolist()
    ('etas', [1.0, 7.0])
    """

    path: Path
    now: np.datetime64
    model: str
    digits: str

    @classmethod
    def of(cls, path: Path) -> IssuedFile | None:
        """By the name of a file; None for another name."""
        found = _NAME.fullmatch(path.name)
        if found is None:
            return None
        t = found[1].removesuffix("Z")
        text = f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[9:11]}:{t[11:13]}:{t[13:]}"
        try:
            return cls(path, np.datetime64(text, "us"), found[2], found[3])
        except ValueError:
            return None

    def read(self) -> IssuedForecast:
        """The forecast. Errors: InputError for a damaged one, or one that is not what the name says."""
        return read_issued(self.path)


def read_issued(path: str | Path) -> IssuedForecast:
    """Read a forecast on record, and see that it is what was written, under the name that it was given.

    Errors: InputError for a path without one, a damaged one, or one that lies under another's name.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> made = example_issued()
    >>> again = read_issued(made.write(mkdtemp()))
    >>> again.digest == made.digest, bool(again.issued == made.issued)
    (True, True)
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path}: is a folder; give one file of it, or list them by issued_in(folder)")
    made = read_record(path, lambda dataset: IssuedForecast(**fields_of(dataset)), "forecast on record", ("", "issue"))
    if path.name != (name := name_of(vars(made))):
        raise InputError(f"{path}: holds another forecast than its name says ({name}); give it as it was made")
    return made


def issued_in(folder: str | Path) -> tuple[IssuedFile, ...]:
    """The forecasts on record below a folder, in order of `now`; none is opened before it is read.

    Errors: InputError for a path that is no folder.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> folder = mkdtemp()
    >>> _ = [example_issued(now).write(folder) for now in ("2019-08-01", "2019-07-06")]
    >>> [str(each.now)[:10] for each in issued_in(folder)]
    ['2019-07-06', '2019-08-01']
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one that `seisweave issue` wrote into")
    months = [each for each in sorted(folder.iterdir()) if _MONTH.fullmatch(each.name) and each.is_dir()]
    found = [IssuedFile.of(path) for month in months for path in sorted(month.iterdir())]
    return tuple(sorted((each for each in found if each), key=lambda each: (each.now, each.path.name)))


def holds_issued(folder: str | Path) -> bool:
    """Whether a folder is one of forecasts on record.

    >>> from tempfile import mkdtemp
    >>> holds_issued(mkdtemp())
    False
    """
    return Path(folder).is_dir() and bool(issued_in(folder))
