"""The second level of a network: segments on one plane are one fault, with a plate; what is no plane is a halo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.plates import Plates


@dataclass(frozen=True, eq=False)
class Faults:
    """Faults of g segments and n events, and the halos beside them.

    Faults are ordered by their number of events, halos too. fault_of_event is -1 where an event lies on no fault, and
    halo_of_event where it is in no halo; events that have neither are background. probability is that of the fault,
    halo or background that an event is given to. fault_of_segment is -1 for segments of halos. links are pairs of
    faults that meet and bend into each other, system numbers the chains of them; a fault alone is a system alone.

    errors says where the errors of location came from: "catalog", or "estimated" from the hypocentres alone. Shares
    (error_share) of all events have about the standard errors error_km, equal in all directions. roughness_km is how
    far a segment may leave the plane of its fault. bic is that of plates, halos and background with these errors, in
    the half form of Kamer et al. (2020), eq. 2.
    """

    plates: Plates
    fault_of_event: Int[np.ndarray, " n"]
    halo_of_event: Int[np.ndarray, " n"]
    probability: Float[np.ndarray, " n"]
    fault_of_segment: Int[np.ndarray, " g"]
    links: Int[np.ndarray, "m 2"]
    system: Int[np.ndarray, " f"]
    halo_weight: Float[np.ndarray, " h"]
    halo_mean_km: Float[np.ndarray, "h 3"]
    halo_covariance_km2: Float[np.ndarray, "h 3 3"]
    errors: str
    error_km: Float[np.ndarray, " k"]
    error_share: Float[np.ndarray, " k"]
    roughness_km: float
    log_likelihood: float
    bic: float

    def __len__(self) -> int:
        return len(self.plates)

    @property
    def n_halos(self) -> int:
        """How many halos."""
        return len(self.halo_weight)

    @property
    def n_systems(self) -> int:
        """How many systems of faults; one that is alone counts."""
        return len(np.unique(self.system))

    @property
    def events_per_fault(self) -> Int[np.ndarray, " f"]:
        """Number of events on each fault."""
        return np.bincount(self.fault_of_event + 1, minlength=len(self) + 1)[1:]

    @property
    def events_per_halo(self) -> Int[np.ndarray, " h"]:
        """Number of events in each halo."""
        return np.bincount(self.halo_of_event + 1, minlength=self.n_halos + 1)[1:]
