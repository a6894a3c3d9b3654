"""The section of the page that unfolds, on orientation and size: all faults, the largest one by one, the making."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from seisweave.report import drawn
from seisweave.report.drawn import Named, plain_name
from seisweave.report.markup import count
from seisweave.report.network_figures.page_figures import fault_figure, making_figure, orientation_figure
from seisweave.report.results.network import NetworkResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LARGEST = 4  # faults that are shown one by one


def orientation_section(result: NetworkResult, anchor: str = "result-1") -> str:
    """Write the section: its figures are drawn now, from the network and its events.

    `anchor` is the place of the network's section in the page.
    """
    network, events = result.network, result.events
    named = Named(anchor, plain_name(result.name))
    pictures = [_orientation(result, _of(named, "orientation"))]
    for fault in range(min(LARGEST, network.n_faults)):
        held = count(int(network.events_per_fault[fault]), "event")
        alt = f"Section along fault {fault} with its {held}, and when they came"
        draw = partial(fault_figure, network, fault, events)
        pictures.append(_picture(draw, alt, _fault_caption(fault), _of(named, f"fault-{fault}")))
    draw = partial(making_figure, network, events, result.xyz_km)
    pictures.append(_picture(draw, _MAKING_ALT, _making(result), _of(named, "making")))
    inside = "\n".join(picture for picture in pictures if picture)
    return f"<details><summary>Orientation and size</summary>\n{inside}\n</details>"


_MAKING_ALT = "Holding capacity of the tree, gains of merging segments, density along the fault of most segments"


def _of(named: Named, what: str) -> Named:
    return replace(named, place=f"{named.place}-{what}", file=f"{named.file}-{what}")


def _orientation(result: NetworkResult, named: Named) -> str:
    faults = count(result.network.n_faults, "fault")
    alt = f"Stereonet of poles, roses of strikes, and distributions of length, dip and thickness of {faults}"
    caption = (
        "Poles of the planes (lower hemisphere, equal area), in the colours and with the numbers of the map; strikes "
        "in bins of ten degrees, each to both sides; how many faults have which length, dip and thickness, a tick each."
    )
    return _picture(partial(orientation_figure, result.network), alt, caption, named)


def _fault_caption(fault: int) -> str:
    return (
        f"Fault {fault} seen from its hanging wall, in its own plane; the frame is its plate, a brown line the "
        "surface. Colours tell times, areas magnitudes, where the events have them."
    )


def _making(result: NetworkResult) -> str:
    """Say what the last figure shows, and what of it is left out."""
    network = result.network
    many = network.options.subsets
    subsets = f", in {many:,} subsets with trees of their own" if many > 1 else ""
    began = f"{count(network.n_proto, 'proto-fault')}, made by {network.atomized.by}{subsets}"
    return (
        f"How it was made. The reconstruction began with {began}. The holding capacity is that of the one cut through "
        "the tree of all events; gains are those of merging two of the segments that are left; tails are those of the "
        "fault of most segments. What would take long, or there is none of, is not drawn."
    )


def _picture(draw: Callable[[], Figure | None], alt: str, caption: str, named: Named) -> str:
    """Lay out a figure; nothing where none is drawn."""
    made = drawn.drawn(draw)
    return "" if made is None else drawn.picture(made, alt, caption, named)
