"""Records made of the sections of a file, every key and value looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from seisweave.errors import InputError, nearest
from seisweave.stored_json import required, value_of

Record = TypeVar("Record")


class Section:
    """A section of a file: `said` are its keys, with dashes or underscores, and values; paths lie beside the file.

    Errors: InputError for one that is no section, from its methods also for unknown and missing keys, and values that
    are of another type, or that the record refuses.
    """

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
                dashed = [each.replace("_", "-") for each in known]
                raise InputError(f"{self._where} has no {key.replace('_', '-')}{nearest(key, dashed)}")

    def _made(self, kind: type[Record], given: Mapping[str, Any], **more: Any) -> Record:
        hints = get_type_hints(kind)
        missing = [f.name for f in fields(kind) if required(f) and f.name not in given]  # type: ignore[arg-type]
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
