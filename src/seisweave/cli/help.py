"""Help in plain text: options by group, whole names at any width, nothing behind flags that take no value."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from seisweave.cli.answers import with_json

_KIND = re.compile(r"<(?:list\[)?(\w+)\]?(?: range)?>")  # what typer calls what an option takes
_TIMES = (
    *("--as-of", "--complete-until", "--date", "--end", "--first", "--fit-from", "--fit-until", "--learn-from"),
    *("--plain-from", "--split", "--start", "--train-end", "--val-end"),
)
_BRACED = re.compile(r"\{(.*?)\}")
_OWN = "Options"  # those of no group


class Command(TyperCommand):
    """A command whose help has its options by group."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What it takes, without brackets around what it needs."""
        return [_once(_BRACED.sub(r"\1", each)) for each in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what it takes, and its options group by group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for each in self.get_params(ctx):
            told, group = each.get_help_record(ctx), getattr(each, "rich_help_panel", None) or _OWN
            if each.param_type_name == "argument" and told is not None:
                told, group = (told[0].split(" <")[0], told[1]), "Arguments"
            if told is not None:
                taken = _KIND.sub(lambda kind: f"<{kind[1].lower()}>", told[0])
                groups.setdefault(group, []).append((_timed(taken), told[1]))
        for group, lines in groups.items():
            with formatter.section(group):
                formatter.write_dl(lines)


class Group(TyperGroup):
    """A group whose help has the first sentence of each command as a whole, in the order of the alphabet."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, each with what it does."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, _first(self.get_command(ctx, name))) for name in sorted(self.list_commands(ctx))]
            )


def plain(app: typer.Typer) -> typer.Typer:
    """The same group of commands, whose help is plain text."""
    app.rich_markup_mode = None
    app.info.cls = Group
    for each in app.registered_commands:
        each.cls = Command
        each.callback = with_json(each.callback) if each.callback is not None else None
    return app


def _timed(written: str) -> str:
    """An option that takes an instant, as such."""
    return written.replace("<str>", "TIME") if written.split(" ")[0] in _TIMES else written


def _once(piece: str) -> str:
    """What is taken several times, as its own words say, or else with dots."""
    return piece.removesuffix("...") if "..." in piece.removesuffix("...") else piece


def _first(command: Any) -> str:
    """The first sentence of a help."""
    text = " ".join((command.help or "").split("\n\n")[0].split())
    return text.split(". ")[0].rstrip(".")
