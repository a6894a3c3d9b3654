"""network.nc as the CF conventions want it, and files of before that are read as ever."""

import gzip
import warnings
from copy import copy
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from tests.faults.test_network import assert_identical, hand_made
from tests.fuzz.valid_folders import _network as with_sureness
from tests.report.conftest import planted_network

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.activity import activity_of
from seisweave.faults.dataset import _EVENTS, _FAULTS, _HISTORY, _MIXTURE, _PLATES
from seisweave.faults.network import open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.storage import write_dataset
from seisweave.synthetic import PlantedOptions, plant_faults

BEFORE = Path(__file__).parent / "data" / "network-cf-1.11.nc.gz"  # 64-bit numbers, coordinates of text, no places
HERE = LocalProjection(-117.5, 34.0)


ASKED_OFTEN = (  # what the checker asks of a file for every variable anew, thousands of times
    *("auxiliary_coordinate", "axis", "climatology", "geophysical", "latitude", "longitude", "time", "z"),
)


@pytest.fixture
def complaints(monkeypatch):
    """What the compliance checker has to say against a file, for CF-1.8."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the checker's own libraries
        from compliance_checker.cf import util
        from compliance_checker.runner import CheckSuite
    for name in ASKED_OFTEN:
        function = f"get_{name}_variable{'' if name == 'climatology' else 's'}"
        monkeypatch.setattr(util, function, remembering(getattr(util, function)))

    def check(path):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            CheckSuite.load_all_available_checkers()
            suite = CheckSuite()
            dataset = suite.load_dataset(str(path))
            try:
                groups, errors = suite.run_all(dataset, ["cf:1.8"])["cf:1.8"]
            finally:
                dataset.close()
        assert len(groups) > 20, "it has checked something"
        assert errors == {}
        values = [group.value if isinstance(group.value, tuple) else (group.value, True) for group in groups]
        short = [group for group, (got, best) in zip(groups, values, strict=True) if got < best]
        return [message for group in short for message in (group.msgs or [group.name])]

    return check


def remembering(function):
    """The same function, which answers a question on the same file only once."""
    answers = {}

    def answer(dataset, *given):
        key = (id(dataset), *map(str, given))
        if key not in answers:
            answers[key] = function(dataset, *given)
        return copy(answers[key])

    return answer


def eventful(network):
    """The same network with events of which some have no time or magnitude."""
    n = network.n_events
    times = pd.Series(pd.date_range("2019-07-04", periods=n, freq="h", tz="UTC"))
    times[:: max(n // 5, 1)] = pd.NaT
    magnitude = np.where(np.arange(n) % 7 == 0, np.nan, np.linspace(1, 5, n))
    return replace(network, source=pd.DataFrame({"time": times, "magnitude": magnitude}))


def edited():
    """A network in a hull, with a register."""
    points = plant_faults(PlantedOptions(n_faults=3, density_per_km2=0.5, seed=2)).xyz_km
    network = reconstruct_faults(points, FaultOptions(background="hull")).rename({0: "the first"})
    assert network.mixture.shapes
    return replace(network, projection=HERE)


NETWORKS = {
    "in a hull, edited": edited,
    "with sureness": lambda: eventful(replace(with_sureness(), projection=HERE)),
    "in local km": lambda: hand_made(3, 1, 9, None, 1),
    "of no fault": lambda: hand_made(0, 1, 5, HERE),
}


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("name", list(NETWORKS))
def test_the_compliance_checker_has_nothing_to_say(name, complaints, tmp_path):
    assert complaints(NETWORKS[name]().write(tmp_path / "network.nc")) == []


@pytest.mark.slow_without_compiler
def test_the_compliance_checker_sees_what_is_wrong(complaints, tmp_path):
    dataset = NETWORKS["with sureness"]().to_dataset()
    dataset["fault_length"].attrs["units"] = "furlongs of mine"
    del dataset["crs"].attrs["longitude_of_projection_origin"]
    part = [name for name in dataset.variables if name.startswith("fault_") or name in ("crs", "wgs84")]
    dataset = dataset[part]
    told = " ".join(complaints(write_dataset(dataset, tmp_path / "network.nc")))
    assert "furlongs" in told


def test_every_variable_says_what_it_is():
    dataset = NETWORKS["with sureness"]().to_dataset()
    assert dataset.attrs["Conventions"] == "CF-1.8"
    for name, variable in dataset.variables.items():
        assert variable.dtype != np.int64, name
        if "_corner_" in name or name in ("crs", "wgs84"):
            continue
        assert variable.attrs["long_name"], name
        assert ("units" in variable.attrs) is (name != "axis_name"), name
        for other in variable.attrs.get("coordinates", "").split():
            assert dataset[other].dims == variable.dims[:1], name
        if variable.attrs.get("bounds"):
            assert dataset[variable.attrs["bounds"]].dims == (*variable.dims, "corner")


def test_centres_lie_where_the_network_says():
    network = NETWORKS["with sureness"]()
    dataset = network.to_dataset()
    for part, centre in (
        ("fault", network.faults.plates.centre_km),
        ("segment", network.mixture.mean_km),
        ("halo", network.faults.halo_mean_km),
    ):
        local = HERE.to_local(dataset[f"{part}_longitude"].to_numpy(), dataset[f"{part}_latitude"].to_numpy())
        assert np.allclose(np.stack([*local, dataset[f"{part}_depth"]], axis=1), centre, atol=1e-6)
        assert dataset[f"{part}_longitude"].attrs["standard_name"] == "longitude"
        assert dataset[f"{part}_depth"].attrs["positive"] == "down"


def test_a_file_of_before_is_read_as_it_stands(tmp_path):
    path = tmp_path / "network.nc"
    path.write_bytes(gzip.decompress(BEFORE.read_bytes()))
    network = open_network(path)
    owners = {
        "mixture": _MIXTURE,
        "plates": _PLATES,
        "faults": _FAULTS,
        "history": _HISTORY,
        "network": _EVENTS,
    }
    records = {
        "mixture": network.mixture,
        "plates": network.faults.plates,
        "faults": network.faults,
        "history": network.history,
        "network": network,
    }
    with h5py.File(path) as file:
        assert file.attrs["Conventions"] == "CF-1.11"
        for owner, rules in owners.items():
            for name, rule in rules.items():
                read = getattr(records[owner], rule.source or name)
                assert read.tobytes() == file[name][()].tobytes(), name
                assert read.dtype == file[name].dtype, name
    assert network.projection == HERE
    assert network.activity is None
    assert_identical(open_network(network.write(tmp_path / "again.nc")), network)


def test_times_and_magnitudes_are_those_of_the_events_and_come_back(tmp_path):
    network = eventful(planted_network(120, n_halos=1)[0])
    told = activity_of(network)
    groups = {"faults": network.label, "segments": network.segment, "halos": network.faults.halo_of_event}
    for name, label in groups.items():
        kept, events = getattr(told, name), network.source
        for k in range(len(kept.n_events)):
            own = events[label == k]
            assert kept.n_events[k] == len(own)
            spans = pd.to_datetime([kept.first_time[k], kept.last_time[k]], utc=True)
            assert spans.tolist() == [own["time"].min(), own["time"].max()]
            assert kept.largest_magnitude[k] == own["magnitude"].max()
    again = open_network(network.write(tmp_path / "network.nc"))
    assert again.source is None
    assert_identical(again.activity, told)
    assert_identical(activity_of(again), told)
    assert (again.write(tmp_path / "twice.nc")).read_bytes() == (tmp_path / "network.nc").read_bytes()


def test_times_of_other_faults_are_not_told(tmp_path):
    again = open_network(eventful(planted_network(120)[0]).write(tmp_path / "network.nc"))
    label = np.where(again.label == 1, 0, again.label)
    assert activity_of(replace(again, faults=replace(again.faults, fault_of_event=label))) is None


def test_events_without_times_or_magnitudes_leave_no_trace():
    network, xyz_km = planted_network(120)
    assert activity_of(replace(network, source=xyz_km)) is None
    assert "fault_first_time" not in network.to_dataset()
    noon = replace(network, source=pd.DataFrame({"time": ["noon"] * 120}))
    assert activity_of(noon) is None


@pytest.mark.parametrize("value", [np.inf, 1e13])
def test_times_that_cannot_be_are_refused(value, tmp_path):
    dataset = eventful(planted_network(120)[0]).to_dataset()
    dataset["fault_first_time"].to_numpy()[0] = value
    with pytest.raises(InputError, match="fault_first_time of place 0"):
        open_network(write_dataset(dataset, tmp_path / "network.nc"))


def test_xarray_decodes_times_and_places(tmp_path):
    path = NETWORKS["with sureness"]().write(tmp_path / "network.nc")
    with xr.open_dataset(path, engine="h5netcdf", decode_coords="all") as data:
        assert data["fault_first_time"].dtype.kind == "M"
        assert {"fault_longitude", "fault_latitude", "fault_depth", "crs"} <= set(data["fault_length"].coords)
