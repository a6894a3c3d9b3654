"""A headless browser: emulated, waited for, asked what it drew."""

import time
from base64 import b64decode

import numpy as np

READY = "return Boolean(window.seisweave?.ready)"
ALL_DRAWN = "return window.seisweave.results.every(r => Object.values(r.views).every(v => v.frames > 0))"
QUIET = "return window.seisweave.results.every(r => !r.asked && !r.moving)"


def until(browser, script: str, *given, seconds: float = 60.0):
    """Wait until a script is true; what it returned."""
    end = time.monotonic() + seconds
    while not (found := browser.execute_script(script, *given)):
        assert time.monotonic() < end, f"never true: {script}"
        time.sleep(0.05)
    return found


def open_page(browser, page, address: str = "") -> None:
    """Open a page and wait until every view is drawn; `address` is what follows the name, like #fault=1."""
    browser.get("about:blank")
    browser.get(page.as_uri() + address)
    until(browser, READY)
    until(browser, ALL_DRAWN)


def emulate(browser, **features: str) -> None:
    """Media features by name, such as prefers_color_scheme."""
    told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": told})


def pixels(browser, view: str, result: int = 0, *, over: bool = False) -> np.ndarray:
    """What a view shows, brought into the window, or what is pointed at in it: (height, width, 4), 0 to 255."""
    if not over:
        stage_at(browser, view, result)
        drawn = "const r = window.seisweave.results[arguments[0]]; return !r.asked && !r.waiting.has(arguments[1])"
        until(browser, drawn, result, view)
    script = """const canvas = window.seisweave.results[arguments[0]].views[arguments[1]][arguments[2]];
                const copy = document.createElement('canvas');
                [copy.width, copy.height] = [canvas.width, canvas.height];
                const pen = copy.getContext('2d');
                pen.drawImage(canvas, 0, 0);
                const bytes = pen.getImageData(0, 0, copy.width, copy.height).data;
                let words = '';
                for (let k = 0; k < bytes.length; k += 8192) {
                  words += String.fromCharCode(...bytes.subarray(k, k + 8192));
                }
                return [copy.width, copy.height, btoa(words)]"""
    width, height, data = browser.execute_script(script, result, view, "over" if over else "base")
    return np.frombuffer(b64decode(data), dtype=np.uint8).reshape(height, width, 4)


def settled(browser) -> None:
    until(browser, QUIET)


def shown(browser, result: int = 0) -> int:
    """How many events are shown, as the page says in words; its state must say the same."""
    script = """const r = window.seisweave.results[arguments[0]];
                return [r.sifted.shown, Number(r.root.dataset.shown), r.root.querySelector('.shown').textContent]"""
    n, told, words = browser.execute_script(script, result)
    assert n == told
    assert words.startswith(f"{n:,} of ")
    return n


def mouse(browser, kind: str, x: float, y: float, *, down: bool = False, modifiers: int = 0) -> None:
    """A real mouse event at a point of the window."""
    button = "left" if down or kind in ("mousePressed", "mouseReleased") else "none"
    given = {
        "type": kind,
        "x": x,
        "y": y,
        "button": button,
        "buttons": int(down),
        "clickCount": 1,
        "modifiers": modifiers,
    }
    browser.execute_cdp_cmd("Input.dispatchMouseEvent", given)


def stage_at(browser, view: str, result: int = 0) -> tuple[float, float]:
    """Left upper corner of a view's canvas in the window, after it was brought there."""
    script = """const stage = window.seisweave.results[arguments[0]].views[arguments[1]].stage;
                stage.scrollIntoView({behavior: 'instant', block: 'center'});
                const box = stage.getBoundingClientRect(); return [box.left, box.top]"""
    return tuple(browser.execute_script(script, result, view))


def drag(browser, view: str, start, end, result: int = 0) -> None:
    """Press at a point of a view, move to another, let go."""
    left, top = stage_at(browser, view, result)
    mouse(browser, "mouseMoved", left + start[0], top + start[1])
    mouse(browser, "mousePressed", left + start[0], top + start[1], down=True)
    for part in (0.3, 0.7, 1.0):
        x, y = (a + part * (b - a) for a, b in zip(start, end, strict=True))
        mouse(browser, "mouseMoved", left + x, top + y, down=True)
    mouse(browser, "mouseReleased", left + end[0], top + end[1])


def click(browser, view: str, point, result: int = 0, modifiers: int = 0) -> None:
    left, top = stage_at(browser, view, result)
    mouse(browser, "mouseMoved", left + point[0], top + point[1])
    mouse(browser, "mousePressed", left + point[0], top + point[1], down=True, modifiers=modifiers)
    mouse(browser, "mouseReleased", left + point[0], top + point[1], modifiers=modifiers)


def project(browser, view: str, place, result: int = 0) -> list[float]:
    """Where a place (km) is drawn, pixels of a view."""
    return browser.execute_script(
        "return window.seisweave.results[arguments[0]].views[arguments[1]].project(arguments[2])",
        result,
        view,
        list(place),
    )


def state(browser, result: int = 0) -> dict:
    return browser.execute_script("return window.seisweave.results[arguments[0]].state", result)


def choose(browser, name: str, value: str, result: int = 0) -> None:
    """Set a field of the controls, as a hand would."""
    script = """const form = document.querySelectorAll('.controls')[arguments[0]];
                const field = form.elements.namedItem(arguments[1]);
                field.value = arguments[2];
                field.dispatchEvent(new Event('change', {bubbles: true}))"""
    browser.execute_script(script, result, name, value)


def press(browser, selector: str) -> None:
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)
