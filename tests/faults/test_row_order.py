"""Rows may stand as they like: the network is the same to the last bit, each event with what was found about it."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.faults import FaultOptions, ResampleOptions, reconstruct_faults, resample_faults
from seisweave.faults.hypocentres import check_hypocentres
from seisweave.faults.row_order import inputs_of_rows, network_of_rows, own_order, places_in
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like

OPTIONS = {
    "global": FaultOptions(),
    "local, in subsets": FaultOptions(criterion="local", subsets=3),
    "unrefined, in subsets": FaultOptions(subsets=3, refine=False),
}
ORDERS = {
    "turned round": lambda n: np.arange(n)[::-1],
    "shuffled": lambda n: np.random.default_rng(1).permutation(n),
}


def planted():
    """Three faults; ten events come twice, and some are at zero, of either sign."""
    xyz_km = plant_faults(PlantedOptions(n_faults=3, density_per_km2=0.12, seed=3)).xyz_km
    xyz_km[:4, 0] = [0.0, -0.0, 0.0, -0.0]
    return np.concatenate([xyz_km, xyz_km[40:50]])


def located():
    """A catalog with errors of location; ten hypocentres come twice, with other errors the second time."""
    catalog = southern_california_like(seed=4, n_events=400).catalog
    rows = np.arange(len(catalog))
    rows[:10] = np.arange(40, 50)
    return replace(catalog, **{name: getattr(catalog, name)[rows] for name in ("longitude", "latitude", "depth_km")})


WORLDS = {"points": planted, "catalog": located}


def written(network, folder):
    """The bytes of the network; of the hash of the input and the events, which have the order of its rows, nothing."""
    replace(network, input_sha256="", source=None).write(folder / "network.nc")
    return (folder / "network.nc").read_bytes()


def in_order(events, rows):
    return events[rows] if isinstance(events, np.ndarray) else events.take(rows)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize(("world", "kind"), [*(("points", kind) for kind in OPTIONS), ("catalog", "global")])
def test_a_network_does_not_depend_on_the_order_of_the_rows(world, kind, tmp_path):
    events = WORLDS[world]()
    network = reconstruct_faults(events, OPTIONS[kind], jobs=1)
    assert network.n_segments > 1
    whole = written(network, tmp_path)
    for name, order in ORDERS.items():
        rows = order(len(events))
        other = reconstruct_faults(in_order(events, rows), OPTIONS[kind], jobs=2)
        assert written(network_of_rows(other, places_in(rows)), tmp_path) == whole, name


@pytest.mark.slow_without_compiler
def test_how_sure_it_is_does_not_depend_on_the_order_either(tmp_path):
    events, options = located(), ResampleOptions(n=2)
    rows = ORDERS["shuffled"](len(events))
    one, other = (reconstruct_faults(each, jobs=1) for each in (events, in_order(events, rows)))
    one, other = (replace(each, sureness=resample_faults(each, options, jobs=1)) for each in (one, other))
    assert written(network_of_rows(other, places_in(rows)), tmp_path) == written(one, tmp_path)


def test_there_and_back():
    inputs = check_hypocentres(planted(), FaultOptions(), 1)
    rows = ORDERS["shuffled"](len(inputs.xyz_km))
    one, other = (inputs_of_rows(each, own_order(each)) for each in (inputs, inputs_of_rows(inputs, rows)))
    assert one.xyz_km.tobytes() == other.xyz_km.tobytes()
    assert one.identity() == other.identity(), "what is kept serves both"
    np.testing.assert_array_equal(one.xyz_km[places_in(own_order(inputs))], inputs.xyz_km)


def test_events_at_one_place_are_told_apart_by_their_errors():
    inputs = check_hypocentres(np.repeat(planted()[:30], 2, axis=0), FaultOptions(), 1)
    inputs = replace(inputs, location_errors=np.random.default_rng(1).uniform(1, 2, (60, 6)))
    rows = ORDERS["turned round"](60)
    one, other = (inputs_of_rows(each, own_order(each)) for each in (inputs, inputs_of_rows(inputs, rows)))
    np.testing.assert_array_equal(one.location_errors, other.location_errors)


def test_the_published_program_sees_the_rows_as_they_stand():
    inputs = check_hypocentres(planted(), FaultOptions(schedule="reference"), 1)
    np.testing.assert_array_equal(own_order(inputs), np.arange(len(inputs.xyz_km)))
