"""Which section tells of which folder: one table of kinds and functions, and the errors of what is none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.report.results.kinds import KINDS, Kind, are_evaluated, no_result
from seisweave.report.shown.folder import read_folder
from seisweave.report.shown.section import Section, laid_out
from seisweave.stored_files import refused


@dataclass(frozen=True)
class Part:
    """A part of a page: its place in it, what it is about (plain words), and itself (HTML)."""

    anchor: str
    title: str
    html: str


@dataclass(frozen=True)
class _Maker:
    """`place` is module:function here; `told` says whether a summary is of this kind, where the files alone do not."""

    place: str
    told: Callable[[Mapping[str, Any]], bool] = bool

    def __call__(self, folder: Any) -> Section:
        module, _, name = self.place.partition(":")
        return getattr(import_module(f"seisweave.report.shown.{module}"), name)(folder)


def _says(*kinds: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda summary: summary.get("kind") in kinds


NETWORKS = ("faults", "demo")  # shown by their linked views, see `page`
FIGURE_5 = Kind("reproduce fig5", ("fig5.csv", "summary.json"), ("fig5.png",))
SECTIONS: dict[str, _Maker] = {  # by the command of the kind
    "network assign": _Maker("networks:assigned"),
    "condense": _Maker("catalogs:condensed"),
    "catalog decluster": _Maker("catalogs:declustered"),
    "network mechanisms": _Maker("networks:mechanisms"),
    "network match": _Maker("networks:matched"),
    "network export": _Maker("networks:exported"),
    "network compare": _Maker("mapped:compared"),
    "forecast": _Maker("forecast:forecast"),
    "evaluate": _Maker("forecast:scores", are_evaluated),
    "etas fit": _Maker("etas:fit", _says("etas fit")),
    "etas simulate": _Maker("etas:simulated"),
    "etas backtest": _Maker("etas:tested"),
    "etas evaluate": _Maker("etas:compared", _says("etas evaluate")),
    "nowcast train": _Maker("region:trained", _says("nowcast")),
    "nowcast place": _Maker("place:nowcast", _says("nowcast by place")),
    "nowcast place-backtest": _Maker("place:backtested", _says("backtest by place")),
    "nowcast audit": _Maker("region:audited"),
    "reproduce fig12": _Maker("forecast:windows", lambda told: isinstance(told.get("windows"), list)),
    "reproduce table1": _Maker("papers:tables", lambda told: "complete" in told or told.get("kind") == "earthquakenpp"),
    "reproduce eqpred-figures": _Maker("papers:counts"),
    FIGURE_5.command: _Maker("papers:sensitivity"),
}


def section_of(path: Path, anchor: str, doubts: Sequence[str] = (), *, name: str = "", alone: bool = False) -> Part:
    """The section about a result folder that is no network.

    `doubts` are what its place on the page gives reason to; `name` is what it is called, its own name unless told;
    `alone` on the page, it has a shorter heading.

    Errors: InputError for a folder that is not there, holds no result, or is damaged.
    """
    if not path.is_dir():
        raise InputError(f"{path}: no such folder; give a result folder")
    names = {each.name for each in path.iterdir()}
    fitting = [SECTIONS[kind.command] for kind in (*KINDS, FIGURE_5) if _is_of(kind, names)]
    if not fitting:
        raise no_result(path)
    return _part(path, anchor, fitting, doubts, name=name, alone=alone)


def section_of_changes(path: Path, anchor: str) -> Part:
    """The section about what became of the faults of a network when it went on, in the folder of the network.

    Errors: InputError for a damaged folder.
    """
    return _part(path, anchor, [_Maker("networks:updated")], ())


def _part(
    path: Path, anchor: str, fitting: Sequence[_Maker], doubts: Sequence[str], *, name: str = "", alone: bool = False
) -> Part:
    """The section by the first of these that its summary is of."""
    try:
        folder = read_folder(path, anchor, name)
        maker = next((each for each in fitting if each.told(folder.summary)), None)
        if maker is None:
            raise ValueError("its summary is of none of the results that its files are of")
        made = maker(folder)
        return Part(anchor, f"{made.title}: {folder.name}", laid_out(made, folder, doubts, alone=alone))
    except Exception as error:
        raise refused(path, error, "run the command again", "damaged result folder") from None


def _is_of(kind: Kind, names: set[str]) -> bool:
    return kind.command not in NETWORKS and set(kind.marks) <= names
