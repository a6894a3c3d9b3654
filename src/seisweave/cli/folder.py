"""Result folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seisweave.errors import InputError

_MARK = "summary.json"


def check_target(folder: Path, *, force: bool) -> None:
    """Refuse a folder that cannot be written, or holds anything that `force` may not replace."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give a folder for the results")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise InputError(f"{folder}: holds files that are not results of seisweave; give another folder")
        if not force:
            raise InputError(
                f"{folder}: holds results already; give --force to replace them, or another folder"
            )
    parent = _existing_parent(folder)
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"{parent}: not writable; give a folder elsewhere, or change its permissions")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder beside the target to write into; it takes the target's place when all is written."""
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); give a folder elsewhere") from None
    try:
        fresh = beside / folder.name
        fresh.mkdir()
        yield fresh
        if folder.exists():
            folder.rename(beside / "replaced")
        fresh.rename(folder)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written ({error.strerror or error}); nothing was written"
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _existing_parent(folder: Path) -> Path:
    parent = folder.absolute()
    while not parent.exists():
        parent = parent.parent
    return parent
