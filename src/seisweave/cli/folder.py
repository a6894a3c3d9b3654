"""Result folders that appear whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import glob
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Any

from seisweave.errors import InputError
from seisweave.interrupts import interrupts

_NETWORK, _NOWCASTER = ("network.nc", "summary.json"), ("model.json", "summary.json")
_WHOLE = (_NETWORK, _NOWCASTER, ("forecast.nc", "summary.json"), ("scores.csv", "summary.json"))
_WHOLE = (*_WHOLE, ("condensed.nc", "summary.json"), ("table.csv", "summary.json"))
_WHOLE = (*_WHOLE, ("audit.csv", "summary.json"))  # one of them is there
RESULTS = (
    *(*_NETWORK, "faults.csv", "faults.geojson", "events.parquet", "figure.png", "report.html"),
    *(*_NOWCASTER, "autoencoder.safetensors", "temporal.safetensors", "autoencoder_log.csv", "temporal_log.csv"),
    *("forecast.nc", "forecast.dat", "scores.csv", "gains.csv", "targets.csv", "csep.csv", "gains.png"),
    *(f"figure-{year}.png" for year in range(1999, 2020, 4)),
    *("condensed.nc", "condensed.parquet"),
    *("place.safetensors", "cells.csv", "reliability.png"),
    *("table.md", "table.csv", "table.png", "fits.csv", "search.csv", "gains.csv", "audit.csv", "audit.png"),
    *("nowcasts.csv", "maps.nc", "losses.png", "map.png", "series.png", "nowcast"),
)
PARTIAL = ".partial"  # in the folder of the results: what a run that did not end has kept
_IDENTITIES = ("run.json", "identity.json")  # what says whose run it is
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux
_ABANDONED_S = 60.0  # a hidden folder so old that nobody holds


def check_target(folder: Path, *, force: bool, resume: bool = False) -> None:
    """Refuse a folder that cannot be written, or holds anything that `force` may not replace.

    Errors: InputError for a file, the current folder, a mount point, files that are not results, results without
    `force`, a run that did not end without `resume` or `force`, and a place where no folder can be made.
    """
    place = _place(folder)
    if place.exists() and not place.is_dir():
        raise InputError(f"{folder}: is a file; give a folder for the results")
    if place.is_dir():
        _check_content(folder, place, force=force)
        if (place / PARTIAL).exists() and not (resume or force):
            raise InputError(f"{folder}: holds a run that did not end; give --resume to go on, --force to start again")
        if place == _place(Path()) or place.is_mount():
            raise InputError(f"{folder}: cannot be replaced as a whole; give a new folder within it")
    with _said(folder), interrupts, _hidden_folder(_existing_parent(place), ".seisweave."):
        pass


@contextmanager
def kept_run(folder: Path, identity: dict[str, Any] | None = None, *, resume: bool) -> Iterator[Path]:
    """Where a run keeps what it has done, within the folder of its results; a run that fails loses none of it.

    With an identity the run to be gone on with must be there, and be this one; without, the work itself looks after
    that, and begins at the beginning where nothing is kept.

    Errors: InputError for a run to be gone on with that is not there, or is not this one, and a full disk.
    """
    fresh = not _place(folder).exists()
    partial = _partial_folder(folder, resume=resume)
    if identity is not None:
        _name_run(folder, partial, identity, resume=resume)
    elif resume and not partial.exists():
        print(f"note: {folder}: nothing is kept there of an earlier run; starting from the beginning", file=sys.stderr)
    try:
        with _said(folder, only=partial):
            yield partial
    except BaseException as error:
        if not _is_kept(partial):  # ended before anything was done
            with interrupts, suppress(OSError):
                shutil.rmtree(partial)
                if fresh:
                    partial.parent.rmdir()
        elif identity is not None or isinstance(error, KeyboardInterrupt):
            print(f"note: what is done is kept in {partial}; go on with --resume", file=sys.stderr)
        raise


def _partial_folder(folder: Path, *, resume: bool) -> Path:
    """The hidden folder of a run; emptied unless the run goes on."""
    partial = _place(folder) / PARTIAL
    if not resume and partial.exists():
        with _said(folder), interrupts:
            shutil.rmtree(partial)
    return partial


def _name_run(folder: Path, partial: Path, identity: dict[str, Any], *, resume: bool) -> None:
    """Write down whose run it is, or check that it is the one to go on with."""
    identity, named = json.loads(json.dumps(identity)), partial / _IDENTITIES[0]
    if resume and not named.is_file():
        raise InputError(f"{folder}: holds no run to go on with; leave --resume out")
    if resume and json.loads(named.read_text(encoding="utf-8")) != identity:
        raise InputError(f"{folder}: its run has other settings or another catalog; give what that run was given")
    with _said(folder):
        partial.mkdir(parents=True, exist_ok=True)
        named.write_text(json.dumps(identity), encoding="utf-8")


def _is_kept(partial: Path) -> bool:
    """Whether a run has kept more than its name."""
    return any(path.is_file() and path.name not in _IDENTITIES for path in partial.rglob("*"))


@contextmanager
def whole_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """A folder beside the target to write into; it takes the target's place when all is written.

    Whatever happens before that, an interrupt, a full disk, the target stays as it was and nothing else is left.
    """
    place = _place(folder)
    with _said(folder), _parents(place), _hidden_folder(place.parent, f".{place.name}.") as beside:
        fresh = beside / place.name
        fresh.mkdir()
        try:
            yield fresh
        except InputError as error:  # the hidden folder is nobody's business
            raise InputError(str(error).replace(str(fresh), str(folder))) from None
        with interrupts:
            _check_content(folder, place, force=force)
            _take_place(fresh, place, beside)


@contextmanager
def _said(folder: Path, *, only: Path | None = None) -> Iterator[None]:
    """Say in one line what the file system refuses, and what is kept; of `only` what lies there, where it is given."""
    try:
        yield
    except OSError as error:
        if only is not None and not Path(str(error.filename)).is_relative_to(only):
            raise
        partial = _place(folder) / PARTIAL
        kept = f"what is done is kept in {partial}, make room and go on with --resume"
        nothing = "nothing was written there, give a folder elsewhere or make room"
        raise InputError(
            f"{folder}: cannot be written ({error.strerror or error}); {kept if _is_kept(partial) else nothing}"
        ) from None


def _check_content(folder: Path, place: Path, *, force: bool) -> None:
    found = sorted(path.name for path in place.iterdir() if path.name != PARTIAL) if place.is_dir() else []
    foreign = [name for name in found if name not in RESULTS]
    if found and (foreign or not any(set(names) <= set(found) for names in _WHOLE)):
        example = (foreign or found)[0]
        raise InputError(
            f"{folder}: holds files that are not results of seisweave, like {example}; give another folder"
        )
    if found and not force:
        raise InputError(f"{folder}: holds results already; give --force to replace them, or another folder")


@contextmanager
def _parents(place: Path) -> Iterator[None]:
    """Make the folders above a target; those that were missing go again if they stay empty."""
    missing = [path for path in place.parents if not path.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        with interrupts, suppress(OSError):  # not empty: the target is in its place
            for path in missing:
                path.rmdir()


@contextmanager
def _hidden_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A hidden folder that is gone afterwards; those of processes that were killed go now."""
    beside, lock = None, None
    try:
        with interrupts:
            _clear_abandoned(parent, prefix)
            beside = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            lock = _lock(beside)
        yield beside
    finally:
        with interrupts:
            if beside is not None:
                shutil.rmtree(beside, ignore_errors=True)
            if lock is not None:
                os.close(lock)


def _clear_abandoned(parent: Path, prefix: str) -> None:
    """Remove hidden folders nobody holds, but none that keeps the last copy of replaced results."""
    for folder in parent.glob(f"{glob.escape(prefix)}????????"):
        with suppress(OSError):
            old = time() - folder.stat().st_mtime > _ABANDONED_S
            if old and not (folder / "replaced").exists() and (lock := _lock(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _lock(folder: Path) -> int | None:
    """Hold a folder for as long as this process lives; None where another one does, or the system cannot."""
    try:
        import fcntl

        held = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held


def _take_place(fresh: Path, place: Path, beside: Path) -> None:
    """Put a folder in its place; what was there goes into `beside`."""
    if not place.exists() or not any(place.iterdir()):
        fresh.rename(place)
    elif not _exchange(fresh, place):
        replaced = beside / "replaced"
        place.rename(replaced)
        try:
            fresh.rename(place)
        except OSError:
            replaced.rename(place)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, where the system can: at no moment is either of them missing."""
    if sys.platform != "linux":
        return False
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if swap(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _place(folder: Path) -> Path:
    """Where a folder really is, links followed."""
    return Path(os.path.realpath(folder))


def _existing_parent(place: Path) -> Path:
    parent = place if place.parent == place else place.parent
    while not parent.exists():
        parent = parent.parent
    return parent
