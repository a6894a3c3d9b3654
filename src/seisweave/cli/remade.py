"""What made a result folder, kept in it as `run.toml`: written, done again, and the two folders compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from seisweave.cli.app import commands
from seisweave.cli.run_file import flags_of, moved
from seisweave.report.results.compared import RUN
from seisweave.report.results.inputs import digest_of
from seisweave.version import __version__

_NOT_KEPT = ("out", "force", "resume", "quiet", "jobs", "cluster")  # what changes no result


def store_run(folder: Path, words: list[str]) -> None:
    """Write the `run.toml` of the command that makes a folder: its flags, its inputs and their digests.

    Paths are absolute. Where a name cannot be written as text there is none.
    """
    name = next((each for each in commands(words[:1]) if tuple(words[: len(each)]) == each), None)
    if name is None:
        return
    flags, _ = flags_of(name)
    by_option = {flag.option: key for key, flag in flags.items()} | {f.off: key for key, f in flags.items() if f.off}
    arguments, given = [], {}
    rest = [word for word in words[len(name) :] if word != "--json"]
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        key = by_option.get(option)
        if key is None:
            arguments.append(option + equals + value)
            continue
        flag = flags[key]
        key = flag.now or key
        if flag.is_switch:
            given[key] = option == flag.option
            continue
        taken = ([value] if equals else []) + [rest.pop(0) for _ in range(flag.takes - bool(equals))]
        taken = [str(Path(each).absolute()) if flag.is_path else each for each in taken]
        taken = [moved(each, Path.cwd()) if flag.is_named_file else each for each in taken]
        values = [_number(each) if flag.is_number else each for each in taken]
        given[key] = given.get(key, []) + values if flag.repeats else values if flag.takes > 1 else values[0]
    arguments = [str(Path(each).absolute()) if Path(each).exists() else each for each in arguments]
    kept = {key: value for key, value in given.items() if key not in _NOT_KEPT}
    told = [each.partition("=")[2] for key in kept if flags[key].is_named_file for each in _texts(kept[key])]
    told += [each for value in (arguments, *kept.values()) for each in _texts(value)]
    paths = [Path(each) for each in told if Path(each).exists()]
    lines = [
        f"# What made this folder: `seisweave rerun` makes it again and compares. Made by seisweave {__version__}.",
        f"[{name[0] if len(name) == 1 else json.dumps(' '.join(name))}]",
        *([f"arguments = {_toml(arguments)}"] if arguments else []),
        *(f"{key.replace('_', '-')} = {_toml(value)}" for key, value in kept.items()),
        "",
        "[inputs]  # SHA-256",
        *(f"{_toml(str(path))} = {_toml(digest_of(path))}" for path in dict.fromkeys(paths)),
    ]
    try:
        (folder / RUN).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except UnicodeEncodeError:
        (folder / RUN).unlink(missing_ok=True)


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            if repr(value := kind(text)) == text:
                return value
        except ValueError:
            continue
    return text


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
