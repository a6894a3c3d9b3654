"""A nowcaster on disk: weights as safetensors, everything else as JSON and CSV. No pickle is written or read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Provenance
from seisweave.catalog.instants import time_of
from seisweave.errors import InputError
from seisweave.nowcast.channels import LearnedChannel
from seisweave.nowcast.history import History, read_log, write_log
from seisweave.nowcast.region.calibration import Calibration
from seisweave.nowcast.region.model import Fitted, TrainedNetworks, new_networks
from seisweave.nowcast.region.sequence import Standard
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.weights import blank, check_size, load_weights, save_weights
from seisweave.stored_files import refused, stored_file
from seisweave.stored_json import value_of
from seisweave.stored_models import (
    AGAIN,
    MODEL,
    ModelKind,
    check_beside,
    check_digest,
    read_model_json,
    write_model_json,
)

NETWORKS = ("autoencoder", "temporal")
KIND = ModelKind("seisweave nowcaster", 1, "nowcast train CATALOG --out DIR")  # 1 until older ones cannot be read
_FEATURES = 2  # of the calibration
_FITTED = {
    "n_validation": int,
    "map_scale": float,
    "standard": Standard,
    "novelty_threshold": float,
    "alarm_threshold": float,
    "calibration": Calibration,
    "updates": int,
    "channels": tuple[LearnedChannel, ...],
}


def write_model(model: TrainedNetworks, provenance: Provenance, folder: Path) -> Path:
    """Write a model into a folder, which is made if missing."""
    from seisweave.version import __version__

    folder.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        save_weights(getattr(model, name), folder / _weights(name))
        if name in model.histories:
            write_log(model.histories[name], folder / _log(name), seconds=False)
    content = {
        "kind": KIND.kind,
        "format": KIND.format,
        "version": __version__,
        "settings": model.settings.to_dict(),
        "fitted": {name: _plain(value) for name, value in asdict(model.fitted).items()},
        "provenance": asdict(provenance),
        "sha256": {"settings": _digest(model.settings.to_dict())},
    }
    if not model.fitted.channels:
        del content["fitted"]["channels"]
    beside = [_weights(name) for name in NETWORKS] + [_log(name) for name in NETWORKS if name in model.histories]
    write_model_json(content, folder, beside)
    return folder


def read_model(folder: Path) -> tuple[TrainedNetworks, Provenance]:
    """Read a model that `write_model` wrote.

    Errors: InputError with one line for a folder without a model, with one of another format, or a damaged one.
    """
    path, content = folder / MODEL, read_model_json(folder, KIND)
    try:
        settings = Settings.from_dict(content["settings"])
        fitted = _fitted(content["fitted"])
        provenance = Provenance.of_json(content["provenance"])
        blanks = blank(lambda: new_networks(settings, fitted.channels))
    except Exception as error:
        raise refused(path, error, AGAIN) from None
    if content.get("sha256", {}).get("settings") != _digest(content["settings"]):
        raise InputError(f"{path}: settings is not what was saved with this model (damaged, or of another); {AGAIN}")
    files = {name: check_beside(folder, _weights(name), content) for name in NETWORKS}
    check_digest(content, path)
    for name, network in zip(NETWORKS, blanks, strict=True):
        check_size(network, files[name])
    networks: dict[str, Any] = dict(zip(NETWORKS, new_networks(settings, fitted.channels), strict=True))
    for name, network in networks.items():
        load_weights(network, files[name])
        network.eval()
    return TrainedNetworks(settings, fitted=fitted, histories=_logs(folder, content), **networks), provenance


def _weights(name: str) -> str:
    return f"{name}.safetensors"


def _log(name: str) -> str:
    return f"{name}_log.csv"


def _logs(folder: Path, content: Mapping[str, Any]) -> dict[str, History]:
    """The logs that the model notes; of earlier versions, which noted none, those that are there."""
    noted = [n for n in NETWORKS if _log(n) in content["sha256"] or stored_file(folder, _log(n)).is_file()]
    return {name: read_log(check_beside(folder, _log(name), content, "log")) for name in noted}


def _digest(settings: Mapping[str, Any]) -> str:
    return sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, np.datetime64) else value


def _fitted(content: Mapping[str, Any]) -> Fitted:
    """The numbers fitted beside the networks. Errors: ValueError for what cannot be one of them."""
    unknown = set(content) - {"origin", "known_until"} - set(_FITTED)
    if unknown:
        raise ValueError(f"fitted has {', '.join(sorted(unknown))}, which this version does not know")
    values = {name: value_of(kind, content[name], name) for name, kind in _FITTED.items() if name in content}
    times = {name: time_of(name, content[name]) for name in ("origin", "known_until")}
    fitted = Fitted(**times, **values)
    _check(fitted)
    return fitted


def _check(fitted: Fitted) -> None:
    """Refuse fitted numbers out of range. Errors: ValueError that names them."""
    c, standard = fitted.calibration, fitted.standard
    every_feature = (c.lows, c.highs, c.means, c.scales, c.slopes)
    right = {
        "known_until": fitted.origin < fitted.known_until,
        "n_validation": fitted.n_validation >= 0,
        "updates": fitted.updates >= 0,
        "map_scale": fitted.map_scale > 0,
        "standard": min(standard.smoothed_scale, standard.raw_scale) >= 0,
        "calibration": {len(each) for each in every_feature} == {_FEATURES}
        and all(low <= high for low, high in zip(c.lows, c.highs, strict=True))
        and min(c.scales) > 0,
        "base_rate": 0 < c.n_positives < c.n and abs(c.base_rate - c.n_positives / c.n) < 1e-6,
    }
    wrong = [name for name, fine in right.items() if not fine]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} out of range")
