import dataclasses
import json

import numpy as np
import pytest
from scipy import stats
from tests.faults.by_hand import one_fault_a_segment

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.atomize import Atomized
from seisweave.faults.history import STAGES, MergeHistory
from seisweave.faults.network import FaultNetwork, open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.gaussians.mixture import Mixture
from seisweave.storage import write_dataset
from seisweave.synthetic import PlantedOptions, plant_faults


@pytest.fixture(scope="module")
def points():
    return plant_faults(PlantedOptions(n_faults=4, density_per_km2=0.12, noise_share=0.1)).xyz_km


@pytest.fixture(scope="module")
def network(points):
    return reconstruct_faults(points, FaultOptions(subsets=2, seed=7), jobs=1)


def hand_made(n_segments=2, n_boxes=1, n_events=6, projection=None, n_halos=0):
    """A network of given sizes with numbers that no rounding survives."""
    rng = np.random.default_rng(n_segments + 10 * n_boxes)
    root = rng.normal(size=(n_segments, 3, 3))
    weight = rng.dirichlet(np.ones(n_segments + n_boxes)) if n_segments + n_boxes else np.zeros(0)
    mixture = Mixture(
        weight[:n_segments],
        rng.normal(size=(n_segments, 3)) * np.pi,
        root @ root.transpose(0, 2, 1),
        weight[n_segments:],
        rng.normal(size=(n_boxes, 3)),
        np.tile(np.eye(3), (n_boxes, 1, 1)),
        rng.uniform(1, 2, size=(n_boxes, 3)),
    )
    part = rng.integers(max(1, n_segments + n_boxes), size=n_events)
    whole = [rng.integers(-1, 9, size=4) for _ in range(5)]
    return FaultNetwork(
        mixture=mixture,
        part=part,
        responsibility=rng.uniform(size=n_events),
        bic=1e3 / 3,
        log_likelihood=-1e3 / 7,
        n_proto=17,
        history=MergeHistory(*whole, rng.normal(size=4) / 3),
        faults=one_fault_a_segment(mixture, part, n_halos),
        options=FaultOptions(criterion="local", subsets=3, min_sigma_km=0.1 + 0.2, refine=False, seed=5),
        projection=projection,
        atomized=Atomized("branch", {"cut": 1e3 / 7, "branch": 1e3 / 3}, 1 / 3),
        min_sigma_km=1e-3 / 3,
        input_sha256="ab" * 32,
        version="1.2.3",
    )


def assert_identical(a, b):
    """The same fields, all arrays bit by bit and of the same kind."""
    assert type(a) is type(b)
    for field in dataclasses.fields(a):
        mine, theirs = getattr(a, field.name), getattr(b, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype.kind == theirs.dtype.kind, field.name
            np.testing.assert_array_equal(mine, theirs, strict=True, err_msg=field.name)
        elif dataclasses.is_dataclass(mine):
            assert_identical(mine, theirs)
        else:
            assert mine == theirs, field.name


@pytest.mark.parametrize("sizes", [(2, 1, 6), (0, 1, 5), (3, 0, 5), (1, 4, 9)])
@pytest.mark.parametrize("projection", [None, LocalProjection(-116.4 - 1 / 3, 34.2)])
def test_a_network_is_read_back_identical(sizes, projection, tmp_path):
    network = hand_made(*sizes, projection=projection, n_halos=sizes[0] // 2)
    assert_identical(open_network(network.write(tmp_path / "network.nc")), network)


def test_a_reconstructed_network_is_read_back_identical(network, tmp_path):
    network.write(tmp_path / "network.nc")
    assert network.seconds  # differ from run to run; the file does not
    assert_identical(
        open_network(tmp_path), dataclasses.replace(network, seconds={}, source=None)
    )  # the folder will do


@pytest.mark.parametrize("content", [None, b"", b"not netCDF at all", b"\x89HDF\r\n\x1a\n broken"])
def test_a_file_that_is_no_network_is_refused_in_one_line(content, tmp_path):
    path = tmp_path / "network.nc"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"network\.nc") as error:
        open_network(path)
    assert "\n" not in str(error.value)


def test_another_netcdf_file_is_refused(tmp_path):
    import xarray as xr

    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="not a fault network"):
        open_network(tmp_path / "other.nc")


def test_variables_have_units(network):
    dataset = network.to_dataset()
    assert dataset["strike"].attrs["units"] == "degree"
    assert dataset["length"].attrs["units"] == "km"
    assert dataset.attrs["Conventions"].startswith("CF")


def test_segments_are_the_parts_with_backgrounds_as_minus_one(network):
    assert ((network.segment == -1) == (network.part >= network.n_segments)).all()
    inside = network.segment >= 0
    np.testing.assert_array_equal(network.segment[inside], network.part[inside])
    assert network.events_per_segment.sum() == inside.sum()
    assert (network.events_per_segment == [(network.segment == c).sum() for c in range(network.n_segments)]).all()


def test_every_event_has_one_fault_or_one_halo_or_is_background(network):
    faults = network.faults
    assert not ((network.label >= 0) & (faults.halo_of_event >= 0)).any()
    assert network.label.max() < network.n_faults == len(faults.plates) == len(network.planes.strike_deg)
    assert faults.halo_of_event.max(initial=-1) < faults.n_halos
    assert (network.events_per_fault == [(network.label == c).sum() for c in range(network.n_faults)]).all()
    assert (np.diff(network.events_per_fault) <= 0).all()
    assert (np.diff(faults.events_per_halo) <= 0).all()
    assert ((faults.probability >= 0) & (faults.probability <= 1)).all()


def test_the_fault_of_a_segment_is_where_most_of_its_events_lie(network):
    for c, fault in enumerate(network.faults.fault_of_segment):
        own = network.label[network.segment == c] + 1
        counts = np.bincount(own, minlength=network.n_faults + 1)
        assert counts[fault + 1] == counts.max()


def test_weights_of_plates_halos_and_backgrounds_sum_to_one(network):
    faults = network.faults
    assert faults.plates.weight.sum() + faults.halo_weight.sum() <= 1.0 + 1e-9
    np.testing.assert_allclose(faults.error_share.sum(), 1.0, rtol=1e-6)


def test_a_network_of_one_level_is_refused_in_one_line(network, tmp_path):
    from seisweave.storage import write_dataset

    old = network.to_dataset().drop_vars(["fault_of_event", "halo_of_event"])
    write_dataset(old, tmp_path / "network.nc")
    with pytest.raises(InputError, match=r"network\.nc.*an earlier version.*`seisweave faults`") as error:
        open_network(tmp_path)
    assert "\n" not in str(error.value)


def test_every_event_is_given_to_its_most_likely_part(network, points):
    responsibilities = network.responsibilities(points)
    np.testing.assert_allclose(responsibilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(network.part, responsibilities.argmax(axis=1))
    np.testing.assert_allclose(network.responsibility, responsibilities.max(axis=1), rtol=1e-9)


def test_likelihood_and_bic_follow_from_the_density_at_the_events(network, points):
    np.testing.assert_allclose(network.log_likelihood, network.log_density(points).sum(), rtol=1e-10)
    parts = network.n_segments + network.n_backgrounds
    penalty = 0.5 * (10 * parts - 1) * np.log(network.n_events)
    np.testing.assert_allclose(network.bic, penalty - network.log_likelihood, rtol=1e-12)


def test_segments_come_by_weight_and_weights_sum_to_one(network):
    assert network.n_segments > 2
    assert network.n_backgrounds == 2
    assert (np.diff(network.mixture.weight) <= 0).all()
    np.testing.assert_allclose(network.mixture.weight.sum() + network.mixture.box_weight.sum(), 1.0, rtol=1e-5)


def test_density_integrates_to_one(network):
    # importance sampling: half of the points from the network, half from a box around it
    drawn, rng = network.sample(100_000), np.random.default_rng(0)
    low, high = drawn.min(axis=0) - 5, drawn.max(axis=0) + 5
    points = np.concatenate([drawn, rng.uniform(low, high, size=drawn.shape)])
    density = np.exp(network.log_density(points))
    proposal = 0.5 * density + 0.5 * ((points >= low) & (points <= high)).all(axis=1) / np.prod(high - low)
    ratio = density / proposal
    assert abs(ratio.mean() - 1.0) < 5 * ratio.std() / np.sqrt(len(ratio)) + 1e-4


def test_samples_recover_the_weights(network):
    n = 50_000
    drawn = network.sample(n, seed=3)
    share = network.responsibilities(drawn).sum(axis=0) / n
    weight = np.concatenate([network.mixture.weight, network.mixture.box_weight])
    np.testing.assert_allclose(share, weight, atol=5 * np.sqrt(0.25 / n))
    assert stats.pearsonr(share, weight).statistic > 0.999


def test_samples_use_the_seed_of_the_options_unless_given_one(network):
    np.testing.assert_array_equal(network.sample(10), network.sample(10, seed=7))
    assert (network.sample(10) != network.sample(10, seed=8)).any()


def test_local_points_have_no_longitude_without_a_projection(network):
    assert np.isnan(network.to_geographic(np.zeros((2, 3)))).all()


def test_local_points_go_back_to_longitude_and_latitude():
    longitude, latitude = hand_made(projection=LocalProjection(-116.5, 34.2)).to_geographic(np.zeros((1, 3)))
    np.testing.assert_allclose([longitude[0], latitude[0]], [-116.5, 34.2])


def replayed(history, n_proto):
    """Numbers of the Gaussians that are left when all merges and drops are made in order."""
    alive = set(range(n_proto))
    for first, second, merged in zip(history.first, history.second, history.merged, strict=True):
        alive.remove(int(first))
        if second >= 0:
            alive.remove(int(second))
            assert merged not in alive
            alive.add(int(merged))
        else:
            assert merged == -1
    return alive


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("criterion", ["global", "local"])
@pytest.mark.parametrize("subsets", [1, 3])
@pytest.mark.parametrize("refine", [False, True])
def test_replaying_the_history_leaves_as_many_segments_as_there_are(points, criterion, subsets, refine):
    network = reconstruct_faults(points, FaultOptions(criterion=criterion, subsets=subsets, refine=refine), jobs=1)
    history = network.history
    assert len(replayed(history, network.n_proto)) == network.n_segments
    assert (history.gain > 0).all()
    assert set(history.stage) <= set(range(len(STAGES)))
    assert ((history.subset >= 0) == (history.stage == 0)).all()
    merges = history.merged[history.merged >= 0]
    np.testing.assert_array_equal(merges, network.n_proto + np.arange(len(merges)))


@pytest.mark.slow_without_compiler
def test_numbers_of_a_gaussian_in_the_history_belong_to_its_subset(points):
    history = reconstruct_faults(points, FaultOptions(subsets=3), jobs=1).history
    inside = history.stage == 0
    home = {}
    for subset, a, b, merged in zip(
        *(x[inside] for x in (history.subset, history.first, history.second, history.merged)), strict=True
    ):
        for number in (a, b, merged):
            assert home.setdefault(int(number), int(subset)) == subset


def test_a_network_written_before_there_was_a_choice_was_made_by_the_cut(tmp_path):
    network = hand_made()
    dataset = network.to_dataset()
    options = json.loads(dataset.attrs["options"])
    del dataset.attrs["atomized"], dataset.attrs["min_sigma_km"], options["atomize"]
    dataset.attrs["options"] = json.dumps(options)
    old = open_network(write_dataset(dataset, tmp_path / "network.nc"))
    assert old.options.atomize == old.atomized.by == "cut"
    assert old.min_sigma_km == network.options.min_sigma_km
