"""`seisweave nowcast train | evaluate | predict | update`: from a catalog to the nowcast of its next extreme event."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import in_short
from seisweave.catalog.read import ReadOptions, read_catalog
from seisweave.cli.answers import Json, can_be_quiet, print_json
from seisweave.cli.channels import ChannelFlag, channels_given
from seisweave.cli.cluster import Cluster, on_cluster
from seisweave.cli.flags import Force, Quiet, Resume, with_options
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import tell
from seisweave.libraries import check_nowcast_libraries
from seisweave.nowcast.devices import check_devices
from seisweave.nowcast.maps import MapOptions
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.options import AutoencoderOptions, NowcastOptions, TemporalOptions
from seisweave.nowcast.step_words import step_words
from seisweave.report.told.nowcast import headlines

if TYPE_CHECKING:
    import numpy as np

    from seisweave.nowcast.channels import Channel
    from seisweave.nowcast.region.nowcaster import Nowcaster
    from seisweave.nowcast.region.settings import Settings

app = typer.Typer(help="Nowcast the next extreme event of a region.", no_args_is_help=True)

_Source = Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog in any known format.")]
_Model = Annotated[Path, typer.Argument(metavar="DIR", help="Folder made by `nowcast train`.")]
CompleteUntil = Annotated[
    str | None,
    typer.Option(
        "--complete-until",
        metavar="TIME",
        help="Instant, UTC, until which no event is missing, so that steps without events are quiet; by default that of"
        " the last event, whose step (a day, usually) is unfinished and not counted.",
    ),
]
Now = Annotated[
    str | None, typer.Option("--now", metavar="TIME", help="Nowcast from this instant on, UTC, from all before it.")
]


@app.command()
@with_options(
    nowcast=NowcastOptions,
    maps=MapOptions,
    autoencoder=AutoencoderOptions,
    temporal=TemporalOptions,
    training=TrainingOptions,
    reading=ReadOptions,
)
def train(
    source: _Source,
    out: Annotated[Path, typer.Option("--out", help="Folder for the model and its scores.")],
    resume: Resume = False,
    force: Force = False,
    cluster: Cluster = None,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    quiet: Quiet = False,
    *,
    nowcast: NowcastOptions,
    maps: MapOptions,
    autoencoder: AutoencoderOptions,
    temporal: TemporalOptions,
    training: TrainingOptions,
    reading: ReadOptions,
) -> None:
    """Train a nowcaster on a catalog, and score it on the steps (days, unless --step-hours says otherwise) after.

    Example: seisweave nowcast train catalog.csv --out model --not-event-type qb --start 1990-01-01 --end 2020-01-01
    """
    from seisweave.nowcast.region.chosen import choose_settings
    from seisweave.nowcast.region.observed import unfinished
    from seisweave.nowcast.region.settings import Settings

    check_target(out, force=force, resume=resume)
    check_nowcast_libraries(figures=True)
    check_devices(training.accelerator, training.devices)
    channels = channels_given(channel)
    catalog = _read(source, reading)
    given = Settings(nowcast, maps, autoencoder, temporal, training)
    chosen = choose_settings(catalog, given, complete_until=complete_until)
    settings, notes = chosen.settings, [*chosen.lines, unfinished(catalog, chosen.settings, complete_until)]
    identity = {"settings": settings.to_dict(), "sha256": catalog.provenance.sha256, "complete_until": complete_until}
    identity |= {"channels": [each.sha256 for each in channels]} if channels else {}
    with kept_run(out, identity, resume=resume) as keep:
        told = {"notes": [*notes, *(each.note() for each in channels)], "quiet": quiet}
        with on_cluster(cluster):
            nowcaster = fit(catalog, settings, keep=keep, complete_until=complete_until, channels=channels, **told)
        with whole_folder(out, force=force) as folder:
            summary = write_results(folder, nowcaster, catalog, maps=True, complete_until=complete_until)
    _say([*headlines(summary), f"results: {out}"], quiet=quiet)


@app.command()
@can_be_quiet
@with_options(reading=ReadOptions)
def evaluate(
    model: _Model,
    source: _Source,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for model, scores and figures.")] = None,
    force: Force = False,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    as_json: Json = False,
    *,
    reading: ReadOptions,
) -> None:
    """Score a trained nowcaster on the steps of a catalog that it has not seen.

    Example: seisweave nowcast evaluate model catalog.csv
    """
    if out is not None:
        check_target(out, force=force)
        check_nowcast_libraries(figures=True)
    nowcaster, catalog = _open_both(model, source, reading, channel)
    nowcaster = nowcaster.without_end()
    tell(nowcaster.unfinished(catalog, complete_until=complete_until))
    if out is None:
        from seisweave.nowcast.region.judged import judge

        print_json(judge(nowcaster, catalog, complete_until=complete_until).summary["scores"])
        return
    with whole_folder(out, force=force) as folder:
        summary = write_results(folder, nowcaster, catalog, maps=False, complete_until=complete_until)
    if as_json:
        print_json(summary["scores"])
    _say([*headlines(summary), f"results: {out}"], quiet=as_json)


@app.command()
@with_options(reading=ReadOptions)
def predict(
    model: _Model,
    source: _Source,
    date: Annotated[
        str | None,
        typer.Option("--date", help="Step to nowcast; the first that the catalog does not hold whole."),
    ] = None,
    complete_until: CompleteUntil = None,
    now: Now = None,
    channel: ChannelFlag = None,
    as_json: Json = False,
    *,
    reading: ReadOptions,
) -> None:
    """Nowcast one step (a day, usually) from those before it: novelty, alarm or not, chance of an extreme event.

    Example: seisweave nowcast predict model catalog.csv --now 2019-07-04T18:14
    """
    nowcaster, catalog = _open_both(model, source, reading, channel)
    if now is not None:
        from seisweave.nowcast.clock import check_alone, turned_to

        check_alone(now, date=date, complete_until=complete_until)
        row, turned = nowcaster.nowcast(catalog, now=now), turned_to(catalog, now)
        day = turned.now
        tell(turned.note())
    else:
        day = nowcaster.step_of(catalog, date, complete_until=complete_until)
        made = nowcaster.nowcast(catalog, since=day, until=day, complete_until=complete_until)
        row = made.take(made.start == day)
    if date is None and now is None:
        tell(nowcaster.unfinished(catalog, complete_until=complete_until))
    settings, fitted = nowcaster.settings, nowcaster.model.fitted
    words = step_words(settings.maps.step)
    if settings.nowcast.centred:
        tell("trained by the paper's protocol, which is not causal; train by the prospective one")
    if day < fitted.known_until:
        tell(f"this {words.one} was trained on (all before {in_short(fitted.known_until)} was)")
    if as_json:
        told = {"from": str(day), "step_hours": settings.maps.step_hours, "novelty": row.nowcast_novelty[0]}
        told |= {"alarm_threshold": fitted.alarm_threshold, "alarm": row.alarm[0], "probability": row.probability[0]}
        told |= {"magnitude": settings.nowcast.extreme_from, "long_term": fitted.calibration.base_rate}
        print_json(told)
        return
    print(f"{_span(day, settings)}, from what came before:")
    print(f"  novelty      {row.nowcast_novelty[0]:.4g} (an alarm from {fitted.alarm_threshold:.4g} on)")
    print(f"  alarm        {'yes' if row.alarm[0] else 'no'}")
    print(
        f"  probability  {row.probability[0]:.2%} of an event of magnitude {settings.nowcast.extreme_from:g} or above;"
        f" long-term rate {fitted.calibration.base_rate:.2%}"
    )


@app.command()
@with_options(reading=ReadOptions)
def update(
    model: _Model,
    source: _Source,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the new model; DIR itself by default.")] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Most epochs of training the autoencoder.")] = 20,
    force: Force = False,
    cluster: Cluster = None,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    quiet: Quiet = False,
    *,
    reading: ReadOptions,
) -> None:
    """Go on training with the steps that have come since; threshold and probability are fitted anew.

    Example: seisweave nowcast update model catalog.csv
    """
    target = model if out is None else out
    check_target(target, force=force or out is None)
    check_nowcast_libraries(figures=True)
    nowcaster, catalog = _open_both(model, source, reading, channel)
    notes = [nowcaster.unfinished(catalog, complete_until=complete_until)]
    with on_cluster(cluster), live_progress(notes, quiet=quiet) as progress:
        fresh = nowcaster.without_end().update(catalog, epochs=epochs, progress=progress, complete_until=complete_until)
    with whole_folder(target, force=force or out is None) as folder:
        write_results(folder, fresh, catalog, maps=False, complete_until=complete_until)
    known, many = in_short(fresh.model.fitted.known_until), step_words(fresh.settings.maps.step).many
    _say(
        [f"the model knows all {many} before {known} now (update {fresh.model.fitted.updates})", f"results: {target}"],
        quiet=quiet,
    )


def fit(
    catalog: Catalog,
    settings: Settings,
    *,
    keep: Path | None,
    notes: Sequence[str] = (),
    quiet: bool,
    complete_until: str | None = None,
    channels: tuple[Channel, ...] = (),
) -> Nowcaster:
    """Train, with live progress; the notes come first."""
    from seisweave.nowcast.region.nowcaster import train_nowcaster

    with live_progress(notes, quiet=quiet) as progress:
        given = {"keep": keep, "complete_until": complete_until, "channels": channels}
        made = train_nowcaster(catalog, settings, progress=progress, **given)
    for each in () if quiet else made.model.fitted.channels:
        tell(each.note())
    return made


def write_results(
    folder: Path, nowcaster: Nowcaster, catalog: Catalog, *, maps: bool, complete_until: str | None = None
) -> dict[str, Any]:
    """Write all files of a result folder; returns what summary.json holds."""
    from seisweave.report.results.nowcast import write_nowcaster_folder

    return write_nowcaster_folder(nowcaster, folder, catalog=catalog, maps=maps, complete_until=complete_until)


def _read(source: Path, reading: ReadOptions) -> Catalog:
    return read_catalog(source, **vars(reading))


def _open_both(model: Path, source: Path, reading: ReadOptions, channel: list[str] | None) -> tuple[Nowcaster, Catalog]:
    """Open the model and read the catalog, side by side: each takes seconds."""
    check_nowcast_libraries(figures=False)
    loader = Thread(target=_import_torch, daemon=True)
    loader.start()
    channels, catalog = channels_given(channel), _read(source, reading)
    loader.join()
    from seisweave.nowcast.region.nowcaster import open_nowcaster

    return open_nowcaster(model).with_channels(channels), catalog


def _import_torch() -> None:
    import seisweave.nowcast.region.nowcaster  # noqa: F401


def _span(day: np.datetime64, settings: Settings) -> str:
    whole = settings.maps.step_hours == 24 and day == day.astype("datetime64[D]")
    return str(day)[:10] if whole else f"{settings.maps.step_hours:g} hours from {str(day)[:16]}"


def _say(lines: list[str], *, quiet: bool) -> None:
    for line in [] if quiet else lines:
        print(line)
