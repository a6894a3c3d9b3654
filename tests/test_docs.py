"""Every command is documented, and every command that the documentation quotes exists."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from seisweave.cli.app import app_of

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _commands(group, path=("seisweave",)):
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


ROOT_COMMAND = typer.main.get_command(app_of())
COMMANDS = dict(_commands(ROOT_COMMAND))


def _quoted(page):
    """Shell lines of the fenced blocks of a page, joined where they run on, without comments."""
    blocks = re.findall(r"```(?:sh|bash|shell|console)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        yield re.sub(r"(^|\s)#.*", "", line).removeprefix("$ ").strip()


def _words(program):
    """Page and words of every quoted call of a program; nothing after a pipe."""
    for page in PAGES:
        for line in _quoted(page):
            first = line.split(" ")[0].rsplit("/", 1)[-1]
            if first == program:
                yield page.name, tuple(shlex.split(re.split(r"\s[|&;>]", line)[0])[1:])


def test_there_are_commands():
    assert {"seisweave faults", "seisweave report", "seisweave demo", "seisweave catalog info"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_a_command_does_with_an_example(name):
    said = COMMANDS[name].help
    assert said[0].isupper()
    assert said.split("\n")[0].endswith(".")
    example = re.search(r"Example: (seisweave .*)", said, re.DOTALL)
    assert example, f"{name} has no example"
    words = shlex.split(example.group(1))
    assert " ".join(words).startswith(name)
    _parse(words[1:])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_is_explained(name):
    for parameter in COMMANDS[name].params:
        said = getattr(parameter, "help", None) or ""
        assert said, f"{name}: {parameter.name} has no help"
        assert said[0].isupper() or said.split()[0].rstrip(",") in ("INPUT",), said
        assert said.endswith("."), said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_documentation(name):
    pages = " ".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"{name}\b", pages), f"{name} is neither in README.md nor in docs/"


def _parse(words):
    """Parse a command without running it."""
    group, command = ROOT_COMMAND, None
    names = []
    rest = list(words)
    while hasattr(group, "commands") and rest:
        names.append(rest.pop(0))
        assert names[-1] in group.commands, f"no command {' '.join(names)}"
        command = group = group.commands[names[-1]]
    assert command is not None
    if {"-h", "--help"} & set(rest):
        return
    command.make_context(" ".join(names), rest)


@pytest.mark.parametrize(("page", "words"), sorted(set(_words("seisweave"))))
def test_quoted_commands_parse(page, words):
    if words != ("--version",):
        _parse(words)


@pytest.mark.parametrize(("page", "words"), sorted(set(_words("make"))))
def test_quoted_targets_of_make_exist(page, words):
    targets = re.findall(r"^([a-z.]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [word for word in words if "=" not in word and word not in targets] == []


def test_the_readme_quotes_the_two_commands():
    quoted = {words for page, words in _words("make") if page == "README.md"}
    assert {("demo",), ("test",)} <= quoted
    assert any(page == "README.md" for page, _ in _words("seisweave"))
