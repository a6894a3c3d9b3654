"""Whose run a folder keeps: `identity.json` holds its settings and the SHA-256 of its input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.errors import InputError
from seisweave.storage import write_whole

IDENTITY = "identity.json"


def claim(keep: Path, settings: Mapping[str, Any], arrays: Iterable[np.ndarray]) -> None:
    """Note in a folder whose run it keeps, or check that it is this one; the folder is made if missing.

    Arguments:
        keep: the folder in which finished parts are kept.
        settings: all that those parts depend on, as plain values.
        arrays: the input they depend on.

    Errors: InputError for a folder that keeps a run of other settings or another input.

    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> claim(folder, {"seed": 0}, [np.arange(3)])
    >>> claim(folder, {"seed": 1}, [np.arange(3)])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    seisweave.errors.InputError: ...: keeps a run of other settings; give another folder, or what that run was given
    """
    identity = json.loads(json.dumps({"settings": dict(settings), "sha256": _digest(arrays)}))
    path = keep / IDENTITY
    if not path.is_file():
        keep.mkdir(parents=True, exist_ok=True)
        text = json.dumps(identity, indent=1).encode()
        write_whole(path, lambda file: file.write(text))
        return
    try:
        kept = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: is damaged ({error}); remove the folder, and begin again") from None
    for name, what in (("settings", "other settings"), ("sha256", "another catalog")):
        if kept.get(name) != identity[name]:
            raise InputError(f"{keep}: keeps a run of {what}; give another folder, or what that run was given")


def _digest(arrays: Iterable[np.ndarray]) -> str:
    digest = sha256()
    for array in arrays:
        plain = array.astype(str) if array.dtype == object else array
        digest.update(f"{plain.dtype.kind} {plain.shape}".encode())
        digest.update(np.ascontiguousarray(plain).tobytes())
    return digest.hexdigest()
