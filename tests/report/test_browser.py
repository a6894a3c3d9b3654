"""The page in a real browser: silent, closed, drawn, escaped, light and dark, on a phone and on paper."""

import json
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.report.browsing import (
    ALL_DRAWN,
    emulate,
    open_page,
    pixels,
    settled,
    until,
)
from tests.report.conftest import HOSTILE

from seisweave.report import write_page

VIEWS = ("map", "space", "section", "magnitudes")
LIGHT, DARK = (255, 255, 255), (21, 24, 27)


@pytest.fixture(scope="module")
def page(result, hostile_result, tmp_path_factory):
    return write_page([result, hostile_result], tmp_path_factory.mktemp("page") / "page.html")


@pytest.fixture(scope="module")
def opened(browser, page, logs):
    """The page, when every view is drawn."""
    for log in ("browser", "performance"):
        browser.get_log(log)
    emulate(browser, prefers_color_scheme="light")
    open_page(browser, page)
    for log in ("browser", "performance"):
        logs[log] = browser.get_log(log)
    return browser


def column(browser, number: int) -> list[str]:
    script = """return [...document.querySelectorAll('#result-1 .faults tbody tr')]
                .map(row => row.cells[arguments[0]].textContent)"""
    return browser.execute_script(script, number)


def test_nothing_is_wrong_and_nothing_leaves(opened, logs, page):
    assert [entry for entry in logs["browser"] if entry["level"] != "INFO"] == []
    messages = [json.loads(entry["message"])["message"] for entry in logs["performance"]]
    requests = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    pages = [url for url in requests if not url.startswith(("data:", "blob:", "about:"))]
    assert set(pages) == {page.as_uri()}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("number", [0, 1])
def test_every_view_is_drawn_in_the_colours_of_faults(opened, view, number):
    seen = {tuple(each) for each in pixels(opened, view, number)[..., :3].reshape(-1, 3).tolist()}
    palette = [(0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233)]
    assert sum(colour in seen for colour in palette) >= 5
    assert len(seen) > 50


def test_both_painters_draw_the_same(browser, page, opened):
    """A graphics processor by WebGL (here imitated), and the processor itself."""
    drawn = {}
    for painter in ("processor", "webgl"):
        open_page(browser, page, f"#painter={painter}")
        assert browser.execute_script("return window.seisweave.painter.kind") == painter
        drawn[painter] = [pixels(browser, view).astype(float) for view in VIEWS]
    for one, other in zip(*drawn.values(), strict=True):
        painted = (one[..., 3] > 100) | (other[..., 3] > 100)
        near = blurred(one) - blurred(other)
        assert painted.sum() > 2000
        assert np.abs(near[painted]).mean() < 12  # of 255; where one paints and the other does not it is 100 and more
    open_page(browser, page)


def blurred(image: np.ndarray) -> np.ndarray:
    """Means over five pixels by five: where a point lies by half a pixel elsewhere is no matter."""
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(0, 1))
    return windows.mean(axis=(-2, -1))


def test_depth_points_down_however_it_turns(opened):
    script = """const view = window.seisweave.results[0].views.space, {low, high} = view.network.told;
                const middle = [0, 1].map(k => 0.5 * (low[k] + high[k]));
                return [...view.figure.querySelectorAll('[data-turn]')].map(button => {
                  button.click(); view.draw();
                  return view.project([...middle, high[2]])[1] - view.project([...middle, low[2]])[1];
                })"""
    heights = opened.execute_script(script)
    assert len(heights) == 4
    assert min(heights) > -1e-6
    assert sum(height > 20 for height in heights) == 3  # from above depth is not seen
    press = "document.querySelector('[data-turn=Oblique]').click()"
    opened.execute_script(press)


def test_hostile_text_is_text(opened):
    assert opened.execute_script("return typeof window.hacked") == "undefined"
    assert HOSTILE in opened.execute_script("return document.getElementById('result-2').textContent")
    assert opened.execute_script("return document.querySelectorAll('img[src=x]').length") == 0
    script = """const linked = window.seisweave.results[1], map = linked.views.map;
                linked.point({event: 5, fault: 0}, map, [20, 20]);
                const list = document.querySelector('#result-2 .events'); list.open = true;
                linked.tables.fill();
                return [linked.root.querySelector('.tip').textContent, list.querySelector('tbody').textContent]"""
    tip, listed = opened.execute_script(script)
    assert HOSTILE in tip
    assert HOSTILE in listed
    assert opened.execute_script("return document.querySelectorAll('img[src=x]').length") == 0
    assert opened.execute_script("return typeof window.hacked") == "undefined"
    opened.execute_script("document.querySelector('#result-2 .events').open = false")


def test_injected_script_does_not_run(opened):
    script = """const script = document.createElement('script');
                script.textContent = 'window.hacked = 1'; document.body.append(script);
                return typeof window.hacked"""
    assert opened.execute_script(script) == "undefined"


def test_light_and_dark(opened):
    """The paper of the page, and in a picture that is saved; grey words are light on dark."""
    script = """const linked = window.seisweave.results[0];
                return [getComputedStyle(document.body).backgroundColor, linked.theme.paper, linked.theme.ink]"""
    shades, words = {}, {}
    for scheme in ("light", "dark"):
        emulate(opened, prefers_color_scheme=scheme)
        until(opened, "return window.seisweave.results[0].theme.dark === arguments[0]", scheme == "dark")
        settled(opened)
        shades[scheme] = opened.execute_script(script)
        margin = pixels(opened, "map")[-22:]  # where degrees stand
        words[scheme] = margin[margin[..., 3] > 200][:, :3].mean()
    assert shades["light"] == ["rgb(255, 255, 255)", "#ffffff", "#1c2126"]
    assert shades["dark"] == ["rgb(21, 24, 27)", "#15181b", "#e4e8eb"]
    assert words["light"] < 130 < words["dark"]
    emulate(opened, prefers_color_scheme="light")
    until(opened, "return !window.seisweave.results[0].theme.dark")


def test_table_sorts_at_a_click_and_from_the_keyboard(opened):
    before = column(opened, 1)
    head = opened.find_elements("css selector", "#result-1 .faults thead button")[1]
    opened.execute_script("arguments[0].click()", head)
    assert [int(words) for words in column(opened, 1)] == sorted(int(words) for words in before)
    head.send_keys("\n")
    assert [int(words) for words in column(opened, 1)] == sorted((int(words) for words in before), reverse=True)
    sort = "return arguments[0].closest('th').getAttribute('aria-sort')"
    assert opened.execute_script(sort, head) == "descending"


def test_numbers_with_errors_sort_as_numbers(opened):
    script = "return [...document.querySelectorAll('#result-1 .faults thead th')].map(h => h.textContent)"
    strike = opened.execute_script(script).index("strike (°)")
    head = opened.find_elements("css selector", "#result-1 .faults thead button")[strike]
    opened.execute_script("arguments[0].click()", head)
    values = [float(words.split(" ±")[0]) for words in column(opened, strike)]
    assert values == sorted(values)


@pytest.mark.parametrize("width", [400, 360])
def test_no_sideways_scrolling_on_a_phone(opened, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 2, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    until(opened, "return window.seisweave.results[0].views.map.stage.clientWidth < 400")
    wide = opened.execute_script("return document.documentElement.scrollWidth")
    opened.execute_script("window.seisweave.results[0].views.map.stage.scrollIntoView()")
    until(opened, "const v = window.seisweave.results[0].views.map; return v.base.width === 2 * v.stage.clientWidth")
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    until(opened, "return window.seisweave.results[0].views.map.stage.clientWidth > 400")
    settled(opened)
    assert wide <= width


def test_orientation_and_size_unfold(opened):
    fold = "const fold = [...document.querySelectorAll('#result-1 details')].at(-1); "
    assert opened.execute_script(fold + "return [fold.open, fold.firstChild.textContent]") == [
        False,
        "Orientation and size",
    ]
    opened.execute_script(fold + "fold.querySelector('summary').click()")
    assert opened.execute_script(fold + "return fold.open") is True
    shown = fold + "return [...fold.querySelectorAll('img')].map(i => i.complete && i.getBoundingClientRect().height)"
    until(opened, fold + "return [...fold.querySelectorAll('img')].every(i => i.complete && i.naturalWidth > 1000)")
    heights = opened.execute_script(shown)
    assert len(heights) == 6
    assert min(heights) > 100
    opened.execute_script(fold + "fold.open = false")


def test_everything_has_a_name(opened):
    nameless = "img:not([alt]), table:not(:has(caption)), button:empty, canvas:not([aria-label]):not([aria-hidden])"
    script = f"return [...document.querySelectorAll('{nameless}')].map(each => each.outerHTML)"
    assert opened.execute_script(script) == []
    script = """return [...document.querySelectorAll('.controls input:not([hidden]), .controls select, .pager select')]
                .filter(each => !each.labels.length && !each.getAttribute('aria-label')).map(each => each.outerHTML)"""
    assert opened.execute_script(script) == []
    headings = opened.execute_script("return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)")
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    levels = [int(name[1]) for name in headings]
    assert max(np.diff(levels)) <= 1, "no level is left out"
    assert opened.execute_script("return document.querySelectorAll('[role=status][aria-live]').length") == 2


def test_on_paper_everything_is_drawn_and_nothing_cut(opened):
    """By what the page does when it is printed: light, unfolded, views drawn in the width of the paper."""
    emulate(opened, prefers_color_scheme="dark")
    until(opened, "return window.seisweave.results[0].theme.dark")
    script = """window.watched = null;
                window.addEventListener('beforeprint', () => {
                  const linked = window.seisweave.results[0];
                  window.watched = {
                    unfolded: [...document.querySelectorAll('details')].every(each => each.open),
                    paper: linked.theme.paper,
                    drawn: Object.values(linked.views).map(view => view.frames - window.frames_.shift()),
                  };
                }, {once: true});
                window.frames_ = Object.values(window.seisweave.results[0].views).map(view => view.frames)"""
    opened.execute_script(script)
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    seen = opened.execute_script("return window.watched")
    assert seen == {"unfolded": True, "paper": "#ffffff", "drawn": [1, 1, 1, 1]}
    assert len(b64decode(printed["data"])) > 100_000
    until(opened, "return window.seisweave.results[0].theme.dark")
    emulate(opened, prefers_color_scheme="light", media="")
    wide = """document.documentElement.classList.add('printing');
              const cut = [...document.querySelectorAll('.scroll')]
                .filter(each => each.scrollWidth > each.clientWidth + 1);
              document.documentElement.classList.remove('printing'); return cut.length"""
    size = {"width": 720, "height": 1000, "deviceScaleFactor": 1, "mobile": False}  # A4 with its margins
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    assert opened.execute_script(wide) == 0
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    until(opened, ALL_DRAWN)


def test_pictures_and_drawings_are_saved_as_both(opened):
    """Figures in which words of strangers stand too, and the curve of merges in the colours of the page."""
    emulate(opened, prefers_color_scheme="dark")
    made = {}
    for button in (
        "[data-name='landers-orientation.svg']",
        "[data-picture-name='landers-figure.png']",
        "[data-name$='-onerror-hacked-1--fault-0.svg']",
        "[data-of='result-1-merges'][data-drawing=svg]",
        "[data-of='result-1-merges'][data-drawing=png]",
    ):
        opened.execute_script("window.seisweave.saved = null; document.querySelector(arguments[0]).click()", button)
        name = until(opened, "return window.seisweave.saved?.name")
        made[name] = opened.execute_async_script("window.seisweave.saved.blob.text().then(arguments[0])")
    emulate(opened, prefers_color_scheme="light")
    assert [name for name in made if name.endswith(".png")] == ["landers-figure.png", "landers-merges.png"]
    curve = ElementTree.fromstring(made["landers-merges.svg"])
    paper = curve[0].get("fill").replace(" ", "")
    assert paper == f"rgb({','.join(map(str, DARK))})"
    assert {each.get("fill") for each in curve.iter("{http://www.w3.org/2000/svg}text")}.isdisjoint({None, "", paper})
    assert all(ElementTree.fromstring(text).tag.endswith("svg") for name, text in made.items() if name[-3:] == "svg")
    assert opened.execute_script("return window.hacked") is None


def test_without_a_way_to_unpack_there_is_the_picture(browser, page):
    """A browser without DecompressionStream shows the picture, and says why."""
    given = browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": "delete globalThis.DecompressionStream"}
    )
    browser.get("about:blank")
    browser.get(page.as_uri())
    until(browser, "return window.seisweave?.ready")
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", given)
    script = """const root = document.querySelector('.linked');
                return [root.dataset.ready, root.querySelector('.missing-note').textContent,
                        getComputedStyle(root.querySelector('.views')).display,
                        document.querySelector('#result-1 .still').open]"""
    ready, why, views, picture = browser.execute_script(script)
    assert (ready, views, picture) == ("false", "none", True)
    assert "too old" in why
