"""Events in a page: as they were, in drawing order, in few bytes."""

import numpy as np
import pandas as pd
import pytest
from tests.report.conftest import write_result
from tests.report.linked.unpacked import arrays_of

from seisweave.report.linked.packed import NO_MAGNITUDE, NO_TIME, block, drawing_order, pack_events
from seisweave.report.linked.payload import payload
from seisweave.report.results.network import open_network_result
from seisweave.report.sections import bounds_km


@pytest.fixture(scope="module")
def opened(with_halos, tmp_path_factory):
    return open_network_result(write_result(tmp_path_factory.mktemp("packed") / "halos", *with_halos))


@pytest.fixture(scope="module")
def data(opened):
    made = payload(opened)
    return made.told, arrays_of(made.told, made.packed)


def test_places_come_back_to_a_step(opened, data):
    told, arrays = data
    order = drawing_order(opened.network)
    step = np.array(told["step"])
    places = np.array(told["low"]) + step * np.column_stack([arrays[name] for name in "xyz"])
    assert (np.abs(places - opened.xyz_km[order]) <= 0.5 * step + 1e-9).all()
    assert (step * 65535 < 200.0).all()


def test_events_stand_by_what_they_lie_on(opened, data):
    told, arrays = data
    network, order = opened.network, drawing_order(opened.network)
    first = arrays["first"].astype(int)
    assert first[-1] == network.n_events == told["events"]
    assert (network.label[order[: first[1]]] == -1).all()
    assert (network.faults.halo_of_event[order[: first[1]]] == -1).all()
    for halo in range(told["halos"]):
        assert (network.faults.halo_of_event[order[first[1 + halo] : first[2 + halo]]] == halo).all()
    for fault in range(told["faults"]):
        code = 1 + told["halos"] + fault
        run = order[first[code] : first[code + 1]]
        assert (network.label[run] == fault).all()
        assert len(run) == network.events_per_fault[fault]
        assert (np.diff(run) > 0).all(), "as they came"


def test_times_magnitudes_and_ids_are_those_of_the_events(opened, data):
    told, arrays = data
    events = opened.events.iloc[drawing_order(opened.network)]
    seconds = told["start"] + told["second"] * arrays["t"].astype(float)
    expected = events["time"].to_numpy("datetime64[us]").astype(float) / 1e6
    assert np.abs(seconds - expected).max() <= told["second"]
    assert (arrays["m"] / 100 == events["magnitude"]).all()
    assert arrays["ids"].tobytes().decode().split("\n") == events["id"].tolist()


def test_what_is_unknown_is_told_so(opened):
    third = np.arange(600) % 3 == 0
    events = opened.events.assign(
        time=opened.events["time"].where(~third), magnitude=opened.events["magnitude"].where(~third), id="a\nb"
    )
    result = opened.__class__(**{**vars(opened), "events": events})
    packed = pack_events(result, *bounds_km(result.network, result.xyz_km))
    unknown = third[drawing_order(result.network)]
    assert ((packed.arrays["t"] == NO_TIME) == unknown).all()
    assert ((packed.arrays["m"] == NO_MAGNITUDE) == unknown).all()
    assert packed.ids.decode().split("\n") == ["a b"] * 600


def test_without_times_and_magnitudes_there_are_none(opened):
    bare = opened.events.drop(columns=["time", "magnitude", "id"])
    packed = pack_events(opened.__class__(**{**vars(opened), "events": bare}), np.full(3, -99.0), np.full(3, 99.0))
    assert set(packed.arrays) == {"x", "y", "z", "first"}
    assert packed.ids.decode().split("\n")[0] == f"row {drawing_order(opened.network)[0]}"


def test_a_century_is_told_to_a_second(opened):
    times = pd.date_range("1850-01-01", "2020-01-01", periods=600, tz="UTC")
    result = opened.__class__(**{**vars(opened), "events": opened.events.assign(time=times)})
    packed = pack_events(result, np.full(3, -99.0), np.full(3, 99.0))
    assert packed.scales["second"] <= 1.5
    assert packed.arrays["t"].max() < NO_TIME


def test_the_same_arrays_are_the_same_text(opened):
    assert payload(opened).packed == payload(opened).packed
    made = block({"a": np.arange(5, dtype="u1"), "b": np.ones(2, dtype="<f8")})
    assert made.where == {"a": ["u1", 0, 5], "b": ["f8", 8, 2]}


def test_directions_lie_within_a_metre(opened, data):
    """Parabolas through the nodes, as the script takes them, against the projection itself."""
    told, arrays = data
    low, high = (np.array(side) for side in told["frame"])
    nodes, directions = told["nodes"], arrays["directions"].reshape(told["nodes"], told["nodes"], 3)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(low[:, None], high[:, None], (2, 200))
    at = (np.stack([x, y]) - low[:, None]) / (high - low)[:, None] * (nodes - 1)
    middle = np.clip(np.round(at), 1, nodes - 2).astype(int)
    s = at - middle
    weight = np.stack([0.5 * s * (s - 1), 1 - s * s, 0.5 * s * (s + 1)])
    found = sum(
        (weight[i, 0] * weight[j, 1])[:, None] * directions[middle[1] - 1 + j, middle[0] - 1 + i]
        for i in range(3)
        for j in range(3)
    )
    longitude, latitude = opened.network.projection.to_geographic(x, y)
    again = np.degrees(np.arctan2(found[:, 1], found[:, 0])), np.degrees(np.arcsin(found[:, 2]))
    back = np.stack(opened.network.projection.to_local(*again))
    assert np.abs(back - np.stack([x, y])).max() < 1e-3
    assert np.abs(again[0] - longitude).max() < 1e-5
    assert np.abs(again[1] - latitude).max() < 1e-5
