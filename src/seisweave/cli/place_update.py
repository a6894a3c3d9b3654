"""`seisweave nowcast place-update`: a fitted network goes on learning with the days that have come since."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.channels import ChannelFlag, channels_given
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.nowcast import CompleteUntil, app
from seisweave.cli.progress import live_progress
from seisweave.libraries import check_nowcast_libraries
from seisweave.nowcast.place.options import UpdateOptions


@app.command("place-update")
@with_options(updating=UpdateOptions, reading=ReadOptions)
def place_update(
    model: Annotated[Path, typer.Argument(metavar="DIR", help="Folder made by `nowcast place`.")],
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="The same catalog, continued, in any format.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the new model; DIR itself by default.")] = None,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    updating: UpdateOptions,
    reading: ReadOptions,
) -> None:
    """Go on learning with the days since, from the present weights; probabilities are calibrated on those days too.

    Grid, thresholds and network stay those of the model.

    Example: seisweave nowcast place-update where catalog.csv --out newer
    """
    from seisweave.catalog import read_catalog

    target = model if out is None else out
    check_target(target, force=force or out is None)
    check_nowcast_libraries(figures=True)
    from seisweave.nowcast.place.nowcaster import open_place_nowcaster
    from seisweave.nowcast.place.update import update_place_nowcaster
    from seisweave.report.results.place import write_place_folder
    from seisweave.report.told.place import in_words

    channels = channels_given(channel)
    nowcaster = open_place_nowcaster(model).with_channels(channels)
    catalog = read_catalog(source, **vars(reading))
    notes = [*(each.note() for each in channels), nowcaster.unfinished(catalog, complete_until=complete_until)]
    with on_cluster(cluster), live_progress(notes, quiet=quiet) as progress:
        fresh = update_place_nowcaster(nowcaster, catalog, updating, progress=progress, complete_until=complete_until)
    made = fresh.nowcast(catalog, complete_until=complete_until)
    with whole_folder(target, force=force or out is None) as folder:
        write_place_folder(fresh, folder, {"complete_until": complete_until}, catalog=catalog, made=made)
    if not quiet:
        known = f"the model knew all days before {nowcaster.known_until}, and knows all before {fresh.known_until} now"
        print("\n".join([f"{known} (update {fresh.updates})", *in_words(made), f"results: {target}"]))
