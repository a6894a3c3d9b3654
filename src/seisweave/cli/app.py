"""All commands together. Only what the command asked for needs is loaded."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from seisweave.cli.help import plain
from seisweave.errors import InputError
from seisweave.locks import until_the_end

_VERSIONS = "Print the version, and those of what it uses."
_MATTER = ("numpy", "scipy", "numba", "pandas", "xarray", "torch")
_COMMANDS = {  # where each is: the first module holds the command or its group, the others add to the group
    "condense": ["condense"],
    "faults": ["faults"],
    "forecast": ["forecast"],
    "issue": ["issue"],
    "evaluate": ["evaluate"],
    "report": ["report"],
    "demo": ["demo"],
    "catalog": ["catalog", "download", "decluster"],
    "network": [
        *("network", "network_export", "network_compare", "network_mechanisms", "network_match", "network_assign"),
    ],
    "etas": ["etas", "etas_simulate"],
    "nowcast": ["nowcast", "place", "place_update", "audit"],
    "reproduce": ["reproduce"],
    "run": ["run"],
    "rerun": ["run"],
    "watch": ["watch"],
}


def app_of(names: Iterable[str] = tuple(_COMMANDS)) -> typer.Typer:
    """The command line, with some of its commands."""
    app = typer.Typer(
        name="seisweave",
        help="From an earthquake catalog to its fault network, and to forecasts and nowcasts that are scored.",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        module, *_ = [import_module(f"seisweave.cli.{part}") for part in _COMMANDS[name]]
        if hasattr(module, "app"):
            app.add_typer(plain(module.app), name=name)
        else:
            app.command(name)(getattr(module, name))
    return plain(app)


def commands(names: Iterable[str] = tuple(_COMMANDS)) -> dict[tuple[str, ...], Callable]:
    """The function of every command, or of those with some first words, by its name: one word, or those of groups two.

    >>> "faults", sorted(name[1] for name in commands() if name[0] == "etas")
    ('faults', ['backtest', 'evaluate', 'fit', 'simulate'])
    """
    found = {}
    for name in [each for each in _COMMANDS if each in names]:
        module, *_ = [import_module(f"seisweave.cli.{part}") for part in _COMMANDS[name]]
        if not hasattr(module, "app"):
            found[name,] = getattr(module, name)
            continue
        for each in module.app.registered_commands:
            found[name, each.name or each.callback.__name__] = each.callback
    return found


def check_words(arguments: list[str]) -> None:
    """Parse a command's words and make its options, and do nothing. Errors: InputError for what it would refuse."""
    group, words, path = typer.main.get_command(app_of(arguments[:1])), list(arguments), ["seisweave"]
    while hasattr(group, "commands"):
        path.append(words.pop(0))
        group = group.commands[path[-1]]  # type: ignore[attr-defined]
    try:
        with group.make_context(" ".join(path), words) as context:
            build = getattr(commands(path[1:2])[tuple(path[1:])], "build", None)
            if build is not None:
                build(dict(context.params))
    except _UsageError as error:
        raise InputError(_sentence(error, arguments)) from None


_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def invoke(arguments: list[str]) -> int:
    """Parse arguments and run the command they name. A mistake in them is an InputError; help and version give 0."""
    before, _now.words = _now.words, list(arguments)
    try:
        return _invoke(arguments)
    finally:
        _now.words = before


def words_now() -> list[str]:
    """The words of the command at work; none where none is."""
    return list(_now.words)


class _Now:
    words: list[str] = []  # noqa: RUF012


_now = _Now()


def _invoke(arguments: list[str]) -> int:
    if "_SEISWEAVE_COMPLETE" in os.environ:  # the shell asks what may come next
        app_of()(prog_name="seisweave")
    alone = arguments[:1] if arguments and arguments[0] in _COMMANDS else []
    needed = alone if alone or arguments == ["--version"] else _COMMANDS
    command = typer.main.get_command(app_of(needed))
    try:
        with until_the_end(), command.make_context("seisweave", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())  # type: ignore[attr-defined]
            return 2
        raise InputError(_sentence(error, arguments)) from None
    return 0


def _sentence(error: Exception, arguments: list[str]) -> str:
    """What is wrong, the value, and where to read more."""
    said = error.format_message().replace("Value error, ", "").rstrip(".")  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else " ".join(["seisweave", *arguments[:1]])
    return f"{said}{_given(error, said)}; see `{command} --help`"


def _given(error: Exception, said: str) -> str:
    """The value that cannot be used, unless it has been said."""
    findings = getattr(error.__cause__, "errors", list)()
    given = repr(findings[0].get("input")) if findings else ""
    return f", got {given}" if given and given not in said else ""


def _print_version(wanted: bool) -> bool:
    if wanted:
        from seisweave.version import __version__

        found = [f"{name} {_version_of(name)}" for name in _MATTER]
        print(f"seisweave {__version__}\npython {platform.python_version()}, {', '.join(found)}")
        raise typer.Exit
    return wanted


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "is not installed"


def _root(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help=_VERSIONS)] = False,
    log: Annotated[
        str | None, typer.Option("--log", metavar="FILE", help="Add all that is told to a file, with its instant.")
    ] = None,
) -> None:
    pass
