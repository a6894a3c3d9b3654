"""`--json`: a command's answer as one JSON object on standard output, in place of its sentences."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer

from seisweave.cli.flags import Quiet
from seisweave.cli.old_flags import like
from seisweave.storage import SUMMARY, read_summary

Json = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object, and nothing else.")]


def print_json(told: Mapping[str, Any]) -> None:
    """Print one JSON object; what is not finite is null."""
    print(json.dumps(_plain(told), indent=2, ensure_ascii=False, allow_nan=False))


def with_json(command: Callable) -> Callable:
    """A command that writes results and can be quiet, with `--json`: what its summary holds, and where that lies."""
    signature = inspect.signature(command, eval_str=True)
    names = list(signature.parameters)
    if not {"out", "quiet"} <= set(names) or "as_json" in names:
        return command

    def run(*, as_json: bool, **values: Any) -> None:
        command(**{**values, "quiet": values["quiet"] or as_json})
        if as_json:
            out = Path(values["out"] or values["model"])  # in place of the model, where no other is named
            print_json({"results": str(out), **(read_summary(out) if (out / SUMMARY).is_file() else {})})

    own = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json)
    parameters = list(signature.parameters.values())
    parameters.insert(names.index("quiet") + 1, own)
    return like(command, run, parameters)


def can_be_quiet(command: Callable) -> Callable:
    """A command with `--quiet`: what it prints goes nowhere, but for the answer that is asked for with `--json`."""

    def run(*, quiet: bool, **values: Any) -> Any:
        if not quiet or values.get("as_json"):
            return command(**values)
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
            return command(**values)

    own = inspect.Parameter("quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Quiet)
    return like(command, run, [*inspect.signature(command, eval_str=True).parameters.values(), own])


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "tolist") and getattr(value, "dtype", None) is not None and value.dtype.kind != "M":
        return _plain(value.tolist()) if value.ndim else _plain_number(value.item())
    return _plain_number(value) if isinstance(value, bool | int | float | None) else str(value)


def _plain_number(value: Any) -> Any:
    return None if isinstance(value, float) and value - value != 0.0 else value
