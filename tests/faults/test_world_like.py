import numpy as np
import pytest
from scipy import stats

import seisweave as sw
from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import open_network, world_like
from seisweave.synthetic import WorldOptions, ceiling, make_world


@pytest.fixture(scope="module")
def model():
    return make_world(WorldOptions(kind="intersecting", n_events=2500, geometry_seed=2))


@pytest.fixture(scope="module")
def network(model):
    return sw.reconstruct_faults(model.catalog)


def test_a_fault_alone_is_planted_again():
    network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (120, 3)))
    world = world_like(network, 300)
    assert len(world.planes) == network.n_faults == 1
    assert (world.fault >= 0).mean() == pytest.approx(network.faults.plates.weight[0], abs=0.1)


@pytest.mark.slow_without_compiler
def test_planes_are_the_plates_and_hold_their_share(network):
    world = world_like(network, 5000)
    assert len(world) == 5000
    np.testing.assert_array_equal(world.planes.length_km, network.faults.plates.length_km)
    np.testing.assert_allclose(np.abs(world.planes.axes[:, 2]), np.abs(network.faults.plates.axes[:, 2]), atol=1e-6)
    share = world.events_per_plane / 5000
    np.testing.assert_allclose(share, network.faults.plates.weight, atol=0.03)
    assert world.events_per_plane.sum() + world.diffuse.events.sum() == 5000


@pytest.mark.slow_without_compiler
def test_events_lie_on_their_plates_and_are_moved_by_errors_of_the_catalog(network, model):
    world = world_like(network, seed=3)
    assert len(world) == len(model)
    on = world.fault >= 0
    assert np.std(world.above_surface_km[on] / world.thickness_km[world.fault[on]]) == pytest.approx(1, rel=0.06)
    assert stats.kstest(((world.xyz_km - world.true_xyz_km) / world.sigma_km)[:, 2], "norm").pvalue > 1e-4
    assert np.median(world.sigma_km[:, 0]) == pytest.approx(np.median(model.sigma_km[:, 0]), rel=0.15)
    assert set(world.sigma_km[:, 2].round(9)) <= set(model.sigma_km[:, 2].round(9))
    np.testing.assert_allclose(world.catalog.xyz_km(world.projection), world.xyz_km, rtol=0, atol=1e-7)


@pytest.mark.slow_without_compiler
def test_same_seed_same_bits(network):
    one, same, other = (world_like(network, 300, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.xyz_km, same.xyz_km)
    assert not np.any(one.xyz_km == other.xyz_km)


@pytest.mark.slow_without_compiler
def test_its_ceiling_is_high_and_the_box_is_where_the_background_is(network):
    world = world_like(network, 3000)
    assert adjusted_rand_index(world.fault, ceiling(world)) > 0.9
    background = world.diffuse.density(world.true_xyz_km, np.zeros((3000, 3)))
    assert np.all(background[world.fault < 0] > 0)


@pytest.mark.slow_without_compiler
def test_estimated_errors_are_drawn_from_their_classes(model):
    network = sw.reconstruct_faults(model.xyz_km)
    world = world_like(network, 1000)
    assert set(world.sigma_km[:, 0]) <= set(network.faults.error_km)
    assert world.projection == model.projection


@pytest.mark.slow_without_compiler
def test_what_cannot_be_planted_is_refused(network, tmp_path):
    with pytest.raises(InputError, match="n_events is 3"):
        world_like(network, 3)
    again = open_network(network.write(tmp_path / "network.nc"))
    with pytest.raises(InputError, match="not at hand"):
        world_like(again)
    with pytest.raises(InputError, match="no faults"):
        world_like(sw.reconstruct_faults(np.random.default_rng(1).random((40, 3)) * 100))
