"""The register of a network: the lasting number and name of every fault, and what was done to the network so far.

A fault's place in the tables (0 for the one of most events) changes as events come; its number does not. Numbers begin
as the places in the first network, and one that has been given is never given again, even after its fault is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from jaxtyping import Int

from seisweave.faults.stored_variable import Variable
from seisweave.stored_arrays import Rule, arrays_of, json_of, whole_of
from seisweave.stored_json import record_of

if TYPE_CHECKING:
    import xarray as xr

What = Literal["unchanged", "grew", "shrank", "split", "merged", "appeared", "vanished"]
Done = Literal["mixture", "update", "drop", "merge", "split", "rename"]


@dataclass(frozen=True)
class Change:
    """What became of one fault, by its number: of how many events it was before, and is now.

    others are the faults that came out of it (split), went up in it (merged), or hold most of what it was (vanished).
    """

    fault: int
    what: What
    n_before: int
    n_now: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One thing that was done to a network: in words, to which faults, and what became of each that changed."""

    done: Done
    told: str
    faults: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, eq=False)
class Register:
    """Lasting numbers and names of f faults, in the order of the network's; the next number; and what was done.

    >>> first = register_of(2)
    >>> first.numbers.tolist(), first.names, first.next_number
    ([0, 1], ('F0', 'F1'), 2)
    """

    numbers: Int[np.ndarray, " f"]
    names: tuple[str, ...]
    next_number: int
    entries: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    def place_of(self, number: int) -> int:
        """The place of a fault among the network's, by its number; -1 where there is none."""
        found = np.flatnonzero(self.numbers == number)
        return int(found[0]) if len(found) else -1

    def with_entry(self, entry: Entry) -> Register:
        """The same, with one more thing done."""
        return replace(self, entries=(*self.entries, entry))

    def columns(self) -> dict[str, Any]:
        """Columns for a table of faults."""
        return {"number": self.numbers, "name": list(self.names)}


def register_of(n_faults: int) -> Register:
    """The register of a network to which nothing was done: places are numbers."""
    numbers = np.arange(n_faults)
    return Register(numbers, tuple(map(name_of, numbers.tolist())), n_faults)


def name_of(number: int) -> str:
    """The name of a fault that nobody has named.

    >>> name_of(12)
    'F12'
    """
    return f"F{number}"


def to_variables(register: Register | None) -> dict[str, Variable]:
    """Variables for the dataset of a network, none for None; `from_dataset` reads them back identical."""
    if register is None:
        return {}
    told = {
        "names": json.dumps(register.names),
        "next_number": np.int32(register.next_number),
        "entries": json.dumps([asdict(entry) for entry in register.entries]),
    }
    return {"fault_number": Variable(("fault",), register.numbers, told)}


def from_dataset(dataset: xr.Dataset) -> Register | None:
    """The register that a network's dataset holds, or None. Errors: ValueError for what cannot be one."""
    if "fault_number" not in dataset:
        return None
    numbers = arrays_of(dataset, {"fault_number": Rule(("fault",), 0, whole=True)})["fault_number"]
    told: Mapping[str, Any] = dataset["fault_number"].attrs
    values = {"names": json_of(told, "names"), "entries": json_of(told, "entries")}
    read = record_of(_Told, values | {"next_number": whole_of(told, "next_number")})
    if len(set(numbers.tolist())) < len(numbers) or len(read.names) != len(numbers):
        raise ValueError("fault_number gives two faults one number, or names are not one a fault")
    if read.next_number <= numbers.max(initial=-1):
        raise ValueError(f"next_number is {read.next_number}, which is given already")
    return Register(numbers, read.names, read.next_number, read.entries)


@dataclass(frozen=True)
class _Told:
    names: tuple[str, ...]
    next_number: int
    entries: tuple[Entry, ...]
