"""`--channel NAME=FILE`: covariates that a nowcast is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.cli.run_file import NAMED_FILE

if TYPE_CHECKING:
    from seisweave.nowcast.channels import Channel

_HELP = "Covariate, netCDF over (time, latitude, longitude) or (time), used from its known_from on; several times."
ChannelFlag = Annotated[list[str] | None, typer.Option("--channel", metavar=NAMED_FILE, help=_HELP)]


def channels_given(channel: list[str] | None) -> tuple[Channel, ...]:
    """The covariates that are named. Errors: InputError for a file that holds none."""
    from seisweave.nowcast.channel_files import read_channels

    return read_channels(channel or ())
