"""Forecasts on record for other programs: what they read is what was said."""

import json
from dataclasses import replace

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.forecast.csep_format import read_dat
from seisweave.issued.example import example_issued
from seisweave.issued.exports import as_geojson, as_json, as_rates, export_issued
from seisweave.issued.issue import in_words


@pytest.fixture(scope="module")
def made():
    return example_issued()


def test_all_formats_lie_beside_the_record(made, tmp_path):
    record = made.write(tmp_path)
    written = export_issued(made, tmp_path, ["json", "geojson", "csep"])
    assert {path.parent for path in written} == {record.parent}
    assert {path.name.removeprefix(record.stem) for path in written} == {".json", ".geojson", "-1d.dat", "-7d.dat"}
    told = json.loads(written[0].read_text())
    assert told["digest"] == made.digest
    assert told["windows"][1]["ends"] == "2019-07-13T04:00:00Z"
    assert told["windows"][1]["magnitudes"][0]["chance"] == made.chance[1, 0]
    assert told["windows"][0]["magnitudes"][1]["quantiles"]["0.975"] == made.quantiles[0, 1, 2]


def test_cells_are_where_they_are(made):
    told = as_geojson(made)
    cell = next(each for each in told["features"] if each["geometry"]["coordinates"][0][0] == [-118.0, 35.5])
    assert cell["geometry"]["coordinates"][0][2] == [-117.5, 36.0]
    assert cell["properties"]["chance_7d_m4"] == pytest.approx(made.cell_chance[1, 1, 1, 1], rel=1e-5)
    usual = made.long_term_cell_chance()[0, 0, 1, 1]
    assert cell["properties"]["long_term_1d_m3"] == pytest.approx(usual, rel=1e-5)
    for feature in told["features"]:
        corners = np.array(feature["geometry"]["coordinates"][0])
        x, y = corners.T
        assert (corners[0] == corners[-1]).all()
        assert np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) > 0  # counterclockwise, RFC 7946


@pytest.mark.parametrize(
    ("edges", "west"),
    [
        ([-190.0, -185.0, -180.0, -175.0], [170.0, 175.0, -180.0]),
        ([175.0, 180.0, 185.0, 190.0], [175.0, -180.0, -175.0]),
    ],
)
def test_cells_beyond_the_date_line_are_turned_back(made, tmp_path, edges, west):
    shifted = replace(made, lon_edges=np.array(edges), lat_edges=np.array([-45.0, -40.0, -35.0]))
    assert shifted.sides[0].tolist() == west * 2
    assert shifted.sides[1].tolist() == [-45.0] * 3 + [-40.0] * 3
    assert (shifted.sides[2] - shifted.sides[0]).tolist() == [5.0] * 6
    corners = [each["geometry"]["coordinates"][0] for each in as_geojson(shifted)["features"]]
    assert [each[0][0] for each in corners] == west * 2
    read = read_dat(export_issued(shifted, tmp_path, ["csep"])[0])
    assert sorted(set(np.mod(read.west, 360.0))) == sorted(np.mod(west, 360.0))


def test_cells_outside_the_region_are_left_out(made):
    inside = np.array([[True, True, True], [True, True, False]])
    cells = {name: getattr(made, name) * inside for name in ("cell_chance", "cell_expected", "long_term_cell_expected")}
    smaller = replace(made, inside=inside, **cells)
    assert len(as_geojson(smaller)["features"]) == 5
    assert len(as_rates(smaller, 0).west) == 5


def test_csep_reads_the_numbers_back(made, tmp_path):
    rates = read_dat(export_issued(made, tmp_path, ["csep"])[1])
    assert rates.expected == pytest.approx(made.expected[1, 0])
    assert rates.magnitude.tolist() == [3.0, 4.0]
    assert rates.rate[:, 1].sum() == pytest.approx(made.expected[1, 1])


def test_chances_alone_are_no_numbers(made, tmp_path):
    unknown = {name: getattr(made, name) * np.nan for name in ("expected", "quantiles", "cell_expected")}
    chances = replace(made, **unknown)
    assert export_issued(chances, tmp_path, ["csep"]) == []
    assert as_json(chances)["windows"][0]["magnitudes"][0]["quantiles"] == {}
    with pytest.raises(InputError, match="holds expected numbers"):
        as_rates(chances, 0)
    assert (
        json.loads(export_issued(chances, tmp_path, ["json"])[0].read_text())["windows"][0]["magnitudes"][0]["expected"]
        is None
    )


def test_other_formats_are_refused(made, tmp_path):
    with pytest.raises(InputError, match="'kml' is no format"):
        export_issued(made, tmp_path, ["kml"])


def test_words(made):
    lines = in_words(made)
    assert "M ≥ 4 within 24 hours 8.76 %" in lines[0]
    assert len(lines) == 4
    small = in_words(replace(made, chance=made.chance * 1e-9))
    assert small[2] == "  3     < 0.001 % (usual 8.76 %)     < 0.001 % (usual 47.3 %)"
