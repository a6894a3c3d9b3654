"""Find how a record is shown by the name of its class; put line, table and picture together."""

from __future__ import annotations

from base64 import b64encode
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.report.markup import text
from seisweave.report.notebook.look import Look, shortened

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HOMES = {  # names of classes to the module here, and to the look in it
    "Catalog": "catalog:CATALOG",
    "FaultNetwork": "network:NETWORK",
    "Forecast": "forecast:FORECAST",
    "GriddedRates": "forecast:GRIDDED",
    "EtasModel": "etas:MODEL",
    "Nowcaster": "region:NOWCASTER",
    "Nowcasts": "region:NOWCASTS",
    "PlaceNowcaster": "place:NOWCASTER",
    "PlaceNowcast": "place:NOWCAST",
    "IssuedForecast": "issued:ISSUED",
}
_SMALL_DPI, _SMALL_INCHES = 80, 7.0

# Colours are the notebook's own, light or dark; the picture keeps a white ground, as figures do everywhere.
_STYLE = (
    ".seisweave-shown{display:flex;flex-wrap:wrap;gap:1em 2em;align-items:flex-start;color:inherit}"
    ".seisweave-shown table{border-collapse:collapse;color:inherit;background:transparent}"
    ".seisweave-shown caption{text-align:left;font-weight:600;padding:.2em .4em;color:inherit}"
    ".seisweave-shown th,.seisweave-shown td{text-align:left;padding:.15em .8em .15em .4em;background:transparent;"
    "border-bottom:1px solid rgba(128,128,128,.3);color:inherit;vertical-align:top}"
    ".seisweave-shown th{font-weight:500}"
    ".seisweave-shown td.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".seisweave-shown img{display:block;max-width:100%;height:auto;background:#fff;border-radius:4px}"
    ".seisweave-shown figure{margin:0;max-width:34em}.seisweave-shown figcaption{font-size:.85em;opacity:.8}"
)


def line(record: Any) -> str:
    """One line about a record, whatever texts it holds.

    >>> from seisweave.etas import EtasOptions
    >>> from seisweave.issued.example import example_issued
    >>> line(example_issued())
    '<IssuedForecast: etas, from 2019-07-06T04:00:00 UTC, 1 and 7 days, M ≥ 3 and 4, 6 cells>'
    """
    look = _look(record)
    return f"<{type(record).__name__}: {shortened(', '.join(look.line(record)), 160)}>"


def html(record: Any) -> str:
    """The table of a record and a small figure of it; without matplotlib the table alone.

    >>> from seisweave.issued.example import example_issued
    >>> shown = html(example_issued())
    >>> shown.count("<table"), shown.count("<img"), "<script" in shown
    (1, 1, False)
    """
    look = _look(record)
    return f'<div class="seisweave-shown"><style>{_STYLE}</style>{_table(look, record)}{_picture(look, record)}</div>'


def figure(record: Any, *given: Any, **choices: Any) -> Figure:
    """The figure of a record.

    Errors: InputError for a window or magnitude that is not there, and without matplotlib.
    """
    return _look(record).figure(record, *given, **choices)


def _look(record: Any) -> Look:
    for each in type(record).__mro__:
        if each.__name__ in _HOMES and each.__module__.startswith("seisweave."):
            module, _, name = _HOMES[each.__name__].partition(":")
            return getattr(import_module(f"seisweave.report.notebook.{module}"), name)
    raise InputError(f"a {type(record).__name__} cannot be shown; known are {', '.join(_HOMES)}")


def _table(look: Look, record: Any) -> str:
    rows = look.rows(record)
    cells = "".join(
        "<tr>"
        + f'<th scope="row">{text(row[0])}</th>'
        + "".join(f"<td{_kind(cell)}>{text(shortened(cell, 80))}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    heads = "".join(f'<th scope="col">{text(name)}</th>' for name in look.heads)
    top = f"<thead><tr>{heads}</tr></thead>" if heads else ""
    caption = text(line(record)[1:-1])
    return f"<table><caption>{caption}</caption>{top}<tbody>{cells}</tbody></table>"


def _kind(cell: str) -> str:
    return ' class="n"' if cell[:1].isdigit() and cell.replace(",", "").replace(".", "").isdigit() else ""


def _picture(look: Look, record: Any) -> str:
    try:
        drawn = (look.small or look.figure)(record)
    except InputError as error:
        return f"<p>{text(error)}</p>"
    if drawn is None:
        return ""
    image = BytesIO()
    wide, _ = drawn.get_size_inches()
    drawn.savefig(image, format="png", dpi=_SMALL_DPI * min(1.0, _SMALL_INCHES / wide))
    encoded = b64encode(image.getvalue()).decode("ascii")
    return (
        f'<figure><img alt="{text(look.alt)}" src="data:image/png;base64,{encoded}">'
        f"<figcaption>{text(look.alt)}</figcaption></figure>"
    )
