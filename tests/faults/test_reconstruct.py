from dataclasses import replace

import numpy as np
import pytest
from tests.faults.workspaces import STRICT, plates

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import merge
from seisweave.faults.clock import Clock
from seisweave.faults.hypocentres import check_hypocentres
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct as reconstruct_steps
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.keeping import Checkpoint
from seisweave.progress import Step
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like

CRITERIA = ["global", "local"]


def planted(seed=0, n_faults=5, density=0.12):
    options = PlantedOptions(n_faults=n_faults, density_per_km2=density, geometry_seed=seed + 1, seed=seed)
    return plant_faults(options).xyz_km


def reconstruct(points, jobs=1, **settings):
    return reconstruct_faults(points, FaultOptions(**settings), jobs=jobs)


def assert_same_network(a, b):
    for mine, theirs in (
        (a.mixture, b.mixture),
        (a.history, b.history),
        (a.faults.plates, b.faults.plates),
        (a.faults, b.faults),
    ):
        for name, values in vars(mine).items():
            if name not in ("plates", "planes"):
                np.testing.assert_array_equal(values, getattr(theirs, name), err_msg=name)
    np.testing.assert_array_equal(a.part, b.part)
    np.testing.assert_array_equal(a.responsibility, b.responsibility)
    assert a.bic == b.bic


# ---------------------------------------------------------------- invariances


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("subsets", [1, 3])
@pytest.mark.parametrize("jobs", [2, 4])
def test_the_result_does_not_depend_on_the_number_of_jobs(criterion, subsets, jobs, monkeypatch):
    monkeypatch.setattr(merge, "_THREADS_PAY", 0)  # always by threads
    points, settings = planted(), {"criterion": criterion, "subsets": subsets}
    assert_same_network(reconstruct(points, jobs, **settings), reconstruct(points, 1, **settings))


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("shift", [[100.0, -300.0, 0.0], [-0.123, 0.4567, 10.0]])
def test_moving_the_events_moves_the_network(criterion, shift):
    points = planted(1)
    here, there = reconstruct(points, criterion=criterion), reconstruct(points + np.array(shift), criterion=criterion)
    np.testing.assert_allclose(there.bic, here.bic, rtol=1e-6)
    np.testing.assert_array_equal(there.segment, here.segment)
    np.testing.assert_allclose(there.mixture.mean_km, here.mixture.mean_km + np.array(shift), atol=1e-5)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("seed", range(3))
def test_turning_the_map_by_90_degrees_turns_the_strikes(criterion, seed):
    # The tree of boxes then splits at other places, and with it the blocks in which doubt is kept: decisions between
    # nearly equal gains may differ, the result hardly does.
    points = planted(seed)
    turned = points[:, [1, 0, 2]] * np.array([1.0, -1.0, 1.0])  # clockwise: north becomes east
    one, other = reconstruct(points, criterion=criterion), reconstruct(turned, criterion=criterion)
    np.testing.assert_allclose(other.bic, one.bic, rtol=2e-3)
    assert adjusted_rand_index(other.segment, one.segment) > 0.95
    if criterion == "local":  # no doubt there
        np.testing.assert_array_equal(other.segment, one.segment)
        np.testing.assert_allclose(
            np.sin(np.radians(other.segment_planes.strike_deg - one.segment_planes.strike_deg - 90)), 0, atol=1e-4
        )


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("seed", range(2))
def test_strictly_greedy_merging_does_not_see_a_turn_of_the_map(seed):
    points, options = planted(seed, 4), FaultOptions()
    turned = points[:, [1, 0, 2]] * np.array([1.0, -1.0, 1.0])
    one, other = (
        reconstruct_steps(
            replace(check_hypocentres(xyz_km, options, 1), strictness=STRICT), Clock(options), Checkpoint(None, {})
        )
        for xyz_km in (points, turned)
    )
    np.testing.assert_allclose(other.bic, one.bic, rtol=1e-6)
    np.testing.assert_array_equal(other.segment, one.segment)


@pytest.mark.slow_without_compiler
def test_doing_it_again_gives_the_same():
    points = plates(np.random.default_rng(0), 120)
    assert_same_network(reconstruct(points), reconstruct(points))


def test_the_input_is_left_alone():
    points = plates(np.random.default_rng(1), 80)
    before = points.copy()
    reconstruct(points)
    np.testing.assert_array_equal(points, before)


# ---------------------------------------------------------------- edges


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (np.zeros((0, 3)), "0 events"),
        (np.eye(3), "3 events"),
        (np.full((20, 3), 4.2), "one point"),
        (np.arange(20.0)[:, None] * [[1.0, 2.0, 0.5]] + 100.0, "one line"),
        (np.repeat([[0.0, 0, 0], [1.0, 1, 1]], 10, axis=0), "one line"),
        (np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, np.nan, 1], [3, 3, 3]]), "row 3"),
        (np.array([[0.0, 0, 0], [1, 0, 0], [0, np.inf, 0], [0, 0, 1], [3, 3, 3]]), "row 2"),
    ],
    ids=["none", "three", "one point", "line", "two places", "nan", "infinite"],
)
def test_input_without_a_network_is_refused_in_one_line(points, says):
    with pytest.raises(InputError, match=says) as error:
        reconstruct(points)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("shape", [(20, 2), (20,), (4, 3, 2)])
def test_another_shape_is_refused_in_one_line(shape, without_type_checks):
    with pytest.raises(InputError) as error:
        reconstruct(np.zeros(shape))
    if isinstance(error.value, InputError):
        assert "shape" in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.slow_without_compiler
def test_subsets_too_small_to_be_of_use_are_refused():
    with pytest.raises(InputError, match="at most 5"):
        reconstruct(plates(np.random.default_rng(2), 100), subsets=6)
    assert reconstruct(plates(np.random.default_rng(2), 100), subsets=5).n_segments > 0


@pytest.mark.parametrize("criterion", CRITERIA)
def test_four_events_are_one_segment(criterion):
    points = np.random.default_rng(3).normal(size=(4, 3))
    network = reconstruct(points, criterion=criterion)
    assert (network.n_segments, network.n_backgrounds, network.n_proto) == (1, 0, 1)
    assert (network.segment == 0).all()
    np.testing.assert_allclose(network.mixture.weight, 1.0)
    np.testing.assert_allclose(network.mixture.mean_km[0], points.mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize("n", [5, 6, 8, 12])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_handful_of_events_works(n, criterion):
    network = reconstruct(np.random.default_rng(n).normal(size=(n, 3)), criterion=criterion)
    assert network.n_events == n == len(network.label)
    assert np.isfinite(network.faults.bic)
    assert np.isfinite(network.bic)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("criterion", CRITERIA)
def test_coplanar_events_lie_on_plates_of_the_least_thickness(criterion):
    points = plates(np.random.default_rng(4), 120) * [1.0, 1.0, 0.0]
    network = reconstruct(points, criterion=criterion, min_sigma_km=0.05)
    assert network.n_segments > 0
    assert np.isfinite(network.log_likelihood)
    np.testing.assert_allclose(network.segment_planes.thickness_km, np.sqrt(12) * 0.05, rtol=1e-6)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_duplicated_events_work(criterion):
    points = np.repeat(plates(np.random.default_rng(5), 40), 3, axis=0)
    network = reconstruct(points, criterion=criterion)
    assert np.isfinite(network.bic)
    for own in (network.segment, network.label):
        assert (own.reshape(-1, 3) == own.reshape(-1, 3)[:, :1]).all()


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("criterion", CRITERIA)
def test_no_segment_is_thinner_than_allowed(criterion):
    network = reconstruct(plates(np.random.default_rng(6), 120), criterion=criterion, min_sigma_km=0.7)
    assert np.sqrt(np.linalg.eigvalsh(network.mixture.covariance_km2)[:, 0]).min() > 0.7 * (1 - 1e-9)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_two_clusters_far_apart_as_two_subsets_share_no_segment(criterion):
    rng = np.random.default_rng(7)
    cluster = rng.normal(size=(60, 3)) * [5.0, 0.3, 3.0]
    points = np.concatenate([cluster, cluster[:40] + np.array([2000.0, 0, 0])])
    network = reconstruct(points, criterion=criterion, subsets=2)
    first, second = set(network.part[:60]), set(network.part[60:])
    assert not first & second
    assert network.n_segments >= 1  # the BIC takes a lone cluster for its own background gladly
    assert set(network.history.subset[network.history.stage == 0]) <= {0, 1}


@pytest.mark.slow_without_compiler
def test_a_subset_of_a_few_events_joins_its_neighbour():
    rng = np.random.default_rng(8)
    points = np.concatenate([rng.normal(size=(300, 3)) * [9, 1, 3], rng.normal(size=(5, 3)) + np.array([400.0, 0, 0])])
    network = reconstruct(points, subsets=2)
    assert set(network.history.subset[network.history.stage == 0]) <= {0}
    assert network.n_backgrounds <= 1


@pytest.mark.slow_without_compiler
def test_noise_alone_is_background_for_the_most_part():
    points = np.random.default_rng(9).uniform(0, [40.0, 40.0, 20.0], size=(500, 3))
    network = reconstruct(points)
    assert network.mixture.box_weight.sum() > 0.5
    assert network.n_segments <= 2


# ---------------------------------------------------------------- catalogs, progress


def catalog_of(points, depth_known=True):
    n = len(points)
    depth = points[:, 2].copy()
    if not depth_known:
        depth[[2, 5]] = np.nan
    return Catalog(
        times=np.datetime64("2020-01-01", "us") + np.arange(n) * np.timedelta64(1, "h"),
        longitude=-116.0 + points[:, 0] / 92.0,
        latitude=34.0 + points[:, 1] / 111.0,
        depth_km=depth,
        magnitude=np.full(n, 2.0),
        ids=np.array([f"e{k}" for k in range(n)]),
    )


def test_a_catalog_is_projected_and_can_be_sent_back():
    points = plates(np.random.default_rng(10), 40)
    catalog = catalog_of(points)
    network = reconstruct(catalog)
    assert network.projection == catalog.projection()
    np.testing.assert_array_equal(network.segment, reconstruct(catalog.xyz_km()).segment)
    longitude, latitude = network.to_geographic(network.mixture.mean_km)
    assert (np.abs(longitude + 116.0) < 0.5).all()
    assert (np.abs(latitude - 34.0) < 0.5).all()


def test_a_catalog_with_unknown_depths_is_refused():
    with pytest.raises(InputError, match="2 of 60 events have no depth"):
        reconstruct(catalog_of(plates(np.random.default_rng(11), 60), depth_known=False))


@pytest.mark.slow_without_compiler
def test_the_network_carries_options_version_hash_and_times():
    import seisweave

    points = plates(np.random.default_rng(12), 60)
    network = reconstruct(points, criterion="local", seed=3)
    assert network.options == FaultOptions(criterion="local", seed=3)
    assert network.version == seisweave.__version__
    assert len(network.input_sha256) == 64
    assert network.input_sha256 != reconstruct(points + 1).input_sha256
    assert all(seconds >= 0 for seconds in network.seconds.values())


@pytest.mark.slow_without_compiler
def test_progress_goes_from_nothing_to_everything():
    steps = []
    reconstruct_faults(plates(np.random.default_rng(13), 80), jobs=1, progress=steps.append)
    assert all(isinstance(step, Step) for step in steps)
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, 1.0)
    assert len({step.stage for step in steps}) >= 4


@pytest.mark.parametrize(
    "bad",
    [
        {"criterion": "best"},
        {"schedule": "fast"},
        {"subsets": 0},
        {"min_sigma_km": 0.0},
        {"min_sigma_km": "small"},
        {"atomize": "all"},
        {"roughness_km": -0.1},
        {"location_errors": "none"},
        {"seed": -1},
    ],
)
def test_options_out_of_range_are_refused(bad, without_type_checks):
    with pytest.raises(InputError):
        FaultOptions(**bad)


@pytest.mark.slow_without_compiler
def test_background_that_ends_in_one_segment_is_no_fault():
    """A branch may take all of the background: a slab over the whole map, thin beside its width."""
    made = southern_california_like(seed=1)
    earthquakes = np.flatnonzero(made.catalog.event_type == "eq")
    network = reconstruct_faults(made.catalog[earthquakes], FaultOptions(atomize="branch"))
    assert network.planes.width_km.max() < 30
    assert (network.label[made.fault[earthquakes] < 0] < 0).mean() > 0.8
