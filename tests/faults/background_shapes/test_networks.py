"""Networks with backgrounds of every shape: a density, events that belong, parameters that count."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import LocalProjection
from seisweave.condensation import EventGaussians, most_likely_parts
from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import FaultOptions, open_network, reconstruct_faults, world_like
from seisweave.faults.doubts import doubts_of
from seisweave.forecast import Volume, cell_masses, from_faults, open_forecast
from seisweave.forecast.cells import CellGrid
from seisweave.synthetic import PlantedOptions, plant_faults

KINDS = ["hull", "alpha", "sphere", "gaussian", "voronoi"]
slow = pytest.mark.slow_without_compiler
OPTIONS = {(kind, subsets): FaultOptions(background=kind, subsets=subsets) for kind in KINDS for subsets in (1, 2)}


@pytest.fixture(scope="module")
def planted():
    return plant_faults(PlantedOptions(n_faults=4, density_per_km2=0.12, noise_share=0.15, seed=3))


@pytest.fixture(scope="module")
def networks(planted):
    return {key: reconstruct_faults(planted.xyz_km, options, jobs=1) for key, options in OPTIONS.items()}


@slow
@pytest.mark.parametrize("key", OPTIONS)
def test_the_density_integrates_to_one_and_is_that_of_samples(key, networks):
    """Importance sampling: half of the points from the network, half from a box around it."""
    network = networks[key]
    own = network.sample(6000, seed=1)
    low, high = own.min(axis=0) - 5.0, own.max(axis=0) + 5.0
    points = np.concatenate([own, np.random.default_rng(2).uniform(low, high, (6000, 3))])
    density = np.exp(network.log_density(points))
    proposal = 0.5 * density + 0.5 / np.prod(high - low)
    ratio = density / proposal
    error = ratio.std() / np.sqrt(len(ratio))
    assert abs(ratio.mean() - 1.0) < 5 * error + 1e-3
    assert error < 0.02


@slow
@pytest.mark.parametrize("key", OPTIONS)
def test_labels_bic_and_responsibilities_are_those_of_the_mixture(key, networks, planted):
    network, xyz = networks[key], planted.xyz_km
    responsibilities = network.responsibilities(xyz)
    np.testing.assert_allclose(responsibilities.sum(axis=1), 1.0)
    np.testing.assert_allclose(responsibilities[np.arange(len(xyz)), network.part], network.responsibility, atol=1e-9)
    assert network.log_likelihood == pytest.approx(network.log_density(xyz).sum(), rel=1e-9)
    backgrounds = sum(shape.parameters for shape in network.mixture.shapes)
    parameters = 10 * network.n_segments + backgrounds - 1
    assert network.bic == pytest.approx(0.5 * parameters * np.log(len(xyz)) - network.log_likelihood)
    errors = len(network.faults.error_share) - 1
    plates = 10 * (network.n_faults + network.faults.n_halos) + backgrounds - 1 + errors
    assert network.faults.bic == pytest.approx(0.5 * plates * np.log(len(xyz)) - network.faults.log_likelihood)


@slow
@pytest.mark.parametrize("key", OPTIONS)
def test_planted_faults_are_found(key, networks, planted):
    network = networks[key]
    assert [shape.kind for shape in network.mixture.shapes] == [key[0]] * network.n_backgrounds
    assert network.n_backgrounds == key[1]
    assert adjusted_rand_index(planted.fault, network.label) > 0.75
    assert doubts_of(network) == []


@slow
@pytest.mark.parametrize("kind", ["alpha", "gaussian", "voronoi"])
def test_order_of_the_events_and_threads_do_not_matter(kind, networks, planted):
    order = np.random.default_rng(1).permutation(len(planted.xyz_km))
    again = reconstruct_faults(planted.xyz_km[order], OPTIONS[kind, 2], jobs=2)
    assert again.bic == networks[kind, 2].bic
    np.testing.assert_array_equal(again.part, networks[kind, 2].part[order])


@pytest.mark.parametrize("kind", ["alpha", "gaussian", "voronoi"])
def test_every_option_and_the_disk(kind, planted, tmp_path):
    options = FaultOptions(background=kind, subsets=3, criterion="local", refine=False, atomize="branch")
    network = reconstruct_faults(planted.xyz_km, options, jobs=1)
    again = open_network(network.write(tmp_path / "network.nc"))
    np.testing.assert_array_equal(again.log_density(planted.xyz_km), network.log_density(planted.xyz_km))
    assert again.options.background == kind


def test_no_other_shapes_and_the_box_alone_in_the_reference_schedule(without_type_checks):
    with pytest.raises(InputError, match="background is 'hull'; the reference schedule knows the box only"):
        FaultOptions(background="hull", schedule="reference")
    with pytest.raises(InputError, match=r"(?s)background.*'ball'"):
        FaultOptions(**{"background": "ball"})


@slow
@pytest.mark.parametrize("kind", KINDS)
def test_too_few_left_over_fall_back_to_a_box_and_are_told(kind):
    """Two tight clusters of 5 and one far event: at most a few are left over."""
    rng = np.random.default_rng(4)
    points = np.concatenate([rng.normal(c, 0.5, (5, 3)) for c in ((0, 0, 8), (30, 0, 8))] + [[[15.0, 20, 8]]])
    if kind == "voronoi":
        points[:, 2] = 8.0  # all in a plane
    network = reconstruct_faults(points, FaultOptions(background=kind), jobs=1)
    assert network.n_backgrounds == 1
    assert network.mixture.shapes == ()
    [told] = [doubt for doubt in doubts_of(network) if "asked to be" in doubt]
    assert told.startswith(f"1 of 1 backgrounds asked to be {kind} became box: fewer than four events")


FLAT = {"plane": [1.0, 1.0, 0.0], "steep plane": [1.0, 0.0, 1.0], "thin": [1.0, 1.0, 1e-6]}


@slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FLAT)
def test_flat_catalogs_make_networks(kind, name):
    points = np.random.default_rng(5).uniform(-20, 20, (120, 3)) * FLAT[name]
    points = np.concatenate([points, np.repeat(points[:1], 6, axis=0)])
    network = reconstruct_faults(points, FaultOptions(background=kind, subsets=2), jobs=1)
    assert np.isfinite(network.log_likelihood)
    assert np.isfinite(network.log_density(points)).all()


@slow
def test_a_gaussian_fades_and_leaves_no_event_without_density():
    """An event 50 standard deviations of the background away."""
    rng = np.random.default_rng(6)
    points = np.concatenate([rng.normal(0, 1.0, (150, 3)), rng.normal((300.0, 0, 0), (3, 0.1, 3), (40, 3))])
    network = reconstruct_faults(points, FaultOptions(background="gaussian"), jobs=1)
    assert np.isfinite(network.log_likelihood)
    assert (network.segment[150:] >= 0).all()


@slow
@pytest.mark.parametrize("key", [("hull", 2), ("gaussian", 1)])
def test_members_with_errors_are_given_to_backgrounds_too(key, networks, planted):
    mixture = networks[key].mixture
    sharp = EventGaussians.from_sigmas(
        planted.xyz_km, np.full(planted.xyz_km.shape, 1e-12)
    )  # hulls have events on their surface
    np.testing.assert_array_equal(most_likely_parts(mixture, sharp), mixture.most_likely(planted.xyz_km)[0])
    blurred = EventGaussians.from_sigmas(planted.xyz_km, np.full(planted.xyz_km.shape, 1.0))
    assert len(np.unique(most_likely_parts(mixture, blurred))) > 3


@slow
def test_a_world_like_one_with_other_backgrounds_is_refused(networks):
    with pytest.raises(InputError, match="the background is hull, and worlds know boxes only"):
        world_like(networks["hull", 1])


@pytest.mark.parametrize("kind", KINDS)
@slow
def test_forecasts_hold_the_shapes(kind, networks, tmp_path):
    """Over a volume elsewhere than the catalog's middle, so that everything is moved; normalised, kept, on a grid."""
    network = replace(networks[kind, 2], projection=LocalProjection(-117.0, 33.0))  # a place on Earth
    volume = Volume((-117.6, -116.4, 32.6, 33.6), (0.0, 30.0))
    forecast = from_faults(network, volume, pool_background=False)
    lon, lat, depth = volume.sample(20_000, 1).T
    density = np.exp(forecast.log_density(lon, lat, depth)) * volume.km3
    assert abs(density.mean() - 1.0) < 5 * density.std() / np.sqrt(len(density))
    assert cell_masses(forecast, CellGrid.over(volume.box, 0.1)).sum() == pytest.approx(1.0, abs=2e-3)
    again = open_forecast(forecast.write(tmp_path / "forecast.nc"))
    np.testing.assert_array_equal(again.log_density(lon, lat, depth), forecast.log_density(lon, lat, depth))
    assert from_faults(network, volume).uniform_share > 0.0
