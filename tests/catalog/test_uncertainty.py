import numpy as np
import pytest

from seisweave.catalog import LocationUncertainty
from seisweave.errors import InputError


def test_covariance_of_a_mixture_is_that_of_its_samples():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(2, 3, 3))
    errors = LocationUncertainty(
        covariance_km2=root @ root.transpose(0, 2, 1),
        offsets=np.array([0, 0, 2]),
        weight=np.array([0.3, 0.7]),
        mean_offset_km=rng.normal(size=(2, 3)) * 3,
    )
    part = rng.choice(2, size=200_000, p=[0.3, 0.7])
    samples = errors.mean_offset_km[part] + np.einsum("nij,nj->ni", root[part], rng.normal(size=(len(part), 3)))
    full = errors.covariances_km2()
    assert np.isnan(full[0]).all()
    np.testing.assert_allclose(full[1], np.cov(samples.T), atol=0.15)
    assert errors.kind == "mixture"
    assert errors.known().tolist() == [False, True]


def test_worst_horizontal_sigma_is_the_largest_axis_of_the_ellipse():
    rng = np.random.default_rng(4)
    root = rng.normal(size=(20, 3, 3))
    errors = LocationUncertainty(covariance_km2=root @ root.transpose(0, 2, 1))
    largest = np.sqrt(np.linalg.eigvalsh(errors.covariances_km2()[:, :2, :2])[:, -1])
    np.testing.assert_allclose(errors.sigmas_km()["horizontal_km"], largest)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "give one of"),
        ({"horizontal_km": np.ones(2)}, "give one of"),
        ({"horizontal_km": np.ones(2), "vertical_km": np.ones(3)}, "differ in shape"),
        ({"horizontal_km": -np.ones(2), "vertical_km": np.ones(2)}, "negative"),
        ({"covariance_km2": np.ones((2, 3))}, "3x3"),
        (
            {
                "covariance_km2": np.ones((2, 3, 3)),
                "offsets": np.array([0, 3]),
                "weight": np.ones(2),
                "mean_offset_km": np.ones((2, 3)),
            },
            "offsets must rise",
        ),
        (
            {
                "covariance_km2": np.ones((2, 3, 3)),
                "offsets": np.array([0, 2]),
                "weight": np.ones(1),
                "mean_offset_km": np.ones((2, 3)),
            },
            "must be",
        ),
    ],
)
def test_other_combinations_are_refused(fields, words, without_type_checks):
    with pytest.raises(InputError, match=words):
        LocationUncertainty(**fields)


def test_an_infinite_error_is_unknown():
    sigma = LocationUncertainty(np.array([0.5, np.inf]), np.array([1.0, 2.0]))
    assert sigma.horizontal_km is not None
    np.testing.assert_array_equal(sigma.horizontal_km, [0.5, np.nan])
    full = np.stack([np.eye(3), np.diag([1.0, 1.0, np.inf])])
    covariance = LocationUncertainty(covariance_km2=full)
    assert covariance.known().tolist() == [True, False]
    assert np.isnan(covariance.covariances_km2()[1]).all()
