"""The page of a large network in headless Chromium: its size, how soon something is seen, how smoothly it moves.

    python benchmarks/page.py --catalog ../shared/data/scedc_1932_2026.csv.gz [--events 100000 911000]

Events are those of a catalog, the latest of them; faults are synthetic: the events of each of the busiest cells of a
tenth of a degree are one, with a plate through them, so that a page has as many faults as a region has. Chromium draws
by software (SwiftShader): what a machine with a graphics processor does is faster. Times are medians of five.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Any

import numpy as np

from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.faults.history import MergeHistory
from seisweave.faults.levels import Faults
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.plates import Plates
from seisweave.gaussians.mixture import Mixture, no_boxes
from seisweave.report import write_page

REPEATS = 5
FAULTS = 500
FLAGS = (
    "headless=new no-sandbox disable-gpu no-first-run disable-dev-shm-usage window-size=1280,1700"
    " use-gl=angle use-angle=swiftshader enable-unsafe-swiftshader"
)
DRAWN = "return Object.values(window.seisweave?.results[0]?.views || {}).filter(view => view.frames).length"
FIRST = "return window.seisweave?.firstPicture || null"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", required=True, help="any catalog that seisweave reads")
    parser.add_argument("--events", type=int, nargs="+", default=[100_000, 911_000])
    parser.add_argument("--keep", type=Path, help="a folder in which the pages are kept")
    options = parser.parse_args()
    catalog = read_catalog(options.catalog).with_depth()
    print(machine(), f"{len(catalog):,} events in {options.catalog}", sep="\n")
    for n in options.events:
        newest = np.sort(np.argsort(catalog.times, kind="stable")[-n:])
        with TemporaryDirectory() as folder:
            out = (options.keep or Path(folder)) / f"page-{n}.html"
            print(json.dumps(measured(catalog[newest], out)), flush=True)


def measured(catalog: Catalog, out: Path) -> dict[str, Any]:
    """Write a page and measure it."""
    start = perf_counter()
    write_page([network_of_cells(catalog)], out)
    row: dict[str, Any] = {"events": len(catalog), "page_mb": round(out.stat().st_size / 1e6, 2)}
    row["written_s"] = round(perf_counter() - start, 1)
    browser = headless()
    try:
        return row | loaded(browser, out) | moved(browser)
    finally:
        browser.quit()


def network_of_cells(catalog: Catalog) -> FaultNetwork:
    """A network whose faults are the events of the busiest cells of a tenth of a degree, 500 of them at most."""
    xyz_km = catalog.xyz_km()
    cell = np.floor(np.column_stack([catalog.longitude, catalog.latitude]) * 10).astype(int) @ np.array([10_000, 1])
    _, place, held = np.unique(cell, return_inverse=True, return_counts=True)
    busiest = np.argsort(-held, kind="stable")[:FAULTS]
    number = np.full(len(held), -1)
    number[busiest] = np.arange(len(busiest))
    label = number[place]
    parts = [xyz_km[label == k] for k in range(len(busiest))]
    mean = np.array([part.mean(axis=0) for part in parts])
    covariance = np.array([np.cov(part.T) + 1e-4 * np.eye(3) for part in parts])
    values, vectors = np.linalg.eigh(covariance)
    axes = np.swapaxes(vectors, 1, 2)[:, [2, 1, 0]]
    sides = np.sqrt(12.0 * values[:, ::-1])
    weight = held[busiest] / held[busiest].sum()
    n, g = len(xyz_km), len(busiest)
    faults = Faults(
        plates=Plates(weight, mean, axes, sides[:, 0], sides[:, 1], sides[:, 2] / 12**0.5),
        fault_of_event=label,
        halo_of_event=np.full(n, -1),
        probability=np.ones(n),
        fault_of_segment=np.arange(g),
        links=np.zeros((0, 2), int),
        system=np.arange(g),
        halo_weight=np.zeros(0),
        halo_mean_km=np.zeros((0, 3)),
        halo_covariance_km2=np.zeros((0, 3, 3)),
        errors="catalog",
        error_km=np.zeros(0),
        error_share=np.zeros(0),
        roughness_km=0.0,
        log_likelihood=0.0,
        bic=0.0,
    )
    nothing = np.zeros(0, int)
    return FaultNetwork(
        mixture=Mixture(weight, mean, covariance, **no_boxes()),
        part=np.where(label >= 0, label, g),
        responsibility=np.ones(n),
        bic=0.0,
        log_likelihood=0.0,
        n_proto=g,
        history=MergeHistory(nothing, nothing, nothing, nothing, nothing, np.zeros(0)),
        faults=faults,
        options=FaultOptions(subsets=2),
        projection=catalog.projection(),
        source=catalog,
    )


def headless() -> Any:
    """Chromium without a graphics processor."""
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in FLAGS.split():
        options.add_argument(f"--{flag}")
    return Chrome(options=options, service=ChromeService(str(shutil.which("chromedriver"))))


def loaded(browser: Any, page: Path) -> dict[str, float]:
    """Seconds from opening the page to its first view, and to all four (by the browser's own clock for the first)."""
    first, every = [], []
    for _ in range(REPEATS):
        browser.get("about:blank")
        start = monotonic()
        browser.get(page.as_uri())
        while browser.execute_script(DRAWN) < 4:
            sleep(0.01)
            assert monotonic() - start < 120, "the page was never drawn"
        every.append(monotonic() - start)
        first.append(browser.execute_script(FIRST) / 1000.0)
    return {"first_picture_s": round(statistics.median(first), 2), "all_views_s": round(statistics.median(every), 2)}


def moved(browser: Any) -> dict[str, float]:
    """Milliseconds of a frame while 3-D turns, of a whole picture, of a search under the pointer, of a filter."""
    script = """
      const done = arguments[0], linked = window.seisweave.results[0], view = linked.views.space, frames = [];
      view.stage.scrollIntoView();
      let last = null;
      const turn = (now) => {
        if (last !== null) frames.push(now - last);
        last = now;
        if (frames.length > 60) { measure(); return; }
        view.drag(null, null, [4, 0]);
        requestAnimationFrame(turn);
      };
      const timed = (work) => { const start = performance.now(); work(); return performance.now() - start; };
      const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
      const repeat = (work) => median(Array.from({length: 5}, () => timed(work)));
      const measure = () => done({
        frame_ms: median(frames.slice(20)), events_while_moving: Math.round(linked.budget),
        whole_ms: repeat(() => view.draw(1)),
        pointer_ms: repeat(() => linked.views.map.pick(200, 200)),
        filter_ms: repeat(() => linked.settle()),
      });
      requestAnimationFrame(turn);
    """
    browser.set_script_timeout(120)
    return {name: round(value, 1) for name, value in browser.execute_async_script(script).items()}


if __name__ == "__main__":
    main()
