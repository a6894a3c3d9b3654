"""Relocated Southern California catalogs of Hauksson, Yang and Shearer (`hs_*`): 25 or 26 columns between blanks.

Year, month, day, hour, minute, second, id, latitude, longitude, depth (km, down), magnitude, number of phases, distance
to the nearest station, rms, day or night, method, cluster, events in it, differential times, absolute errors of place
and depth (km), errors relative to the cluster (km), type of event, method of relocation, polygon. The absolute errors
are taken, as condensation compares events of different clusters; 0 and negative ones are unknown. Format: README of
the catalog at the SCEDC, https://scedc.caltech.edu/data/alt-2011-dd-hauksson-yang-shearer.html (Hauksson, Yang &
Shearer, Bull. Seismol. Soc. Am. 102, 2012).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seisweave.catalog.delimited import TextTable, numbers, positive, words
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.relocations import looks_relocated, parsed, read_table
from seisweave.catalog.source import Source
from seisweave.catalog.uncertainty import LocationUncertainty

_NUMBERS = (
    "year month day hour minute second id lat lon depth mag n_phases distance rms night method cluster n_events n_times"
    " horizontal vertical relative_horizontal relative_vertical"
)
_COLUMNS = (f"{_NUMBERS} type relocation polygon", f"{_NUMBERS} type relocation")


def recognises(source: Source) -> bool:
    """Whether one of the first lines has 23 numbers, with a date and a place, and two or three words behind them."""
    return bool(_columns(source))


def read(source: Source) -> ParsedRows:
    """Read all rows."""
    table = read_table(source, _columns(source) or _COLUMNS[0])
    column = table.columns
    errors = [positive(numbers(column[name]).value) for name in ("horizontal", "vertical")]
    return replace(
        parsed(table, LocationUncertainty(*errors)),
        n_phases=numbers(column["n_phases"]).value,
        event_type=words(column["type"]),
        notes=_about_errors(table, errors[0]),
    )


def _columns(source: Source) -> str:
    """The columns that one of the first lines fits."""
    return next((names for names in _COLUMNS if looks_relocated(source, names, n_words=len(names.split()) - 23)), "")


def _about_errors(table: TextTable, absolute_km: np.ndarray) -> tuple[str, ...]:
    relative_km = positive(numbers(table.columns["relative_horizontal"]).value)
    if np.isnan(absolute_km).all() or np.isnan(relative_km).all():
        return ()
    return (
        f"errors are the absolute ones (median {np.nanmedian(absolute_km):g} km horizontally), not those relative to"
        f" the cluster (median {np.nanmedian(relative_km):g} km)",
    )
