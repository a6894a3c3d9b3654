"""All commands together."""

from __future__ import annotations

from typing import Annotated

import typer

from seisweave.cli.catalog import app as catalog_app
from seisweave.cli.condense import condense
from seisweave.cli.demo import demo
from seisweave.cli.evaluate import evaluate
from seisweave.cli.faults import faults
from seisweave.cli.forecast import forecast
from seisweave.cli.nowcast import app as nowcast_app
from seisweave.cli.place import register as register_place
from seisweave.cli.report import report
from seisweave.cli.reproduce import app as reproduce_app
from seisweave.errors import InputError

app = typer.Typer(
    name="seisweave",
    help="From an earthquake catalog to its fault network.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(condense)
app.command()(faults)
app.command()(forecast)
app.command()(evaluate)
app.command()(report)
app.command()(demo)
app.add_typer(catalog_app, name="catalog")
register_place(nowcast_app)
app.add_typer(nowcast_app, name="nowcast")
app.add_typer(reproduce_app, name="reproduce")

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def invoke(arguments: list[str]) -> int:
    """Parse arguments and run the command they name. A mistake in them is an InputError; help and version give 0."""
    command = typer.main.get_command(app)
    try:
        with command.make_context("seisweave", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help has been printed
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
        from seisweave import __version__

        print(f"seisweave {__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
