"""Coasts and borders: those of the package that the manifest names, cut to the map."""

import gzip
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from seisweave.catalog.projection import LocalProjection
from seisweave.report.linked.geography import VENDOR, outlines_km

DOCUMENTED = Path(__file__).parents[3] / "docs" / "licences.md"


def test_what_is_shipped_is_what_the_manifest_names():
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    listed = {"manifest.json"}
    for package, told in manifest.items():
        licences = DOCUMENTED.read_text(encoding="utf-8")
        assert f"{package} {told['version']}" in licences, "docs/licences.md names what is shipped"
        for name, file in told["files"].items():
            here = (VENDOR / package / name).read_bytes()
            assert sha256(here).hexdigest() == file.get("sha256_here", file["sha256"])
            whole = gzip.decompress(here) if name.endswith(".gz") else here
            assert sha256(whole).hexdigest() == file["sha256"]
            listed.add(f"{package}/{name}")
        assert (VENDOR / package / told["licence_file"]).is_file()
        assert told["integrity"].startswith("sha512-")
    found = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert found == listed, "nothing else is shipped"


def near(network, longitude, latitude, half_km):
    away = replace(network, projection=LocalProjection(longitude=longitude, latitude=latitude))
    return outlines_km(away, np.full(2, -half_km), np.full(2, half_km))


def test_a_coast_and_a_border_lie_where_they_are(planted):
    """San Diego: the Pacific in the west, the border with Mexico in the south, from the coast at 32.53° N eastwards."""
    network = replace(planted[0], projection=LocalProjection(longitude=-117.1, latitude=32.7))
    shown = outlines_km(network, np.full(2, -40.0), np.full(2, 40.0))
    coast, border = np.vstack(shown.coasts), np.vstack(shown.borders)
    end = border[np.argmin(border[:, 0])]
    longitude, latitude = (float(each[0]) for each in network.to_geographic(np.array([[*end, 0.0]])))
    assert longitude == pytest.approx(-117.125, abs=0.01)
    assert latitude == pytest.approx(32.534, abs=0.01)
    assert np.hypot(*(coast - end).T).min() < 1.0, "it begins at the coast"
    assert border[:, 1].max() < 0


def test_inland_there_is_nothing_and_at_the_date_line_no_seam(planted):
    inland = near(planted[0], 100.0, 62.0, 100.0)
    assert (inland.coasts, inland.borders) == ((), ())
    fiji = near(planted[0], 179.99, -16.8, 80.0)  # Taveuni and Vanua Levu lie on the date line
    assert fiji.coasts
    assert not fiji.borders
    steps = np.concatenate([np.hypot(*np.diff(line, axis=0).T) for line in fiji.coasts])
    assert steps.max() < 40.0


def test_a_network_in_local_km_has_none(planted):
    local = replace(planted[0], projection=None)
    shown = outlines_km(local, np.full(2, -50.0), np.full(2, 50.0))
    assert (shown.coasts, shown.borders) == ((), ())
