"""A nowcaster on disk."""

import json
from hashlib import sha256

import pytest

from seisweave.errors import InputError
from seisweave.nowcast.region.nowcaster import open_nowcaster


def test_saved_and_opened_it_says_the_same(tmp_path, world, prospective):
    folder = prospective.write(tmp_path / "model")
    again = open_nowcaster(folder)
    assert again.settings == prospective.settings
    assert again.model.fitted == prospective.model.fitted
    assert again.nowcast(world).probability.tobytes() == prospective.nowcast(world).probability.tobytes()
    assert {path.suffix for path in folder.iterdir()} == {".safetensors", ".json", ".csv"}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "model.json").unlink(), "no model"),
        (lambda f: (f / "model.json").write_text("{"), "damaged"),
        (lambda f: (f / "model.json").write_text("{}"), "damaged"),
        (lambda f: _edit(f, "format", 99), "of format 99, this version reads format 1"),
        (lambda f: _edit(f, "fitted", {}), "damaged"),
        (lambda f: _edit_settings(f, "maps", "cell_deg", 0.5), "settings is not what was saved with this model"),
        (lambda f: _edit_settings(f, "maps", "new", 1), "settings of another version"),
        (
            lambda f: (f / "temporal.safetensors").write_bytes(b"\x80\x04."),
            "temporal.safetensors is not what was saved",
        ),
        (lambda f: (f / "temporal.safetensors").unlink(), "no weights"),
    ],
)
def test_damaged_folders(tmp_path, prospective, damage, said):
    folder = prospective.write(tmp_path / "model")
    damage(folder)
    with pytest.raises(InputError, match=said):
        open_nowcaster(folder)


def test_a_model_of_0_1_opens(tmp_path, world, prospective):
    """What it called the learning-rate schedule, with the digest that it wrote."""
    folder = prospective.write(tmp_path / "model")
    said = json.loads((folder / "model.json").read_text())
    training = said["settings"]["training"]
    training["schedule"] = training.pop("learning_rate_schedule")
    said["sha256"] = {"settings": sha256(json.dumps(said["settings"], sort_keys=True).encode()).hexdigest()}
    (folder / "model.json").write_text(json.dumps(said))
    again = open_nowcaster(folder)
    assert again.settings == prospective.settings
    assert again.nowcast(world).probability.tobytes() == prospective.nowcast(world).probability.tobytes()
    training["schedule"] = "cycle"
    (folder / "model.json").write_text(json.dumps(said))
    with pytest.raises(InputError, match="settings is not what was saved with this model"):
        open_nowcaster(folder)


def _edit(folder, name, value):
    said = json.loads((folder / "model.json").read_text())
    said[name] = value
    (folder / "model.json").write_text(json.dumps(said))


def _edit_settings(folder, stage, name, value):
    settings = json.loads((folder / "model.json").read_text())["settings"]
    settings[stage][name] = value
    _edit(folder, "settings", settings)
