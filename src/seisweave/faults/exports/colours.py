"""Colours of exported faults: by system, or by strike round the circle."""

from __future__ import annotations

from colorsys import hsv_to_rgb
from typing import TypeAlias

from seisweave.faults.exports.exported import ExportedFaults

_GOLDEN = 0.6180339887  # of the circle of hues from one system to the next: neighbours differ, however many there are
Colour: TypeAlias = tuple[float, float, float]  # red, green, blue: 0..1
HALO: Colour = (0.63, 0.54, 0.42)


def colours(faults: ExportedFaults) -> list[Colour]:
    """Red, green and blue (0..1) of each fault; strikes of half a circle go once round the hues, red at north."""
    if faults.options.colours == "strike":
        hues = faults.table["strike_deg"].to_numpy() % 180.0 / 180.0
    else:
        hues = faults.table["system"].to_numpy() * _GOLDEN % 1.0
    return [hsv_to_rgb(float(hue), 0.75, 0.9) for hue in hues]
