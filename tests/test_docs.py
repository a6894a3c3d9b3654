"""Every command is documented, and every command that the documentation quotes exists."""

import re
import shlex
from hashlib import sha256
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


def _spans(page):
    """Commands with arguments within the text, other than those that leave something to fill in."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"`([^`]+)`", text):
        line = " ".join(span.split())
        if re.match(r"(\S*/)?seisweave [a-z]", line) and not re.search(r"\.\.\.|…", line) and _given(line):
            yield line


def _given(line):
    """Whether arguments follow the name of a command."""
    words = line.split(" ")
    named = max((name.count(" ") + 1 for name in COMMANDS if f"{line} ".startswith(f"{name} ")), default=len(words))
    return len(words) > named


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
        return None
    return command.make_context(" ".join(names), rest), command


@pytest.mark.parametrize(("page", "words"), sorted(set(_words("seisweave"))))
def test_quoted_commands_parse(page, words):
    if words != ("--version",):
        _parse(words)


@pytest.mark.parametrize(("page", "line"), sorted({(page.name, line) for page in PAGES for line in _spans(page)}))
def test_commands_in_the_text_parse(page, line):
    """Those that leave out what is said beside them need not be whole, but what they give must be known."""
    try:
        _parse(shlex.split(line)[1:])
    except Exception as error:
        if type(error).__name__ != "MissingParameter":
            raise


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_stand_in_blocks_that_are_tested(page):
    """A block that is only indented, or of no language, would hide a command that fails."""
    text = page.read_text(encoding="utf-8")
    bare = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"^ {4,}(?:\S*/)?(?:seisweave|python|make) .*", bare, re.MULTILINE) == []
    fences = re.findall(r"^```(.*)\n", text, re.MULTILINE)[::2]
    assert set(fences) <= {"sh", "python", "text", "toml", "ini", "dockerfile"}
    for block in re.findall(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        assert not re.search(r"^(\$ )?(\S*/)?seisweave [a-z]", block, re.MULTILINE), "a command in a block of output"


def test_the_tour_reads_what_it_has_written():
    """Each command's input is what one before it made, in the order of the page."""
    page = ROOT / "docs" / "tour.md"
    made = set(re.findall(r"write\('([^']+)'", page.read_text(encoding="utf-8")))
    assert made == {"out/catalog.csv"}
    for line in _quoted(page):
        if line.startswith("seisweave ") and len(words := shlex.split(line)) > 3:
            context, command = _parse(words[1:])
            inputs = [p.name for p in command.params if p.param_type_name == "argument"] + ["targets"]
            given = [context.params[name] for name in inputs if context.params.get(name)]
            paths = [str(path) for value in given for path in (value if isinstance(value, list | tuple) else [value])]
            assert set(paths) <= made, line
            made.add(str(context.params.get("out")))


def test_the_tour_quotes_the_catalog_as_it_is(tmp_path, monkeypatch, capsys):
    from seisweave.cli import main
    from seisweave.synthetic import southern_california_like

    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    southern_california_like(seed=1).catalog.write("out/catalog.csv")
    with pytest.raises(SystemExit):
        main(["catalog", "info", "out/catalog.csv"])
    said = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("sha256")]
    text = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    quoted = next(block for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL) if block.startswith("source"))
    assert quoted.splitlines() == said


def test_quoted_hashes_are_those_of_their_files():
    """The only one quoted is that of the real catalog; those of files made here differ between machines."""
    quoted = {}
    for page in PAGES:
        for start, end in re.findall(
            r"\b([0-9a-f]{8,})(?:\.\.\.|…)?([0-9a-f]{6,})?\b", page.read_text(encoding="utf-8")
        ):
            if re.search(r"[a-f]", start + end) and re.search(r"\d", start + end):
                quoted.setdefault(page.name, []).append((start, end))
    assert quoted == {"tables-measured.md": [("6e7a25bb", "f9d854")]}
    source = ROOT.parent / "shared" / "data" / "scedc_1932_2026.csv.gz"
    if not source.is_file():
        pytest.skip("the real catalogs are not here")
    found = sha256(source.read_bytes()).hexdigest()
    assert found.startswith("6e7a25bb")
    assert found.endswith("f9d854")


@pytest.mark.parametrize(("page", "words"), sorted(set(_words("make"))))
def test_quoted_targets_of_make_exist(page, words):
    targets = re.findall(r"^([a-z.]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [word for word in words if "=" not in word and word not in targets] == []


def test_the_readme_quotes_the_two_commands():
    quoted = {words for page, words in _words("make") if page == "README.md"}
    assert {("demo",), ("test",)} <= quoted
    assert any(page == "README.md" for page, _ in _words("seisweave"))
