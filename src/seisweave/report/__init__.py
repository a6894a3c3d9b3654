"""Figures, result folders read and written, and the self-contained page that shows them.

Nothing here loads matplotlib before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.report.catalog_figures import catalog_figure, write_catalog_figure
    from seisweave.report.figures import network_figure, plot_map, plot_section
    from seisweave.report.page import write_page
    from seisweave.report.results.opened import ScoreTables, open_result
    from seisweave.report.results.written import write_result
    from seisweave.report.traces import Traces, read_traces

__all__ = [
    "ScoreTables",
    "Traces",
    "catalog_figure",
    "network_figure",
    "open_result",
    "plot_map",
    "plot_section",
    "read_traces",
    "write_catalog_figure",
    "write_page",
    "write_result",
]

__getattr__ = lazy_names(
    __name__,
    {
        "ScoreTables": "results.opened",
        "Traces": "traces",
        "catalog_figure": "catalog_figures",
        "network_figure": "figures",
        "open_result": "results.opened",
        "plot_map": "figures",
        "plot_section": "figures",
        "read_traces": "traces",
        "write_catalog_figure": "catalog_figures",
        "write_page": "page",
        "write_result": "results.written",
    },
)
