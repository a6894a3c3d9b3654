"""Result folders that appear whole or not at all."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.locks import hold, hold_on
from seisweave.report.results.kinds import FILES, PARTIAL, is_whole
from seisweave.storage import EXCHANGE, hidden_name, rename, sync, sync_tree, try_lock

IDENTITIES = ("run.json", "identity.json")  # in PARTIAL: what says whose run it is


@contextmanager
def whole_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """A folder beside the target to write into; it takes the target's place when all is written, and on the disk.

    Whatever happens before that, an interrupt, a full disk, the target stays as it was and nothing else is left.
    No other run writes there meanwhile.
    """
    place = place_of(folder)
    with said(folder), hold(folder, again=True), hidden_folder(place) as beside:
        fresh = beside / place.name
        fresh.mkdir()
        try:
            yield fresh
        except InputError as error:  # the hidden folder is nobody's business
            raise InputError(str(error).replace(str(fresh), str(folder))) from None
        sync_tree(fresh)
        with interrupts:
            check_content(folder, place, force=force)
            _take_place(fresh, place, beside)
            sync(place.parent)


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


def take_record(folder: Path) -> None:
    """See, before a command's work, that a folder takes files beside those that others add to it meanwhile.

    Errors: InputError for a file, a folder within one that another run will replace, and one that takes no file.
    """
    place = place_of(folder)
    if place.exists() and not place.is_dir():
        raise InputError(f"{folder}: is a file; give a folder for the results")
    with said(folder):
        hold_on(place / f"of-process-{os.getpid()}")


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
    return any(path.is_file() and path.name not in IDENTITIES and path.suffix != ".part" for path in partial.rglob("*"))


@contextmanager
def hidden_folder(place: Path) -> Iterator[Path]:
    """A hidden folder beside a place, gone afterwards; those of processes that were killed go now."""
    beside, lock = None, None
    try:
        with interrupts:
            clear_abandoned(place)
            beside = Path(tempfile.mkdtemp(prefix=_prefix(place), dir=place.parent))
            lock = _lock(beside)
        yield beside
    finally:
        with interrupts:
            if beside is not None:
                shutil.rmtree(beside, ignore_errors=True)
            if lock is not None:
                os.close(lock)


def clear_abandoned(place: Path) -> None:
    """Remove hidden folders of a place that nobody holds, but none that keeps the last copy of replaced results."""
    for folder in place.parent.glob(f"{glob.escape(_prefix(place))}????????"):
        with suppress(OSError):
            if not (folder / "replaced").exists() and (lock := _lock(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _prefix(place: Path) -> str:
    return f"{hidden_name(place.name)}.seisweave-"


def _lock(folder: Path) -> int | None:
    """Hold a folder as long as this process lives; None where another one does, or the system cannot."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    if try_lock(held):
        return held
    os.close(held)
    return None


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
    return rename(one, other, EXCHANGE)


def place_of(folder: Path) -> Path:
    """Where a folder really is, links followed."""
    return Path(os.path.realpath(folder))
