"""Figures of what a network's faults are like: orientation, size, events on one fault, and how they were put together.

One file a figure: the record in, `ax=None`, the axes out. None loads matplotlib before it draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.report.network_figures.capacity import plot_capacity
    from seisweave.report.network_figures.condensation_steps import condensation_steps_figure, plot_condensation_step
    from seisweave.report.network_figures.distributions import plot_distribution
    from seisweave.report.network_figures.fault_section import plot_fault_section
    from seisweave.report.network_figures.gain_matrix import plot_gain_matrix
    from seisweave.report.network_figures.magnitude_time import plot_magnitude_time
    from seisweave.report.network_figures.rose import plot_rose
    from seisweave.report.network_figures.stereonet import plot_stereonet
    from seisweave.report.network_figures.tails import plot_boxcar_tails, plot_tails

__all__ = [
    "condensation_steps_figure",
    "plot_boxcar_tails",
    "plot_capacity",
    "plot_condensation_step",
    "plot_distribution",
    "plot_fault_section",
    "plot_gain_matrix",
    "plot_magnitude_time",
    "plot_rose",
    "plot_stereonet",
    "plot_tails",
]

__getattr__ = lazy_names(
    __name__,
    {
        "condensation_steps_figure": "condensation_steps",
        "plot_boxcar_tails": "tails",
        "plot_capacity": "capacity",
        "plot_condensation_step": "condensation_steps",
        "plot_distribution": "distributions",
        "plot_fault_section": "fault_section",
        "plot_gain_matrix": "gain_matrix",
        "plot_magnitude_time": "magnitude_time",
        "plot_rose": "rose",
        "plot_stereonet": "stereonet",
        "plot_tails": "tails",
    },
)
