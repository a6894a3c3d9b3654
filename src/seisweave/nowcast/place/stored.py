"""A nowcaster by place on disk: weights as safetensors, everything else as JSON. No pickle is written or read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Provenance
from seisweave.catalog.instants import time_of
from seisweave.etas.model import EtasModel
from seisweave.etas.stored import etas_as_json, etas_of_json
from seisweave.nowcast.channels import LearnedChannel
from seisweave.nowcast.place.baselines import Neuron
from seisweave.nowcast.place.correction import Correction
from seisweave.nowcast.place.etas_rates import PlaceEtas
from seisweave.nowcast.place.fit import new_network
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions
from seisweave.nowcast.weights import blank, check_size, load_weights, save_weights
from seisweave.stored_arrays import Rule, checked
from seisweave.stored_files import refused
from seisweave.stored_json import record_of, value_of
from seisweave.stored_models import (
    MODEL,
    ModelKind,
    check_beside,
    check_digest,
    read_model_json,
    write_model_json,
)

WEIGHTS = "place.safetensors"
KIND = ModelKind("seisweave nowcaster by place", 2, "nowcast place CATALOG --out DIR")  # 2 until older cannot be read
_LEAST = 1e-12  # of a chance, and what is left of it


def write_place(parts: Mapping[str, Any], folder: Path) -> Path:
    """Write the fields of a `PlaceNowcaster` into a folder, which is made if missing."""
    from seisweave.version import __version__

    folder.mkdir(parents=True, exist_ok=True)
    save_weights(parts["network"], folder / WEIGHTS)
    content = {
        "kind": KIND.kind,
        "format": KIND.format,
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
    if parts["channels"]:
        content["channels"] = [asdict(channel) for channel in parts["channels"]]
    if parts["updates"]:
        content["updates"] = parts["updates"]
    if parts["etas"] is not None:
        etas = parts["etas"]
        content["etas"] = {"model": etas_as_json(vars(etas.model)), "correction": asdict(etas.correction)}
    write_model_json(content, folder, [WEIGHTS])
    return folder


def read_place(folder: Path) -> dict[str, Any]:
    """Read the fields of the `PlaceNowcaster` that `write_place` wrote.

    Errors: InputError with one line for a folder without a model, with one of another format, or a damaged one.
    """
    path, content = folder / MODEL, read_model_json(folder, KIND)
    try:
        parts = _parts(content)
        made = parts["network_options"], parts["options"], len(parts["channels"])
        untouched = blank(lambda: (new_network(*made),))[0]
    except Exception as error:
        raise refused(path, error, "fit the model again") from None
    file = check_beside(folder, WEIGHTS, content)
    check_digest(content, path)
    check_size(untouched, file)
    network = new_network(*made)
    load_weights(network, file)
    return {"network": network.eval(), **parts}


def _parts(content: dict[str, Any]) -> dict[str, Any]:
    """All fields but the network. Errors: ValueError for what cannot be one of them."""
    options = record_of(PlaceOptions, content["options"])
    first, known_until = (value_of(str, content[name], name) for name in ("first", "known_until"))
    if time_of("first", first) >= time_of("known_until", known_until):
        raise ValueError(f"first {first} is not before known_until {known_until}")
    seed = value_of(int, content["seed"], "seed")
    if seed < 0:
        raise ValueError(f"seed is {seed}")
    return {
        "correction": record_of(Correction, content["correction"]),
        "neuron": _neuron(content["neuron"], (len(options.thresholds), *options.maps.shape)),
        "options": options,
        "network_options": record_of(PlaceNetworkOptions, content["network"]),
        "seed": seed,
        "first": first,
        "known_until": known_until,
        "provenance": Provenance.of_json(content["provenance"]),
        "etas": _etas(content.get("etas"), record_of(PlaceNetworkOptions, content["network"])),
        "channels": tuple(record_of(LearnedChannel, each) for each in content.get("channels", ())),
        "updates": value_of(int, content.get("updates", 0), "updates"),
    }


def _etas(content: Mapping[str, Any] | None, network: PlaceNetworkOptions) -> PlaceEtas | None:
    if (content is None) != (network.rates != "etas"):
        raise ValueError(f"rates are {network.rates}, and ETAS is {'missing' if content is None else 'there'}")
    if content is None:
        return None
    return PlaceEtas(EtasModel(**etas_of_json(content["model"])), record_of(Correction, content["correction"]))


def _neuron(content: Mapping[str, Any], shape: tuple[int, int, int]) -> Neuron:
    """Chances and weights of these shapes, finite and in range."""
    if set(content) != {"rate", "weights"}:
        raise ValueError(f"a neuron of {', '.join(sorted(content))[:60]}")
    rate, weights = (np.array(content[name]) + 0.0 for name in ("rate", "weights"))
    if (rate.shape, weights.shape) != (shape, (shape[0], 3)):
        raise ValueError(f"a neuron of shapes {rate.shape}, {weights.shape}")
    return Neuron(
        checked("rate of the neuron", rate, Rule((), _LEAST, 1.0 - _LEAST)),
        checked("weights of the neuron", weights, Rule((), -1e4, 1e4)),
    )
