"""Results of the published program, where they are at hand (`../shared/oracle` beside the project)."""

from pathlib import Path

import numpy as np
import pytest

from seisweave.gaussians.mixture import Mixture

FOLDER = Path(__file__).parents[2].parent / "shared" / "oracle"


def load(name: str):
    path = FOLDER / f"{name}.npz"
    if not path.is_file():
        pytest.skip(f"results of the published program are not at hand ({path})")
    return np.load(path)


def assert_same_mixture(mixture: Mixture, truth, prefix: str) -> None:
    """Weights, means and covariances to 1e-9 relative; Gaussians and backgrounds each in the program's order."""
    box = truth[f"{prefix}is_bkg"]
    weight = truth[f"{prefix}weight"]
    np.testing.assert_allclose(mixture.weight, weight[~box], rtol=1e-9)
    np.testing.assert_allclose(mixture.box_weight, weight[box], rtol=1e-9)
    np.testing.assert_allclose(mixture.mean_km, truth[f"{prefix}mean"][~box], rtol=1e-9)
    covariance = truth[f"{prefix}cov"]
    scale = np.abs(covariance).max(axis=(1, 2), keepdims=True)  # entries near zero have no relative accuracy
    np.testing.assert_allclose(mixture.covariance_km2 / scale[~box], covariance[~box] / scale[~box], atol=1e-9)
    volume = np.sqrt(np.linalg.det(covariance[box]))
    np.testing.assert_allclose(mixture.box_volume_km3, volume, rtol=1e-9)


def part_of_kernel(truth, prefix: str) -> np.ndarray:
    """Our number of each kernel of the program: Gaussians first, then backgrounds."""
    box = truth[f"{prefix}is_bkg"]
    part = np.empty(len(box), dtype=int)
    part[np.concatenate([np.flatnonzero(~box), np.flatnonzero(box)])] = np.arange(len(box))
    return part


def assert_same_boxes(boxes, truth, prefix: str) -> None:
    """Every corner of the program's boxes is one of ours, to the rounding of coordinates to ten decimals."""
    expected = truth[f"{prefix}bbox"][~truth[f"{prefix}is_bkg"]]
    assert len(boxes) == len(expected)
    for box, corners in zip(boxes, expected, strict=True):
        distance = np.linalg.norm(box.corners[:, None] - corners[None], axis=2)
        assert max(distance.min(axis=0).max(), distance.min(axis=1).max()) < 1e-8
