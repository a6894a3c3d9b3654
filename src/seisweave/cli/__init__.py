"""The command line, `seisweave COMMAND`: a file for each command or group of commands, listed in `app.py`.

Importing this loads next to nothing, so that an interrupt is caught from the first moment on.
"""

from __future__ import annotations

import os
import sys

from seisweave.cli.log import logged
from seisweave.cli.wording import in_words
from seisweave.errors import InputError
from seisweave.interrupts import interrupts
from seisweave.out_of_memory import about_memory, check_addresses


def main(arguments: list[str] | None = None) -> None:
    """Run a command, and exit: 0 when done, 2 after one line about what a user can mend, 128 + n after signal n.

    Without arguments those of the process are taken, signals are caught, and Python's warnings stay away from the
    terminal. With arguments, signals and warnings remain the caller's.
    """
    if arguments is None:
        _become_the_program()
        code = _last_code(sys.argv[1:])
        if interrupts.number:
            _leave_at_once(code)
        sys.exit(code)
    sys.exit(_exit_code(arguments))


def _last_code(arguments: list[str]) -> int:
    """The exit code, with signals ignored from then on."""
    try:
        code = _exit_code(arguments)
        interrupts.ignore()
    except KeyboardInterrupt:  # just before the end
        interrupts.ignore()
        return interrupts.exit_code
    return code


def _leave_at_once(code: int) -> None:
    """End without taking Python down: threads may be in the midst of compiled loops, which then crash now and then."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def _become_the_program() -> None:
    import warnings

    interrupts.catch()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed: its number must not go to a file of ours
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # for what processes are started


def _exit_code(arguments: list[str]) -> int:
    try:
        with logged(arguments) as words:
            return _code_of(words)
    except InputError as error:  # of the log itself
        return _end(in_words(str(error)), 2)


def _code_of(arguments: list[str]) -> int:
    try:
        check_addresses(arguments)
        code = _invoke(arguments)
        sys.stdout.flush()
    except InputError as error:
        return _end(in_words(str(error)), 2)
    except BrokenPipeError:  # the reader (head, less) has seen enough
        _silence(sys.stdout)
        return 0
    except KeyboardInterrupt:
        return _end("interrupted; nothing half-written is left", interrupts.exit_code)
    except Exception as error:
        return _unforeseen(error, arguments)
    return code


def _invoke(arguments: list[str]) -> int:
    from seisweave.cli.app import invoke

    return invoke(arguments)


def _end(message: str, code: int) -> int:
    """Say in one line why the command ends."""
    try:
        print(f"seisweave: {' '.join(message.split())}", file=sys.stderr, flush=True)
        sys.stdout.flush()
    except OSError:  # nobody can be told
        _silence(sys.stdout)
        _silence(sys.stderr)
    return code


def _sentence(error: OSError) -> str:
    where = error.filename or "the output"
    return f"{where}: {error.strerror or error}; check the place and the room left there"


def _unforeseen(error: Exception, arguments: list[str]) -> int:
    """What the machine refuses: exit code 2. An error of ours: exit code 1; the traceback for those who ask."""
    if interrupts.number:  # an interrupt that a library has dressed up
        return _end("interrupted; nothing half-written is left", interrupts.exit_code)
    if told := about_memory(error, arguments):
        return _end(told, 2)
    if isinstance(error, OSError):
        return _end(_sentence(error), 2)
    if os.environ.get("SEISWEAVE_TRACEBACK"):
        raise error
    told = f"{type(error).__name__}: {error}"[:300]
    return _end(f"an error in seisweave ({told}); report it, with SEISWEAVE_TRACEBACK=1 set", 1)


def _silence(stream: object) -> None:
    """Send what a broken stream still holds nowhere, so that Python does not complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[attr-defined]
