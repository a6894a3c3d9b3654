"""Rows of a source that could not be used: which, why, and their text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from seisweave.errors import InputError


@dataclass(frozen=True)
class BadRow:
    """One row that could not be used: its line in the file (from 1), the reason, and its text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Rejected:
    """Rows that could not be used, in the order of the file; notes tell what was not taken as written.

    >>> bad = Rejected((BadRow(3, "latitude is missing", "1994-01-01,,-116"),))
    >>> len(bad), bad.by_reason()
    (1, {'latitude is missing': 1})
    >>> print(bad.listing())
    line 3: latitude is missing: 1994-01-01,,-116
    """

    rows: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def by_reason(self) -> dict[str, int]:
        """How many rows for each reason, the most frequent first."""
        return dict(Counter(row.reason for row in self.rows).most_common())

    def listing(self, limit: int | None = None) -> str:
        """One line a row, with its line number in the file; the first `limit` of them."""
        shown = self.rows[:limit]
        lines = [f"line {row.line}: {row.reason}: {row.text}" for row in shown]
        if len(shown) < len(self.rows):
            lines.append(f"... and {len(self.rows) - len(shown)} more")
        return "\n".join(lines)

    def refuse(self, source: str) -> None:
        """Raise InputError if any row was rejected (`strict`)."""
        if self.rows:
            first = self.rows[0]
            raise InputError(
                f"{source}: {len(self.rows)} rows cannot be used, first line {first.line} ({first.reason}):"
                f" {first.text!r}; correct them, or read without strict=True"
            )
