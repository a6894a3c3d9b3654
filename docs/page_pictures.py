"""Make the picture of the page: that of `seisweave demo` in headless Chromium, with one fault chosen.

Run: python docs/page_pictures.py [PAGE]      (into docs/pictures; PAGE defaults to seisweave-demo/report.html)
"""

from __future__ import annotations

import shutil
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from time import sleep

from PIL import Image
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

FOLDER = Path(__file__).parent / "pictures"
ADDRESS = "#fault=2&section=along"
FLAGS = "headless=new no-sandbox disable-gpu no-first-run disable-dev-shm-usage hide-scrollbars window-size=1200,900"
FRAME = """const frame = document.querySelector(".linked .views").getBoundingClientRect();
           return {x: frame.x - 12, y: frame.y + scrollY - 12, width: frame.width + 24, height: frame.height + 24,
                   scale: 1}"""


def main() -> None:
    """Open the page, wait for its views, keep what they show."""
    page = Path(sys.argv[1] if len(sys.argv) > 1 else "seisweave-demo/report.html").resolve()
    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in FLAGS.split():
        options.add_argument(f"--{flag}")
    browser = Chrome(options=options, service=ChromeService(str(shutil.which("chromedriver"))))
    try:
        browser.get(page.as_uri() + ADDRESS)
        while not browser.execute_script("return window.seisweave?.ready"):
            sleep(0.1)
        browser.execute_script('document.querySelector(".linked .views").scrollIntoView()')
        sleep(3.0)
        clip = browser.execute_script(FRAME)
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
    finally:
        browser.quit()
    write_picture(b64decode(shot["data"]), FOLDER / "page.png")


def write_picture(png: bytes, path: Path) -> None:
    """Write a picture in 256 colours, which is all it needs."""
    Image.open(BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
