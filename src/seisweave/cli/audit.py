"""`seisweave nowcast audit`: whether a nowcaster knows the future, and how much of a score is smoothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.channels import ChannelFlag, channels_given
from seisweave.cli.flags import Force, Quiet, with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.nowcast import CompleteUntil, app
from seisweave.cli.old_flags import with_old_flags
from seisweave.cli.wording import tell
from seisweave.libraries import check_nowcast_libraries
from seisweave.studies.eqpred.models.lookup import load_object

if TYPE_CHECKING:
    import numpy as np

    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.region.audit import Audited


@app.command("audit")
@with_old_flags(days="exchanged_days")
@with_options(reading=ReadOptions)
def audit(
    nowcaster: Annotated[
        str, typer.Argument(metavar="NOWCASTER", help="Folder made by `nowcast train`, or module:function of your own.")
    ],
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog in any known format.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for table and figure.")],
    exchanged_days: Annotated[
        int, typer.Option("--exchanged-days", min=1, help="Days whose events are exchanged.")
    ] = 3,
    complete_until: CompleteUntil = None,
    channel: ChannelFlag = None,
    force: Force = False,
    quiet: Quiet = False,
    *,
    reading: ReadOptions,
) -> None:
    """Audit a nowcaster for leaks of the future.

    Three questions: do nowcasts change when later events change; how much of what is nowcast does the input already
    hold; how does "tomorrow equals today" gain from smoothing alone, on the series and on its days shuffled. A function
    of your own takes a catalog and gives (days, nowcasts), or (days, nowcasts, what they are scored against).

    Example: seisweave nowcast audit model catalog.csv --out audit
    """
    from seisweave.catalog import read_catalog

    check_target(out, force=force)
    check_nowcast_libraries(figures=True)
    from seisweave.nowcast.region.audit import run_audit
    from seisweave.report.results.nowcast import write_audit_folder
    from seisweave.report.told.nowcast import audit_in_words

    catalog = read_catalog(source, **vars(reading))
    audited, series, note = _audited(nowcaster, catalog, complete_until, channel)
    tell("" if quiet else note)
    found = run_audit(audited, series, catalog, exchanged_days)
    with whole_folder(out, force=force) as folder:
        write_audit_folder(found, folder, {"nowcaster": nowcaster, "source": str(source)} | _origin(catalog))
    if not quiet:
        print("\n".join([*audit_in_words(found), f"results: {out}"]))


def _audited(
    text: str, catalog: Catalog, complete_until: str | None, channel: list[str] | None
) -> tuple[Audited, np.ndarray, str]:
    """What is audited, the raw series that it nowcasts, and what is not counted."""
    from seisweave.nowcast.region.audit import of_function, of_nowcaster, raw_series
    from seisweave.nowcast.region.nowcaster import open_nowcaster

    if ":" in text and not Path(text).exists():
        audited = of_function(load_object(text))
        return audited, audited(catalog).target, ""
    nowcaster = open_nowcaster(text).with_channels(channels_given(channel))
    audited = of_nowcaster(nowcaster, complete_until=complete_until)
    note = nowcaster.unfinished(catalog, complete_until=complete_until)
    return audited, raw_series(nowcaster, catalog, complete_until=complete_until), note


def _origin(catalog: Catalog) -> dict[str, Any]:
    from seisweave.version import __version__

    return {"version": __version__, "input_sha256": catalog.provenance.sha256}
