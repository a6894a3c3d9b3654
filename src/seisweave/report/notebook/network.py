"""How a fault network looks: its planes, how much lies on them; and its linked views inside a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seisweave.errors import InputError
from seisweave.faults.export import network_events
from seisweave.faults.network import FaultNetwork
from seisweave.report.figures import _new_figure, network_figure, plot_map
from seisweave.report.markup import count, text
from seisweave.report.notebook.look import MOST_ROWS, Look
from seisweave.report.results.events import AXES
from seisweave.report.results.network import shares_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NO_EVENTS = "the network does not hold its events (network.nc has none); open the whole result folder"


@dataclass(frozen=True)
class LinkedView:
    """The linked views of a network as a notebook shows them; `page` is the whole page as text."""

    page: str
    height: int

    def __repr__(self) -> str:
        return f"<LinkedView: {len(self.page) / 1e6:.1f} MB of HTML, shown in a notebook>"

    def _repr_html_(self) -> str:
        """A frame of its own origin: the page's script sees nothing of the notebook, and asks for nothing."""
        return (
            '<iframe title="Linked views of a fault network" sandbox="allow-scripts allow-downloads"'
            f' style="width:100%;height:{self.height}px;border:0" srcdoc="{text(self.page)}"></iframe>'
        )


def explore(network: FaultNetwork, *, height: int = 900) -> LinkedView:
    """The linked views of a network, to look around in.

    Errors: InputError for a network without its events, and a height below 200 pixels.
    """
    from seisweave.report.page import page_of

    if height < 200:
        raise InputError(f"height is {height}; give 200 pixels or more")
    return LinkedView(page_of(network), int(height))


def _line(network: FaultNetwork) -> list[str]:
    on, halo, background = shares_of(network) if network.n_events else (0.0, 0.0, 0.0)
    parts = [count(network.n_faults, "fault"), f"{count(network.n_events, 'event')}: {on:.1%} on faults"]
    halos = f"{halo:.1%} in {count(network.faults.n_halos, 'halo')}" if network.faults.n_halos else ""
    return [*parts, *filter(None, [halos]), f"{background:.1%} background"]


def _rows(network: FaultNetwork) -> list[list[str]]:
    planes, faults = network.planes, network.faults
    longitude, latitude = network.to_geographic(faults.plates.centre_km)
    x, y = (faults.plates.centre_km[:, axis] for axis in (0, 1))
    local = network.projection is None
    rows = []
    for k in range(min(network.n_faults, MOST_ROWS)):
        place = f"{x[k]:.1f}, {y[k]:.1f} km" if local else f"{longitude[k]:.2f}, {latitude[k]:.2f}"
        size = f"{planes.length_km[k]:.1f} × {planes.width_km[k]:.1f}"
        angles = f"{planes.strike_deg[k]:.0f}", f"{planes.dip_deg[k]:.0f}"
        name = "" if network.register is None else f"({network.register.names[k]})"
        rows.append([f"fault {k} {name}".strip(), f"{network.events_per_fault[k]:,}", *angles, size, place])
    return rows


def _xyz_km(network: FaultNetwork) -> np.ndarray | None:
    events = network_events(network)
    return None if events is None else events[AXES].to_numpy(dtype=float)


def _figure(network: FaultNetwork, *, title: str = "") -> Figure:
    xyz_km = _xyz_km(network)
    if xyz_km is None:
        raise InputError(_NO_EVENTS)
    return network_figure(network, xyz_km, title=title)


def _small(network: FaultNetwork) -> Figure | None:
    xyz_km = _xyz_km(network)
    if xyz_km is None or not len(xyz_km):
        return None
    figure = _new_figure(6.0, 4.6)
    plot_map(network, xyz_km, figure.subplots())
    return figure


NETWORK = Look(
    line=_line,
    rows=_rows,
    figure=_figure,
    small=_small,
    alt="Map of the events, each in the colour of its fault, halos and background grey",
    heads=("faults of most events", "events", "strike (°)", "dip (°)", "length × width (km)", "centre"),
)
