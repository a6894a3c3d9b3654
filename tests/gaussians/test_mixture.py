import numpy as np
import pytest
from scipy import stats
from scipy.spatial.transform import Rotation

from seisweave.gaussians import mixture as module
from seisweave.gaussians.mixture import Mixture, no_boxes


def some_mixture(seed=0, n_gaussians=3, n_boxes=2):
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.ones(n_gaussians + n_boxes))
    axes = Rotation.random(n_gaussians + n_boxes, rng=rng).as_matrix()
    sigma = rng.uniform(0.5, 3.0, size=(n_gaussians, 3))
    covariance = np.einsum("gia,ga,gja->gij", axes[:n_gaussians], sigma**2, axes[:n_gaussians])
    return Mixture(
        weight=weight[:n_gaussians],
        mean_km=rng.normal(size=(n_gaussians, 3)) * 5,
        covariance_km2=covariance,
        box_weight=weight[n_gaussians:],
        box_centre_km=rng.normal(size=(n_boxes, 3)),
        box_axes=axes[n_gaussians:],
        box_half_km=rng.uniform(4.0, 9.0, size=(n_boxes, 3)),
    )


def naive_densities(mixture, points):
    """Every part at every point, one at a time, through SciPy."""
    density = np.zeros((len(points), mixture.n_gaussians + mixture.n_boxes))
    for c in range(mixture.n_gaussians):
        normal = stats.multivariate_normal(mixture.mean_km[c], mixture.covariance_km2[c])
        density[:, c] = mixture.weight[c] * normal.pdf(points)
    for b in range(mixture.n_boxes):
        for k, point in enumerate(points):
            along = mixture.box_axes[b] @ (point - mixture.box_centre_km[b])
            if all(abs(along) <= mixture.box_half_km[b]):
                density[k, mixture.n_gaussians + b] = mixture.box_weight[b] / np.prod(2 * mixture.box_half_km[b])
    return density


@pytest.mark.parametrize("parts", [(3, 2), (1, 0), (0, 1), (4, 1)])
def test_densities_equal_the_naive_ones(parts):
    mixture, points = some_mixture(1, *parts), np.random.default_rng(1).normal(size=(300, 3)) * 6
    naive = naive_densities(mixture, points)
    np.testing.assert_allclose(mixture.part_densities(points), naive, rtol=1e-9, atol=1e-300)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(mixture.log_density(points), np.log(naive.sum(axis=1)), rtol=1e-9)


def test_responsibilities_are_shares_of_the_density():
    mixture, points = some_mixture(2), np.random.default_rng(2).normal(size=(300, 3)) * 3
    share, naive = mixture.responsibilities(points), naive_densities(mixture, points)
    np.testing.assert_allclose(share.sum(axis=1), 1.0)
    np.testing.assert_allclose(share, naive / naive.sum(axis=1, keepdims=True), rtol=1e-9)
    part, best = mixture.most_likely(points)
    np.testing.assert_array_equal(part, naive.argmax(axis=1))
    np.testing.assert_allclose(best, share.max(axis=1))


def test_where_there_is_no_density_responsibilities_are_zero_and_the_log_is_minus_infinity():
    mixture, far = some_mixture(3), np.full((1, 3), 1e6)
    assert (mixture.responsibilities(far) == 0).all()
    assert mixture.log_density(far)[0] == -np.inf
    part, responsibility = mixture.most_likely(far)
    assert (part[0], responsibility[0]) == (-1, 0)  # none's: no part has any of its density
    near = mixture.most_likely(np.concatenate([far, mixture.mean_km[:1]]))[0]
    assert near[0] == -1 <= 0 <= near[1]


@pytest.mark.parametrize("seed", range(3))
def test_density_integrates_to_one(seed):
    mixture, rng = some_mixture(seed), np.random.default_rng(seed)
    low, high = -35.0, 35.0
    points = rng.uniform(low, high, size=(400_000, 3))
    density = np.exp(mixture.log_density(points)) * (high - low) ** 3
    assert abs(density.mean() - 1.0) < 5 * density.std() / np.sqrt(len(points))


def test_samples_come_from_the_parts_in_proportion_to_their_weights():
    mixture, n = some_mixture(4), 40_000
    _, part = mixture.sample(n, seed=1)
    expected = np.concatenate([mixture.weight, mixture.box_weight]) * n
    assert stats.chisquare(np.bincount(part, minlength=5), expected).pvalue > 1e-3


def test_samples_have_the_moments_of_their_parts():
    mixture, n = some_mixture(5), 60_000
    xyz, part = mixture.sample(n, seed=2)
    for c in range(3):
        mine = xyz[part == c]
        error = 5 / np.sqrt(len(mine))
        assert np.abs(mine.mean(axis=0) - mixture.mean_km[c]).max() < error * 3.0
        np.testing.assert_allclose(np.cov(mine.T), mixture.covariance_km2[c], atol=error * 9.0 * 1.5)
    for b in range(2):
        along = (xyz[part == 3 + b] - mixture.box_centre_km[b]) @ mixture.box_axes[b].T / mixture.box_half_km[b]
        for axis in range(3):
            assert stats.kstest(along[:, axis], stats.uniform(-1, 2).cdf).pvalue > 1e-4


def test_samples_are_the_same_for_the_same_seed_only():
    mixture = some_mixture(6)
    np.testing.assert_array_equal(mixture.sample(50, 1)[0], mixture.sample(50, 1)[0])
    assert (mixture.sample(50, 1)[0] != mixture.sample(50, 2)[0]).any()
    assert mixture.sample(0, 1)[0].shape == (0, 3)


def test_samples_of_a_flat_gaussian_lie_in_its_plane():
    flat = Mixture(np.ones(1), np.zeros((1, 3)), np.diag([1.0, 2.0, 0.0])[None], **no_boxes())
    xyz, _ = flat.sample(100, 0)
    assert (xyz[:, 2] == 0).all()
    assert (flat.part_densities(xyz) == 0).all()  # singular: no density anywhere


def test_many_points_are_handled_in_blocks(monkeypatch):
    mixture, points = some_mixture(7), np.random.default_rng(7).normal(size=(101, 3)) * 4
    whole, most_likely = mixture.log_density(points), mixture.most_likely(points)
    shapes = []
    original = module._in_blocks

    def small(function, xyz, n_parts):
        def counted(block):
            shapes.append(len(block))
            return function(block)

        return original(counted, xyz, n_parts * 250_000)  # as though there were that many more parts

    monkeypatch.setattr(module, "_in_blocks", small)
    np.testing.assert_array_equal(mixture.log_density(points), whole)
    assert len(shapes) == 13
    np.testing.assert_array_equal(mixture.most_likely(points)[0], most_likely[0])


def test_faces_of_a_box_belong_to_it():
    box = some_mixture(8, 0, 1)
    corner = box.box_centre_km + box.box_half_km @ box.box_axes[0]
    outside = box.box_centre_km + 1.001 * box.box_half_km @ box.box_axes[0]
    assert box.box_densities(corner)[0, 0] > 0
    assert box.box_densities(outside)[0, 0] == 0
    np.testing.assert_allclose(box.box_volume_km3, 8 * box.box_half_km.prod(axis=1))
