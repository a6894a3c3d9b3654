"""What models on disk share: model.json, with one digest over all it holds and the digests of the weights beside it.

A digest tells damage, not malice: every number is looked at as well, before it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.storage import write_whole
from seisweave.stored_files import in_a_line, refused, stored_file
from seisweave.stored_json import digest_of, read_json

MODEL = "model.json"
AGAIN = "train the model again"


@dataclass(frozen=True)
class ModelKind:
    """What a model.json says of its kind, the format this version reads, and the command that makes one."""

    kind: str
    format: int
    command: str


def write_model_json(content: Mapping[str, Any], folder: Path, beside: Sequence[str]) -> None:
    """Write model.json beside its weights and logs, with the digests of all; the content's `sha256` may hold others."""
    digests = dict(content.get("sha256", {}))
    digests |= {name: sha256((folder / name).read_bytes()).hexdigest() for name in beside}
    plain = json.loads(json.dumps({**content, "sha256": digests}, allow_nan=False))
    plain["sha256"]["model"] = digest_of(plain)
    text = json.dumps(plain, indent=2, allow_nan=False) + "\n"
    write_whole(folder / MODEL, lambda file: file.write(text.encode()))


def read_model_json(folder: Path, wanted: ModelKind) -> dict[str, Any]:
    """What model.json holds, of this kind and format.

    Errors: InputError with one line for a folder without a model, with one of another format, or a damaged one.
    """
    path = stored_file(folder, MODEL)
    if not path.is_file():
        raise InputError(f"{folder}: no model (no {MODEL}); make one with `seisweave {wanted.command}`")
    try:
        content = read_json(path)
        kind, form = (in_a_line(content[name], 60) for name in ("kind", "format"))
        noted = content.get("sha256", {})
        if not isinstance(noted, dict):
            raise ValueError("its digests are none")
    except Exception as error:
        raise refused(path, error, AGAIN) from None
    if (kind, form) != (wanted.kind, str(wanted.format)):
        read = f"this version reads format {wanted.format} of a {wanted.kind}"
        raise InputError(f"{folder}: a {kind} of format {form}, {read}; {AGAIN}")
    return content


def check_digest(content: Mapping[str, Any], path: Path) -> None:
    """Refuse a model.json that is not what was written; those of earlier versions have no digest of their own.

    Errors: InputError.
    """
    noted = dict(content.get("sha256", {}))
    if "model" in noted and noted.pop("model") != digest_of({**content, "sha256": noted}):
        raise InputError(f"{path}: damaged (its numbers are not those that were saved); {AGAIN}")


def check_beside(folder: Path, name: str, content: Mapping[str, Any], what: str = "weights") -> Path:
    """The path of a file that is the one saved with the model, as far as the model has a digest of it.

    Errors: InputError for a file that is missing, or another.
    """
    path, noted = stored_file(folder, name), content.get("sha256", {})
    if not path.is_file():
        raise InputError(f"{folder}: no {what} ({name} is missing); {AGAIN}")
    if name in noted and sha256(path.read_bytes()).hexdigest() != noted[name]:
        raise InputError(f"{path}: damaged {what} ({name} is not what was saved with this model); {AGAIN}")
    return path
