"""What the library says, in the words of the command line: depth_unit='m' becomes --depth-unit m.

The library names its keywords as Python does, for those who call it. Only names of options of the command that runs are
changed (`with_options` makes them known), where a value or what is wrong with it follows, and nothing within quotes.
"""

from __future__ import annotations

import ast
import re
import shlex
import sys
from typing import Any

OPTIONS: set[str] = set()
_VALUE = (
    r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]|'[^']*'|\"[^\"]*\"|(?![A-Z]{2,}\b)[^\s,;()'\"]*[^\s,;()'\".:]"  # NAME is none
)
_GIVEN = re.compile(rf"(?<![\w'\"?&\-./])([a-z][a-z0-9_]*)=({_VALUE})")
_NAMED = re.compile(r"(?<![\w'\"\-./])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?= (?:['\"(\d\-]|is |cannot |must ))")

_BOTH = re.compile(rf"(?<![\w'\"?&\-./])[a-z][a-z0-9_]*=(?:{_VALUE}) \((--[^()]*)\)")  # the option in brackets
_TWICE = re.compile(r"(--[a-z\-]+) \(\1\)")


def tell(note: str) -> None:
    """Print a note, if there is one, in the words of the command."""
    if note:
        print(f"note: {in_words(note)}", file=sys.stderr)


def in_words(message: str, renamed: dict[str, str] | None = None) -> str:
    """A message of the library as the command says it; `renamed` are keywords whose option has another name.

    >>> OPTIONS.update(("columns", "depth_unit", "strict"))
    >>> in_words("no such column; columns={'longitude': ...} names it")
    'no such column; --columns longitude=NAME names it'
    >>> in_words("depth_unit 'miles' is not known; read with depth_unit='m', or without strict=True")
    "--depth-unit 'miles' is not known; read with --depth-unit m, or without --strict"
    """
    names = {name: name for name in OPTIONS} | (renamed or {})

    def given(match: re.Match[str]) -> str:
        return f"--{_dashed(names[match[1]])}{_told(match[2])}" if match[1] in names else match[0]

    def named(match: re.Match[str]) -> str:
        return f"--{_dashed(names[match[1]])}" if match[1] in names else match[0]

    return _TWICE.sub(r"\1", _NAMED.sub(named, _GIVEN.sub(given, _BOTH.sub(r"\1", message))))


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _told(text: str) -> str:
    """A value as it is typed, with the blank before it; nothing for a switch."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return f" {text}"
    if value is True:
        return ""
    if isinstance(value, dict):
        return " " + ",".join(
            f"{name}={'NAME' if each is ... else shlex.quote(str(each))}" for name, each in value.items()
        )
    return " " + " ".join(_word(each) for each in (value if isinstance(value, tuple | list) else (value,)))


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else shlex.quote(str(value))
