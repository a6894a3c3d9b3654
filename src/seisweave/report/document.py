"""What is around all that a page of ours says: head, style, one script, and a policy that lets nothing else in or out.

The content security policy names the script by its hash and forbids the rest, so that no text of a catalog can run and
no request can leave the page, whatever it holds.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from seisweave.errors import InputError
from seisweave.report.markup import text
from seisweave.storage import write_text

_HERE = Path(__file__).parent


def document(title: str, heading: str, body: Sequence[str], *, style: str, script: str) -> str:
    """A page as text. title and heading are plain words; body is HTML, part by part; style and script are inlined.

    >>> page = document("Faults", "Two faults", ["<p>Said.</p>"], style="", script="")
    >>> page.splitlines()[-5:]
    ['<p>Said.</p>', '</main>', '<script></script>', '</body>', '</html>']
    """
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">',
            f"<title>{text(title)} · seisweave</title>",
            f"<style>{style}</style>\n</head>\n<body>",
            f'<header><p class="brand">seisweave</p><h1>{text(heading)}</h1></header>\n<main>',
            *body,
            "</main>",
            f"<script>{script}</script>",
            "</body>\n</html>\n",
        ]
    )


def beside(*names: str) -> str:
    """Files of styles and scripts of this folder, one after the other."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


def write_document(content: str, out: Path) -> Path:
    """Write a page, or what goes with it, whole or not at all. Errors: InputError where it cannot be written."""
    try:
        write_text(out, content)
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror or error}); choose another place") from None
    return out


def _policy(script: str) -> str:
    """Allow this script, inline style and embedded images; forbid everything else."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    rest = "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src 'sha256-{digest}'; {rest}"
