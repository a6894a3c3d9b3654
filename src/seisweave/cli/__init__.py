"""The command line: `seisweave catalog | faults | report | demo`. One file a command."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from seisweave.cli.catalog import app as catalog_app
from seisweave.cli.demo import demo
from seisweave.cli.faults import faults
from seisweave.cli.report import report
from seisweave.errors import InputError

app = typer.Typer(
    name="seisweave",
    help="From an earthquake catalog to its fault network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(catalog_app, name="catalog")
app.command()(faults)
app.command()(report)
app.command()(demo)


def _print_version(wanted: bool) -> None:
    if wanted:
        from seisweave import __version__

        print(f"seisweave {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run a command. What a user can cause ends as one line and exit code 2; an interrupt as 130."""
    import click

    try:
        code = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except InputError as error:
        _fail(str(error))
    except click.exceptions.Abort:
        _interrupted()
    except click.ClickException as error:
        _fail(error.format_message())
    except KeyboardInterrupt:
        _interrupted()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _fail(f"{error.filename or 'file system'}: {error.strerror or error}; nothing was written")
    except MemoryError:
        _fail("not enough memory for this input; select fewer events, or use a machine with more memory")
    else:
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> None:
    print(f"seisweave: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(2)


def _interrupted() -> None:
    print("seisweave: interrupted; nothing was written", file=sys.stderr)
    sys.exit(130)
