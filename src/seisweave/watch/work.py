"""A turn under way: what its steps share, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.fdsn_service import Pace
from seisweave.catalog.selection import Selection
from seisweave.catalog.store.store import Store, open_store
from seisweave.errors import InputError
from seisweave.stored_files import in_a_line
from seisweave.watch.clock import Clock
from seisweave.watch.options import Station
from seisweave.watch.state import State, write_state

if TYPE_CHECKING:
    from seisweave.faults.network import FaultNetwork

Tell = Callable[[str], object]
END = "end"  # among the steps that are done: the turn is over


@dataclass(frozen=True)
class Means:
    """What a turn is done with: the time, who hears its lines, threads (None: all cores), patience with the service.

    >>> from seisweave.watch import SystemClock
    >>> Means(SystemClock(), print).jobs is None
    True
    """

    clock: Clock
    tell: Tell
    jobs: int | None = None
    pace: Pace | None = None

    def say(self, what: str) -> None:
        """Tell a line, with the time."""
        self.tell(f"{str(self.clock.now())[:19]}Z {what}")


@dataclass
class Work:
    """A turn: the station, the means, its state, and the steps that failed, with why."""

    station: Station
    means: Means
    state: State
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> np.datetime64:
        """The instant of the turn."""
        return np.datetime64(self.state.now, "us")

    @property
    def issued(self) -> Path:
        """The folder of forecasts on record."""
        return self.station.folder / "issued"

    @property
    def network_folder(self) -> Path:
        """That of the network that went on last; or else the one that it is begun with."""
        own = self.station.folder / "network"
        assert self.station.network is not None
        return own if own.is_dir() else self.station.network.begin_with

    @cached_property
    def store(self) -> Store:
        """The store as it is after the fetch."""
        return open_store(self.station.folder / "store")

    @cached_property
    def catalog(self) -> Catalog:
        """What is known, without the types of events that no model sees."""
        left_out = self.station.watch.not_event_type
        everything = self.store.current()
        return everything if left_out is None else everything.select(Selection(not_event_type=left_out))

    @cached_property
    def network(self) -> FaultNetwork:
        """The network as it is."""
        from seisweave.report.results.opened import open_whole_network

        return open_whole_network(self.network_folder)

    def forget(self, *names: str) -> None:
        """Read these anew where they are asked for again."""
        for name in names:
            self.__dict__.pop(name, None)

    def step(self, name: str, do: Callable[[Work], str]) -> bool:
        """Do a step that is not done yet, and tell what it says; whether it is done. Whatever fails is told."""
        if name in self.state.done:
            return True
        begun = self.means.clock.passed_s()
        try:
            said = do(self)
            self.save(done=(*self.state.done, name))
        except (InputError, MemoryError, OSError) as error:
            return self._failed(name, told(error))
        except Exception as error:  # a station outlives what nobody foresaw
            return self._failed(
                name, f"an error in seisweave ({in_a_line(f'{type(error).__name__}: {error}')}); report it"
            )
        self.tell(name, f"{said} ({self.means.clock.passed_s() - begun:.1f} s)")
        return True

    def save(self, **changed: Any) -> None:
        """Write the state with some of its fields changed."""
        state = replace(self.state, **changed)
        write_state(self.station.folder, state)
        self.state = state

    def tell(self, name: str, said: str) -> None:
        """Tell a line: when, which turn, which step, what."""
        self.means.say(f"turn {self.state.turn} {name}: {said}")

    def _failed(self, name: str, why: str) -> bool:
        self.failed[name] = why
        self.tell(name, f"not done: {why}")
        return False


def told(error: Exception) -> str:
    """Why something was not done, in a line, of what may be another time.

    >>> told(OSError(28, "No space left on device", "store.json"))
    'store.json: No space left on device; make room, or look at its permissions'
    """
    said = str(error)
    if isinstance(error, MemoryError):
        said = "memory does not suffice"
    elif isinstance(error, OSError):
        said = f"{error.filename or 'the disk'}: {error.strerror or error}; make room, or look at its permissions"
    return in_a_line(said, 400)
