"""Models of strangers: no number that cannot be one gets as far as a nowcast."""

import json

import numpy as np
import pytest
from safetensors.numpy import load, save
from tests.fuzz.valid_folders import lay, numbers, refusal, valid_numbers


@pytest.fixture
def laid(tmp_path):
    return lambda kind: lay(kind, tmp_path)


def edit(folder, place, value, *, signed=False):
    """Put a value into model.json; unless `signed`, without its digest, as in folders of earlier versions."""
    content = json.loads((folder / "model.json").read_text())
    inner, *path = content, *place.split(".")
    for key in path[:-1]:
        inner = inner[int(key) if isinstance(inner, list) else key]
    inner[int(path[-1]) if isinstance(inner, list) else path[-1]] = value
    if not signed:
        content["sha256"] = {name: digest for name, digest in content["sha256"].items() if name == "settings"}
    (folder / "model.json").write_text(json.dumps(content))


NAN, INF = float("nan"), float("inf")
REGION = [
    ("fitted.map_scale", NAN),
    ("fitted.map_scale", INF),
    ("fitted.map_scale", 0.0),
    ("fitted.map_scale", "1"),
    ("fitted.standard.raw_mean", NAN),
    ("fitted.standard.raw_scale", -1.0),
    ("fitted.standard", []),
    ("fitted.alarm_threshold", NAN),
    ("fitted.novelty_threshold", None),
    ("fitted.calibration.intercept", NAN),
    ("fitted.calibration.slopes.0", INF),
    ("fitted.calibration.slopes", [0.1]),
    ("fitted.calibration.scales.1", 0.0),
    ("fitted.calibration.lows.0", 1e9),
    ("fitted.calibration.base_rate", 1.5),
    ("fitted.calibration.n_positives", -1),
    ("fitted.calibration.n_positives", 1.5),
    ("fitted.known_until", "NaT"),
    ("fitted.known_until", "now"),
    ("fitted.known_until", "1990-01-01"),
    ("fitted.n_validation", True),
    ("fitted.more", 1),
    ("settings.temporal.window", "8"),
    ("settings.temporal.filters", 10**12),
    ("settings.maps.box", [0, 1]),
    ("settings.maps.cell_deg", -1),
    ("settings.training.epochs", [1]),
    ("provenance.source", 5),
    ("provenance.parts", [{"source": {}}]),
    ("format", [1]),
    ("kind", {"a": "b\nc"}),
    ("sha256", [1]),
]
PLACE = [
    ("correction.slope", NAN),
    ("correction.shift", INF),
    ("correction.lean", "0"),
    ("neuron.rate.0.0.0", NAN),
    ("neuron.rate.0.0.0", 0.0),
    ("neuron.rate.0.0.0", 1.0),
    ("neuron.rate.0", []),
    ("neuron.weights.0.0", INF),
    ("neuron.weights.0.0", None),
    ("neuron.weights", [[1]]),
    ("options.magnitudes", [3, 2, 1, 0]),
    ("options.magnitudes", [2.5, "3", 3.5, 4]),
    ("options.box", None),
    ("options.days", 0),
    ("options.days", "1"),
    ("network.filters", 10**10),
    ("network.filters", 3),
    ("network.dropout", NAN),
    ("seed", -1),
    ("seed", 1.5),
    ("first", "NaT"),
    ("first", "today"),
    ("known_until", "1999-01-01"),
    ("provenance", None),
]


@pytest.mark.parametrize(
    ("kind", "place", "value"), [("region", *case) for case in REGION] + [("place", *case) for case in PLACE]
)
def test_a_number_that_cannot_be(kind, place, value, laid):
    folder = laid(kind)
    edit(folder, place, value, signed=place == "sha256")
    assert str(folder) in refusal(kind, folder)


@pytest.mark.parametrize(
    ("kind", "place", "value"),
    [
        ("region", "fitted.calibration.intercept", -2.0),
        ("region", "fitted.alarm_threshold", 0.7),
        ("region", "provenance.source", "another.csv"),
        ("place", "correction.slope", 0.8),
        ("place", "neuron.weights.1.2", 1.5),
        ("place", "seed", 3),
    ],
)
def test_a_number_that_can_be_is_seen_by_the_digest(kind, place, value, laid):
    folder = laid(kind)
    edit(folder, place, value, signed=True)
    assert "its numbers are not those that were saved" in refusal(kind, folder)


@pytest.mark.parametrize("kind", ["region", "place"])
def test_what_earlier_versions_wrote_is_read(kind, laid):
    """They had the digests of weights and settings of a region, and none by place."""
    folder = laid(kind)
    content = json.loads((folder / "model.json").read_text())
    kept = {n: d for n, d in content["sha256"].items() if n == "settings" or n.endswith("tensors")}
    content |= {"sha256": kept}
    if kind == "place":
        del content["sha256"]
    (folder / "model.json").write_text(json.dumps(content))
    assert repr(numbers(kind, folder)) == repr(valid_numbers(kind))


def _spoiled(tensors, how):
    name = next(name for name in tensors if tensors[name].dtype.kind == "f" and tensors[name].shape[:1] > (1,))
    if how == "shape":
        tensors[name] = tensors[name][:1]
    elif how == "type":
        tensors = {n: t.astype(np.float16) if t.dtype.kind == "f" else t for n, t in tensors.items()}
    elif how == "missing":
        del tensors[name]
    elif how == "more":
        tensors["more"] = np.zeros(3, np.float32)
    else:
        tensors = {n: np.full_like(t, how) if t.dtype.kind == "f" else t for n, t in tensors.items()}
    return tensors


@pytest.mark.parametrize(
    ("kind", "name"), [("region", "autoencoder"), ("region", "temporal"), ("place", "place")], ids=lambda value: value
)
@pytest.mark.parametrize("how", [NAN, INF, 3e38, "shape", "type", "missing", "more"])
def test_weights_that_cannot_be(kind, name, how, laid):
    folder = laid(kind)
    path = folder / f"{name}.safetensors"
    edit(folder, "version", "old")
    path.write_bytes(save(_spoiled(load(path.read_bytes()), how)))
    said = refusal(kind, folder)
    assert "weights" in said or "damaged" in said


@pytest.mark.parametrize("kind", ["region", "place"])
@pytest.mark.parametrize("data", [b"", b"\x80\x04.", b"\xff" * 2000, (2**62).to_bytes(8, "little") + b"{}" * 600])
def test_files_that_are_no_weights(kind, data, laid):
    folder = laid(kind)
    edit(folder, "version", "old")
    next(folder.glob("*.safetensors")).write_bytes(data)
    assert "damaged weights" in refusal(kind, folder)


@pytest.mark.parametrize("text", ["epoch\n1\n", "", "\x00", "epoch,training_loss,validation_loss,best\n0,NaN,1,1\n"])
def test_logs_that_are_none(text, laid):
    folder = laid("region")
    edit(folder, "version", "old")
    (folder / "temporal_log.csv").write_text(text)
    assert "no log of a training" in refusal("region", folder)
