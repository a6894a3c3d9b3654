"""What a network itself gives reason to doubt, in plain words."""

from __future__ import annotations

from seisweave.faults.network import FaultNetwork

_MOST = 0.5  # of the events


def doubts_of(network: FaultNetwork) -> list[str]:
    """Say what a reader of this network should know before believing it: one sentence each, none where all is well.

    >>> import numpy as np, seisweave as sw
    >>> doubts_of(sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))))
    []
    """
    halos = int((network.faults.halo_of_event >= 0).sum()) / network.n_events
    background = 1.0 - halos - int((network.label >= 0).sum()) / network.n_events
    doubts = []
    if background > _MOST:
        doubts.append(
            f"{background:.1%} of the events are background, on no fault: they may be too few, too badly located"
            " or too scattered for faults, or min_sigma_km too large for them"
        )
    if halos > _MOST:
        doubts.append(
            f"{halos:.1%} of the events are in halos, which are no planes: the seismicity is diffuse, or too badly"
            " located for its planes"
        )
    return doubts
