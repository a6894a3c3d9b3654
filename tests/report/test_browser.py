"""The page in a real browser: silent, closed, drawn, escaped, light and dark."""

import json
import time

import pytest
from tests.report.conftest import HOSTILE

from seisweave.report import write_page

pytestmark = pytest.mark.slow_without_compiler  # the page is the same in both runs
DRAWN = "return [...document.querySelectorAll('.plot')].every(p => p.dataset.drawn)"


@pytest.fixture(scope="module")
def page(result, hostile_result, tmp_path_factory):
    return write_page([result, hostile_result], tmp_path_factory.mktemp("page") / "page.html")


@pytest.fixture(scope="module")
def logs() -> dict[str, list]:
    """What the browser logged while it opened the page and drew everything."""
    return {}


@pytest.fixture(scope="module")
def opened(browser, page, logs):
    """The page, scrolled through until every plot is drawn."""
    for log in ("browser", "performance"):
        browser.get_log(log)
    emulate(browser, "light")
    browser.get(page.as_uri())
    until(browser, DRAWN, scroll=True)
    for log in ("browser", "performance"):
        logs[log] = browser.get_log(log)
    return browser


def until(browser, script: str, *, scroll: bool = False) -> None:
    end = time.monotonic() + 60
    while not browser.execute_script(script):
        assert time.monotonic() < end, f"never true: {script}"
        if scroll:
            for plot in browser.find_elements("class name", "plot"):
                browser.execute_script("arguments[0].scrollIntoView({behavior: 'instant'})", plot)
                time.sleep(0.3)
        time.sleep(0.1)


def emulate(browser, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def column(browser, number: int) -> list[str]:
    script = """return [...document.querySelectorAll('#result-1 .sortable tbody tr')]
                .map(row => row.cells[arguments[0]].textContent)"""
    return browser.execute_script(script, number)


def test_nothing_is_wrong_and_nothing_leaves(opened, logs, page):
    assert [entry for entry in logs["browser"] if entry["level"] == "SEVERE"] == []
    messages = [json.loads(entry["message"])["message"] for entry in logs["performance"]]
    requests = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    pages = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert set(pages) == {page.as_uri()}


def test_network_is_rendered(opened):
    assert opened.execute_script("return document.querySelectorAll('#result-1-scene canvas').length") > 0
    script = """const plot = document.getElementById('result-1-scene');
                const done = arguments[arguments.length - 1];
                Plotly.toImage(plot, {width: 300, height: 200}).then(url => {
                  const image = new Image();
                  image.onload = () => {
                    const canvas = document.createElement('canvas');
                    canvas.width = 300; canvas.height = 200;
                    const pen = canvas.getContext('2d');
                    pen.drawImage(image, 0, 0);
                    const dots = pen.getImageData(0, 0, 300, 200).data, seen = new Set();
                    for (let i = 0; i < dots.length; i += 4) seen.add(dots.slice(i, i + 3).join());
                    done(seen.size);
                  };
                  image.src = url;
                });"""
    assert opened.execute_async_script(script) > 50  # colours: more than axes and legend have


def test_depth_points_down(opened):
    low, high = opened.execute_script("return document.getElementById('result-1-scene').layout.scene.zaxis.range")
    assert low > high


def test_views_turn_the_network(opened):
    eye = "return JSON.stringify(document.getElementById('result-1-scene')._fullLayout.scene.camera.eye)"
    seen = set()
    for button in opened.find_elements("css selector", "#result-1 .views button"):
        opened.execute_script("arguments[0].click()", button)
        time.sleep(0.3)
        seen.add(opened.execute_script(eye))
    assert len(seen) == 4


def test_hostile_text_is_text(opened):
    assert opened.execute_script("return typeof window.hacked") == "undefined"
    assert HOSTILE in opened.execute_script("return document.getElementById('result-2').textContent")
    assert opened.execute_script("return document.querySelectorAll('img[src=x]').length") == 0
    hover = """const plot = document.getElementById('result-2-scene');
               const layer = document.createElement('div'); document.body.append(layer);
               return Plotly.newPlot(layer, [{x: [1], y: [1], text: [plot.data[0].text[0]], mode: 'text'}])
                 .then(() => layer.querySelector('.textpoint text').textContent)
                 .finally(() => layer.remove())"""
    assert HOSTILE in opened.execute_script(hover)
    assert opened.execute_script("return typeof window.hacked") == "undefined"


def test_injected_script_does_not_run(opened):
    script = """const script = document.createElement('script');
                script.textContent = 'window.hacked = 1'; document.body.append(script);
                return typeof window.hacked"""
    assert opened.execute_script(script) == "undefined"


def test_light_and_dark(opened):
    paper = "return getComputedStyle(document.body).backgroundColor"
    plot = "return document.getElementById('result-1-scene')._fullLayout.paper_bgcolor"
    words = "return document.getElementById('result-1-curve')._fullLayout.font.color"
    shades = {}
    for scheme in ("light", "dark"):
        emulate(opened, scheme)
        time.sleep(1.0)
        shades[scheme] = [opened.execute_script(script) for script in (paper, plot, words)]
    assert shades["light"] == ["rgb(255, 255, 255)", "#ffffff", "#1c2126"]
    assert shades["dark"] == ["rgb(21, 24, 27)", "#15181b", "#e4e8eb"]


def test_table_sorts_at_a_click_and_from_the_keyboard(opened):
    before = column(opened, 1)
    head = opened.find_elements("css selector", "#result-1 .sortable thead button")[1]
    opened.execute_script("arguments[0].click()", head)
    assert [int(words) for words in column(opened, 1)] == sorted(int(words) for words in before)
    head.send_keys("\n")
    assert [int(words) for words in column(opened, 1)] == sorted((int(words) for words in before), reverse=True)
    sort = "return arguments[0].closest('th').getAttribute('aria-sort')"
    assert opened.execute_script(sort, head) == "descending"


def test_no_sideways_scrolling_on_a_phone(opened):
    size = {"width": 375, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    time.sleep(0.5)
    wide = opened.execute_script("return document.documentElement.scrollWidth")
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= 375


def test_orientation_and_size_unfold(opened):
    fold = "const fold = document.querySelector('#result-1 details'); "
    assert opened.execute_script(fold + "return fold.open") is False
    opened.execute_script(fold + "fold.querySelector('summary').click()")
    assert opened.execute_script(fold + "return fold.open") is True
    shown = fold + "return [...fold.querySelectorAll('img')].map(i => i.complete && i.getBoundingClientRect().height)"
    until(opened, fold + "return [...fold.querySelectorAll('img')].every(i => i.complete && i.naturalWidth > 1000)")
    heights = opened.execute_script(shown)
    assert len(heights) == 6
    assert min(heights) > 100
    opened.execute_script(fold + "fold.open = false")


def test_everything_has_a_name(opened):
    nameless = "img:not([alt]), table:not(:has(caption)), button:empty"
    script = f"""return [...document.querySelectorAll('{nameless}')]
                 .filter(e => !e.closest('.plot')).length"""
    assert opened.execute_script(script) == 0
    headings = opened.execute_script("return [...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName)")
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
