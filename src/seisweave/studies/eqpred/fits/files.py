"""Finished fits, one file each: written whole or not at all, and never made twice.

A file's name is a hash of all that its fit depends on (days, kind of network, options, training, seed, and the source
of a network that is not ours), so that different tables may share a folder. It holds arrays and JSON; no pickle is
written or read.
"""

from __future__ import annotations

import inspect
import json
import sys
from dataclasses import asdict, dataclass, fields
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.nowcast.options import TrainingOptions
from seisweave.renamed import under_old_names
from seisweave.storage import make_folder, write_whole
from seisweave.stored_arrays import read_npz
from seisweave.stored_json import parse_json
from seisweave.studies.eqpred.models.registry import Part, name_of

_FACTS = "said"  # the array of a file that holds a fit's facts, as JSON
FORMAT = 1  # raised when our own networks, or their training, come out differently


@dataclass(frozen=True, eq=False)
class Fit:
    """What a fit came to: series by name (t each), and facts by name: seconds, epochs, errors, or why it failed.

    >>> Fit({"novelty": np.zeros(3)}, {"seconds": 1.5}).facts["seconds"]
    1.5
    """

    series: dict[str, np.ndarray]
    facts: dict[str, Any]


def key_of(part: Part, days_identity: str, seed: int, above: str = "") -> str:
    """The name of a fit; `above` is that of the autoencoder it rests on, and what was done to its series."""
    all_of_it = {
        "format": FORMAT,
        "network": name_of(part.network),
        "source": _source_of(part.network.__module__),
        "options": _told(part.options),
        "training": under_old_names(TrainingOptions, asdict(part.training))
        | {"seed": seed, "accelerator": "", "workers": 0},
        "days": days_identity,
        "above": above,
    } | ({"covariates": True} if part.covariates else {})
    return sha256(json.dumps(all_of_it, sort_keys=True).encode()).hexdigest()[:24]


def _told(options: Any) -> dict[str, Any]:
    """Options but for those that came later and are at their default: fits of earlier versions keep their names."""
    later = {f.name for f in fields(options) if f.metadata.get("later") and getattr(options, f.name) == f.default}
    return {name: value for name, value in asdict(options).items() if name not in later}


def _source_of(name: str) -> str:
    """Hash of the file of a user's network, which may change between runs."""
    if name.startswith("seisweave."):
        return ""
    try:
        return sha256(inspect.getsource(sys.modules[name]).encode()).hexdigest()
    except (OSError, TypeError):  # typed at a prompt
        return ""


def read_fit(folder: Path, key: str) -> Fit | None:
    """A finished fit; None for one that is not there, or damaged."""
    try:
        series = read_npz(folder / f"{key}.npz")
        facts = parse_json(str(series.pop(_FACTS)))
    except (OSError, ValueError, KeyError):
        return None
    numbers = all(array.dtype.kind in "fiub" for array in series.values())
    return Fit(series, facts) if numbers and isinstance(facts, dict) else None


def write_fit(fit: Fit, folder: Path, key: str) -> None:
    """Keep a fit, all the way to the disk.

    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> write_fit(Fit({"truth": np.arange(3.0)}, {"epochs": 8}), folder, "0f")
    >>> read_fit(folder, "0f").facts
    {'epochs': 8}
    """
    arrays = {_FACTS: np.array(json.dumps(fit.facts)), **fit.series}
    make_folder(folder)
    write_whole(folder / f"{key}.npz", partial(np.savez_compressed, **arrays))  # type: ignore[arg-type]
