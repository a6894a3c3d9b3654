"""A run as a file: what `run.toml` says, checked before any work begins, and as the words of commands.

    out = "study"                      # the folder of all results; beside the file, as all paths
    catalog = "catalog.csv"            # or several: what stages take that take a catalog

    [all]                              # flags of every stage that has them
    start = "2019-07-04"
    box = [-118.2, -117.0, 35.2, 36.4]

    [faults]                           # a stage: a command and its flags; its results go to study/faults
    subsets = 4

    [density]                          # another name for a stage says its command
    command = "forecast"
    arguments = ["@faults"]            # the folder of a stage before

    [report]
    arguments = ["@faults", "@density"]
    out = "page.html"                  # another name for its results

    [regions.ridgecrest]               # all stages once for each region, in study/ridgecrest, ...
    box = [-118.2, -117.0, 35.2, 36.4] # ... with what it says over what [all] says; it may have a catalog of its own

    [regions.ridgecrest.faults]        # and over what a stage says
    subsets = 8

Flags are those of the commands, with dashes or underscores; a switch is true or false.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args, get_origin

from seisweave.catalog.selection import Selection
from seisweave.cli.answers import Json
from seisweave.cli.app import check_words, commands
from seisweave.errors import InputError, nearest

_TOP = ("out", "catalog", "all", "inputs", "regions")
_OWN = ("command", "arguments")
_CATALOGS = ("source", "sources")  # what commands call their catalogs
_SELECTS = tuple(f.name for f in fields(Selection))
_REGION = re.compile(r"[\w.\-]+")
NAMED_FILE = "NAME=FILE"  # the metavar of flags that name files


@dataclass(frozen=True)
class Stage:
    """A stage: its name, its command, the words of that without --out, its folder.

    It can go on or not, replaces what is there or adds to it, can be spread over a cluster; region is that it is for.
    """

    name: str
    command: tuple[str, ...]
    words: tuple[str, ...]
    out: Path
    resumes: bool
    replaces: bool = True
    spreads: bool = False
    region: str = ""

    @property
    def whole(self) -> list[str]:
        """All words of the command."""
        return [*self.words, "--out", str(self.out)]


def read_run(path: Path) -> list[Stage]:
    """The stages of a file, in its order, each parsed by its command.

    Errors: InputError for a file that cannot be read, unknown stages and keys (with the nearest known), values that a
    command refuses, and folders of stages that do not come before.
    """
    said = read_toml(path)
    stages = {name: table for name, table in said.items() if name not in _TOP}
    if not stages:
        raise InputError(f"{path}: holds no stage; add one, like [faults]")
    home, shared = path.parent, _table(path, "all", said.get("all", {}))
    out = home / _text(path, "out", said.get("out", path.stem))
    catalog, made = said.get("catalog", []), []
    for region, over in _regions(path, said.get("regions", {})).items():
        own = {key: value for key, value in over.items() if key not in (*stages, "catalog")}
        catalogs = [str(home / each) for each in _texts(path, "catalog", over.get("catalog", catalog))]
        given, here = _Given(home, catalogs, {**shared, **own}, {}, out / region, _current(stages)), []
        for name, table in stages.items():
            whole = {**_table(path, name, table), **_table(path, f"{region}.{name}", over.get(name, {}))}
            stage = replace(_stage(path, name, whole, given), region=region)
            given.folders[name] = stage.out
            here.append(stage)
        _check_shared(path, "all", shared, [stage.command for stage in here])
        _check_shared(path, f"regions.{region}", own, [stage.command for stage in here], stages)
        made += here
    for stage in made:
        try:
            check_words(stage.whole)
        except InputError as error:
            of = f" of {stage.region}" if stage.region else ""
            raise InputError(f"{path}: [{stage.name}]{of}: {error}") from None
    return made


def _regions(path: Path, given: Any) -> dict[str, Mapping[str, Any]]:
    """What each region says, by name; without any, one without a name that says nothing."""
    regions = {name: _table(path, f"regions.{name}", each) for name, each in _table(path, "regions", given).items()}
    for name in regions:
        if name in (".", "..") or not _REGION.fullmatch(name):
            raise InputError(f"{path}: region {name!r} is no name of a folder; use letters, digits, dots, dashes")
    return regions or {"": {}}


def read_toml(path: Path) -> dict[str, Any]:
    """What a file of TOML says. Errors: InputError for one that cannot be read, or is none."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); give a run.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is no TOML ({error}); see `seisweave run --help`") from None


@dataclass(frozen=True)
class _Given:
    """What a file says for all stages, and where those before are."""

    home: Path
    catalogs: list[str]
    shared: Mapping[str, Any]
    folders: dict[str, Path]
    out: Path
    current: frozenset[str]  # names that flags of a stage have now, not those that they had


def _stage(path: Path, name: str, table: Mapping[str, Any], given: _Given) -> Stage:
    command = tuple(_text(path, f"{name}.command", table.get("command", name)).split())
    if command not in _commands():
        known = [" ".join(each) for each in _commands()]
        raise InputError(
            f"{path}: [{name}] is no command{nearest(' '.join(command), known)}; name one by command = ..."
        )
    flags, taken = flags_of(command)
    own = {key.replace("-", "_"): value for key, value in table.items() if key not in _OWN}
    for key in own:
        if key not in flags:
            known = _dashed(each for each, flag in flags.items() if not flag.now)
            raise InputError(f"{path}: [{name}] has no {key.replace('_', '-')}{nearest(key, known)}")
    out = given.out / _text(path, f"{name}.out", own.pop("out", name.replace(" ", "-")))
    shared = {key.replace("-", "_"): value for key, value in given.shared.items()}
    arguments = _texts(path, f"{name}.arguments", table.get("arguments", []))
    if not arguments and taken in ([each] for each in _CATALOGS):
        arguments = given.catalogs
        if not arguments:
            raise InputError(f"{path}: [{name}] needs a catalog; give catalog = ... above all stages, or arguments")
    words = [*command, *(_place(path, name, each, given) for each in arguments)]
    selected = arguments and all(each.startswith("@") for each in arguments)  # by the stage that made it
    taken_over = [
        key
        for key in shared
        if key in flags and not (flags[key].now and key in given.current) and not (selected and key in _SELECTS)
    ]
    for key, value in ({key: shared[key] for key in taken_over} | own).items():
        words += _flag_words(path, name, flags[key], value, given)
    return Stage(name, command, tuple(words), out, "resume" in flags, "force" in flags, "cluster" in flags)


@dataclass(frozen=True)
class Flag:
    """A flag of a command: how it is written, what switches it off, what it takes, its name if this is an old one."""

    option: str
    off: str
    is_switch: bool
    is_path: bool
    is_named_file: bool
    is_number: bool
    repeats: bool
    takes: int
    now: str = ""


def flags_of(command: tuple[str, ...]) -> tuple[dict[str, Flag], list[str]]:
    """The flags of a command by name, and the names of what it takes without one."""
    flags, taken, old = {}, [], getattr(function := commands(command[:1])[command], "old_flags", {})
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        if parameter.annotation is Json:  # the answer of a command, and nothing of its results
            continue
        kind, *told = get_args(parameter.annotation)
        option = next((each for each in told if type(each).__name__ == "OptionInfo"), None)
        if option is None:
            taken.append(parameter.name)
            continue
        named = [each for each in (option.default, *(option.param_decls or ())) if str(each).startswith("--")]
        written = next(iter(named), f"--{parameter.name.replace('_', '-')}")
        kinds = (kind, *get_args(kind))
        off = "" if named else f"--no-{written[2:]}"
        flags[parameter.name] = Flag(
            option=written,
            off=off,
            is_switch=kind is bool,
            is_path=Path in kinds,
            is_named_file=option.metavar == NAMED_FILE,
            is_number=any(number in str(kinds) for number in ("int", "float")),
            repeats=any(get_origin(each) is list for each in kinds),
            takes=next((len(get_args(each)) for each in kinds if get_origin(each) is tuple), 1),
            now=old.get(parameter.name, ""),
        )
    return flags, taken


def _flag_words(path: Path, name: str, flag: Flag, value: Any, given: _Given) -> list[str]:
    """A flag and its values as words."""
    told = f"{path}: [{name}] {flag.option[2:]} is {_shown(value)}"
    if flag.is_switch != isinstance(value, bool):
        raise InputError(
            f"{told}; give {'true or false, it is a switch' if flag.is_switch else 'a value, it is no switch'}"
        )
    if flag.is_switch:
        return [flag.option] if value else [flag.off] if flag.off else []
    if isinstance(value, dict):
        value = [f"{key}={each}" for key, each in value.items()]
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, dict | list | bool) for each in values):
        raise InputError(f"{told}; give a number, a text, or a list of them")
    if flag.is_named_file:
        values = [moved(str(each), given.home) for each in values]
    texts = [_place(path, name, str(each), given, paths=flag.is_path) for each in values]
    return [word for each in texts for word in (flag.option, each)] if flag.repeats else [flag.option, *texts]


def moved(text: str, home: Path) -> str:
    """NAME=FILE with the file as it lies from a folder.

    >>> moved("strain=gnss.nc", Path("study"))
    'strain=study/gnss.nc'
    """
    name, equals, file = text.partition("=")
    return f"{name}={home / file}" if equals else text


def _place(path: Path, name: str, text: str, given: _Given, *, paths: bool = True) -> str:
    """The folder of a stage for @stage; other paths as they lie beside the file."""
    if text.startswith("@"):
        if text[1:] not in given.folders:
            raise InputError(f"{path}: [{name}] names {text}, and no such stage comes before it"
                             f"{nearest(text[1:], given.folders)}")  # fmt: skip
        return str(given.folders[text[1:]])
    return str(given.home / text) if paths else text


def _check_shared(
    path: Path, name: str, shared: Mapping[str, Any], commands: list[tuple[str, ...]], stages: Iterable[str] = ()
) -> None:
    """Refuse a flag for all that no stage has."""
    known = {key for command in commands for key in flags_of(command)[0]}
    for key in shared:
        if key.replace("-", "_") not in known:
            near = nearest(key, (*_dashed(known), *stages))
            raise InputError(f"{path}: [{name}] has {key}, which is a flag of none of its stages{near}")


def _current(stages: Mapping[str, Any]) -> frozenset[str]:
    named = {tuple(str(each.get("command", name)).split()) for name, each in stages.items() if isinstance(each, dict)}
    flags = [flags_of(command)[0] for command in named if command in _commands()]
    return frozenset(key for each in flags for key, flag in each.items() if not flag.now)


def _commands() -> Mapping[tuple[str, ...], Callable]:
    """Every command by its name, those of groups by two words; but for those that run others."""
    return {name: command for name, command in commands().items() if name[0] not in ("run", "rerun", "watch")}


def _dashed(keys: Iterable[str]) -> list[str]:
    return [key.replace("_", "-") for key in keys]


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _table(path: Path, name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{path}: {name} is {value!r}; a stage is a table, like [{name}]")
    return value


def _text(path: Path, name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise InputError(f"{path}: {name} is {value!r}; give a text")
    return value


def _texts(path: Path, name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [_text(path, name, each) for each in values]
