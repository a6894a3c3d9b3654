"""What the `run.toml` of a station says, checked before any work begins; see docs/watch.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from seisweave.cli.run_file import nearest, read_toml
from seisweave.errors import InputError
from seisweave.issued.options import IssueOptions
from seisweave.report.today.options import TodayOptions
from seisweave.stored_json import value_of
from seisweave.watch.options import ModelStep, NetworkStep, PageStep, Station, WatchOptions

Record = TypeVar("Record")
_SECTIONS = ("watch", "network", "etas", "place", "report")


def read_station(path: Path) -> Station:
    """The station of a file; paths lie beside it.

    Errors: InputError for a file that cannot be read, unknown sections and keys (with the nearest known), values of
    another type, and whatever the options themselves refuse.
    """
    said = read_toml(path)
    for name in said:
        if name not in (*_SECTIONS, "out"):
            raise InputError(f"{path}: {name} is unknown{nearest(name, (*_SECTIONS, 'out'))}")
    tables = {name: _Table(path, name, said[name]) for name in _SECTIONS if name in said}
    if "watch" not in tables:
        raise InputError(f"{path}: has no [watch]; see docs/watch.md")
    out = said.get("out", path.stem)
    if not isinstance(out, str) or not out:
        raise InputError(f"{path}: out is {out!r}; give the name of the station's folder")
    return Station(
        folder=path.parent / out,
        watch=tables["watch"].record(WatchOptions),
        network=tables["network"].record(NetworkStep) if "network" in tables else None,
        etas=tables["etas"].with_options(ModelStep, IssueOptions) if "etas" in tables else None,
        place=tables["place"].with_options(ModelStep, IssueOptions) if "place" in tables else None,
        page=tables["report"].with_options(PageStep, TodayOptions) if "report" in tables else None,
    )


class _Table:
    """A section of the file: its keys with underscores, and how they are written there."""

    def __init__(self, path: Path, name: str, said: Any) -> None:
        if not isinstance(said, Mapping):
            raise InputError(f"{path}: {name} is {said!r}; write a section, [{name}]")
        self._where, self._home = f"{path}: [{name}]", path.parent
        self._said = {key.replace("-", "_"): value for key, value in said.items()}

    def record(self, kind: type[Record]) -> Record:
        """A record of all keys."""
        self._check_keys(_keys(kind))
        return self._made(kind, self._said)

    def with_options(self, kind: type[Record], options: type) -> Record:
        """A record of the keys that are its own, and of its options, made of the others."""
        own = _keys(kind) - {"options"}
        self._check_keys(own | _keys(options))
        rest = {key: value for key, value in self._said.items() if key not in own}
        given = {key: value for key, value in self._said.items() if key in own}
        return self._made(kind, given, options=self._made(options, rest))

    def _check_keys(self, known: set[str]) -> None:
        for key in self._said:
            if key not in known:
                raise InputError(f"{self._where} has no {key.replace('_', '-')}{nearest(key, known)}")

    def _made(self, kind: type[Record], given: Mapping[str, Any], **more: Any) -> Record:
        hints = get_type_hints(kind)
        missing = [f.name for f in fields(kind) if _needed(f) and f.name not in given]  # type: ignore[arg-type]
        if missing:
            raise InputError(f"{self._where} lacks {missing[0].replace('_', '-')}; see docs/watch.md")
        try:
            values = {key: self._value(hints[key], value, key) for key, value in given.items()}
            return kind(**values, **more)
        except ValueError as error:
            raise InputError(f"{self._where}: {error}") from None

    def _value(self, kind: Any, value: Any, name: str) -> Any:
        if Path in (kind, *get_args(kind)):
            return self._home / value_of(str, value, name)
        return value_of(kind, value, name)


def _keys(kind: type) -> set[str]:
    return {f.name for f in fields(kind)} - {"pseudo_prospective"}


def _needed(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
