"""Sections in a real browser: silent, saved at a click, reached by contents, on a phone, in the dark, on paper."""

import json
import re

import pytest
from tests.report.browsing import emulate, until
from tests.report.conftest import HOSTILE
from tests.report.today.by_hand import forecast

from seisweave.report import write_page

READY = "return Boolean(window.seisweave?.ready)"
VISIBLE = "return [...document.querySelectorAll(arguments[0])].filter(each => each.getClientRects().length).length"


@pytest.fixture(scope="module")
def page(folders, tmp_path_factory):
    record = tmp_path_factory.mktemp("on-record") / "issued"
    forecast(notes=(HOSTILE,)).write(record)
    return write_page([*folders.values(), record], tmp_path_factory.mktemp("page") / "page.html")


@pytest.fixture(scope="module")
def opened(browser, page, logs):
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(page.as_uri())
    until(browser, READY)
    for log in ("browser", "performance"):
        logs[log] = browser.get_log(log)
    return browser


def test_nothing_is_wrong_and_nothing_leaves(opened, logs, page):
    assert [entry for entry in logs["browser"] if entry["level"] != "INFO"] == []
    messages = [json.loads(entry["message"])["message"] for entry in logs["performance"]]
    requests = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert {url for url in requests if not url.startswith(("data:", "blob:", "about:"))} == {page.as_uri()}
    assert opened.execute_script("return window.hacked") is None


def test_a_table_is_saved_as_its_file(opened, folders):
    names = opened.execute_script(
        "return [...document.querySelectorAll('[data-save]')].map(b => [b.dataset.name, b.hidden])"
    )
    assert len(names) > 20
    assert not any(hidden for _, hidden in names)
    for kind, file in (
        ("catalog decluster", "events.csv"),
        ("etas evaluate", "scores.csv"),
        ("forecast", "forecast.dat"),
    ):
        name = f"{folders[kind].name}-{file}"
        if not (folders[kind] / file).exists():
            continue
        opened.execute_script(
            'window.seisweave.saved = null; document.querySelector(`[data-name="${arguments[0]}"]`).click()', name
        )
        saved = until(
            opened, "return window.seisweave.saved && {name: seisweave.saved.name, size: seisweave.saved.size}"
        )
        assert saved == {"name": name, "size": (folders[kind] / file).stat().st_size}
    text = opened.execute_async_script("window.seisweave.saved.blob.text().then(arguments[arguments.length - 1])")
    assert text == (folders["etas evaluate"] / "scores.csv").read_text()


def test_a_picture_is_saved_as_png(opened, folders):
    script = """const button = document.querySelector('[data-picture-name="condense-figure.png"]');
                window.seisweave.saved = null; button.focus(); button.click();
                return [document.activeElement === button, button.getAttribute('aria-label')]"""
    assert opened.execute_script(script) == [True, "Save this picture as PNG"]
    saved = until(
        opened,
        "return window.seisweave.saved && [seisweave.saved.name, seisweave.saved.size, seisweave.saved.blob.type]",
    )
    assert saved == ["condense-figure.png", (folders["condense"] / "figure.png").stat().st_size, "image/png"]


def test_forecasts_on_record_are_saved_in_every_way(opened):
    begins = {"chances.csv": "model,now,days", "cells-etas.geojson": '{"type": "FeatureCollection"', "map.svg": "<?xml"}
    for name, begin in (begins | {"record.csv": "now,model,file"}).items():
        button = f"[data-name='issued-{name}']"
        opened.execute_script("window.seisweave.saved = null; document.querySelector(arguments[0]).click()", button)
        until(opened, "return window.seisweave.saved")
        text = opened.execute_async_script("window.seisweave.saved.blob.text().then(arguments[0])")
        assert text.startswith(begin)


def test_the_contents_lead_to_every_section(opened):
    links = opened.execute_script(
        "return [...document.querySelectorAll('.contents a')].map(a => a.getAttribute('href'))"
    )
    assert len(links) == opened.execute_script("return document.querySelectorAll('main > section').length")
    for link in (links[3], links[-1]):
        opened.execute_script("document.querySelector(`.contents a[href='${arguments[0]}']`).click()", link)
        top = opened.execute_script("return document.querySelector(arguments[0]).getBoundingClientRect().top", link)
        bottom = "return innerHeight + scrollY >= document.documentElement.scrollHeight - 2"
        assert abs(top) < 5 or opened.execute_script(bottom)
    opened.execute_script("scrollTo(0, 0)")


def test_tables_sort_by_what_stands_before_the_limits(opened, folders):
    script = """const table = document.querySelector('#' + arguments[0] + ' .sortable');
                const head = [...table.tHead.rows[0].cells].findIndex(c => c.textContent.startsWith(arguments[1]));
                table.tHead.rows[0].cells[head].querySelector('button').click();
                return [...table.tBodies[0].rows].map(row => row.cells[head].textContent)"""
    place = f"shown-{1 + list(folders).index('nowcast place-backtest')}"
    cells = [cell for cell in opened.execute_script(script, place, "over the neuron") if cell != "–"]
    values = [float(re.match(r"[-+.\d]+", cell)[0]) for cell in cells]
    assert len(values) > 5
    assert values == sorted(values)


def test_a_phone_scrolls_no_page_sideways(opened):
    opened.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    )
    wide = opened.execute_script("return document.documentElement.scrollWidth")
    captions = """return [...document.querySelectorAll('.tabled caption')].every(each =>
                  each.getBoundingClientRect().right <= innerWidth)"""
    assert wide <= 400
    assert opened.execute_script(captions)
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_light_and_dark_are_asked_for(opened):
    seen = set()
    for scheme in ("light", "dark"):
        emulate(opened, prefers_color_scheme=scheme)
        colours = "return ['backgroundColor', 'color'].map(name => getComputedStyle(arguments[0])[name])"
        for part in (".tabled thead th", ".saves button", ".contents"):
            element = opened.execute_script("return document.querySelector(arguments[0])", part)
            ground, ink = (luminance(each) for each in opened.execute_script(colours, element))
            assert abs(ground - ink) > 100
            seen.add((scheme, part, ground < ink))
    emulate(opened, prefers_color_scheme="light")
    assert {dark for scheme, _, dark in seen if scheme == "dark"} == {True}
    assert {dark for scheme, _, dark in seen if scheme == "light"} == {False}


def luminance(colour: str) -> float:
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return 0.3 * red + 0.6 * green + 0.1 * blue


def test_paper_has_whole_tables_unfolded_settings_and_no_buttons(opened):
    assert opened.execute_script(VISIBLE, ".saves button") > 20
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    opened.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.execute_script(VISIBLE, ".saves button") == 0
    whole = "return [...document.querySelectorAll('.tabled .scroll')].every(e => e.scrollHeight <= e.clientHeight + 2)"
    assert opened.execute_script(whole)
    closed = "return document.querySelectorAll('details:not([open])').length"
    assert opened.execute_script(closed) == 0
    opened.execute_script("window.dispatchEvent(new Event('afterprint'))")
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert opened.execute_script(closed) > 20
