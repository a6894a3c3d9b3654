"""Docstrings as the site's reader of them, griffe, wants them: examples in fences, one parameter an entry."""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^[ \t]*>>> .*\n?(?:^(?![ \t]*$).*\n?)*", re.MULTILINE)
_HEADING = re.compile(r"^( *Arg(?:ument)?s:\n)", re.MULTILINE)
_SEVERAL = re.compile(r"^( +)(\w+(?:, \w+)+): (.*\n?(?:\1 +\S.*\n?)*)", re.MULTILINE)


def fenced(text: str) -> str:
    r"""A docstring with a fence about each of its examples, which end at a blank line.

    Elsewhere in Markdown `>>>` would begin a quotation.

    >>> fenced("One.\n\n>>> 1 + 1\n2\n")
    'One.\n\n```pycon\n>>> 1 + 1\n2\n```\n'
    """
    return _EXAMPLE.sub(lambda found: f"```pycon\n{found.group().rstrip()}\n```\n", text)


def told_apart(text: str) -> str:
    r"""A docstring in which parameters that share a line have one each.

    >>> told_apart("Args:\n    start, end: of the window\n")
    'Args:\n    start: of the window\n    end: of the window\n'
    """

    def apart(found: re.Match[str]) -> str:
        indent, names, about = found.groups()
        return "".join(f"{indent}{name}: {about.rstrip()}\n" for name in names.split(", "))

    head, *arguments = _HEADING.split(text, maxsplit=1)
    return head + "".join(_SEVERAL.sub(apart, part) for part in arguments)


class DocstringsRead(griffe.Extension):
    """Called by mkdocstrings for every object that it has read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Mend its docstring, where it has one."""
        if obj.docstring:
            obj.docstring.value = told_apart(fenced(obj.docstring.value))
