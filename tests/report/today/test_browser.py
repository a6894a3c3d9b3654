"""The page of today in a real browser: silent, closed, narrow, chosen from, old."""

import json
import re
import time
from dataclasses import replace

import numpy as np
import pytest
from tests.report.conftest import HOSTILE
from tests.report.today.by_hand import events, forecast

from seisweave.report.today import TodayOptions, write_today

SHOWN = "return [...document.querySelectorAll(arguments[0])].filter(e => e.offsetParent).map(e => e.textContent)"


@pytest.fixture(scope="module")
def page(planted, tmp_path_factory):
    made = [replace(forecast(), notes=(HOSTILE,)), forecast("2019-07-05T04:00", chance=0.8)]
    came = events(("2019-07-04T12:00", 6.4), ("2019-07-05T12:00", 5.5), ("2019-07-06T01:00", 3.0))
    out = tmp_path_factory.mktemp("today") / "today.html"
    made.append(forecast(model="place", numbers=False, days=(1.0, 3.0)))
    options = TodayOptions(region="A region with a rather long name")
    return write_today(made, out, network=planted[0], catalog=came, options=options)


@pytest.fixture(scope="module")
def opened(browser, page):
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(page.as_uri())
    return browser


def buttons(browser) -> dict:
    return {each.text: each for each in browser.find_elements("css selector", "#choose button")}


def test_nothing_is_wrong_and_nothing_leaves(opened, page):
    assert [entry for entry in opened.get_log("browser") if entry["level"] == "SEVERE"] == []
    messages = [json.loads(entry["message"])["message"] for entry in opened.get_log("performance")]
    requests = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert {url for url in requests if not url.startswith("data:")} == {page.as_uri()}
    assert opened.execute_script("return typeof window.hacked") == "undefined"


def test_one_window_and_magnitude_at_a_time(opened):
    head = ".of-magnitude h3"
    assert opened.execute_script(SHOWN, head)[0].startswith("M\u00a05 or more within 24 hours: 63\u00a0%")
    buttons(opened)["7 days"].click()
    assert opened.execute_script(SHOWN, head)[0].startswith("M\u00a05 or more within 7 days")
    buttons(opened)["M 3 or more"].send_keys("\n")  # from the keyboard
    assert [told.split(":")[0] for told in opened.execute_script(SHOWN, head)] == ["M\u00a03 or more within 7 days"]
    pressed = [name for name, each in buttons(opened).items() if each.get_attribute("aria-pressed") == "true"]
    assert pressed == ["etas", "7 days", "M 3 or more"]
    time.sleep(0.1)
    assert opened.switch_to.active_element.text == "M 3 or more"
    buttons(opened)["place"].click()  # has no 7 days
    assert [told.split(":")[0] for told in opened.execute_script(SHOWN, head)] == ["M\u00a03 or more within 24 hours"]
    for name in ("etas", "24 hours", "M 5 or more"):
        buttons(opened)[name].click()


def test_an_old_page_says_so(opened):
    assert re.fullmatch(r"This page is out of date: its first window ended [\d,]+ days ago\..*", stale(opened))


def stale(browser) -> str:
    return browser.execute_script("const s = document.getElementById('stale'); return s.hidden ? '' : s.textContent")


def test_a_page_of_now_does_not(browser, tmp_path):
    now = np.datetime64(int(time.time()) - 5400, "s").astype("datetime64[us]")
    browser.get(write_today([forecast(str(now))], tmp_path / "now.html").as_uri())
    assert stale(browser) == ""
    ages = browser.execute_script("return document.getElementById('ages').textContent")
    assert "By this device's clock the data are 2 hours old; 23 hours of the first window are left." in ages
    ahead = write_today([forecast(str(now + np.timedelta64(3, "h")))], tmp_path / "ahead.html")
    browser.get(ahead.as_uri())
    assert "says a time before this page was made" in stale(browser)
    replayed = forecast(pseudo_prospective=True, issued=np.datetime64("2020-01-01", "us"))
    browser.get(write_today([replayed], tmp_path / "replayed.html").as_uri())
    assert stale(browser) == ""
    assert "Pseudo-prospective" in browser.execute_script("return document.querySelector('.banner').textContent")


@pytest.mark.parametrize("width", [400, 320])
def test_no_sideways_scrolling_on_a_phone(browser, page, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= width


def test_everything_is_there_without_a_script(browser, page):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(page.as_uri())
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert len(browser.execute_script(SHOWN, ".of-magnitude")) == 2 * 3 + 2 * 2
    assert browser.find_elements("css selector", "#choose button") == []
    assert stale(browser) == ""


def test_everything_has_a_name(opened, page):
    opened.get(page.as_uri())
    nameless = "svg[role=img]:not([aria-label]), table:not(:has(caption)), button:empty, img"
    assert opened.execute_script(f"return document.querySelectorAll('{nameless}').length") == 0
    unseen = "svg:not([role=img]):not([aria-hidden])"
    assert opened.execute_script(f"return document.querySelectorAll('{unseen}').length") == 0
    heads = opened.execute_script("return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)")
    assert heads[0] == "H1"
    assert heads.count("H1") == 1
    ids = opened.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_dark_and_light_differ_and_words_stand_out(browser, page):
    """Words have a contrast to paper of 4.5 or more (WCAG AA), and colours of maps can be told by lightness alone."""
    script = """const style = getComputedStyle(document.documentElement);
                const get = n => { const e = document.createElement('i'); e.style.color = style.getPropertyValue(n);
                  document.body.append(e); const c = getComputedStyle(e).color; e.remove();
                  return c.match(/\\d+/g).slice(0, 3).map(Number); };
                return [...arguments].map(get)"""
    names = ["--paper", "--ink", "--soft", *(f"--c{k}" for k in range(8))]
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        browser.get(page.as_uri())
        paper, ink, soft, *classes = (luminance(rgb) for rgb in browser.execute_script(script, *names))
        for words in (ink, soft):
            assert contrast(paper, words) >= 4.5
        steps = np.diff(classes)
        assert (steps > 0).all() if scheme == "dark" else (steps < 0).all()  # read without colour, too
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def luminance(rgb: list[int]) -> float:
    c = np.array(rgb) / 255.0
    linear = np.where(c <= 0.03928, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
