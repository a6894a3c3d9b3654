"""What is handed in under a catalog's name and is none: a web page."""

from __future__ import annotations

import re

from seisweave.catalog.source import Source

_WEB_PAGE = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.I | re.S)


def not_a_catalog(source: Source) -> str:
    """What a file is, as "a web page", or "" where it may be a catalog."""
    return (
        "a web page, as a service sends that refuses or asks to sign in" if _WEB_PAGE.match(source.head(4096)) else ""
    )
