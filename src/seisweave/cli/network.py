"""`seisweave network`: what is done with a fault network once there is one. Its commands are in files of their own."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Use a fault network: export it, compare it, give it new events.",
    no_args_is_help=True,
)
