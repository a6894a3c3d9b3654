"""NRML: by the rules of the format, rates that add up, and what is left out or assumed is told."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from tests.faults.exports.networks import PLACES, YEARS, network_at
from tests.faults.exports.readers import GML, NRML

from seisweave.catalog import b_value
from seisweave.errors import InputError
from seisweave.faults.exports import ExportOptions, export_network
from seisweave.faults.exports.exported import exported_faults
from seisweave.faults.exports.rates import fault_rates

PLACE = PLACES["the south"]
GEOMETRY = {
    "simple": [f"{GML}LineString", "dip", "upperSeismoDepth", "lowerSeismoDepth"],
    "complex": ["faultTopEdge", "faultBottomEdge"],
}
AFTER = ["magScaleRel", "ruptAspectRatio", "truncGutenbergRichterMFD", "rake"]


def _written(network, folder, **options):
    path = folder / "sources.xml"
    notes = export_network(network, ["nrml"], path, ExportOptions(**options))
    return notes, ET.parse(path).getroot()


def _laws(root):
    """a, b, smallest and largest magnitude of each source, by its number."""
    return {
        int(source.get("id").removeprefix("fault-")): [
            float(source.find(f"{NRML}truncGutenbergRichterMFD").get(name))
            for name in ("aValue", "bValue", "minMag", "maxMag")
        ]
        for source in root.iter()
        if source.tag.endswith("FaultSource")
    }


@pytest.fixture(scope="module")
def network():
    return network_at(PLACE)


@pytest.mark.parametrize("turn_deg", [0.0, 20.0])
@pytest.mark.parametrize("place", [name for name in PLACES if name != "local"])
def test_the_structure_is_that_of_the_format(place, turn_deg, tmp_path):
    """The rules of NRML 0.5 as the manual gives them: elements, their order, and the ranges of their values."""
    _, root = _written(network_at(PLACES[place], turn_deg, n=600), tmp_path)
    assert root.tag == f"{NRML}nrml"
    (model,) = root
    (group,) = model
    assert model.tag == f"{NRML}sourceModel"
    assert group.tag == f"{NRML}sourceGroup"
    assert group.get("tectonicRegion") == "Active Shallow Crust"
    assert len({source.get("id") for source in group}) == len(group) > 0
    kinds = {re.fullmatch(rf"{re.escape(NRML)}(\w+)FaultSource", source.tag).group(1) for source in group}
    assert kinds == ({"simple"} if turn_deg == 0 else {"complex"})
    for source in group:
        (kind,) = kinds
        assert re.fullmatch(r"[\w-]+", source.get("id"))
        assert source.get("name")
        assert [each.tag.removeprefix(NRML) for each in source] == [f"{kind}FaultGeometry", *AFTER]
        assert [each.tag.removeprefix(NRML) for each in source[0]] == GEOMETRY[kind]
        width = 2 if kind == "simple" else 3
        for line in source.iter(f"{GML}posList"):
            points = np.array(line.text.split(), float).reshape(-1, width)
            assert len(points) >= 2
            assert np.abs(points[:, 0]).max() <= 180
            assert np.abs(points[:, 1]).max() <= 90
            assert (points[:, 2:] >= 0).all()
        if kind == "simple":
            dip, upper, lower = (float(each.text) for each in source[0][1:])
            assert 0 < dip <= 90
            assert 0 <= upper < lower
        a, b, low, high = _laws(root)[int(source.get("id").removeprefix("fault-"))]
        assert np.isfinite(a)
        assert b > 0
        assert low < high
        assert source.findtext(f"{NRML}magScaleRel") == "WC1994"
        assert float(source.findtext(f"{NRML}ruptAspectRatio")) > 0
        assert -180 <= float(source.findtext(f"{NRML}rake")) <= 180


def test_rates_are_those_of_the_events(network, tmp_path):
    """The law between completeness and its end gives back as many events a year as there were, on each fault."""
    notes, root = _written(network, tmp_path)
    rates = fault_rates(exported_faults(network))
    magnitude, label = network.source["magnitude"].to_numpy(), network.label
    counted = magnitude >= rates.mc - 1e-9
    assert rates.from_magnitude == pytest.approx(rates.mc - 0.05)
    assert rates.years == pytest.approx(YEARS, rel=1e-3)
    assert rates.b == pytest.approx(b_value(magnitude, rates.mc).value)
    for number, (a, b, low, high) in _laws(root).items():
        n = int((counted & (label == number)).sum())
        assert n > 20
        expected = 10 ** (a - b * rates.from_magnitude) - 10 ** (a - b * high)
        assert expected * YEARS == pytest.approx(n, rel=1e-3)
        assert low == 5.0
        length, width = network.planes.length_km[number], network.planes.width_km[number]
        assert high <= np.ceil(10 * (4.07 + 0.98 * np.log10(length * width))) / 10 + 1e-9
    assert any("aftershocks included" in note for note in notes)
    assert not any("no long-term rates" in note for note in notes)


def test_years_and_the_largest_event_are_taken_as_given(network, tmp_path):
    _, plain = _written(network, tmp_path)
    notes, half = _written(network, tmp_path, observed_years=2 * YEARS)
    short, _ = _written(network, tmp_path, observed_years=1.0)
    events = network.source.copy()
    heavy = int(np.flatnonzero(network.label == 3)[0])
    events.loc[heavy, "magnitude"] = 7.63
    _, large = _written(replace(network, source=events), tmp_path)
    before, after = _laws(plain), _laws(half)
    assert before[0][0] - after[0][0] == pytest.approx(np.log10(2), abs=1e-4)
    assert _laws(large)[3][3] == 7.7
    assert _laws(large)[0][3] == before[0][3]
    assert any("in 50 years" in note for note in notes)
    assert any("1 years are no long-term rates" in note for note in short)


@pytest.mark.parametrize(
    ("rake", "kind"), [(None, "all"), (170.0, "strike-slip"), (-80.0, "normal"), (100.0, "reverse")]
)
def test_the_rake_chooses_the_scaling(network, tmp_path, rake, kind):
    """Fault 0 has 20 by 12 km: 4.07 + 0.98 log10 240 = 6.40 for all kinds; 3.98 + 1.02 log10 240; and so on."""
    notes, root = _written(network, tmp_path, rake_deg=rake)
    a, b = {"all": (4.07, 0.98), "strike-slip": (3.98, 1.02), "normal": (3.93, 1.02), "reverse": (4.33, 0.9)}[kind]
    assert _laws(root)[0][3] == pytest.approx(np.ceil(10 * (a + b * np.log10(240.0))) / 10)
    assert {float(each.text) for each in root.iter(f"{NRML}rake")} == {rake or 0.0}
    told = "the rake is unknown: 0" if rake is None else f"rake {rake:g} of all faults, as given"
    assert any(told in note for note in notes)
    assert any(f"{kind} slip" in note for note in notes)


def test_what_is_left_out_is_told_with_its_number(network, tmp_path):
    notes, root = _written(network, tmp_path, min_magnitude=6.4)
    assert "1 fault lies wholly above sea level and is left out" in notes
    assert "1 of 6 faults left out of the NRML: too flat (a dip under 1°, or edges within 0.1 km in depth)" in notes
    small = [note for note in notes if "largest magnitude is not above 6.4" in note]
    assert re.match(r"3 of 6 faults", small[0])
    assert set(_laws(root)) == {0, 1}
    quiet = network.source.copy()
    quiet.loc[network.label == 0, "magnitude"] = 0.1
    notes, root = _written(replace(network, source=quiet), tmp_path)
    assert any(re.match(r"1 of 6 faults .* without an event of M ≥", note) for note in notes)
    assert 0 not in _laws(root)
    with pytest.raises(InputError, match=r"^no fault can be a source of NRML; 5 of 6 faults"):
        _written(network, tmp_path, min_magnitude=8.5)


def test_the_file_says_what_was_told(network, tmp_path):
    notes, _ = _written(network, tmp_path)
    text = re.sub(r"\s+", " ", (tmp_path / "sources.xml").read_text(encoding="utf-8"))
    assert all(note in text for note in notes)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (None, "the network holds none"),
        ("no magnitudes", "the network holds none"),
        ("few magnitudes", "its completeness needs 50 or more"),
        ("no times", "observed_years=30"),
        ("one time", "observed_years=30"),
    ],
)
def test_networks_without_rates_are_refused(network, tmp_path, events, said):
    table = network.source.copy()
    if events == "no magnitudes":
        table["magnitude"] = np.nan
    if events == "few magnitudes":
        table.loc[30:, "magnitude"] = np.nan
    if events == "no times":
        table = table.drop(columns="time")
    if events == "one time":
        table["time"] = table["time"].iloc[0]
    with pytest.raises(InputError, match=f"^rates of faults.*{said}"):
        _written(replace(network, source=None if events is None else table), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_catalog_gives_the_same_rates_as_its_table(tmp_path):
    """What a reconstruction in Python holds, and what its result folder does."""
    from seisweave.catalog import Catalog

    network = network_at(PLACE)
    events = network.source
    longitude, latitude = network.to_geographic(events[["x_km", "y_km", "depth_km"]].to_numpy())
    catalog = Catalog(
        times=events["time"].to_numpy("datetime64[us]"),
        longitude=longitude,
        latitude=latitude,
        depth_km=events["depth_km"].to_numpy(),
        magnitude=events["magnitude"].to_numpy(),
        ids=np.array([f"e{k}" for k in range(len(events))]),
    )
    ours, theirs = (fault_rates(exported_faults(each)) for each in (network, replace(network, source=catalog)))
    assert np.array_equal(ours.a, theirs.a)
    assert ours.b == theirs.b


def test_left_out_plates_are_no_trouble_in_local_km(tmp_path):
    with pytest.raises(InputError, match="nrml needs longitude and latitude, and the network is in local km; export"):
        export_network(network_at(None), ["nrml"], tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"rake_deg": 181.0}, {"observed_years": 0.0}, {"min_magnitude": 99.0}, {"tectonic_region": " "}]
)
def test_options_out_of_range(wrong):
    (name,) = wrong
    with pytest.raises(InputError, match=f"^{name} is"):
        ExportOptions(**wrong)
