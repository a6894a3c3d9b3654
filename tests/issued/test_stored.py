"""Forecasts on record: written once, never replaced, read back as they were, refused where they are not."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from tests.etas.planted import model_of

from seisweave.errors import InputError
from seisweave.issued import issued_in, read_issued
from seisweave.issued.digests import digest_of_model
from seisweave.issued.example import example_issued
from seisweave.issued.rules import RULES


@pytest.fixture(scope="module")
def made():
    return example_issued()


def test_what_is_read_is_what_was_written(made, tmp_path):
    again = read_issued(made.write(tmp_path))
    for name in (*RULES, "inside"):
        assert np.array_equal(getattr(again, name), getattr(made, name)), name
    for name in ("model", "now", "issued", "model_digest", "inputs", "version", "long_term", "notes"):
        assert getattr(again, name) == getattr(made, name), name
    assert not again.pseudo_prospective


def test_nothing_on_record_is_ever_written_again(made, tmp_path):
    path = made.write(tmp_path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="has been issued already"):
        replace(made, issued=made.issued + np.timedelta64(7, "s")).write(tmp_path)
    assert path.read_bytes() == before
    other = replace(made, notes=("another",)).write(tmp_path)
    assert other != path
    assert path.read_bytes() == before
    assert [each.path for each in issued_in(tmp_path)] == sorted([path, other])


def test_the_digest_does_not_hang_on_the_instant_of_issue(made):
    later = replace(made, issued=made.issued + np.timedelta64(1, "s"), version="9")
    assert later.digest == made.digest
    assert replace(made, chance=made.chance * 0.999).digest != made.digest
    assert replace(made, inputs={"catalog": "c" * 64}).digest != made.digest


def test_the_digest_of_a_model_does_not_hang_on_the_version_that_writes_it(monkeypatch):
    one = digest_of_model(model_of())
    monkeypatch.setattr("seisweave.version.__version__", "99.0")
    assert digest_of_model(model_of()) == one
    assert digest_of_model(model_of(**{"main.rho": 0.0})) != one


def test_one_made_after_its_windows_began_says_so(made, tmp_path):
    late = made.now + np.timedelta64(2, "h")
    with pytest.raises(InputError, match="pseudo-prospective only"):
        replace(made, issued=late)
    told = read_issued(replace(made, issued=late, pseudo_prospective=True).write(tmp_path))
    assert told.pseudo_prospective
    with pytest.raises(InputError, match="no such can be"):
        replace(made, issued=made.now - np.timedelta64(1, "h"))


@pytest.mark.parametrize(
    ("field", "change", "message"),
    [
        ("chance", lambda value: value + 1.0, "chance of place 0"),
        ("chance", lambda value: value[:, ::-1].copy(), "chance grows with the magnitude"),
        ("expected", lambda value: value * [[1.0, np.nan]], "expected is known in part only"),
        ("horizon_days", lambda value: value[::-1].copy(), "horizon_days do not grow"),
        ("cell_chance", lambda value: value * np.nan, "cell_chance of place 0 is nan"),
        ("lat_edges", lambda value: value + 60.0, "lat_edges of place"),
        ("quantiles", lambda value: value[..., ::-1].copy(), "quantiles do not grow"),
        ("inside", np.zeros_like, "no cell is inside"),
        ("model", lambda value: "../" + value, "a name has small letters"),
        ("model_digest", str.upper, "has no SHA-256"),
        ("notes", lambda value: ("two\nlines",), "a text is no line"),
    ],
)
def test_what_cannot_be_is_refused(made, field, change, message):
    with pytest.raises(InputError, match=message):
        replace(made, **{field: change(getattr(made, field))})


def test_cells_outside_of_the_region_have_nothing(made):
    inside = made.inside.copy()
    inside[0, 0] = False
    with pytest.raises(InputError, match="not 0 outside"):
        replace(made, inside=inside)


@pytest.mark.parametrize("name", ["chance", "long_term_cell_expected", "levels"])
def test_a_changed_number_is_found(made, tmp_path, name):
    path = made.write(tmp_path)
    with h5py.File(path, "r+") as file:
        file[name][...] = file[name][...] * 0.99
    with pytest.raises(InputError, match="damaged"):
        read_issued(path)


def test_a_forecast_under_the_name_of_another_is_refused(made, tmp_path):
    path = made.write(tmp_path)
    moved = path.rename(path.with_name(path.name.replace("20190706", "20190707")))
    with pytest.raises(InputError, match="than its name says"):
        read_issued(moved)


@pytest.mark.parametrize("cut", [0, 10, 3000])
def test_a_file_cut_short_is_refused_in_one_line(made, tmp_path, cut):
    path = made.write(tmp_path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError) as error:
        read_issued(path)
    assert "\n" not in str(error.value)


def test_other_files_are_passed_over(made, tmp_path):
    path = made.write(tmp_path)
    (path.parent / "page.html").write_text("x")
    (tmp_path / "other").mkdir()
    (path.parent / "20199906T040000Z-etas-0123456789ab.nc").write_text("no such day")
    assert [each.path for each in issued_in(tmp_path)] == [path]
    with pytest.raises(InputError, match="no such folder"):
        issued_in(tmp_path / "none")
