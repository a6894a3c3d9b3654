"""A network made by hand, result folders around it, and a headless browser that listens to itself."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.faults.by_hand import one_fault_a_segment

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.export import events_table, faults_table
from seisweave.faults.history import MergeHistory
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.gaussians.mixture import Mixture
from seisweave.report.drawn import Drawn

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
N_PROTO = 20
PIXEL = bytes.fromhex(  # a picture of one
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f8"
    "0f0001010100b138f6140000000049454e44ae426082"
)


def planted_network(n_events: int = 600, seed: int = 0, n_halos: int = 0) -> tuple[FaultNetwork, np.ndarray]:
    """Six faults of known strike and dip in one box, and the events drawn from them; the last may be halos."""
    rng = np.random.default_rng(seed)
    strikes, dips = [330.0, 330.0, 315.0, 60.0, 350.0, 10.0], [90.0, 80.0, 60.0, 85.0, 70.0, 45.0]
    covariances = [_plate(s, d, 14.0 - c, 8.0, 0.7) for c, (s, d) in enumerate(zip(strikes, dips, strict=True))]
    along = np.linspace(-25.0, 25.0, 6)
    mixture = Mixture(
        weight=np.array([0.25, 0.2, 0.15, 0.1, 0.1, 0.05]),
        mean_km=np.stack([-0.5 * along, along, rng.uniform(6.0, 10.0, 6)], axis=1),
        covariance_km2=np.array(covariances),
        box_weight=np.array([0.15]),
        box_centre_km=np.array([[0.0, 0.0, 10.0]]),
        box_axes=np.eye(3)[None],
        box_half_km=np.array([[25.0, 35.0, 10.0]]),
    )
    xyz_km, _ = mixture.sample(n_events, seed)
    part, responsibility = mixture.most_likely(xyz_km)
    network = FaultNetwork(
        mixture=mixture,
        part=part,
        responsibility=responsibility,
        bic=4321.5,
        log_likelihood=-4200.25,
        n_proto=N_PROTO,
        history=_history(),
        faults=one_fault_a_segment(mixture, part, n_halos),
        options=FaultOptions(subsets=2),
        projection=LocalProjection(longitude=-116.5, latitude=34.2),
        input_sha256="ab" * 32,
        version="0.0.test",
        seconds={"tree": 0.25, "merge": 1.5},
    )
    return network, xyz_km


def _plate(strike_deg: float, dip_deg: float, length_km: float, width_km: float, thickness_km: float) -> np.ndarray:
    strike, dip = np.radians([strike_deg, dip_deg])
    along = np.array([np.sin(strike), np.cos(strike), 0.0])
    down = np.array([np.cos(strike) * np.cos(dip), -np.sin(strike) * np.cos(dip), np.sin(dip)])
    axes = np.stack([along, down, np.cross(along, down)], axis=1)
    return axes @ np.diag(np.array([length_km, width_km, thickness_km]) ** 2 / 12.0) @ axes.T


def _history() -> MergeHistory:
    m = N_PROTO - 6
    first = np.arange(m)
    second, merged = np.full(m, m), N_PROTO + np.arange(m)
    second[-1] = merged[-1] = -1  # the last was dropped into the background
    stage = np.repeat([0, 1, 2], [6, 5, 3])
    subset = np.where(stage == 0, first % 2, -1)
    return MergeHistory(stage, subset, first, second, merged, np.geomspace(900.0, 0.5, m))


def write_result(
    folder: Path, network: FaultNetwork, xyz_km: np.ndarray, *, word: str = "ci", summary: dict | None = None
) -> Path:
    """A result folder as of `seisweave faults`, but for its picture; `word` stands in its source and events' ids."""
    folder.mkdir(parents=True)
    network.write(folder / "network.nc")
    (folder / "figure.png").write_bytes(PIXEL)
    events = events_table(network, _rows(network, word), xyz_km)
    faults_table(network, events).to_csv(folder / "faults.csv", index=False)
    events.to_parquet(folder / "events.parquet")
    words = {
        "n_events": network.n_events,
        "n_faults": network.n_faults,
        "seconds": {"tree": 0.25, "merge": 1.5, "total": 2.0},
        "peak_memory_mb": 321.0,
        "options": asdict(network.options),
        "seed": network.options.seed,
        "version": network.version,
        "input_sha256": network.input_sha256,
        "source": f"{word}.csv",
    }
    (folder / "summary.json").write_text(json.dumps(words | (summary or {})))
    return folder


def _rows(network: FaultNetwork, word: str) -> pd.DataFrame:
    n = network.n_events
    times = pd.Timestamp("1992-06-28T11:57:34", tz="UTC") + pd.to_timedelta(np.arange(n), unit="h")
    return pd.DataFrame({"time": times, "magnitude": 2.5, "id": [f"{word}{number}" for number in range(n)]})


@pytest.fixture
def no_network_figures(monkeypatch):
    """Pages whose section of orientation and size has a pixel for each figure: they take longer than all else."""
    monkeypatch.setattr("seisweave.report.drawn.drawn", lambda draw: Drawn(PIXEL))


@pytest.fixture(scope="module")
def logs() -> dict[str, list]:
    """What the browser logged while it opened the page and drew everything."""
    return {}


@pytest.fixture(scope="session")
def planted() -> tuple[FaultNetwork, np.ndarray]:
    return planted_network()


@pytest.fixture(scope="session")
def with_halos() -> tuple[FaultNetwork, np.ndarray]:
    return planted_network(n_halos=2)


@pytest.fixture(scope="session")
def result(planted, tmp_path_factory) -> Path:
    """A well-behaved result folder with a planted truth."""
    folder = tmp_path_factory.mktemp("results") / "landers"
    return write_result(folder, *planted, summary={"planted_adjusted_rand": 0.912})


@pytest.fixture(scope="session")
def hostile_result(planted, tmp_path_factory) -> Path:
    """A result folder whose every word is a script, of a network in local km."""
    network, xyz_km = planted
    local = replace(network, projection=None, input_sha256=HOSTILE, version=HOSTILE)
    folder = tmp_path_factory.mktemp("results") / "<img src=x onerror=hacked=1>"
    summary = {"seconds": {HOSTILE: 1.0}, "doubts": [HOSTILE]}
    return write_result(folder, local, xyz_km, word=HOSTILE, summary=summary)


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator:
    """Headless Chromium that logs its console and every request."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver are not installed")
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = chromium
    flags = "headless=new no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    quiet = "disable-component-update disable-sync disable-dev-shm-usage"
    gl = "use-gl=angle use-angle=swiftshader enable-unsafe-swiftshader window-size=1200,900"
    profile = f"user-data-dir={tmp_path_factory.mktemp('chromium')}"
    for flag in (*flags.split(), *quiet.split(), *gl.split(), profile):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=ChromeService(driver))
    chrome.execute_cdp_cmd("Network.enable", {})
    yield chrome
    chrome.quit()
