"""Where a catalog came from, and the sources of one that was put together from several."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seisweave.stored_json import record_of


@dataclass(frozen=True)
class Provenance:
    """Where a catalog came from: source (path or name), SHA-256 of its bytes, format it was read as.

    Of a catalog put together from several, `parts` has the provenance of each, and `sha256` is that of theirs.
    Of a table also the columns `used`, each ours=theirs, and those `unused`.

    >>> from seisweave.synthetic import southern_california_like
    >>> southern_california_like(n_events=200).catalog.provenance.source
    'synthetic Southern California, seed 1, 200 events'
    """

    source: str = ""
    sha256: str = ""
    format: str = ""
    parts: tuple[Provenance, ...] = ()
    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @classmethod
    def of_json(cls, fields: Mapping[str, Any]) -> Provenance:
        """From what `dataclasses.asdict` and JSON made of one. Errors: ValueError for other fields, or values.

        >>> from dataclasses import asdict
        >>> one = Provenance.of_parts([Provenance("a.csv", "12", "csv"), Provenance("b.xml", used=("time=t",))])
        >>> Provenance.of_json(asdict(one)) == one
        True
        """
        return record_of(cls, fields)

    @classmethod
    def of_parts(cls, parts: Sequence[Provenance]) -> Provenance:
        """Provenance of what was put together from several sources.

        >>> both = Provenance.of_parts([Provenance("a.csv", "12", "csv"), Provenance("b.xml", "34", "quakeml")])
        >>> both.source, both.format
        ('a.csv, b.xml', 'csv, quakeml')
        """
        single = [one for part in parts for one in (part.parts or (part,))]
        if all(one == single[0] for one in single):
            return single[0]
        names = [one.source for one in single if one.source]
        more = f", ... ({len(names)} files)" if len(names) > 4 else ""
        digest = hashlib.sha256("\n".join(one.sha256 for one in single).encode()).hexdigest()
        formats = ", ".join(dict.fromkeys(one.format for one in single if one.format))
        known = digest if all(one.sha256 for one in single) else ""
        return cls(", ".join(names[:4]) + more, known, formats, tuple(single))
