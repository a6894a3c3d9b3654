"""Figures of a fault network, and the self-contained page that shows result folders.

Nothing here loads matplotlib or plotly before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seisweave.report.figures import network_figure, plot_map, plot_section
    from seisweave.report.page import write_page

__all__ = ["network_figure", "plot_map", "plot_section", "write_page"]


def __getattr__(name: str):
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "page" if name == "write_page" else "figures"
    return getattr(import_module(f"{__name__}.{home}"), name)
