"""Every export read back by another reader: the corners are those of the network, to a metre, anywhere on Earth."""

import numpy as np
import pytest
from tests.faults.exports import readers
from tests.faults.exports.networks import ABOVE, CUT, FLAT, PLACES, ROWS, network_at

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.exports import export_network
from seisweave.faults.exports.formats import FORMATS

METRE = 1e-3
LOCAL = ("vtp", "tsurf", "csv")


@pytest.fixture(scope="module", params=list(PLACES))
def exported(request, tmp_path_factory):
    """A network in one place, and the folder of all its exports."""
    network = network_at(PLACES[request.param])
    folder = tmp_path_factory.mktemp("exports")
    export_network(network, list(FORMATS) if network.projection is not None else LOCAL, folder)
    return network, folder


def _cut(corners):
    """The same plates below the surface, by their two sides alone: they are level."""
    wanted = {}
    for number, ring in enumerate(corners):
        if ring[2, 2] > 0:
            share = np.clip(-ring[0, 2] / (ring[3, 2] - ring[0, 2] + 1e-300), 0, 1) if ring[0, 2] < 0 else 0.0
            top = ring[:2] + share * (ring[[3, 2]] - ring[:2])
            wanted[number] = np.array([*top, ring[2], ring[3]])
    return wanted


def _farthest(found, wanted):
    """The largest distance from a corner to the nearest that it should be; each must be used."""
    apart = np.linalg.norm(found[:, None] - wanted[None], axis=2)
    assert sorted(apart.argmin(axis=1)) == list(range(len(wanted)))
    return apart.min(axis=1).max()


@pytest.mark.parametrize("name", list(FORMATS))
def test_corners_come_back(exported, name):
    network, folder = exported
    if network.projection is None and name not in LOCAL:
        pytest.skip("needs longitude and latitude")
    found = getattr(readers, name)(folder / FORMATS[name].file, network.projection)
    wanted = _cut(network.planes.corners_km)
    if name in ("csv", "geojson"):  # the tables of the result folder hold the plates as they are
        found = {number: ring for number, ring in found.items() if number not in (CUT, ABOVE)}
        wanted.pop(CUT)
    if name == "nrml":
        wanted.pop(FLAT)
    assert set(found) == set(wanted)
    assert max(_farthest(found[number], wanted[number]) for number in wanted) < METRE


def test_the_plates_are_what_they_are_said_to_be():
    """So that nothing above is vacuous."""
    network = network_at(PLACES["California"])
    corners = network.planes.corners_km
    assert np.allclose(network.planes.strike_deg[:FLAT], ROWS[:FLAT, 0])
    assert np.allclose(network.planes.dip_deg, ROWS[:, 1], atol=1e-5)
    assert (corners[ABOVE, :, 2] < 0).all()
    assert (corners[CUT, :, 2] < 0).tolist() == [True, True, False, False]
    assert set(_cut(corners)) == set(range(ABOVE))


@pytest.mark.parametrize("name", ["kml", "vtp", "tsurf", "gmt", "gpkg", "nrml"])
def test_plates_turned_in_their_plane(name, tmp_path):
    """As those of segments are: complex faults in NRML, of five corners where the surface cuts one off."""
    place = PLACES["California"]
    network = network_at(place, turn_deg=20.0)
    export_network(network, [name], tmp_path)
    found = getattr(readers, name)(tmp_path / FORMATS[name].file, place)
    corners = network.planes.corners_km
    whole = {k for k in range(len(ROWS)) if (corners[k, :, 2] > 0).all()}
    assert whole == {0, 2, 3, FLAT}
    if name == "nrml":
        assert whole - set(found) == {FLAT}
    wanted = whole & set(found)
    assert max(_farthest(found[k], corners[k]) for k in wanted) < METRE
    for k in set(found) - wanted:
        assert len(found[k]) in (3, 4, 5)
        assert found[k][:, 2].min() > -METRE
        assert np.abs((found[k] - corners[k, 0]) @ network.faults.plates.axes[k, 2]).max() < METRE


@pytest.mark.parametrize("latitude", [90.0, -90.0])
def test_poles_are_refused_where_a_map_has_none(latitude, tmp_path):
    place = LocalProjection(longitude=30.0, latitude=latitude)
    network = network_at(place, middle=2)
    export_network(network, ["tsurf", "vtp"], tmp_path)
    for name in ("tsurf", "vtp"):
        found = getattr(readers, name)(tmp_path / FORMATS[name].file, place)
        wanted = _cut(network.planes.corners_km)
        assert max(_farthest(found[number], wanted[number]) for number in wanted) < METRE
    for name in ("kml", "gmt", "gpkg", "geojson", "nrml"):
        with pytest.raises(
            InputError, match=r"^(fault|halo) \d lies across a pole, .* export it to vtp, tsurf or csv$"
        ):
            export_network(network, [name], tmp_path)


def test_near_a_pole_all_is_well(tmp_path):
    place = LocalProjection(longitude=-40.0, latitude=86.0)
    network = network_at(place)
    export_network(network, ["kml", "tsurf", "nrml"], tmp_path)
    wanted = _cut(network.planes.corners_km)
    for name in ("kml", "tsurf"):
        found = getattr(readers, name)(tmp_path / FORMATS[name].file, place)
        assert max(_farthest(found[number], wanted[number]) for number in wanted) < METRE
