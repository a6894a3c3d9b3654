"""One process at a time where results are kept or written; the others are told who is at work there, and since when.

A lock is a file beside the place, `.NAME.seisweave.lock`, that its process keeps open and locked (flock). The kernel
lets go of it however the process ends, and the next one takes the file over. Where there are no such locks, the process
that the file names is looked for. A file that another machine has written is never taken over, since not every network
file system tells of its locks: the message says which file to remove.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shlex
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.storage import hidden_name, make_folder, try_lock

_TRIES, _PAUSE_S = 5, 0.02  # who only looks whether a place is held holds it for a moment
_MOST_TOLD = 4096
_OPEN = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Held(InputError):  # noqa: N818
    """Another run is at work at the place: one may wait for it."""


@dataclass(frozen=True)
class Holder:
    """Who holds a place: process, machine, command, since when (UTC)."""

    process: int
    host: str
    command: str
    since: str

    def __str__(self) -> str:
        told = f"process {self.process} on {self.host} since {self.since} UTC: {self.command}"
        shown = "".join(letter if letter.isprintable() else "?" for letter in told)
        return shown if len(shown) <= 200 else f"{shown[:199]}…"


@dataclass(frozen=True)
class _Lock:
    """A lock of this process; without a file (None) within a place that it holds anyway. Folders made for it."""

    where: Path
    file: Path | None = None
    handle: int = -1
    made: tuple[Path, ...] = ()

    def let_go(self) -> None:
        if _held.pop(self.where, None) is None:  # in a process forked since
            return
        if self.file is not None:
            with contextlib.suppress(OSError):
                if os.name == "posix" and _is_still(self.handle, self.file):
                    self.file.unlink()  # while it is held: who has opened it sees that it is gone
            os.close(self.handle)
            with contextlib.suppress(OSError):
                if os.name != "posix":  # an open file cannot be removed there
                    self.file.unlink()
        with contextlib.suppress(OSError):  # not empty: what is wanted is in its place
            for folder in self.made:
                folder.rmdir()


_held: dict[Path, tuple[int, int]] = {}  # by this process: thread, handle
_ends: list[contextlib.ExitStack] = []  # of commands under way
_entering = threading.Lock()


@contextlib.contextmanager
def hold(place: str | Path | None, *, again: bool = False) -> Iterator[None]:
    """Hold a file or a folder, which need not be there yet, against other processes and other threads of this one.

    Folders above it are made if missing, and go again if they stay empty.

    Arguments:
        place: links are followed, so that it is the same place by every name. None: nothing is held.
        again: a place that this thread holds already needs no second lock.

    Errors: InputError that says who holds the place, or a folder around it; OSError where nothing can be written.

    >>> from tempfile import mkdtemp
    >>> out = Path(mkdtemp()) / "out"
    >>> with hold(out):
    ...     print([path.name for path in out.parent.iterdir()])
    ['.out.seisweave.lock']
    >>> list(out.parent.iterdir())
    []
    """
    if place is None:
        yield
        return
    where = Path(os.path.realpath(place))
    if again and _held.get(where, (0, 0))[0] == threading.get_ident():
        yield
        return
    taken: list[_Lock] = []
    try:
        with interrupts:
            taken.append(_take(Path(place), where))
        yield
    finally:
        with interrupts:
            for lock in taken:
                lock.let_go()


@contextlib.contextmanager
def until_the_end() -> Iterator[None]:
    """What is held with `hold_on` meanwhile is let go at the end of this block: that of a command."""
    with contextlib.ExitStack() as stack:
        _ends.append(stack)
        try:
            yield
        finally:
            _ends.remove(stack)


def hold_on(place: str | Path) -> None:
    """Hold a place until the command ends; where none is under way, only see whether it can be held. See `hold`."""
    if _ends:
        _ends[-1].enter_context(hold(place, again=True))
        return
    with hold(place, again=True):
        pass


def _take(place: Path, where: Path) -> _Lock:
    if not where.name:
        raise InputError(f"{place}: cannot be replaced as a whole; give a new folder within it")
    with _entering:
        if where in _held:
            raise Held(f"{place}: another run of this process is at work there; wait for it, or stop it")
        _held[where] = threading.get_ident(), -1
    made: list[Path] = []
    try:
        if any(above in _held for above in where.parents):
            made += make_folder(where.parent)
            return _Lock(where, made=tuple(made))
        for above in where.parents:
            _refuse_within(place, above)
        file = where.with_name(f"{hidden_name(where.name)}.seisweave.lock")
        handle = _locked(place, file, made)
        _held[where] = threading.get_ident(), handle
        return _Lock(where, file, handle, tuple(made))
    except BaseException:
        _Lock(where, made=tuple(made)).let_go()
        raise


def _refuse_within(place: Path, above: Path) -> None:
    """Refuse a place within a folder that another process holds, and will replace."""
    if not above.name:
        return
    try:
        handle = os.open(above.with_name(f"{hidden_name(above.name)}.seisweave.lock"), _OPEN)
    except OSError:  # nearly always: it is not there
        return
    try:
        if try_lock(handle) is False:
            raise Held(f"{place}: another run is at work in {above} around it{_told(handle)}; wait for it")
    finally:
        os.close(handle)


def _locked(place: Path, file: Path, made: list[Path]) -> int:
    """The open lock of a place, with what says who holds it; folders that were made for it are added to `made`."""
    told = ""
    for n in range(_TRIES):
        time.sleep(_PAUSE_S if n else 0.0)
        made += [folder for folder in make_folder(file.parent) if folder not in made]
        try:
            handle = os.open(file, _OPEN | os.O_CREAT, 0o644)
        except FileNotFoundError:  # the folder above went with the lock of another
            if n == _TRIES - 1:
                raise
            continue
        except PermissionError:  # of another user, or a folder that takes no file
            _refuse_other_user(place, file)
            raise
        try:
            locked = try_lock(handle)
            told = _told(handle)
            if locked is not False and _is_still(handle, file):
                _refuse_strangers(place, file, handle, locked)
                _name(handle, locked=locked, place=place)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
    raise Held(f"{place}: another run is at work there{told}; wait for it, or stop it")


def _refuse_other_user(place: Path, file: Path) -> None:
    """Refuse a lock that is there and may not be written to; nothing is said where there is none."""
    try:
        handle = os.open(file, os.O_RDONLY | _OPEN & ~os.O_RDWR)
    except OSError:
        return
    told = _told(handle)
    os.close(handle)
    raise InputError(f"{place}: another run is at work there, or was{told}; if it is over, remove {file}")


def _refuse_strangers(place: Path, file: Path, handle: int, locked: bool | None) -> None:
    """Refuse a file that another machine has written; where there are no locks also that of a process that lives."""
    holder = _read(handle)
    if os.fstat(handle).st_nlink != 1:
        raise InputError(f"{file}: is no lock of seisweave, but a link to another file; remove it")
    if holder is None or (holder.host == socket.gethostname() and (locked or not _lives(holder.process))):
        return
    raise InputError(f"{place}: another run is at work there, or was ({holder}); if it is over, remove {file}")


def _name(handle: int, *, locked: bool | None, place: Path) -> None:
    """Write down who holds the place; without locks see whether another has written at the same time."""
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    mine = Holder(os.getpid(), socket.gethostname(), shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])[:500], since)
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(asdict(mine)).encode())
    if locked is None:
        time.sleep(_PAUSE_S)
        if (other := _read(handle)) is not None and other.process != mine.process:
            raise Held(f"{place}: another run is at work there ({other}); wait for it, or stop it")


def _told(handle: int) -> str:
    holder = _read(handle)
    return "" if holder is None else f" ({holder})"


def _read(handle: int) -> Holder | None:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        found = json.loads(os.read(handle, _MOST_TOLD))
        return Holder(int(found["process"]), *(str(found[name]) for name in ("host", "command", "since")))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):  # not written yet, or not ours
        return None


def _is_still(handle: int, file: Path) -> bool:
    """Whether an open file is still the one of that name, and a file at all."""
    try:
        there, opened = os.lstat(file), os.fstat(handle)
    except OSError:
        return False
    return stat.S_ISREG(opened.st_mode) and (there.st_dev, there.st_ino) == (opened.st_dev, opened.st_ino)


def _lives(process: int) -> bool:
    """Whether there is a process of this number on this machine."""
    if process <= 0:
        return False
    if os.name != "posix":
        system = ctypes.windll.kernel32  # type: ignore[attr-defined]
        found = system.OpenProcess(0x00100000, False, process)  # SYNCHRONIZE
        return bool(found and system.CloseHandle(found))
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _forget() -> None:
    """A forked process does not hold what its parent holds."""
    for _, handle in _held.values():
        if handle >= 0:
            os.close(handle)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
