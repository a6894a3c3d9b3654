"""A workspace as arrays to be kept, and back, to the last bit.

Of a reconstruction are kept: `subset-3`, a subset whose merging has ended, `merging-3`, one in the middle of it, and
`whole`, the state of everything after the subsets.
"""

from __future__ import annotations

import numpy as np

from seisweave.faults.state import MEMBER, MERGED, PAIR, PENDING, SUPPORT
from seisweave.faults.steps import Merge
from seisweave.faults.workspace import Background, Sweep, Workspace
from seisweave.keeping import Arrays


def workspace_arrays(workspace: Workspace) -> Arrays:
    """All that merging and refinement have changed in a workspace."""
    tally, pools, pairs, points = workspace.tally, workspace.pools, workspace.pairs, workspace.points
    changes, merged = workspace.changes, tally[MERGED]
    return {
        **{f"parts.{name}": array for name, array in workspace.parts._asdict().items()},
        **{f"points.{name}": getattr(points, name) for name in ("base", "density", "cut", "node")},
        **{f"pairs.{name}": array[: tally[PAIR]] for name, array in pairs._asdict().items()},
        "pairs.todo": pairs.todo[: tally[PENDING]],
        "pools.slot": pools.slot[: tally[SUPPORT]],
        "pools.value": pools.value[: tally[SUPPORT]],
        "pools.member": pools.member[: tally[MEMBER]],
        "changes.begin": changes.begin[: merged + 1],
        "changes.block": changes.block[: changes.begin[merged]],
        "changes.amount": changes.amount[: changes.begin[merged]],
        "changes.total": changes.total[: merged + 1],
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
    for group in ("pools", "pairs", "changes"):
        old = getattr(workspace, group)
        longer = {name: _with_room(arrays[f"{group}.{name}"], len(array)) for name, array in old._asdict().items()}
        setattr(workspace, group, type(old)(**longer))
    workspace.tally[:] = arrays["tally"]
    workspace.look_up()
    workspace.merges = merges_from_arrays(arrays)
    workspace.background = Background(arrays["background"], workspace.background.boxes)
    workspace.floor = float(arrays["floor"])
    begun, swept = arrays["sweep"].tolist()
    workspace.sweep = Sweep(begun, swept) if begun >= 0 else None


def merges_as_arrays(merges: list[Merge]) -> Arrays:
    """Merges as two arrays: rows, and gains."""
    rows = np.array([(i, j) for i, j, _ in merges], np.int64).reshape(-1, 2)
    return {"merges": rows, "gains": np.array([gain for _, _, gain in merges], dtype=float)}


def merges_from_arrays(arrays: Arrays) -> list[Merge]:
    """The merges that were kept as two arrays."""
    return [Merge(i, j, gain) for (i, j), gain in zip(arrays["merges"].tolist(), arrays["gains"].tolist(), strict=True)]


def _with_room(kept: np.ndarray, room: int) -> np.ndarray:
    """An array that begins as the one kept, and is at least `room` long."""
    array = np.zeros((max(room, len(kept)), *kept.shape[1:]), kept.dtype)
    array[: len(kept)] = kept
    return array
