from dataclasses import replace

import numpy as np
import pytest
from tests.report.conftest import planted_network

from seisweave.errors import InputError
from seisweave.faults.merge_gains import merge_gains, proto_mixture
from seisweave.gaussians.mixture import Mixture, no_boxes


def naive_gain(mixture: Mixture, xyz_km: np.ndarray, i: int, j: int) -> float:
    """Difference of the two BICs of eq. 2 (half form): k = 10 C - 1."""

    def bic(m: Mixture) -> float:
        parts = m.n_gaussians + m.n_boxes
        return -m.log_density(xyz_km).sum() + 0.5 * (10 * parts - 1) * np.log(len(xyz_km))

    w, rest = mixture.weight, [k for k in range(mixture.n_gaussians) if k not in (i, j)]
    share = w[[i, j]] / w[[i, j]].sum()
    mean = share @ mixture.mean_km[[i, j]]
    spread = [
        s * (mixture.covariance_km2[k] + np.outer(mixture.mean_km[k] - mean, mixture.mean_km[k] - mean))
        for s, k in zip(share, (i, j), strict=True)
    ]
    after = replace(
        mixture,
        weight=np.append(w[rest], w[[i, j]].sum()),
        mean_km=np.vstack([mixture.mean_km[rest], mean]),
        covariance_km2=np.concatenate([mixture.covariance_km2[rest], [sum(spread)]]),
    )
    return bic(mixture) - bic(after)


def test_gains_are_differences_of_bic():
    network, xyz_km = planted_network(n_events=200)
    gain = merge_gains(network.mixture, xyz_km)
    for i in range(6):
        for j in range(i):
            assert gain[i, j] == gain[j, i] == pytest.approx(naive_gain(network.mixture, xyz_km, i, j), rel=1e-9)
    assert np.isnan(np.diagonal(gain)).all()


def test_where_things_are_does_not_matter():
    network, xyz_km = planted_network(n_events=150)
    mixture, shift = network.mixture, np.array([4000.0, -2500.0, 0.0])
    moved = replace(mixture, mean_km=mixture.mean_km + shift, box_centre_km=mixture.box_centre_km + shift)
    off = ~np.eye(6, dtype=bool)
    assert merge_gains(moved, xyz_km + shift)[off] == pytest.approx(merge_gains(mixture, xyz_km)[off], rel=1e-6)


def test_blocks_change_nothing(monkeypatch):
    network, xyz_km = planted_network(n_events=100)
    whole = merge_gains(network.mixture, xyz_km)
    monkeypatch.setattr("seisweave.faults.merge_gains._AT_ONCE", 250)
    assert np.allclose(merge_gains(network.mixture, xyz_km), whole, equal_nan=True, rtol=1e-12)


def test_merging_begins_with_what_a_network_begins_with():
    """Weights and means of the proto-faults are those of their events; variances have their floor."""
    rng = np.random.default_rng(4)
    points = np.concatenate([rng.normal((x, 0.0, 8.0), (0.01, 2.0, 1.0), (40, 3)) for x in (0.0, 9.0)])
    label = np.repeat([0, 1], 40)
    label[[3, 50]] = -1
    mixture = proto_mixture(points, label, min_sigma_km=0.2)
    assert mixture.weight.tolist() == [39 / 80, 39 / 80]
    assert mixture.box_weight.tolist() == [2 / 80]
    first = points[label == int(mixture.mean_km[0, 0] > 4.0)]
    assert mixture.mean_km[0] == pytest.approx(first.mean(axis=0))
    values = np.linalg.eigvalsh(mixture.covariance_km2[0])
    assert values == pytest.approx([0.04, *np.linalg.eigvalsh(np.cov(first.T))[1:]])


def test_one_none_and_singular():
    one = Mixture(np.ones(1), np.zeros((1, 3)), np.eye(3)[None], **no_boxes())
    points = np.random.default_rng(0).normal(size=(20, 3))
    assert np.isnan(merge_gains(one, points)).all()
    none = Mixture(np.zeros(0), np.zeros((0, 3)), np.zeros((0, 3, 3)), **no_boxes())
    assert merge_gains(none, points).shape == (0, 0)
    with pytest.raises(InputError, match="Gaussian 0 has no weight"):
        merge_gains(replace(one, weight=np.zeros(1)), points)
    with pytest.raises(InputError, match="Gaussian 0 is singular"):
        merge_gains(replace(one, covariance_km2=np.diag([1.0, 1.0, 0.0])[None]), points)
