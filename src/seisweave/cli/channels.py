"""`--channel NAME=FILE`: covariates that a nowcast is given, read and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.cli.run_file import NAMED_FILE

if TYPE_CHECKING:
    from seisweave.nowcast.channels import Channel

ChannelFlag = Annotated[
    list[str] | None,
    typer.Option(
        "--channel",
        metavar=NAMED_FILE,
        help="Covariate, netCDF over (time, latitude, longitude) or (time), known from its known_from; several times.",
    ),
]


def channels_given(channel: list[str] | None) -> tuple[Channel, ...]:
    """The covariates that are named. Errors: InputError for a file that holds none."""
    if not channel:
        return ()
    from seisweave.nowcast.channel_files import read_channels

    return read_channels(channel)


def notes_of(channels: tuple[Channel, ...]) -> list[str]:
    """A line about each."""
    return [channel.note() for channel in channels]
