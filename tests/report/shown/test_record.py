"""Forecasts on record as a section of a page, beside results of other kinds."""

import json
from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from tests.report.conftest import HOSTILE
from tests.report.shown.folders import make
from tests.report.shown.test_sections import page_of, saved, words_of
from tests.report.today.by_hand import forecast

from seisweave.errors import InputError
from seisweave.report.issued_figures import issued_figure


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Three forecasts of one model, the last pseudo-prospective, and one of another that gives no numbers."""
    folder = tmp_path_factory.mktemp("<img src=x onerror=hacked=1>")
    for now in ("2019-07-04T04:00", "2019-07-05T04:00"):
        forecast(now).write(folder)
    forecast(notes=(HOSTILE,), pseudo_prospective=True, long_term=HOSTILE).write(folder)
    forecast(model="place", chance=0.5, numbers=False).write(folder)
    return folder


@pytest.fixture(scope="module")
def declustered(tmp_path_factory):
    return make("catalog decluster", tmp_path_factory.mktemp("beside") / "declustered", "here")


def test_the_latest_are_told_and_the_others_counted(record, tmp_path):
    page = page_of(record, at=tmp_path)
    words = words_of(page)
    assert words_of(page.split('<p class="lead">')[1].split("</p>")[0]).startswith(
        "Within the next 24 hours from 6 July 2019 04:00 UTC the chance of an earthquake of M 5 or more in the region"
        " is 63 %, 190 times the long-term chance of 0.33 %; highest around"
    )
    assert "The model place says 50 %" in words
    assert "etas is pseudo-prospective: made on" in words
    assert "etas: 2 earlier forecasts on record, of which no more is told here" in words
    table = pd.read_csv(StringIO(saved(page)[f"{plain(record)}-chances.csv"].decode()))
    assert len(table) == 2 * 3 * 2
    told = forecast()
    assert np.allclose(table["chance"][:6], told.chance.ravel())
    assert table["expected"][6:].isna().all()
    listed = pd.read_csv(StringIO(saved(page)[f"{plain(record)}-record.csv"].decode()))
    assert [len(listed), *listed["now"][[0, 3]].str[:10]] == [4, "2019-07-06", "2019-07-04"]
    cells = json.loads(saved(page)[f"{plain(record)}-cells-etas.geojson"])
    assert len(cells["features"]) == 12
    assert saved(page)[f"{plain(record)}-map.svg"].startswith(b"<?xml")


def plain(folder) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in folder.name)


def test_words_of_strangers_stay_words(record, no_network_figures, tmp_path):
    page = page_of(record, at=tmp_path)
    assert HOSTILE not in page
    assert "window.hacked" in page
    assert "<img src=x" not in page
    assert page.count("<script>") == 1


def test_it_stands_beside_others_and_alone(record, declustered, result, no_network_figures, tmp_path):
    page = page_of(record, declustered, result, record, at=tmp_path)
    links = page.split("<nav")[1].split("</nav>")[0]
    assert links.count("Forecasts on record: ") == 2
    assert links.index("Fault network") < links.index("Forecasts on record") < links.index("Declustered catalog")
    one = next(record.glob("2019-07/*-place-*.nc"))
    assert "<h1>Forecasts on record</h1>" in page_of(one, at=tmp_path)


def test_a_damaged_one_is_one_line_and_no_page(tmp_path, declustered):
    path = forecast().write(tmp_path / "issued")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError) as caught:
        page_of(tmp_path / "issued", declustered, at=tmp_path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(("west", "coasts"), [(178.0, True), (-160.0, False)])
def test_maps_over_the_date_line_and_over_the_sea(west, coasts):
    made = replace(forecast(), lon_edges=west + np.arange(5.0), lat_edges=-39.0 + np.arange(4.0))
    for axes in issued_figure(made).axes[:2]:
        assert bool(axes.lines) == coasts
        drawn = np.concatenate([line.get_xydata() for line in axes.lines] or [np.zeros((0, 2))])
        assert not len(drawn) or (np.abs(drawn[:, 0] - west - 2.0) < 40.0).all()


def test_no_chance_anywhere_is_drawn_too():
    made = forecast()
    nothing = np.zeros_like(made.cell_chance)
    assert issued_figure(replace(made, cell_chance=nothing, long_term_cell_expected=nothing)).axes
