"""Old names of flags: taken for this version, told, and hidden in the help."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, get_args

import typer

from seisweave.cli.wording import tell
from seisweave.errors import InputError


def with_old_flags(**now: str) -> Callable[[Callable], Callable]:
    """Decorate a command whose flags were called otherwise: `old="now"` are names of its parameters."""

    def decorate(command: Callable) -> Callable:
        known = inspect.signature(command, eval_str=True).parameters

        def run(**values: Any) -> Any:
            renamed = _renamed(values, now, known)
            for old in [] if values.get("quiet") else now:
                tell(f"{_option(old)} is now {_option(now[old])}" if values[old] is not None else "")
            return command(**renamed)

        made = like(command, run, [*known.values(), *(_hidden(old, known[name]) for old, name in now.items())])
        build = getattr(command, "build", None)
        if build is not None:
            made.build = lambda values: build(_renamed(values, now, known))  # type: ignore[attr-defined]
        made.old_flags = {**getattr(command, "old_flags", {}), **now}  # type: ignore[attr-defined]
        return made

    return decorate


def like(command: Callable, run: Callable, parameters: Iterable[inspect.Parameter]) -> Callable:
    """A function that stands for a command, with these parameters."""
    keyed = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.build = getattr(command, "build", None)  # type: ignore[attr-defined]
    run.old_flags = getattr(command, "old_flags", {})  # type: ignore[attr-defined]
    run.__signature__ = inspect.Signature(keyed)  # type: ignore[attr-defined]
    return run


def _renamed(
    values: Mapping[str, Any], now: Mapping[str, str], known: Mapping[str, inspect.Parameter]
) -> dict[str, Any]:
    """The values by the names that flags have now. Errors: InputError for one that is given by both names."""
    made = {name: value for name, value in values.items() if name not in now}
    for old, name in now.items():
        if values.get(old) is None:
            continue
        if made[name] != known[name].default:
            raise InputError(f"{_option(old)} is the old name of {_option(name)}; give the new one alone")
        made[name] = values[old]
    return made


def _hidden(old: str, parameter: inspect.Parameter) -> inspect.Parameter:
    """The old name of a flag as one that no help shows; None where it is not given."""
    kind, *told = get_args(parameter.annotation)
    (shown,) = (each for each in told if type(each).__name__ == "OptionInfo")
    option = typer.Option(
        _option(old), hidden=True, help=f"Old name of {_option(parameter.name)}.", metavar=shown.metavar
    )
    return inspect.Parameter(
        old, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
    )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
