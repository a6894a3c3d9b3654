"""The page as a whole: told, escaped, closed, refused; and the command that makes it."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from tests.report.conftest import HOSTILE, write_result
from tests.report.today.by_hand import events, forecast

from seisweave.errors import InputError
from seisweave.issued.evaluate import evaluate_issued
from seisweave.report import Traces
from seisweave.report.results.opened import ScoreTables
from seisweave.report.today import TodayOptions, write_today
from seisweave.report.today.folders import write_today_of


@pytest.fixture(scope="module")
def hostile(planted):
    """Everything that can be a text is a script."""
    network = planted[0]
    names = tuple(f"{HOSTILE}{k}" for k in range(network.n_faults))
    bad = replace(network, register=replace(network.registered, names=names))
    made = replace(forecast(), notes=(HOSTILE,), long_term=HOSTILE, version=HOSTILE, inputs={HOSTILE: "c" * 64})
    came = events(("2019-07-05T12:00", 5.5), ("2019-07-06T01:00", 3.0))
    return {
        "issued": [forecast("2019-07-05T04:00", chance=0.8), made],
        "network": bad,
        "catalog": replace(came, ids=np.array([HOSTILE, f"{HOSTILE}2"])),
        "traces": Traces((np.array([[-117.0, 34.0], [-116.8, 34.2]]),), HOSTILE),
        "options": TodayOptions(region=HOSTILE),
    }


def test_no_text_is_markup(hostile, tmp_path):
    page = write_today(**hostile, out=tmp_path / "today.html").read_text(encoding="utf-8")
    assert "window.hacked" in page
    assert HOSTILE not in page
    assert "<img" not in page
    assert page.count("<script") == 1


def test_the_policy_names_the_only_script(tmp_path):
    page = write_today([forecast()], tmp_path / "today.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)
    assert policy
    assert script
    digest = b64encode(sha256(script[1].encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}';" in policy[1]
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"https?://(?!www\.w3\.org)", page)


def test_equal_forecasts_give_equal_pages(tmp_path):
    first, second = (write_today([forecast()], tmp_path / f"{k}.html").read_bytes() for k in "ab")
    assert first == second
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_the_page_and_its_json(tmp_path):
    out = write_today([forecast()], tmp_path / "today.html", catalog=events(("2019-07-01", 5.2)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["today.geojson", "today.html", "today.json"]
    page, told = out.read_text(encoding="utf-8"), json.loads((tmp_path / "today.json").read_text(encoding="utf-8"))
    assert told["sentence"].replace(" %", "&nbsp;%").split(";")[0].replace("M 5", "M&nbsp;5") in page
    cells = json.loads((tmp_path / "today.geojson").read_text(encoding="utf-8"))
    assert [len(cells["features"]), cells["type"]] == [12, "FeatureCollection"]
    heads = re.findall(r"<h2>(.*?)</h2>", page)
    assert heads == [
        "Where, and how many",
        "Since the last large event",
        "What changed since the day before",
        "Recent events",
        "How past forecasts did",
        "What is not known",
    ]
    assert page.count(" data-first>") == 1
    assert page.count('class="of-magnitude"') == 6


@pytest.mark.parametrize("name", ["today.json", "today.geojson", "today.JSON"])
def test_a_page_under_the_name_of_what_stands_beside_it_is_refused(name, tmp_path):
    with pytest.raises(InputError, match=f"{name}: what the page says .* give one that ends in .html"):
        write_today([forecast()], tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_no_event_no_network(tmp_path):
    page = write_today([forecast()], tmp_path / "today.html").read_text(encoding="utf-8")
    assert "Since the last large event" not in page
    empty = write_today([forecast()], tmp_path / "empty.html", catalog=events(("2019-07-07", 5.0)))
    assert "The catalog given has no event before the forecast" in empty.read_text(encoding="utf-8")


def test_scores_take_the_place_of_counts(tmp_path):
    import pandas as pd

    scores = ScoreTables("scored", {"scores": pd.DataFrame({"model": ["etas<b>"], "information_gain": [1.25]})}, {})
    page = write_today([forecast()], tmp_path / "today.html", scores=scores).read_text(encoding="utf-8")
    assert "Scores in the folder scored" in page
    assert "etas&lt;b&gt;" in page
    assert "information gain" in page


def test_scores_of_forecasts_on_record(tmp_path):
    for day in range(1, 6):
        forecast(f"2019-07-0{day}T00:00").write(tmp_path / "issued")
    came = events(("2019-06-30", 3.0), ("2019-07-02T12:00", 5.0), ("2019-07-04T23:00", 3.0), ("2019-07-05T00:00", 2.0))
    made = evaluate_issued([tmp_path / "issued"], came)
    scores = ScoreTables("scored", made.tables(), {})
    page = write_today([tmp_path / "issued"], tmp_path / "today.html", scores=scores).read_text(encoding="utf-8")
    part = page.split("<h2>How past forecasts did</h2>")[1].split("<h2>")[0]
    told = re.sub(r"<[^>]+>", " ", part).replace("&nbsp;", " ")
    assert re.search(r"etas\s+24 hours\s+M 5 or more\s+4\s+2.5\s+1\s+4\s+1\s+[\d.-]+ ", told)


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_today([forecast()], tmp_path / "file" / "today.html")


def test_options_are_held_to_their_bounds():
    with pytest.raises(InputError, match=r"active_days is 0\.0; give a number above 0"):
        TodayOptions(active_days=0.0)


def test_two_networks_or_something_else(tmp_path, planted):
    issued = forecast().write(tmp_path / "issued").parents[1]
    folders = [write_result(tmp_path / name, *planted) for name in ("one", "two")]
    with pytest.raises(InputError, match="a page of today shows one of the two networks given"):
        write_today_of([issued, *folders], tmp_path / "today.html")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "declustered.csv").write_text("id\n1\n")
    (tmp_path / "tables" / "summary.json").write_text("{}")
    with pytest.raises(InputError, match="holds tables that are no scores of forecasts"):
        write_today_of([issued, tmp_path / "tables"], tmp_path / "today.html")
    assert not (tmp_path / "today.html").exists()
