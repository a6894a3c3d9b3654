"""A nowcaster on disk: weights as safetensors, everything else as JSON and CSV. No pickle is written or read."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Provenance
from seisweave.errors import InputError
from seisweave.nowcast.history import read_log, write_log
from seisweave.nowcast.region.calibration import Calibration
from seisweave.nowcast.region.model import Fitted, TrainedNetworks, new_networks
from seisweave.nowcast.region.sequence import Standard
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.weights import load_weights, save_weights
from seisweave.storage import write_text

MODEL, NETWORKS = "model.json", ("autoencoder", "temporal")
KIND = "seisweave nowcaster"
FORMAT = 1  # of the folder; raised when older folders can no longer be read


def write_model(model: TrainedNetworks, provenance: Provenance, folder: Path) -> Path:
    """Write a model into a folder, which is made if missing."""
    from seisweave.version import __version__

    folder.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        save_weights(getattr(model, name), folder / f"{name}.safetensors")
        if name in model.histories:
            write_log(model.histories[name], folder / f"{name}_log.csv")
    content = {
        "kind": KIND,
        "format": FORMAT,
        "version": __version__,
        "settings": model.settings.to_dict(),
        "fitted": {name: _plain(value) for name, value in asdict(model.fitted).items()},
        "provenance": asdict(provenance),
        "sha256": _digests(folder, model.settings),
    }
    write_text(folder / MODEL, json.dumps(content, indent=2, allow_nan=False) + "\n")
    return folder


def read_model(folder: Path) -> tuple[TrainedNetworks, Provenance]:
    """Read a model that `write_model` wrote.

    Errors: InputError with one line for a folder without a model, with one of another format, or a damaged one.
    """
    path = folder / MODEL
    if not path.is_file():
        raise InputError(
            f"{folder}: no model (no {MODEL}); make one with `seisweave nowcast train CATALOG --out {folder}`"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kind, form = content["kind"], content["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); train the model again") from None
    if kind != KIND or form != FORMAT:
        raise InputError(
            f"{folder}: a {kind} of format {form}, this version reads format {FORMAT}; train the model again"
        )
    settings = Settings.from_dict(content.get("settings", {}))
    autoencoder, temporal = new_networks(settings)
    _check_digests(folder, content, settings)
    for name, network in zip(NETWORKS, (autoencoder, temporal), strict=True):
        load_weights(network, folder / f"{name}.safetensors")
        network.eval()
    logs = {name: read_log(folder / f"{name}_log.csv") for name in NETWORKS if (folder / f"{name}_log.csv").is_file()}
    try:
        fitted = _fitted(content["fitted"])
        provenance = Provenance.of_json(content["provenance"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); train the model again") from None
    return TrainedNetworks(settings, autoencoder, temporal, fitted, logs), provenance


def _digests(folder: Path, settings: Settings) -> dict[str, str]:
    """Hashes of the weights and of the settings they belong to: weights fit more grids than their own."""
    contents = {f"{name}.safetensors": (folder / f"{name}.safetensors").read_bytes() for name in NETWORKS}
    contents["settings"] = json.dumps(settings.to_dict(), sort_keys=True).encode()
    return {name: sha256(content).hexdigest() for name, content in contents.items()}


def _check_digests(folder: Path, content: dict[str, Any], settings: Settings) -> None:
    missing = [name for name in NETWORKS if not (folder / f"{name}.safetensors").is_file()]
    if missing:
        raise InputError(f"{folder}: no weights ({missing[0]}.safetensors is missing); train the model again")
    found, noted = _digests(folder, settings), content.get("sha256", {})
    for name, digest in found.items():
        if noted.get(name) != digest:
            raise InputError(
                f"{folder}: {name} is not what was saved with this model (damaged, or of another grid or model);"
                " train the model again"
            )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, np.datetime64) else value


def _fitted(content: dict[str, Any]) -> Fitted:
    calibration: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content["calibration"].items()
    }
    times = {name: np.datetime64(content[name], "us") for name in ("origin", "known_until")}
    records = {"standard": Standard(**content["standard"]), "calibration": Calibration(**calibration)}
    values: dict[str, Any] = content | times | records
    return Fitted(**values)
