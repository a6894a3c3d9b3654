"""`seisweave nowcast place | place-backtest | place-predict`: where the next event may come."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.answers import Json, can_be_quiet, print_json
from seisweave.cli.channels import ChannelFlag, channels_given
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Fits, Force, Quiet, Resume, with_options
from seisweave.cli.folder import check_target, kept_run, take_file, whole_folder
from seisweave.cli.nowcast import CompleteUntil, Now, app
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.errors import InputError
from seisweave.libraries import check_nowcast_libraries
from seisweave.nowcast.devices import check_devices
from seisweave.nowcast.place.options import (
    BacktestOptions,
    PlaceNetworkOptions,
    PlaceOptions,
    PlaceSettings,
    WindowOptions,
)
from seisweave.storage import write_whole

if TYPE_CHECKING:
    from seisweave.nowcast.place.nowcast import PlaceNowcast

_Source = Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog in any known format.")]
_Date = Annotated[
    str | None,
    typer.Option("--date", help="Day to nowcast; the first that the catalog does not hold whole."),
]
_Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31, help="Seed of first weights and order of days.")]


@app.command("place")
@with_options(place=PlaceOptions, network=PlaceNetworkOptions, reading=ReadOptions)
def place(
    source: _Source,
    out: Annotated[Path, typer.Option("--out", help="Folder for the model and tomorrow's nowcast.")],
    end: Annotated[str | None, typer.Option("--end", help="Learn from the days before this one only.")] = None,
    seed: _Seed = 0,
    jobs: Fits = 1,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    place: PlaceOptions,
    network: PlaceNetworkOptions,
    reading: ReadOptions,
) -> None:
    """Fit a network that nowcasts where, and nowcast the first day that the catalog does not hold whole.

    Example: seisweave nowcast place catalog.csv --out where --learn-from 1950-01-01 --not-event-type qb
    """
    from seisweave.catalog import read_catalog

    check_target(out, force=force)
    check_nowcast_libraries(figures=True)
    check_devices(network.accelerator)
    channels = channels_given(channel)
    catalog, start = read_catalog(source, **vars(reading)), perf_counter()
    from seisweave.nowcast.known import known_of
    from seisweave.nowcast.place.chosen import choose_place
    from seisweave.nowcast.place.nowcaster import train_place_nowcaster
    from seisweave.report.results.place import write_place_folder
    from seisweave.report.told.place import in_words

    chosen = choose_place(catalog, PlaceSettings(place, network, seed, end), complete_until=complete_until)
    notes = [
        *chosen.lines,
        *(each.note() for each in channels),
        "" if end is not None else known_of(catalog, complete_until).note(),
    ]
    with on_cluster(cluster), live_progress(notes, quiet=quiet) as progress:
        given = {"complete_until": complete_until, "channels": channels}
        nowcaster = train_place_nowcaster(catalog, chosen.settings, jobs=jobs, progress=progress, **given)
    for each in () if quiet else nowcaster.channels:
        tell(each.note())
    told = {"seconds": round(perf_counter() - start, 2), "complete_until": complete_until}
    made = nowcaster.nowcast(catalog, end, complete_until=complete_until)
    with whole_folder(out, force=force) as folder:
        write_place_folder(nowcaster, folder, told, catalog=catalog, made=made)
    if not quiet:
        print("\n".join([*in_words(made), f"results: {out}"]))


@app.command("place-predict")
@can_be_quiet
@with_options(reading=ReadOptions)
def place_predict(
    model: Annotated[Path, typer.Argument(metavar="DIR", help="Folder made by `nowcast place`.")],
    source: _Source,
    date: _Date = None,
    complete_until: CompleteUntil = None,
    now: Now = None,
    channel: ChannelFlag = None,
    out: Annotated[Path | None, typer.Option("--out", help="Picture of the map, a PNG.")] = None,
    as_json: Json = False,
    *,
    reading: ReadOptions,
) -> None:
    """Nowcast one day from the days before it, with a fitted network; --out draws the map.

    Example: seisweave nowcast place-predict where catalog.csv --now 2019-07-04T18:14 --out map.png
    """
    from seisweave.catalog import read_catalog

    if out is not None:
        take_file(out)
    check_nowcast_libraries(figures=out is not None)
    from seisweave.nowcast.place.nowcaster import open_place_nowcaster
    from seisweave.report.told.place import answer_of, in_words

    nowcaster = open_place_nowcaster(model).with_channels(channels_given(channel))
    catalog = read_catalog(source, **vars(reading))
    made = nowcaster.nowcast(catalog, date, complete_until=complete_until, now=now)
    if out is not None:
        draw(made, out)
    if now is not None:
        from seisweave.nowcast.clock import turned_to

        tell(turned_to(catalog, now).note())
    elif date is None:
        tell(nowcaster.unfinished(catalog, complete_until=complete_until))
    if str(made.day) < nowcaster.known_until:
        tell(f"this day was learned from (all before {nowcaster.known_until} was), so this is no nowcast")
    if as_json:
        print_json(answer_of(made))
        return
    print("\n".join(in_words(made) + ([f"map: {out}"] if out is not None else [])))


@app.command("place-backtest")
@with_options(place=PlaceOptions, network=PlaceNetworkOptions, window=WindowOptions, reading=ReadOptions)
def place_backtest(
    source: _Source,
    out: Annotated[Path, typer.Option("--out", help="Folder for the scores.")],
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Networks that differ in their seed only.")] = 5,
    jobs: Fits = 2,
    resume: Resume = False,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    force: Force = False,
    cluster: Cluster = None,
    quiet: Quiet = False,
    *,
    place: PlaceOptions,
    network: PlaceNetworkOptions,
    window: WindowOptions,
    reading: ReadOptions,
) -> None:
    """Score the network on years it has not seen: fitted anew every few years on everything before.

    Example: seisweave nowcast place-backtest catalog.csv --out scores --learn-from 1950-01-01 --not-event-type qb
    """
    from seisweave.catalog import read_catalog

    check_target(out, force=force, resume=resume)
    check_nowcast_libraries(figures=True)
    check_devices(network.accelerator)
    channels = channels_given(channel)
    catalog, start = read_catalog(source, **vars(reading)), perf_counter()
    from seisweave.nowcast.place.chosen import choose_place

    chosen = choose_place(catalog, PlaceSettings(place, network, end=window.start))
    place, network = chosen.settings.place, chosen.settings.network
    options = {"place": asdict(place), "network": asdict(network), "window": asdict(window)}
    options |= {"channels": {each.name: each.sha256 for each in channels}} if channels else {}
    from seisweave.nowcast.place.backtesting import backtest, check_window
    from seisweave.nowcast.place.judged import judge_backtest, origin_of
    from seisweave.report.results.place import write_backtest_folder
    from seisweave.report.told.place import scores_in_words

    check_window(catalog, window, complete_until=complete_until)
    with kept_run(out, options | {"sha256": catalog.provenance.sha256}, resume=resume) as keep:
        whole = BacktestOptions(place, network, window, range(seeds))
        notes = [*chosen.lines, *(each.note() for each in channels)]
        with on_cluster(cluster), live_progress(notes, quiet=quiet) as progress:
            given = {"complete_until": complete_until, "channels": channels}
            made = backtest(catalog, whole, jobs=jobs, keep=keep, progress=progress, **given)
        with whole_folder(out, force=force) as folder:
            judged = judge_backtest(made, place)
            told = {"kind": "backtest by place", **options, **origin_of(catalog), "seeds": seeds}
            write_backtest_folder(judged, folder, told | {"seconds": round(perf_counter() - start, 2)})
    if not quiet:
        print("\n".join([*scores_in_words(judged.rows), f"results: {out}"]))


def draw(made: PlaceNowcast, path: Path) -> None:
    """Write the map. Errors: InputError for a file that cannot be written."""
    from seisweave.report.place import place_figure

    try:
        write_whole(path, partial(place_figure(made).savefig, format="png"))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); give a file elsewhere") from None
