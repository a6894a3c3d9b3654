"""Result folders that appear whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.report.results.kinds import FILES, PARTIAL, is_whole

IDENTITIES = ("run.json", "identity.json")  # in PARTIAL: what says whose run it is
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux
_ABANDONED_S = 60.0  # a hidden folder so old that nobody holds


@contextmanager
def whole_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """A folder beside the target to write into; it takes the target's place when all is written.

    Whatever happens before that, an interrupt, a full disk, the target stays as it was and nothing else is left.
    """
    place = place_of(folder)
    with said(folder), _parents(place), hidden_folder(place.parent, f".{place.name}.") as beside:
        fresh = beside / place.name
        fresh.mkdir()
        try:
            yield fresh
        except InputError as error:  # the hidden folder is nobody's business
            raise InputError(str(error).replace(str(fresh), str(folder))) from None
        with interrupts:
            check_content(folder, place, force=force)
            _take_place(fresh, place, beside)


@contextmanager
def said(folder: Path, *, only: Path | None = None) -> Iterator[None]:
    """Say in one line what the file system refuses, and what is kept; of `only` what lies there, where it is given."""
    try:
        yield
    except OSError as error:
        if only is not None and not Path(str(error.filename)).is_relative_to(only):
            raise
        partial = place_of(folder) / PARTIAL
        kept = f"what is done is kept in {partial}, make room and go on with --resume"
        nothing = "nothing was written there, give a folder elsewhere or make room"
        raise InputError(
            f"{folder}: cannot be written ({error.strerror or error}); {kept if is_kept(partial) else nothing}"
        ) from None


def check_content(folder: Path, place: Path, *, force: bool) -> None:
    """Refuse a folder, called `folder` by the user, that holds anything but results, or results without `force`."""
    found = sorted(path.name for path in place.iterdir() if path.name != PARTIAL) if place.is_dir() else []
    foreign = [name for name in found if name not in FILES]
    if found and (foreign or not is_whole(set(found))):
        example = (foreign or found)[0]
        raise InputError(
            f"{folder}: holds files that are not results of seisweave, like {example}; give another folder"
        )
    if found and not force:
        raise InputError(f"{folder}: holds results already; give --force to replace them, or another folder")


def is_kept(partial: Path) -> bool:
    """Whether a run has kept more than its name."""
    return any(path.is_file() and path.name not in IDENTITIES for path in partial.rglob("*"))


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
def hidden_folder(parent: Path, prefix: str) -> Iterator[Path]:
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


def place_of(folder: Path) -> Path:
    """Where a folder really is, links followed."""
    return Path(os.path.realpath(folder))


def existing_parent(place: Path) -> Path:
    """The folder above a place that is there already."""
    parent = place if place.parent == place else place.parent
    while not parent.exists():
        parent = parent.parent
    return parent
