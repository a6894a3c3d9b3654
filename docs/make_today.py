"""Make docs/pictures/today.png: the page of today, forty minutes after the M 7.1 of Ridgecrest.

Run: python docs/make_today.py scedc.csv.gz [--traces CFM7.0_traces.lonLat.gz]

Fits ETAS to events of M 3 or more from 1985 to June 2019, issues a forecast for each of the 15 days up to 6 July 2019,
04:00 UTC (pseudo-prospective), reconstructs the faults of the Ridgecrest sequence so far, and has headless Chromium
draw the upper part of the page.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from page_pictures import write_picture

import seisweave as sw
from seisweave.etas import EtasOptions, fit_etas
from seisweave.issued.from_etas import issue_etas
from seisweave.issued.options import IssueOptions
from seisweave.report import read_traces
from seisweave.report.today import TodayOptions, write_today

PICTURE = Path(__file__).parent / "pictures" / "today.png"
NOW, DAY = np.datetime64("2019-07-06T04:00"), np.timedelta64(1, "D")
N_DAYS = 15
OPTIONS = IssueOptions(cell_deg=0.1, magnitudes=[3.0, 4.0, 5.0, 6.0, 7.0], n_catalogs=1000, pseudo_prospective=True)


def page(catalog_file: str, traces_file: str | None, out: Path) -> Path:
    """The page of the instant, from a catalog."""
    catalog = sw.read_catalog(catalog_file)
    region = catalog.select(box=(-121.0, -114.5, 32.0, 37.0))
    large = region.select(start="1985-01-01", end=str(NOW), min_magnitude=2.95).with_depth()
    model = fit_etas(large.select(end="2019-07-01"), EtasOptions("standard", completeness=3.0))
    made = [issue_etas(model, large, NOW - k * DAY, OPTIONS) for k in range(N_DAYS)]
    late = region.select(start="2019-06-01", end=str(NOW))
    near = late.select(box=(-118.2, -117.0, 35.4, 36.2)).with_depth()
    network = sw.reconstruct_faults(near)
    traces = None if traces_file is None else read_traces(traces_file)
    options = TodayOptions(region="Southern California")
    return write_today(made, out, network=network, catalog=late, traces=traces, options=options)


def picture(made: Path) -> None:
    """The upper part of a page as a picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("chromium is not installed; install it, or open the page by hand")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,1720"]
    drawn = made.with_suffix(".png")
    subprocess.run([chromium, *flags, f"--screenshot={drawn}", made.as_uri()], check=True, capture_output=True)  # noqa: S603
    write_picture(drawn.read_bytes(), PICTURE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--traces")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = page(given.catalog, given.traces, Path(folder) / "today.html")
        picture(made)
        print(f"{made.stat().st_size / 1e6:.1f} MB, {made.read_text(encoding='utf-8').count('of-magnitude')} panels")
