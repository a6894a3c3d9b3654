"""Tables of the page of today: few rows, in an order that means something, and so without sorting."""

from __future__ import annotations

from collections.abc import Sequence

from seisweave.report.markup import text


def plain_table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], *, words: Sequence[int] = ()
) -> str:
    """Lay out a table that scrolls in its own frame (cells are HTML); the first cell of a row is its heading.

    words: numbers of the columns that hold words; all others are set as numbers.

    >>> plain_table("Few", ["what"], [["<b>1</b>"]])[-70:]
    '<tr><th scope="row" class="n"><b>1</b></th></tr></tbody></table></div>'
    """
    kinds = ["" if c in words else ' class="n"' for c in range(len(header))]
    heads = "".join(f'<th scope="col"{kind}>{text(name)}</th>' for name, kind in zip(header, kinds, strict=True))
    body = "".join(_row(row, kinds) for row in rows)
    return (
        f'<div class="scroll few" role="region" tabindex="0" aria-label="{text(caption)}"><table class="plain">'
        f"<caption><span>{text(caption)}</span></caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str], kinds: Sequence[str]) -> str:
    first, *others = zip(row, kinds, strict=True)
    cells = "".join(f"<td{kind}>{cell}</td>" for cell, kind in others)
    return f'<tr><th scope="row"{first[1]}>{first[0]}</th>{cells}</tr>'
