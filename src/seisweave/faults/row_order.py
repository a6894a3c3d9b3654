"""An order of the events that is theirs and not that of the file, so that a network is the same however rows stand.

Sums of floating-point numbers depend in their last bits on the order of the terms, and of two gains that are equal but
for these either may win. So events are put in the order of x, y, depth and error before the tree is built, and what is
found about each goes back to its row. Events that agree in all of these are interchangeable: they get the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Int

from seisweave.faults.hypocentres import Inputs
from seisweave.faults.network import FaultNetwork


def own_order(inputs: Inputs) -> Int[np.ndarray, " n"]:
    """Rows of the events in the order of x, y, depth and error; as they stand for the published program's schedule.

    That program numbers clusters by the rows of their events, and its results are compared with ours number by number.
    """
    if inputs.options.schedule == "reference":
        return np.arange(len(inputs.xyz_km))
    keys = [*inputs.xyz_km.T]
    if inputs.location_errors is not None:
        keys += [*inputs.location_errors.T]
    return np.lexsort(keys[::-1])


def inputs_of_rows(inputs: Inputs, rows: Int[np.ndarray, " n"]) -> Inputs:
    """The same events in the order of `rows`."""
    errors = inputs.location_errors
    xyz_km = inputs.xyz_km[rows] + 0.0  # -0.0 becomes 0.0: they are one place
    return replace(inputs, xyz_km=xyz_km, location_errors=None if errors is None else errors[rows] + 0.0)


def network_of_rows(network: FaultNetwork, rows: Int[np.ndarray, " n"]) -> FaultNetwork:
    """The same network with its events in the order of `rows`."""
    faults = replace(
        network.faults,
        fault_of_event=network.faults.fault_of_event[rows],
        halo_of_event=network.faults.halo_of_event[rows],
        probability=network.faults.probability[rows],
    )
    return replace(network, part=network.part[rows], responsibility=network.responsibility[rows], faults=faults)


def places_in(order: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Where each row stands in an order: with it, what has been put in that order goes back.

    >>> order = np.array([2, 0, 1])
    >>> np.array([10, 20, 30])[order][places_in(order)]
    array([10, 20, 30])
    """
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place
