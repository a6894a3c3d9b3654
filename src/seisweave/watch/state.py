"""How far a station is: written whole after every step, so that it goes on from there however it ended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from seisweave.catalog.instants import as_time
from seisweave.catalog.store.follow import Look
from seisweave.errors import InputError
from seisweave.storage import write_text
from seisweave.stored_files import refused
from seisweave.stored_json import read_json, record_of

STATE, KIND, VERSION = "state.json", "seisweave station", 1


@dataclass(frozen=True)
class State:
    """The last turn: its number, its instant (UTC, "" before the first), its steps that are done.

    latest: the latest instant of any turn that fetched, by a clock that was that of the service. asked: the service,
    and which events of it the store holds. look: what the next look at the service needs to know. network_at: when the
    network last went on. network_revision: the store's revision then.

    Errors: InputError for times that are none.
    """

    turn: int = 0
    now: str = ""
    done: tuple[str, ...] = ()
    latest: str = ""
    asked: str = ""
    look: Look = field(default_factory=Look)
    network_at: str = ""
    network_revision: int = 0

    def __post_init__(self) -> None:
        times = {name: getattr(self, name) for name in ("now", "latest", "network_at")}
        times |= {name: getattr(self.look, name) for name in ("at", "reread", "untold")}
        for name, time in times.items():
            if time:
                as_time(name, time)

    @property
    def instant(self) -> np.datetime64 | None:
        """The instant of the last turn."""
        return np.datetime64(self.now, "us") if self.now else None

    @property
    def latest_instant(self) -> np.datetime64 | None:
        """The latest instant of any turn that fetched: nothing is issued for an earlier one."""
        return np.datetime64(self.latest, "us") if self.latest else None


def read_state(folder: Path) -> State:
    """The state of a station; that of one which has not begun where there is none.

    Errors: InputError for a damaged one, or one of a later version.
    """
    path = folder / STATE
    if not path.is_file():
        return State()
    try:
        said = read_json(path)
        if not isinstance(said, dict) or said.pop("kind", None) != KIND:
            raise ValueError("is no state of a station")
        version = said.pop("version", None)
        made = None if isinstance(version, int) and version > VERSION else record_of(State, said)
    except (OSError, ValueError) as error:
        raise refused(path, error, "remove it, the station goes on from its store") from None
    if made is None:
        raise InputError(f"{path}: of a later version of seisweave; bring seisweave up to date")
    return made


def write_state(folder: Path, state: State) -> None:
    """Write the state in place of the last one. Errors: OSError where nothing can be written."""
    said = {"kind": KIND, "version": VERSION, **asdict(state)}
    write_text(folder / STATE, json.dumps(said, indent=1) + "\n")
