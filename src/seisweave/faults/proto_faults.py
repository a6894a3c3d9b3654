"""From clusters of hypocentres to proto-faults: a Gaussian for each, a uniform background for the rest.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (ii-iii): mean and unbiased covariance of each cluster of four
or more points, weights by counts; all other points are background, uniform in the minimum bounding box of the whole
subset. Four coplanar, collinear or coincident points have a singular covariance: here every variance below
`min_sigma_km`² is raised to it (in the workspace), where the published program lets such a cluster die.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.background_shapes.choose import shape_of
from seisweave.faults.options import BackgroundKind
from seisweave.faults.workspace import Background, Gaussians

_COLUMNS = [(a, b) for a in range(3) for b in range(a, 3)]


def proto_faults(xyz_km: Float[np.ndarray, "n 3"], label: Int[np.ndarray, " n"]) -> Gaussians:
    """Weight, mean and unbiased covariance of the points of each label 0, 1, ...; -1 is left out."""
    inside = label >= 0
    points, label = xyz_km[inside], label[inside]
    count = np.bincount(label).astype(float)
    mean = np.stack([np.bincount(label, points[:, a]) for a in range(3)], axis=1) / count[:, None]
    offset = points - mean[label]
    covariance = np.stack([np.bincount(label, offset[:, a] * offset[:, b]) for a, b in _COLUMNS], axis=1)
    return Gaussians(count / len(xyz_km), mean, covariance / (count - 1.0)[:, None])


def background_of(
    xyz_km: Float[np.ndarray, "n 3"], label: Int[np.ndarray, " n"], *, kind: BackgroundKind = "box", thinnest_km: float
) -> Background:
    """The box around all points, weighted by the share of points labelled -1; nothing where there are no such points.

    Of another kind it is one of the points labelled -1 (see `shape_of`).
    """
    share = float((label < 0).mean())
    if share == 0.0:
        return Background(np.zeros(0), ())
    return Background(np.array([share]), (shape_of(kind, xyz_km, label < 0, thinnest_km=thinnest_km),))
