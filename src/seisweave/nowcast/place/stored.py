"""A nowcaster by place on disk: weights as safetensors, everything else as JSON. No pickle is written or read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Provenance
from seisweave.errors import InputError
from seisweave.nowcast.place.baselines import Neuron
from seisweave.nowcast.place.fit import Correction, new_network
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions
from seisweave.nowcast.weights import load_weights, save_weights
from seisweave.storage import write_text

MODEL, WEIGHTS = "model.json", "place.safetensors"
KIND = "seisweave nowcaster by place"
FORMAT = 2  # of the folder; raised when older folders can no longer be read


def write_place(parts: Mapping[str, Any], folder: Path) -> Path:
    """Write the fields of a `PlaceNowcaster` into a folder, which is made if missing."""
    from seisweave.version import __version__

    folder.mkdir(parents=True, exist_ok=True)
    save_weights(parts["network"], folder / WEIGHTS)
    content = {
        "kind": KIND,
        "format": FORMAT,
        "version": __version__,
        "options": asdict(parts["options"]),
        "network": asdict(parts["network_options"]),
        "seed": parts["seed"],
        "first": parts["first"],
        "known_until": parts["known_until"],
        "correction": asdict(parts["correction"]),
        "neuron": {name: value.tolist() for name, value in vars(parts["neuron"]).items()},
        "provenance": asdict(parts["provenance"]),
    }
    write_text(folder / MODEL, json.dumps(content, indent=2, allow_nan=False) + "\n")
    return folder


def read_place(folder: Path) -> dict[str, Any]:
    """Read the fields of the `PlaceNowcaster` that `write_place` wrote.

    Errors: InputError with one line for a folder without a model, with one of another format, or a damaged one.
    """
    path = folder / MODEL
    if not path.is_file():
        raise InputError(f"{folder}: no model (no {MODEL}); make one with `seisweave nowcast place CATALOG --out DIR`")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kind, form = content["kind"], content["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); fit the model again") from None
    if (kind, form) != (KIND, FORMAT):
        raise InputError(f"{folder}: a {kind} of format {form}, wanted is a {KIND} of format {FORMAT}; fit it again")
    try:
        parts = _parts(content)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error}); fit the model again") from None
    network = new_network(parts["network_options"], parts["options"])
    load_weights(network, folder / WEIGHTS)
    return {"network": network.eval(), **parts}


def _parts(content: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content["options"].items()
    }
    options = PlaceOptions(**given)  # JSON has no tuples
    neuron = Neuron(**{name: np.array(value, dtype=np.float64) for name, value in content["neuron"].items()})
    shape = (len(options.thresholds), *options.maps.shape)
    if (neuron.rate.shape, neuron.weights.shape) != (shape, (shape[0], 3)):
        raise ValueError(f"a neuron of shapes {neuron.rate.shape}, {neuron.weights.shape}")
    return {
        "correction": Correction(**content["correction"]),
        "neuron": neuron,
        "options": options,
        "network_options": PlaceNetworkOptions(**content["network"]),
        "seed": int(content["seed"]),
        "first": str(content["first"]),
        "known_until": str(content["known_until"]),
        "provenance": Provenance.of_json(content["provenance"]),
    }
