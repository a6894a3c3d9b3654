"""What long work keeps on disk, so that it goes on from there after an interrupt or a power cut.

A checkpoint is a folder: `identity.json` says which work it belongs to, `NAME.npz` is a state kept under that name.
Every file appears whole or not at all, with its arrays to the last bit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import IO, Any

import numpy as np

from seisweave.errors import InputError
from seisweave.locks import hold
from seisweave.storage import make_folder, write_whole
from seisweave.stored_arrays import read_npz
from seisweave.stored_files import in_a_line, stored_file
from seisweave.stored_json import read_json

EVERY_S = 20.0
FIRST_S = 5.0  # shorter work is done again sooner than it is explained
_IDENTITY, _DIGEST = "identity.json", "values_sha256"

Arrays = dict[str, np.ndarray]


class Checkpoint:
    """A folder of kept states; without a folder nothing is kept. Nothing is written in the first seconds.

    Arguments:
        folder: made when the first state is written; one that is there already must be of the same work.
        identity: all that the result depends on, as JSON values. A folder may say more of itself than that.
        other: the wording where a part of the identity differs, like `{"input": "another catalog"}`.
        damaged: what to do about a file that cannot be read.

    Errors: InputError when the folder holds states of other work, or when another run is at work there.

    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp()) / "kept"
    >>> with Checkpoint(folder, {"input": "ab12", "options": {"rounds": 3}}) as checkpoint:
    ...     if checkpoint.due("first-half"):  # not in the first seconds
    ...         checkpoint.save("first-half", {"sums": np.arange(3.0)})
    ...     checkpoint.load("first-half") is None
    True
    """

    def __init__(
        self,
        folder: str | Path | None,
        identity: Mapping[str, Any],
        *,
        other: Mapping[str, str] | None = None,
        damaged: str = "remove it, that part is then done again",
    ) -> None:
        self.folder = None if folder is None else Path(folder)
        self._identity = json.loads(json.dumps(dict(identity)))
        self._other, self._damaged = other or {}, damaged
        self._waiting: dict[str, Arrays] = {}
        self._saved: dict[str, float] = {}
        self._start, self._lock, self._held = monotonic(), Lock(), ExitStack()
        self._is_held = False
        if self.folder is not None and (self.folder / _IDENTITY).exists():
            self._hold(self.folder)
            try:
                self.check(_read(self.folder / _IDENTITY))
            except BaseException:
                self._held.close()
                raise

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:  # threads that are still at work keep nothing any more
            self.folder = None
            self._held.close()

    def check(self, found: Any) -> None:
        """Refuse states kept with this identity unless it is that of the work.

        Errors: InputError that says what is another.
        """
        differs = [name for name, value in self._identity.items() if not _holds(found, {name: value})]
        if differs:
            words = dict.fromkeys(self._other.get(name, f"another {name}") for name in differs)
            raise InputError(
                f"{self.folder}: was kept by a run with {' and '.join(words)}; give what that run was given, or start"
                " again"
            )

    def claim(self) -> None:
        """Note now whose work the folder keeps, for work whose finished parts are files of their own."""
        with self._lock:
            if self.folder is not None:
                self._write(self.folder)

    def due(self, name: str) -> bool:
        """Whether the state of this name was kept too long ago."""
        now = monotonic()
        late = now - self._saved.get(name, self._start) >= EVERY_S
        return self.folder is not None and late and now - self._start >= FIRST_S

    def save(self, name: str, arrays: Arrays) -> None:
        """Keep a state under a name, in place of the last one; in the first seconds it is only remembered."""
        with self._lock:
            self._waiting[name] = arrays
            self._saved[name] = monotonic()
            if self.folder is not None and monotonic() - self._start >= FIRST_S:
                self._write(self.folder)

    def load(self, name: str) -> Arrays | None:
        """The state kept under a name, if there is one.

        Errors: InputError for a damaged file.
        """
        if self.folder is None or not (path := self.folder / f"{name}.npz").exists():
            return None
        try:
            kept = read_npz(stored_file(self.folder, path.name))
            if str(kept.pop(_DIGEST, "none")) != _digest_of(kept):  # states say nothing of what their arrays must be
                raise ValueError("it is not what was kept, or by an earlier version")
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: is damaged ({in_a_line(error)}); {self._damaged}") from None
        return kept

    def forget(self, name: str) -> None:
        """Remove the state kept under a name."""
        with self._lock:
            if self.folder is not None:
                (self.folder / f"{name}.npz").unlink(missing_ok=True)

    def _write(self, folder: Path) -> None:
        if not self._is_held:
            self._hold(folder)
            make_folder(folder)
            text = json.dumps(self._identity, indent=1).encode()
            write_whole(folder / _IDENTITY, lambda file: file.write(text))
        for name, arrays in list(self._waiting.items()):
            write_whole(folder / f"{name}.npz", partial(_save, arrays=arrays))
            del self._waiting[name]

    def _hold(self, folder: Path) -> None:
        """No other run may keep its states there meanwhile."""
        self._held.enter_context(hold(folder))
        self._is_held = True


def _save(file: IO[bytes], arrays: Arrays) -> None:
    np.savez(file, allow_pickle=False, **arrays, **{_DIGEST: np.array(_digest_of(arrays))})  # type: ignore[arg-type]


def _digest_of(arrays: Arrays) -> str:
    """SHA-256 of names, types, shapes and values; of the identity that earlier versions kept there nothing."""
    digest = sha256()
    for name in sorted(set(arrays) - {"identity"}):
        array = np.asarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape} ".encode() + array.tobytes())
    return digest.hexdigest()


def _read(path: Path) -> Any:
    """What a file of JSON says; None where it says nothing."""
    try:
        return read_json(path)
    except ValueError:
        return None


def _holds(found: Any, wanted: Any) -> bool:
    """Whether an identity is the one wanted; it may say more, as those of older versions do."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(name in found and _holds(found[name], value) for name, value in wanted.items())
    return found == wanted
