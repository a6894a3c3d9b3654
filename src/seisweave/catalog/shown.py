r"""Text of others as it can be shown: names of files that are not UTF-8, line breaks and control signs in quotations.

What cannot be printed on one line, or written as UTF-8, stands as Python's escape, like `\xff` and `\n`.
"""

from __future__ import annotations

from typing import Any


def shown(text: Any) -> str:
    r"""Text of one line that can be printed and stored as UTF-8.

    >>> shown("caf\udce9\n.csv")
    'caf\\xe9\\n.csv'
    """
    written = str(text)
    if written.isprintable():
        return written
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in written)


def _escaped(sign: str) -> str:
    byte = ord(sign) - 0xDC00
    if 0x80 <= byte <= 0xFF:  # a byte that Python could not decode
        return f"\\x{byte:02x}"
    return sign.encode("unicode_escape").decode("ascii")
