from dataclasses import fields

import numpy as np
import pytest

from seisweave.catalog import Selection
from seisweave.catalog.polygon import inside, parse_polygon
from seisweave.errors import InputError


def test_every_criterion_equals_a_plain_comparison(make_catalog):
    c = make_catalog(300)
    expected = {
        "start": ("1992-08-01", c.times >= np.datetime64("1992-08-01")),
        "end": ("1992-08-01T12:00:00Z", c.times < np.datetime64("1992-08-01T12:00")),
        "box": ((-117.0, -116.4, 34.0, 34.3), (c.longitude >= -117) & (c.longitude < -116.4)
                & (c.latitude >= 34) & (c.latitude < 34.3)),
        "min_depth_km": (4.0, c.depth_km >= 4), "max_depth_km": (4.0, c.depth_km <= 4),
        "min_magnitude": (1.7, c.magnitude >= 1.7), "max_magnitude": (1.7, c.magnitude <= 1.7),
        "quality": ("A,B", np.isin(c.quality, ["A", "B"])),
        "event_type": ("eq", c.event_type == "earthquake"),
        "not_event_type": ("qb", c.event_type != "quarry blast"),
        "min_phases": (30, c.n_phases >= 30),
        "max_horizontal_km": (1.0, c.uncertainty.horizontal_km <= 1),
        "max_vertical_km": (1.0, c.uncertainty.vertical_km <= 1),
        "polygon": ("-117,34 -116.4,34 -116.4,34.3 -117,34.3", (c.longitude >= -117) & (c.longitude < -116.4)
                    & (c.latitude >= 34) & (c.latitude < 34.3)),
    }  # fmt: skip
    assert set(expected) == {field.name for field in fields(Selection)}
    for name, (value, mask) in expected.items():
        assert 0 < mask.sum() < 300, name
        np.testing.assert_array_equal(c.select(**{name: value}).ids, c.ids[mask], err_msg=name)


def test_what_was_left_out_is_said_and_adds_up(make_catalog):
    catalog = make_catalog(100)
    chosen = catalog.select(Selection(min_depth_km=4.0), min_magnitude=1.5)
    out = sum(int(line.split()[0]) for line in chosen.history)
    assert len(chosen) == 100 - out
    assert "1 of them because it is unknown" in chosen.history[0]


def test_order_of_criteria_does_not_matter(make_catalog):
    catalog = make_catalog(100)
    one = catalog.select(min_magnitude=1.5).select(quality="A")
    other = catalog.select(quality="A").select(min_magnitude=1.5)
    np.testing.assert_array_equal(one.ids, other.ids)


def test_a_box_across_the_date_line(make_catalog):
    catalog = make_catalog(200, centre=(179.9, -20.0))
    assert {-1, 1} == set(np.sign(catalog.longitude))
    assert len(catalog.select(box=(178.0, -178.0, -90.0, 90.0))) == 200
    assert len(catalog.select(box=(178.0, 182.0, -90.0, 90.0))) == 200
    assert len(catalog.select(box=(-180.0, 180.0, -90.0, 90.0))) == 200
    assert len(catalog.select(polygon="178,-30 -178,-30 -178,-10 178,-10")) == 200


def test_a_polygon_equals_matplotlib_and_its_file(tmp_path):
    path = pytest.importorskip("matplotlib.path")
    rng = np.random.default_rng(2)
    corners = np.round(rng.normal([-116, 34], 1, (9, 2)), 3)
    lon, lat = rng.normal(-116, 1, 5000), rng.normal(34, 1, 5000)
    simple = corners[np.argsort(np.arctan2(*(corners - corners.mean(0)).T))]
    found = inside(simple, lon, lat)
    np.testing.assert_array_equal(found, path.Path(simple).contains_points(np.stack([lon, lat], 1)))
    file = tmp_path / "zone.txt"
    file.write_text("> a zone\n# lon lat\n" + "\n".join(f"{x} {y}" for x, y in simple))
    np.testing.assert_array_equal(parse_polygon(str(file)), simple)
    np.testing.assert_array_equal(parse_polygon(" ".join(f"{x},{y}" for x, y in simple)), simple)


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        ({"start": "long ago"}, "not a time"),
        ({"start": "2001-01-01", "end": "2000-01-01"}, "exchange"),
        ({"min_depth_km": 9.0, "max_depth_km": 1.0}, "exchange"),
        ({"box": (34.0, 36.0, -120.0, -114.0)}, "west, east, south, north"),
        ({"box": (-120.0, -114.0, 36.0, 34.0)}, "south below north"),
        ({"box": (-120.0, -114.0, 34.0, np.nan)}, "four numbers"),
    ],
)
def test_criteria_that_make_no_sense_are_refused(criteria, words):
    with pytest.raises(InputError, match=words):
        Selection(**criteria)


@pytest.mark.parametrize("polygon", ["-117,34 -116,34", "nowhere.txt", "34,-117 34,-116 35,-116", "a,b c,d e,f"])
def test_polygons_that_are_none_are_refused(polygon, make_catalog):
    with pytest.raises(InputError, match="polygon"):
        make_catalog(5).select(polygon=polygon)


def test_a_criterion_without_its_column_is_refused(make_catalog):
    with pytest.raises(InputError, match="no horizontal errors"):
        make_catalog(5, errors="none").select(max_horizontal_km=1.0)


def test_every_field_says_what_it_does():
    assert all(field.metadata["help"].endswith(".") for field in fields(Selection))


def test_events_on_the_western_side_of_a_polygon_are_inside_it():
    from seisweave.catalog.polygon import inside

    for west, middle, east in ((13.0, 13.05, 13.1), (-117.7, -117.65, -117.6), (179.9, 179.95, -180.0)):
        end = west + 0.1
        corners = np.array([[west, 42.0], [end, 42.0], [end, 42.1], [west, 42.1]])
        points = np.array([west, middle, east])
        assert inside(corners, points, np.full(3, 42.0)).tolist() == [True, True, False]
