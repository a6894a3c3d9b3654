"""Where a command puts its results: checked before the work, kept on the way, whole at the end."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.locks import hold, hold_on
from seisweave.report.results.kinds import PARTIAL as PARTIAL
from seisweave.report.results.whole import (
    IDENTITIES,
    check_content,
    clear_abandoned,
    is_kept,
    place_of,
    said,
)
from seisweave.report.results.whole import whole_folder as _whole_folder
from seisweave.storage import clear_parts, make_folder, write_text


def check_target(folder: Path, *, force: bool, resume: bool = False) -> None:
    """Hold a folder until the command ends; refuse one that cannot be written, or whose content may not be replaced.

    Errors: InputError for a folder that another run writes into, a file, the current folder, a mount point, files that
    are not results, results without `force`, a run that did not end without `resume` or `force`, and a place where no
    folder can be made.
    """
    place = place_of(folder)
    if place == place_of(Path()) or place.is_mount():
        check_content(folder, place, force=force)
        raise InputError(f"{folder}: cannot be replaced as a whole; give a new folder within it")
    take(folder)
    if place.is_dir():
        check_content(folder, place, force=force)
        if (place / PARTIAL).exists() and not (resume or force):
            raise InputError(f"{folder}: holds a run that did not end; give --resume to go on, --force to start again")


def take(folder: Path) -> None:
    """Hold a folder until the command ends; what killed runs have left beside it goes.

    Errors: InputError for a file, a folder that another run writes into, and a place where no folder can be made.
    """
    place = place_of(folder)
    if place.exists() and not place.is_dir():
        raise InputError(f"{folder}: is a file; give a folder for the results")
    with said(folder):
        hold_on(folder)
        clear_abandoned(place)


@contextmanager
def whole_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """A folder to write into that takes the target's place when all is written, with the `run.toml` that makes it."""
    from seisweave.cli.app import words_now
    from seisweave.cli.remade import store_run

    with _whole_folder(folder, force=force) as fresh:
        yield fresh
        store_run(fresh, words_now())


def take_file(path: Path, *, force: bool = True) -> None:
    """Hold a file that is to be written until the command ends; without `force` one that is there is refused.

    Errors: InputError for one that another run writes, a folder in its place, and one around it that takes no file.
    """
    if path.is_dir():
        raise InputError(f"{shown(path)}: is a folder; give the name of a file")
    if path.exists() and not force:
        raise InputError(f"{shown(path)} exists; choose another name, or give --force")
    try:
        if not place_of(path).parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        hold_on(path)
        clear_parts(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from None


@contextmanager
def kept_run(folder: Path, identity: dict[str, Any] | None = None, *, resume: bool) -> Iterator[Path]:
    """Where a run keeps what it has done, within the folder of its results; a run that fails loses none of it.

    With an identity the run to be gone on with must be there, and be this one; without, the work itself looks after
    that, and begins at the beginning where nothing is kept.

    Errors: InputError for a run to be gone on with that is not there, or is not this one, and a full disk.
    """
    partial = place_of(folder) / PARTIAL
    named = None if identity is None else json.loads(json.dumps(identity))
    with said(folder, only=partial), hold(folder, again=True):
        if resume:
            _check_run(folder, partial, named)
        with _tidied(partial, tell=named is not None):
            _begin(partial, named, resume=resume)
            yield partial


@contextmanager
def _tidied(partial: Path, *, tell: bool) -> Iterator[None]:
    """After a failure, remove the hidden folder of a run that has done nothing, or say what is kept in it."""
    there = partial.parent.exists()
    try:
        yield
    except BaseException as error:
        if not is_kept(partial):
            with interrupts, suppress(OSError):
                shutil.rmtree(partial, ignore_errors=True)
                if not there:
                    partial.parent.rmdir()
        elif tell or isinstance(error, KeyboardInterrupt):
            print(f"note: what is done is kept in {partial}; go on with --resume", file=sys.stderr)
        raise


def _check_run(folder: Path, partial: Path, identity: Any) -> None:
    """Refuse to go on with a run of another identity; without one, say where there is nothing to go on with."""
    named = partial / IDENTITIES[0]
    if identity is None:
        if not partial.exists():
            print(
                f"note: {folder}: nothing is kept there of an earlier run; starting from the beginning", file=sys.stderr
            )
    elif not named.is_file():
        raise InputError(f"{folder}: holds no run to go on with; leave --resume out")
    elif _named(named) != identity:
        raise InputError(f"{folder}: its run has other settings or another catalog; give what that run was given")


def _begin(partial: Path, identity: Any, *, resume: bool) -> None:
    """Empty the hidden folder of a run, unless it is gone on with, and write down whose run it is."""
    if resume:
        return
    if partial.exists():
        with interrupts:
            shutil.rmtree(partial)
    if identity is not None:
        make_folder(partial)
        write_text(partial / IDENTITIES[0], json.dumps(identity))


def _named(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
