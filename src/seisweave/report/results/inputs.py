"""The inputs that a stored run names: their digests, and which have changed since."""

from __future__ import annotations

import tomllib
from hashlib import file_digest, sha256
from pathlib import Path

from seisweave.errors import InputError
from seisweave.report.results.compared import RUN
from seisweave.storage import SUMMARY


def changed_inputs(path: Path) -> list[str]:
    """What is not there any more, or has changed, of the inputs that a stored run names."""
    told = tomllib.loads(path.read_text(encoding="utf-8")).get("inputs", {})
    if not isinstance(told, dict):
        raise InputError(f"{path}: its inputs are no table; it was not written by seisweave")
    found = []
    for name, digest in told.items():
        if not Path(name).exists():
            found.append(f"{name} is not there any more")
        elif digest_of(Path(name)) != digest:
            found.append(f"{name} has changed")
    return found


def digest_of(path: Path) -> str:
    """SHA-256 of a file, or of the names and digests of the files of a folder, without what tells of its making."""
    if path.is_file():
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    files = sorted(each for each in path.rglob("*") if each.is_file() and each.name not in (RUN, SUMMARY))
    told = "\n".join(f"{each.relative_to(path).as_posix()} {digest_of(each)}" for each in files)
    return sha256(told.encode("utf-8", "surrogateescape")).hexdigest()
