"""KML for Google Earth: faults in folders of their systems, their outlines, halos, each with the time of its events.

Format: OGC KML 2.3, <https://docs.ogc.org/is/12-007r2/12-007r2.html>. Nothing below the ground is drawn there, so that
the planes are lifted by a whole number of km, which their folder says: a plane's lower edge nearly touches the ground.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.faults.exports.colours import HALO, Colour, colours
from seisweave.faults.exports.exported import ExportedFaults, on_the_map, within_180

if TYPE_CHECKING:
    import pandas as pd

_SPACE = "http://www.opengis.net/kml/2.2"


@dataclass(frozen=True, eq=False)
class Placemark:
    """A shape with its name and attributes: corners as longitude, latitude and height above sea level (m)."""

    name: str
    style: str
    attributes: pd.Series
    corners: Float[np.ndarray, "m 3"]


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write planes (lifted), outlines and halos; tells the lift. Errors: InputError for a plate across a pole."""
    lift_km = math.ceil(np.concatenate(faults.corners_km)[:, 2].max())
    root = ET.Element("kml", xmlns=_SPACE)
    document = ET.SubElement(root, "Document")
    ET.SubElement(document, "name").text = f"Fault network: {_counted(len(faults), 'fault')}"
    for k, colour in enumerate(colours(faults)):
        _add_style(document, f"fault{k}", colour)
    _add_style(document, "halo", HALO)
    _add_planes(document, faults, lift_km)
    shadows, titles = faults.outlines(), [faults.title(k) for k in range(len(faults))]
    _add_outlines(_folder(document, "Outlines on the surface"), faults, titles, shadows)
    if len(faults.halos):
        titles = [f"halo {k}" for k in range(len(faults.halos))]
        _add_outlines(_folder(document, "Halos", visible=False), faults, titles, list(faults.halo_outlines()))
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return (*faults.notes, f"planes in the KML are lifted by {lift_km} km: Google Earth draws nothing below the ground")


def _add_planes(document: ET.Element, faults: ExportedFaults, lift_km: int) -> None:
    """A folder a system, that of the heaviest fault first."""
    planes, table = _folder(document, f"Faults (lifted by {lift_km} km)"), faults.table
    for system in dict.fromkeys(table["system"]):
        members = np.flatnonzero(table["system"] == system)
        events = int(table["n_events"].iloc[members].sum())
        folder = _folder(planes, f"System {system}: {_counted(len(members), 'fault')}, {_counted(events, 'event')}")
        for k in members.tolist():
            below = faults.corners_km[k]
            corners = _corners(faults, below, faults.title(k), 1000.0 * (lift_km - below[:, 2]))
            _add(folder, Placemark(faults.title(k), f"fault{k}", table.iloc[k], corners), on_ground=False)


def _add_outlines(folder: ET.Element, faults: ExportedFaults, titles: list[str], rings: list[np.ndarray]) -> None:
    of_faults = folder.findtext("name") != "Halos"
    for k, (title, ring) in enumerate(zip(titles, rings, strict=True)):
        row = (faults.table if of_faults else faults.halos).iloc[k]
        style = f"fault{k}" if of_faults else "halo"
        _add(folder, Placemark(title, style, row, _corners(faults, ring, title, np.zeros(len(ring)))), on_ground=True)


def _corners(faults: ExportedFaults, ring_km: np.ndarray, title: str, height: np.ndarray) -> Float[np.ndarray, "m 3"]:
    ring = on_the_map(faults.network, ring_km, what=title)
    return np.column_stack([within_180(ring[:, 0]), ring[:, 1], height])


def _folder(above: ET.Element, name: str, *, visible: bool = True) -> ET.Element:
    folder = ET.SubElement(above, "Folder")
    ET.SubElement(folder, "name").text = name
    ET.SubElement(folder, "visibility").text = str(int(visible))
    return folder


def _add_style(document: ET.Element, name: str, colour: Colour) -> None:
    red, green, blue = (f"{round(255 * part):02x}" for part in colour)
    style = ET.SubElement(document, "Style", id=name)
    ET.SubElement(ET.SubElement(style, "LineStyle"), "color").text = f"ff{blue}{green}{red}"
    ET.SubElement(ET.SubElement(style, "PolyStyle"), "color").text = f"99{blue}{green}{red}"


def _add(folder: ET.Element, mark: Placemark, *, on_ground: bool) -> None:
    placemark = ET.SubElement(folder, "Placemark")
    ET.SubElement(placemark, "name").text = mark.name
    ET.SubElement(placemark, "visibility").text = folder.findtext("visibility")
    told = {str(name): text for name, value in mark.attributes.items() if (text := _text(value))}
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(text)}</td></tr>" for name, text in told.items())
    ET.SubElement(placemark, "description").text = f"<table>{rows}</table>"
    if "first_time" in told:
        span = ET.SubElement(placemark, "TimeSpan")
        ET.SubElement(span, "begin").text, ET.SubElement(span, "end").text = told["first_time"], told["last_time"]
    ET.SubElement(placemark, "styleUrl").text = f"#{mark.style}"
    data = ET.SubElement(placemark, "ExtendedData")
    for name, text in told.items():
        ET.SubElement(ET.SubElement(data, "Data", name=name), "value").text = text
    polygon = ET.SubElement(placemark, "Polygon")
    ET.SubElement(polygon, "altitudeMode").text = "clampToGround" if on_ground else "absolute"
    ring = ET.SubElement(ET.SubElement(polygon, "outerBoundaryIs"), "LinearRing")
    closed = np.concatenate([mark.corners, mark.corners[:1]])
    ET.SubElement(ring, "coordinates").text = " ".join(f"{x:.8f},{y:.8f},{z:.2f}" for x, y, z in closed)


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _text(value: Any) -> str:
    """A value as people read it; nothing where it is unknown."""
    if value is None or value != value:
        return ""
    if hasattr(value, "isoformat"):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{float(value):.6g}" if isinstance(value, (float, np.floating)) else str(value)
