"""Whose run a folder of finished fits keeps: `identity.json` holds its settings and the SHA-256 of its input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.keeping import Checkpoint

_OTHER = {"settings": "other settings", "input": "another catalog"}


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
    >>> claim(folder, {"seed": 1}, [np.arange(3)])
    Traceback (most recent call last):
    seisweave.errors.InputError: ...: was kept by a run with other settings; give what that run was given, ...
    """
    digest = sha256()
    for array in arrays:
        plain = array.astype(str) if array.dtype == object else array
        digest.update(f"{plain.dtype.kind} {plain.shape}".encode())
        digest.update(np.ascontiguousarray(plain).tobytes())
    identity = {"settings": dict(settings), "input": digest.hexdigest()}
    with Checkpoint(keep, identity, other=_OTHER) as checkpoint:
        checkpoint.claim()
