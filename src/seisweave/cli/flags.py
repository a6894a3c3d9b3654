"""Command-line flags made from options dataclasses: name, type, default and help stand in one place only."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from seisweave.cli.old_flags import with_old_flags
from seisweave.cli.wording import OPTIONS
from seisweave.errors import InputError
from seisweave.renamed import old_fields

_types = cache(get_type_hints)
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Threads or processes at work; all cores by default.")]
Fits = Annotated[int, typer.Option("--jobs", min=1, help="Processes at work, each with a fit.")]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there already.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that did not end.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


def with_options(**records: type) -> Callable[[Callable], Callable]:
    """Decorate a command so that each keyword receives an options record built from flags, one a field.

    `records` maps the command's keyword, which also names the panel in the help, to a dataclass whose fields carry
    `metadata["help"]`. A field of mapping type is given as `ours=theirs`, several times or separated by commas. Names
    that fields had before are taken as hidden flags.
    """
    OPTIONS.update(f.name for record in records.values() for f in fields(record))

    def decorate(command: Callable) -> Callable:
        parameters = inspect.signature(command, eval_str=True).parameters.values()
        own = [parameter for parameter in parameters if parameter.name not in records]
        OPTIONS.update(parameter.name for parameter in own if _is_option(parameter.annotation))

        def build(values: dict[str, Any]) -> dict[str, Any]:
            return {
                name: record(**{f.name: _value(record, f, values.pop(f.name)) for f in fields(record)})
                for name, record in records.items()
            }

        def run(**values: Any) -> Any:
            built = build(values)
            return command(**values, **built)

        flags = [_flag(record, f, title) for title, record in records.items() for f in fields(record)]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.build = build  # type: ignore[attr-defined]
        run.__signature__ = inspect.Signature([*own, *flags])  # type: ignore[attr-defined]
        old = {old: now for record in records.values() for old, now in old_fields(record).items()}
        return with_old_flags(**old)(run) if old else run

    return decorate


def _is_option(annotation: Any) -> bool:
    return any(type(part).__name__ == "OptionInfo" for part in getattr(annotation, "__metadata__", ()))


def _is_mapping(record: type, name: str) -> bool:
    return "dict" in str(_types(record)[name])


def _value(record: type, f: Field, given: Any) -> Any:
    """The value of a field, from that of its flag."""
    if _is_number_or_word(record, f.name):
        return _number_or_word(given)
    if not _is_mapping(record, f.name):
        return given
    pairs = [part.partition("=") for text in given or () for part in re.split(r",(?=\w+=)", text)]
    for ours, equals, theirs in pairs:
        if not (ours and equals and theirs):
            raise InputError(
                f"--{f.name} is {ours + equals + theirs!r}; write ours=theirs, like --{f.name}"
                " longitude=Lon,latitude=Lat"
            )
    return {ours: theirs for ours, _, theirs in pairs} or None


def _is_number_or_word(record: type, name: str) -> bool:
    kinds = get_args(_types(record)[name])
    return float in kinds and any(get_origin(kind) is Literal for kind in kinds)


def _number_or_word(given: Any) -> Any:
    """A number where there is one; the record itself refuses words that are none of its own."""
    try:
        return float(given)
    except ValueError:
        return given


def _flag(record: type, f: Field, title: str) -> inspect.Parameter:
    annotation = _types(record)[f.name]
    default = None if f.default is MISSING else f.default
    metavar = _numbers(annotation)
    if _is_mapping(record, f.name):
        annotation, default, metavar = list[str] | None, None, "<ours=theirs>"
    elif _is_number_or_word(record, f.name):
        words = [word for kind in get_args(annotation) if get_origin(kind) is Literal for word in get_args(kind)]
        annotation, metavar = str, "|".join([*words, "<float>"])
    option = typer.Option(
        help=f.metadata.get("help", ""), rich_help_panel=title.replace("_", " ").capitalize(), metavar=metavar
    )
    return inspect.Parameter(
        f.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, option]
    )


def _numbers(annotation: Any) -> str | None:
    """What stands for several numbers in the help, where a flag takes several."""
    for part in (annotation, *get_args(annotation)):
        if getattr(part, "__origin__", None) is tuple:
            return " ".join(["<float>"] * len(get_args(part)))
    return None
