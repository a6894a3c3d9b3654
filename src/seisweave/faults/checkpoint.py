"""What a long reconstruction keeps on disk, so that it goes on where it was after an interrupt or a power cut.

A checkpoint is a folder: `identity.json` says which hypocentres, options and version it belongs to; `subset-3.npz`
is a subset whose merging has ended, `merging-3.npz` one in the middle of it, `whole.npz` the state of everything after
the subsets. Every file appears whole or not at all. The arrays are those of the workspace to the last bit, so the
network at the end is the one that an unbroken run gives.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import IO, Any

import numpy as np

from seisweave.errors import InputError
from seisweave.faults.state import MEMBER, PAIR, PENDING, SUPPORT
from seisweave.faults.workspace import Background, Sweep, Workspace
from seisweave.storage import write_whole

EVERY_S = 20.0
FIRST_S = 5.0  # shorter work is done again sooner than it is explained
_IDENTITY = "identity.json"
_SAYS = {"input": "other hypocentres", "options": "other options", "version": "another version of seisweave"}

Arrays = dict[str, np.ndarray]


class Checkpoint:
    """A folder of kept states; without a folder nothing is kept. Nothing is written in the first seconds.

    Errors: InputError when the folder holds states of other hypocentres, options or another version, or when
    another run is at work there.
    """

    def __init__(self, folder: Path | None, identity: Mapping[str, Any]) -> None:
        self.folder, self._identity = folder, json.loads(json.dumps(dict(identity)))
        self._waiting: dict[str, Arrays] = {}
        self._saved: dict[str, float] = {}
        self._start, self._lock, self._held = monotonic(), Lock(), None
        if folder is not None and (folder / _IDENTITY).exists():
            _check_identity(folder, self._identity)
            self._held = _hold(folder)

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:  # threads that are still at work keep nothing any more
            self.folder = None
            if self._held is not None:
                self._held.close()

    def due(self, name: str) -> bool:
        """Whether the state of this name was kept too long ago."""
        now = monotonic()
        late = now - self._saved.get(name, self._start) >= EVERY_S
        return self.folder is not None and late and now - self._start >= FIRST_S

    def save(self, name: str, arrays: Arrays) -> None:
        """Keep a state under a name, in place of the last one."""
        with self._lock:
            self._waiting[name] = arrays
            self._saved[name] = monotonic()
            if self.folder is not None and monotonic() - self._start >= FIRST_S:
                self._write(self.folder)

    def load(self, name: str) -> Arrays | None:
        """The state kept under a name, if there is one."""
        if self.folder is None or not (path := self.folder / f"{name}.npz").exists():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return dict(kept)
        except (ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise InputError(f"{path}: is damaged ({error}); remove it, that part is then done again") from None

    def forget(self, name: str) -> None:
        """Remove the state kept under a name."""
        with self._lock:
            if self.folder is not None:
                (self.folder / f"{name}.npz").unlink(missing_ok=True)

    def _write(self, folder: Path) -> None:
        if self._held is None:
            folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self._identity, indent=1).encode()
            write_whole(folder / _IDENTITY, lambda file: file.write(text))
            self._held = _hold(folder)
        for name, arrays in list(self._waiting.items()):
            write_whole(folder / f"{name}.npz", partial(np.savez, allow_pickle=False, **arrays))
            del self._waiting[name]


def workspace_arrays(workspace: Workspace) -> Arrays:
    """All that merging and refinement have changed in a workspace."""
    tally, pools, pairs, points = workspace.tally, workspace.pools, workspace.pairs, workspace.points
    return {
        **{f"parts.{name}": array for name, array in workspace.parts._asdict().items()},
        **{f"points.{name}": getattr(points, name) for name in ("base", "density", "cut", "node")},
        **{f"pairs.{name}": array[: tally[PAIR]] for name, array in pairs._asdict().items()},
        "pairs.todo": pairs.todo[: tally[PENDING]],
        "pools.slot": pools.slot[: tally[SUPPORT]],
        "pools.value": pools.value[: tally[SUPPORT]],
        "pools.member": pools.member[: tally[MEMBER]],
        "tally": tally,
        "background": np.array(workspace.background.weight, dtype=float),
        "floor": np.array(workspace.floor),
        "sweep": np.array(workspace.sweep or (-1, -1)),
        **merges_as_arrays(workspace.merges),
    }


def restore_workspace(workspace: Workspace, arrays: Arrays) -> None:
    """Bring a workspace, made from the same points and Gaussians, to the state that was kept."""
    for name in ("base", "density", "cut", "node"):
        getattr(workspace.points, name)[:] = arrays[f"points.{name}"]
    workspace.parts = type(workspace.parts)(*(arrays[f"parts.{name}"] for name in workspace.parts._fields))
    for group in ("pools", "pairs"):
        old = getattr(workspace, group)
        longer = {name: _with_room(arrays[f"{group}.{name}"], len(array)) for name, array in old._asdict().items()}
        setattr(workspace, group, type(old)(**longer))
    workspace.tally[:] = arrays["tally"]
    workspace.merges = merges_from_arrays(arrays)
    workspace.background = Background(arrays["background"], workspace.background.boxes)
    workspace.floor = float(arrays["floor"])
    begun, swept = arrays["sweep"].tolist()
    workspace.sweep = Sweep(begun, swept) if begun >= 0 else None


def merges_as_arrays(merges: list[tuple[int, int, float]]) -> Arrays:
    """Merges (first row, second row, gain) as two arrays."""
    rows = np.array([(i, j) for i, j, _ in merges], np.int64).reshape(-1, 2)
    return {"merges": rows, "gains": np.array([gain for _, _, gain in merges], dtype=float)}


def merges_from_arrays(arrays: Arrays) -> list[tuple[int, int, float]]:
    """The merges that were kept as two arrays."""
    return list(zip(*arrays["merges"].T.tolist(), arrays["gains"].tolist(), strict=True))


def _with_room(kept: np.ndarray, room: int) -> np.ndarray:
    """An array that begins as the one kept, and is at least `room` long."""
    array = np.zeros((max(room, len(kept)), *kept.shape[1:]), kept.dtype)
    array[: len(kept)] = kept
    return array


def _hold(folder: Path) -> IO[bytes]:
    """An open file that says that the folder is in use, where the system can say so."""
    file = (folder / _IDENTITY).open("rb")
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ModuleNotFoundError:  # Windows
        pass
    except BlockingIOError:
        file.close()
        raise InputError(f"{folder}: another run is at work there; wait for it, or stop it") from None
    return file


def _holds(found: Any, wanted: Any) -> bool:
    """Whether an identity is the one wanted; it may say more, as those of older versions do."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(name in found and _holds(found[name], value) for name, value in wanted.items())
    return found == wanted


def _check_identity(folder: Path, wanted: Mapping[str, Any]) -> None:
    try:
        found = json.loads((folder / _IDENTITY).read_text(encoding="utf-8"))
    except ValueError:
        found = None
    other = [
        says for name, says in _SAYS.items() if not isinstance(found, dict) or not _holds(found.get(name), wanted[name])
    ]
    if other:
        raise InputError(
            f"{folder}: was kept by a run with {' and '.join(other)}; give what that run was given, or start again"
        )
