"""Plates, located events and segments for the tests of the second level."""

import numpy as np
from scipy.spatial.transform import Rotation

from seisweave.catalog.uncertainty import symmetric, upper_elements
from seisweave.faults import _plates_numba as compiled
from seisweave.faults.find_faults import Segments
from seisweave.gaussians.mixture import Mixture

ROUND = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 1.0])  # the covariance of an error of 1 km, equal in all directions
LEAST = 0.02  # km: no plate is thinner


def axes_of(strike_deg, dip_deg):
    """Unit vectors along the strike, down the dip and across (rows)."""
    strike, dip = np.radians(strike_deg), np.radians(dip_deg)
    along = np.array([np.sin(strike), np.cos(strike), 0.0])
    right = np.array([np.cos(strike), -np.sin(strike), 0.0])
    down = np.cos(dip) * right + np.sin(dip) * np.array([0, 0, 1.0])
    return np.array([along, down, np.cross(along, down)])


def plate_of(strike=30.0, dip=70.0, centre=(0.0, 0.0, 8.0), sides=(20.0, 10.0), sigma=0.1, weight=1.0):
    """A plate, as a row."""
    plate = np.zeros(compiled.PLATE)
    plate[:3], plate[3:12] = centre, axes_of(strike, dip).ravel()
    plate[12:16] = -sides[0] / 2, sides[0] / 2, -sides[1] / 2, sides[1] / 2
    plate[16], plate[17] = sigma**2, np.log(weight)
    return plate


def on_plate(rng, n, strike=30.0, dip=70.0, centre=(0.0, 0.0, 8.0), sides=(20.0, 10.0), sigma=0.1):
    """Events spread evenly on a rectangle, normal across it."""
    local = np.column_stack([rng.uniform(-0.5, 0.5, (n, 2)) * sides, sigma * rng.standard_normal(n)])
    return np.array(centre) + local @ axes_of(strike, dip)


def random_errors(rng, n, size=0.3):
    """Covariances (n, 6) of errors that are long in one direction, another for every event."""
    turn = Rotation.random(n, rng=rng).as_matrix()
    root = turn * (size * rng.lognormal(0, 0.5, (n, 1)) * [0.3, 0.6, 2.0])[:, None]
    return upper_elements(root @ root.transpose(0, 2, 1))


def blurred(rng, xyz, covariance):
    """Events moved by errors of these covariances."""
    values, vectors = np.linalg.eigh(symmetric(covariance))
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None]
    return xyz + np.einsum("nab,nb->na", root, rng.standard_normal(xyz.shape))


def segments_of(xyz, label, *, box=True, margin=1.0, part=None):
    """A first level whose segments are the Gaussians of labelled events, and whose box holds all."""
    groups = [xyz[label == k] for k in range(label.max(initial=-1) + 1)]
    covariance = np.array([np.cov(group.T) + 1e-4 * np.eye(3) for group in groups]).reshape(-1, 3, 3)
    low, high = xyz.min(axis=0) - margin, xyz.max(axis=0) + margin
    share = np.array([len(group) for group in groups], dtype=float) / len(xyz)
    mixture = Mixture(
        weight=share,
        mean_km=np.array([group.mean(axis=0) for group in groups]).reshape(-1, 3),
        covariance_km2=covariance,
        box_weight=np.array([max(1.0 - share.sum(), 1e-3)] * box),
        box_centre_km=np.array([(low + high) / 2] * box).reshape(-1, 3),
        box_axes=np.array([np.eye(3)] * box).reshape(-1, 3, 3),
        box_half_km=np.array([(high - low) / 2] * box).reshape(-1, 3),
    )
    return Segments(xyz, mixture, np.where(label < 0, len(groups), label) if part is None else part)


def jaccard(one, other):
    """Events in both of two masks, of those in either."""
    return (one & other).sum() / max(1, (one | other).sum())


def angle_deg(a, b):
    """Angle between two normals, either way round."""
    return np.degrees(np.arccos(min(1.0, abs(float(a @ b)))))
