"""A nowcaster on disk: weights as safetensors, everything else as JSON and CSV. No pickle is written or read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Provenance
from seisweave.errors import InputError
from seisweave.nowcast.calibration import Calibration
from seisweave.nowcast.model import Fitted, Model, new_networks
from seisweave.nowcast.sequence import Standard
from seisweave.nowcast.settings import Settings
from seisweave.nowcast.training import load_weights, read_log, save_weights, write_log

MODEL, NETWORKS = "model.json", ("autoencoder", "temporal")
KIND = "seisweave nowcaster"
FORMAT = 1  # of the folder; raised when older folders can no longer be read


def write_model(model: Model, provenance: Provenance, folder: Path) -> Path:
    """Write a model into a folder, which is made if missing."""
    from seisweave import __version__

    folder.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        save_weights(getattr(model, name), folder / f"{name}.safetensors")
        if name in model.histories:
            write_log(model.histories[name], folder / f"{name}_log.csv")
    said = {
        "kind": KIND,
        "format": FORMAT,
        "version": __version__,
        "settings": model.settings.to_dict(),
        "fitted": {name: _plain(value) for name, value in asdict(model.fitted).items()},
        "provenance": asdict(provenance),
    }
    (folder / MODEL).write_text(json.dumps(said, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return folder


def read_model(folder: Path) -> tuple[Model, Provenance]:
    """Read a model that `write_model` wrote.

    Errors: InputError with one line for a folder that is none, of another format, or damaged.
    """
    path = folder / MODEL
    if not path.is_file():
        raise InputError(
            f"{folder}: no model (no {MODEL}); make one with `seisweave nowcast train CATALOG --out {folder}`"
        )
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        kind, form = said["kind"], said["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); train the model again") from None
    if kind != KIND or form != FORMAT:
        raise InputError(
            f"{folder}: a {kind} of format {form}, this version reads format {FORMAT}; train the model again"
        )
    settings = Settings.from_dict(said.get("settings", {}))
    autoencoder, temporal = new_networks(settings)
    for name, network in zip(NETWORKS, (autoencoder, temporal), strict=True):
        load_weights(network, folder / f"{name}.safetensors")
        network.eval()
    logs = {name: read_log(folder / f"{name}_log.csv") for name in NETWORKS if (folder / f"{name}_log.csv").is_file()}
    try:
        fitted = _fitted(said["fitted"])
        provenance = Provenance(**said["provenance"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); train the model again") from None
    return Model(settings, autoencoder, temporal, fitted, logs), provenance


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, np.datetime64) else value


def _fitted(said: dict[str, Any]) -> Fitted:
    calibration: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said["calibration"].items()
    }
    times = {name: np.datetime64(said[name], "us") for name in ("origin", "known_until")}
    records = {"standard": Standard(**said["standard"]), "calibration": Calibration(**calibration)}
    values: dict[str, Any] = said | times | records
    return Fitted(**values)
