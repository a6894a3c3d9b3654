"""From the rows a format yields to a Catalog of the usable ones; the others are set aside, each with its reason."""

from __future__ import annotations

from dataclasses import replace

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.passed_over import data_in_comments
from seisweave.catalog.source import Source
from seisweave.catalog.usable_columns import usable_columns

_WITHOUT_COMMENTS = ("parquet", "geojson", "nonlinloc", "quakeml", "isf", "obspy")


def to_catalog(
    rows: ParsedRows, source: Source, format_name: str, depth_unit: str | None = None, depth_positive: str | None = None
) -> Catalog:
    """Make a Catalog of the usable rows, with the others in its `rejected`, and notes on what looks wrong.

    Units are those of `usable_columns`. Errors: InputError if no row is usable, or if longitude and latitude are
    exchanged.
    """
    provenance = Provenance(source.path, source.sha256, format_name, used=rows.used, unused=rows.unused)
    struck = () if format_name in _WITHOUT_COMMENTS else data_in_comments(source.data)
    rows = replace(rows, notes=(*source.notes, *rows.notes, *struck))
    return Catalog(**usable_columns(rows, source, depth_unit, depth_positive), provenance=provenance)
