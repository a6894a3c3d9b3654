"""OpenQuake's NRML 0.5: fault sources for hazard models, with rates from the network's own events.

Format: OpenQuake Engine manual, *Source models* (Pagani et al. 2014, Seismol. Res. Lett. 85, 692-702),
<https://docs.openquake.org>. A plate whose edges are level is a simple fault: the trace is where its plane meets depth
0, and the fault dips to the right of it. A plate turned in its plane is a complex fault, whose two edges are the
plate's own. Rates: see `rates.py`.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.exports.exported import ExportedFaults, on_the_map, within_180
from seisweave.faults.exports.options import ExportOptions
from seisweave.faults.exports.rates import FaultRates, fault_rates, grid_above
from seisweave.faults.network import FaultNetwork

_SPACE, _GML = "http://openquake.org/xmlns/nrml/0.5", "http://www.opengis.net/gml"
_LEVEL_KM = 1e-3  # an edge whose ends differ by no more in depth is level
_FLATTEST_DEG = 1.0  # a plane that dips less meets the surface far away
_LOWEST_KM = 0.1  # from the upper to the lower edge
_ASPECT = 1.5  # of ruptures: length over width


@dataclass(frozen=True, eq=False)
class SourceGeometry:
    """Where a source lies: its upper and lower edge (two points each, along the strike; local km)."""

    upper_km: Float[np.ndarray, "2 3"]
    lower_km: Float[np.ndarray, "2 3"]
    dip_deg: float

    @property
    def is_level(self) -> bool:
        """Whether both edges are level, so that a simple fault holds it."""
        edges = np.stack([self.upper_km[:, 2], self.lower_km[:, 2]])
        return bool((np.ptp(edges, axis=1) <= _LEVEL_KM).all())

    @property
    def trace_km(self) -> Float[np.ndarray, "2 3"]:
        """Where the plane of a level source meets depth 0."""
        down = self.lower_km - self.upper_km
        return self.upper_km - down * (self.upper_km[:, 2:] / down[:, 2:])


def write(faults: ExportedFaults, path: Path) -> tuple[str, ...]:
    """Write a source for each fault that NRML holds and whose rate is known.

    Tells what is left out, and all that was assumed; the file's comment holds the same. Errors: InputError for a
    network without rates, and a plate across a pole.
    """
    rates = fault_rates(faults)
    geometries = [_geometry(faults, k) for k in range(len(faults))]
    lowest = grid_above(faults.options.min_magnitude)
    why = [_refusal(geometry, rates, k, lowest) for k, geometry in enumerate(geometries)]
    sources = {k: geometry for k, geometry in enumerate(geometries) if geometry is not None and not why[k]}
    notes = (*faults.notes, *_left_out(why), *rates.notes, *_assumed(faults.options, sources, lowest))
    root = ET.Element("nrml", {"xmlns": _SPACE, "xmlns:gml": _GML})
    root.append(ET.Comment(" " + "; ".join(notes).replace("--", "- -") + " "))
    model = ET.SubElement(root, "sourceModel", name="Fault network of seisweave")
    region = faults.options.tectonic_region
    group = ET.SubElement(model, "sourceGroup", name="faults", tectonicRegion=region)
    for k, geometry in sources.items():
        source = _add_geometry(group, faults, k, geometry)
        _add_rates(source, rates, k, lowest, faults.options.rake_deg or 0.0)
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return notes


def _geometry(faults: ExportedFaults, k: int) -> SourceGeometry | None:
    """The edges of a plate, along its strike by the right-hand rule; None where the surface leaves no two edges."""
    network, number = faults.network, int(faults.number[k])
    on_the_map(network, faults.corners_km[k], what=faults.title(k))
    corners = faults.corners_km[k]
    if len(corners) != 4:
        return None
    along, down = corners[1] - corners[0], corners[2] - corners[1]
    if along[0] * down[1] - along[1] * down[0] > 0:  # it dips to the left
        corners = corners[[1, 0, 3, 2]]
    return SourceGeometry(corners[:2], corners[[3, 2]], float(network.planes.dip_deg[number]))


def _refusal(geometry: SourceGeometry | None, rates: FaultRates, k: int, lowest: float) -> str:
    """Why a fault is no source; or ""."""
    if geometry is None:
        return "turned in its plane and cut by the surface"
    if geometry.dip_deg < _FLATTEST_DEG or (geometry.lower_km - geometry.upper_km)[:, 2].min() < _LOWEST_KM:
        return f"too flat (a dip under {_FLATTEST_DEG:g}°, or edges within {_LOWEST_KM:g} km in depth)"
    if not rates.n_complete[k]:
        return f"without an event of M ≥ {rates.mc:g}"
    if rates.max_magnitude[k] <= lowest + 1e-6:
        return f"whose largest magnitude is not above {lowest:g}"
    return ""


def _left_out(why: list[str]) -> list[str]:
    """What was left out, a line a reason. Errors: InputError where that is everything."""
    reasons = Counter(reason for reason in why if reason)
    lines = [f"{n} of {len(why)} faults left out of the NRML: {reason}" for reason, n in reasons.items()]
    if reasons.total() == len(why):
        raise InputError(f"no fault can be a source of NRML; {'; '.join(lines)}")
    return lines


def _assumed(options: ExportOptions, sources: dict[int, SourceGeometry], lowest: float) -> list[str]:
    level = sum(geometry.is_level for geometry in sources.values())
    lines = [f"{level} simple and {len(sources) - level} complex fault sources, of M {lowest:g} and more"]
    if options.rake_deg is None:
        lines.append(
            "the rake is unknown: 0 (left-lateral) is written as an assumption; give another, like rake_deg=90"
        )
    else:
        lines.append(f"rake {options.rake_deg:g} of all faults, as given")
    return [*lines, f"{options.tectonic_region}, ruptures {_ASPECT:g} times as long as wide: assumptions"]


def _add_geometry(group: ET.Element, faults: ExportedFaults, k: int, geometry: SourceGeometry) -> ET.Element:
    kind = "simple" if geometry.is_level else "complex"
    named = {"id": f"fault-{faults.number[k]}", "name": faults.title(k)}
    source = ET.SubElement(group, f"{kind}FaultSource", named)
    where = ET.SubElement(source, f"{kind}FaultGeometry")
    if geometry.is_level:
        _add_line(where, faults.network, geometry.trace_km, depth=False)
        ET.SubElement(where, "dip").text = f"{geometry.dip_deg:.6f}"
        ET.SubElement(where, "upperSeismoDepth").text = f"{max(0.0, geometry.upper_km[:, 2].mean()):.5f}"
        ET.SubElement(where, "lowerSeismoDepth").text = f"{geometry.lower_km[:, 2].mean():.5f}"
    else:
        _add_line(ET.SubElement(where, "faultTopEdge"), faults.network, geometry.upper_km, depth=True)
        _add_line(ET.SubElement(where, "faultBottomEdge"), faults.network, geometry.lower_km, depth=True)
    return source


def _add_line(above: ET.Element, network: FaultNetwork, line_km: Float[np.ndarray, "2 3"], *, depth: bool) -> None:
    longitude, latitude = network.to_geographic(line_km)
    columns = [within_180(longitude), latitude]
    rows = [f"{x:.8f} {y:.8f}" for x, y in zip(*columns, strict=True)]
    if depth:
        rows = [f"{row} {max(0.0, z):.5f}" for row, z in zip(rows, line_km[:, 2], strict=True)]
    ET.SubElement(ET.SubElement(above, "gml:LineString"), "gml:posList").text = " ".join(rows)


def _add_rates(source: ET.Element, rates: FaultRates, k: int, lowest: float, rake_deg: float) -> None:
    ET.SubElement(source, "magScaleRel").text = "WC1994"
    ET.SubElement(source, "ruptAspectRatio").text = f"{_ASPECT:g}"
    law = {"aValue": f"{rates.a[k]:.6f}", "bValue": f"{rates.b:.6f}"}
    law |= {"minMag": f"{lowest:.1f}", "maxMag": f"{rates.max_magnitude[k]:.1f}"}
    ET.SubElement(source, "truncGutenbergRichterMFD", law)
    ET.SubElement(source, "rake").text = f"{rake_deg:g}"
