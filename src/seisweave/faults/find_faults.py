"""From segments to faults: plates with the events' own errors, tolerant planes, halos.

Every segment begins as a plate. EM with the errors of the events frees the plates of location errors and gives each
event to the plate it fits best, which alone cures Gaussians that straddle two faults; plates that still do are cut, and
those that explain nothing of their own are given back. Then plates on one plane become one fault (`planes.py`), with a
roughness that the plates themselves show (`roughness.py`), and EM runs again. What is no plane is a halo (`halos.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults import _plates_numba as compiled
from seisweave.faults.halos import give_to_halos
from seisweave.faults.levels import Faults
from seisweave.faults.location_errors import LocationErrors, estimated_errors, known_errors
from seisweave.faults.patches import patches_of
from seisweave.faults.planes import join_planes
from seisweave.faults.plate_mixture import PlateMixture
from seisweave.faults.plate_moves import cut_straddlers, give_back
from seisweave.faults.plates import Plates
from seisweave.faults.roughness import bend_of, roughness_of
from seisweave.faults.systems import links_of, systems_of
from seisweave.gaussians.mixture import Mixture

EM_STEPS = 5
JOININGS = 4
_STEPS_IN_ALL = 60.0  # of EM, about


@dataclass(frozen=True, eq=False)
class Segments:
    """The first level: hypocentres, the mixture of Gaussians and boxes, and the most likely part of every event.

    log_density is the mixture's at every event, where it is at hand.
    """

    xyz_km: Float[np.ndarray, "n 3"]
    mixture: Mixture
    part: Int[np.ndarray, " n"]
    log_density: Float[np.ndarray, " n"] | None = None

    @property
    def segment(self) -> Int[np.ndarray, " n"]:
        """Segment of each event, -1 for background."""
        return np.where(self.part < self.mixture.n_gaussians, self.part, -1)

    @property
    def thinnest_km(self) -> float:
        """Median over events of the thinnest standard deviation of their segment."""
        label = self.segment[self.segment >= 0]
        if not len(label):
            return 1.0
        sigma = np.sqrt(np.maximum(np.linalg.eigvalsh(self.mixture.covariance_km2)[:, 0], 0.0))
        return float(np.median(sigma[label]))


def find_faults(
    segments: Segments,
    covariance: Float[np.ndarray, "n 6"] | None,
    *,
    least_sigma_km: float,
    roughness_km: float | None = None,
    threads: int = 1,
    tell: Callable[[float], None] | None = None,
) -> Faults:
    """Find the faults that a network's segments lie on.

    covariance holds the errors of location (xx, xy, xz, yy, yz, zz; km²), or is None where they are to be estimated.
    roughness_km is taken from the events unless given. tell is called with the share that is done.
    """
    steps = count(1)

    def pause() -> None:
        if tell is not None:
            tell(min(0.99, next(steps) / _STEPS_IN_ALL))

    n = len(segments.xyz_km)
    errors = estimated_errors(n, segments.thinnest_km) if covariance is None else known_errors(covariance)
    mixture = PlateMixture(segments.xyz_km, errors, segments.mixture, least_sigma_km=least_sigma_km, threads=threads)
    mixture.begin(segments.segment, segments.log_density)
    mixture.run(EM_STEPS, pause)
    if cut_straddlers(mixture):
        mixture.run(EM_STEPS, pause)
    if give_back(mixture):
        mixture.run(EM_STEPS, pause)
    give_to_halos(mixture, at_last=False)
    roughness = _join(mixture, roughness_km, pause)
    give_back(mixture)
    mixture.run(EM_STEPS, pause)
    if give_to_halos(mixture, at_last=True):
        mixture.run(EM_STEPS, pause)
    return faults_of(mixture, segments, errors, roughness)


def _join(mixture: PlateMixture, given_km: float | None, pause: Callable[[], None]) -> float:
    """Join plates on one plane, in a few rounds, since longer faults may be rougher; returns the roughness, km."""
    bend, roughness = 0.0, 0.0
    for _ in range(JOININGS):
        mixture.run(3)
        patches, curvature = patches_of(mixture)
        bend = bend or bend_of(patches, curvature)
        roughness = max(roughness, roughness_of(patches, bend)) if given_km is None else given_km
        group = join_planes(patches, roughness)
        if len(group) == 0 or group.max() + 1 == len(mixture.plates):
            break
        mixture.rejoin(group)
        mixture.run(EM_STEPS, pause)
    return roughness


def faults_of(mixture: PlateMixture, segments: Segments, errors: LocationErrors, roughness: float) -> Faults:
    """The second level as a record, from a mixture that is up to date: faults and halos by their number of events."""
    part, probability = mixture.most_likely()
    rows, f, h = mixture.plates, len(mixture.plates), len(mixture.halo_weight)
    by_size, halos = in_order(part, 0, f), in_order(part, f, f + h)
    number = np.full(f + h + 1, -1)
    number[by_size], number[f + halos] = np.arange(f), np.arange(h)
    plates = Plates(
        weight=np.exp(rows[by_size, compiled.LOG_WEIGHT]),
        centre_km=rows[by_size, :3],
        axes=rows[by_size, 3:12].reshape(-1, 3, 3),
        length_km=rows[by_size, 13] - rows[by_size, 12],
        width_km=rows[by_size, 15] - rows[by_size, 14],
        sigma_km=np.sqrt(rows[by_size, compiled.VARIANCE]),
    )
    fault = np.where((part >= 0) & (part < f), number[part], -1)
    links = links_of(plates)
    error_km, error_share = replace(errors, share=mixture.share).classes_km()
    return Faults(
        plates=plates,
        fault_of_event=fault,
        halo_of_event=np.where(part >= f, number[part], -1),
        probability=probability,
        fault_of_segment=_fault_of_segment(segments.segment, fault, segments.mixture.n_gaussians),
        links=links,
        system=systems_of(links, f),
        halo_weight=mixture.halo_weight[halos],
        halo_mean_km=mixture.halo_mean[halos],
        halo_covariance_km2=mixture.halo_covariance[halos],
        errors=errors.origin,
        error_km=error_km,
        error_share=error_share,
        roughness_km=float(roughness),
        log_likelihood=mixture.log_likelihood,
        bic=mixture.bic,
    )


def in_order(part: Int[np.ndarray, " n"], first: int, last: int) -> Int[np.ndarray, " k"]:
    """Parts first .. last-1, from 0, the one of most events first."""
    events = np.bincount(part + 1, minlength=last + 1)[1:]
    return np.argsort(-events[first:last], kind="stable")


def _fault_of_segment(segment: np.ndarray, fault: np.ndarray, g: int) -> Int[np.ndarray, " g"]:
    """The fault that most events of each segment lie on; -1 where most lie on none."""
    held = np.zeros((g, fault.max(initial=-1) + 2), np.int64)
    np.add.at(held, (segment[segment >= 0], fault[segment >= 0] + 1), 1)
    return held.argmax(axis=1) - 1
