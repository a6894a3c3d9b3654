"""Where a command puts its results: checked before the work, kept on the way, whole at the end."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.report.results.kinds import PARTIAL as PARTIAL
from seisweave.report.results.whole import (
    IDENTITIES,
    check_content,
    existing_parent,
    hidden_folder,
    is_kept,
    place_of,
    said,
)
from seisweave.report.results.whole import whole_folder as whole_folder


def check_target(folder: Path, *, force: bool, resume: bool = False) -> None:
    """Refuse a folder that cannot be written, or holds anything that `force` may not replace.

    Errors: InputError for a file, the current folder, a mount point, files that are not results, results without
    `force`, a run that did not end without `resume` or `force`, and a place where no folder can be made.
    """
    place = place_of(folder)
    if place.exists() and not place.is_dir():
        raise InputError(f"{folder}: is a file; give a folder for the results")
    if place.is_dir():
        check_content(folder, place, force=force)
        if (place / PARTIAL).exists() and not (resume or force):
            raise InputError(f"{folder}: holds a run that did not end; give --resume to go on, --force to start again")
        if place == place_of(Path()) or place.is_mount():
            raise InputError(f"{folder}: cannot be replaced as a whole; give a new folder within it")
    with said(folder), interrupts, hidden_folder(existing_parent(place), ".seisweave."):
        pass


@contextmanager
def kept_run(folder: Path, identity: dict[str, Any] | None = None, *, resume: bool) -> Iterator[Path]:
    """Where a run keeps what it has done, within the folder of its results; a run that fails loses none of it.

    With an identity the run to be gone on with must be there, and be this one; without, the work itself looks after
    that, and begins at the beginning where nothing is kept.

    Errors: InputError for a run to be gone on with that is not there, or is not this one, and a full disk.
    """
    place = place_of(folder)
    missing = [path for path in (place, *place.parents) if not path.exists()]
    partial = _partial_folder(folder, resume=resume)
    if identity is not None:
        _name_run(folder, partial, identity, resume=resume)
    elif resume and not partial.exists():
        print(f"note: {folder}: nothing is kept there of an earlier run; starting from the beginning", file=sys.stderr)
    try:
        with said(folder, only=partial):
            yield partial
    except BaseException as error:
        if not is_kept(partial):  # ended before anything was done
            with interrupts, suppress(OSError):
                shutil.rmtree(partial)
                for path in missing:
                    path.rmdir()
        elif identity is not None or isinstance(error, KeyboardInterrupt):
            print(f"note: what is done is kept in {partial}; go on with --resume", file=sys.stderr)
        raise


def _partial_folder(folder: Path, *, resume: bool) -> Path:
    """The hidden folder of a run; emptied unless the run goes on."""
    partial = place_of(folder) / PARTIAL
    if not resume and partial.exists():
        with said(folder), interrupts:
            shutil.rmtree(partial)
    return partial


def _name_run(folder: Path, partial: Path, identity: dict[str, Any], *, resume: bool) -> None:
    """Write down whose run it is, or check that it is the one to go on with."""
    identity, named = json.loads(json.dumps(identity)), partial / IDENTITIES[0]
    if resume and not named.is_file():
        raise InputError(f"{folder}: holds no run to go on with; leave --resume out")
    if resume and json.loads(named.read_text(encoding="utf-8")) != identity:
        raise InputError(f"{folder}: its run has other settings or another catalog; give what that run was given")
    with said(folder):
        partial.mkdir(parents=True, exist_ok=True)
        named.write_text(json.dumps(identity), encoding="utf-8")
