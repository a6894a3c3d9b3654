"""HTML from plain values; every value is escaped here, so that text of a catalog stays text."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from html import escape
from typing import Any


def text(value: Any) -> str:
    """Escape any value for the body of an element or a quoted attribute."""
    return escape(str(value), quote=True)


def embed_json(value: Any) -> str:
    """Encode a value as JSON that may stand inside a <script> element, which it cannot end."""
    encoded = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return encoded.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def number(value: Any, decimals: int | None = None) -> str:
    """Write a number for people: thousands apart, a dash for what is not there; anything else as text.

    Without decimals, four significant figures (whole numbers whole).

    >>> number(29410.6, 1), number(0.012346), number(float("nan")), number(12345)
    ('29,410.6', '0.01235', '–', '12,345')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text(value)
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def count(n: int, one: str, many: str = "") -> str:
    """Write a number of things.

    >>> count(1, "fault"), count(1200, "fault"), count(0, "proto-fault")
    ('1 fault', '1,200 faults', '0 proto-faults')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def facts(caption: str, rows: Sequence[tuple[str, str]]) -> str:
    """Lay out a table of names and values (values are HTML, names text)."""
    body = "".join(f'<tr><th scope="row">{text(name)}</th><td>{value}</td></tr>' for name, value in rows)
    return f'<table class="facts"><caption>{text(caption)}</caption><tbody>{body}</tbody></table>'


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], *, words: Sequence[int] = ()) -> str:
    """Lay out a table whose columns sort at a click and that scrolls in its own frame (cells are HTML).

    words: numbers of the columns that hold words; all others are set as numbers.
    """
    kinds = ["" if c in words else ' class="n"' for c in range(len(header))]
    heads = "".join(
        f'<th scope="col"{kind}><button type="button">{text(name)}</button></th>'
        for name, kind in zip(header, kinds, strict=True)
    )
    body = "\n".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in rows
    )
    tall = " tall" if len(rows) > 200 else ""
    return (
        f'<div class="scroll{tall}" role="region" tabindex="0" aria-label="{text(caption)}">'
        f'<table class="sortable"><caption>{text(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
