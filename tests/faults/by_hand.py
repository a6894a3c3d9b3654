"""The second level of a network made by hand."""

import numpy as np

from seisweave.faults.levels import Faults
from seisweave.faults.plates import Plates
from seisweave.gaussians.mixture import Mixture


def one_fault_a_segment(mixture: Mixture, part: np.ndarray, n_halos: int = 0) -> Faults:
    """Every segment is a fault with the plate of its Gaussian, except the last n_halos, which are halos."""
    g, n = mixture.n_gaussians, len(part)
    f = g - n_halos
    axes, sides = np.zeros((f, 3, 3)), np.zeros((f, 3))
    for c in range(f):
        values, vectors = np.linalg.eigh(mixture.covariance_km2[c])
        along, down = (2, 1) if abs(vectors[2, 2]) <= abs(vectors[2, 1]) else (1, 2)
        axes[c], sides[c] = vectors.T[[along, down, 0]], np.sqrt(12.0 * np.maximum(values, 0.0))[[along, down, 0]]
    segment = np.where(part < g, part, -1)
    return Faults(
        plates=Plates(mixture.weight[:f], mixture.mean_km[:f], axes, sides[:, 0], sides[:, 1], sides[:, 2] / 12**0.5),
        fault_of_event=np.where(segment < f, segment, -1),
        halo_of_event=np.where(segment >= f, segment - f, -1),
        probability=np.linspace(0.5, 1.0, n),
        fault_of_segment=np.where(np.arange(g) < f, np.arange(g), -1),
        links=np.arange(f - f % 2).reshape(-1, 2),
        system=np.arange(f) // 2,
        halo_weight=mixture.weight[f:],
        halo_mean_km=mixture.mean_km[f:],
        halo_covariance_km2=mixture.covariance_km2[f:],
        errors="estimated",
        error_km=np.array([0.1, 1.0 / 3.0]),
        error_share=np.array([0.25, 0.75]),
        roughness_km=0.1 + 0.2,
        log_likelihood=-1e3 / 9,
        bic=1e3 / 11,
    )
