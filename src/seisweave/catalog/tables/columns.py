"""One column of a table: its name, its cells, and what both say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values, numbers, words
from seisweave.catalog.tables.names import Meaning, meaning


@dataclass(frozen=True, eq=False)
class Column:
    """A column: its name in the file, its cells (an Arrow array of n), and whether the user has named it."""

    name: str
    cells: Any
    given: bool = False

    @cached_property
    def meaning(self) -> Meaning:
        """What its name says."""
        return meaning(self.name)

    @cached_property
    def numbers(self) -> Values:
        """Its cells as numbers."""
        return numbers(self.cells)

    @cached_property
    def words(self) -> np.ndarray:
        """Its cells as text, "" where blank."""
        return words(self.cells)

    @cached_property
    def known(self) -> np.ndarray:
        """Its numbers where there are any."""
        return self.numbers.value[np.isfinite(self.numbers.value)]

    @cached_property
    def is_numeric(self) -> bool:
        """Whether it holds numbers, and nothing else but blanks."""
        return bool(len(self.known)) and not self.numbers.unreadable.any()

    @property
    def example(self) -> str:
        """The first cell that is not blank."""
        return next((str(cell) for cell in self.words[:1000] if cell), "")

    def within(self, low: float, high: float, *, whole: bool = True) -> bool:
        """Whether all its cells are numbers between two limits (whole ones, where `whole`)."""
        if not self.is_numeric:
            return False
        inside = (self.known >= low) & (self.known <= high)
        return bool((inside & ((self.known == np.rint(self.known)) | (not whole))).all())


@dataclass(frozen=True)
class Reading:
    """What the user says of a table: names of columns (ours → theirs) and the unit of errors."""

    columns: dict[str, str] | None = None
    error_unit: str | None = None
    depth_unit: str | None = None
