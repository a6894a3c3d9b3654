"""What a network gives reason to doubt."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.test_network import hand_made

from seisweave.faults.doubts import doubts_of


def network_of(n_faults, n_halos, n_background):
    network = hand_made(3, 1, n_faults + n_halos + n_background, n_halos=1)
    none = np.full(n_faults + n_halos + n_background, -1)
    fault, halo = none.copy(), none.copy()
    fault[:n_faults], halo[n_faults : n_faults + n_halos] = 0, 0
    return replace(network, faults=replace(network.faults, fault_of_event=fault, halo_of_event=halo))


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((6, 2, 2), []),
        ((5, 0, 5), []),
        ((5, 5, 0), []),
        ((2, 2, 6), ["60.0% of the events are background"]),
        ((2, 6, 2), ["60.0% of the events are in halos"]),
        ((0, 0, 10), ["100.0% of the events are background"]),
    ],
)
def test_more_than_half_in_background_or_halos_is_told(events, says):
    doubts = doubts_of(network_of(*events))
    assert len(doubts) == len(says)
    for doubt, beginning in zip(doubts, says, strict=True):
        assert doubt.startswith(beginning)
        assert "\n" not in doubt
