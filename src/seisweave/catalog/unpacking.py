"""What comes out of a packed file, weighed while it comes.

A file that would not fit into memory, or that grows to a multiple of its size that no catalog has, is refused as soon
as that is seen, after some ten megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from seisweave.errors import InputError
from seisweave.machine import check_memory

BYTES_PER_BYTE = 10.0  # memory that reading a byte of text takes: 930 MB for the 85 MB of the merged SCEDC catalog
MOST_TIMES = 100  # text of catalogs packs to a tenth, rarely to a thirtieth
PIECE = 1 << 22  # bytes unpacked at once
_HARMLESS = 1 << 24  # bytes that any file may grow to


@dataclass
class Unpacking:
    """The pieces of a file that is unpacked: its name, its size, and whether it may grow beyond the ceiling."""

    name: str
    packed: int
    trust: bool = False
    pieces: list[bytes] = field(default_factory=list)
    produced: int = 0
    _weighed: int = 0

    def add(self, piece: bytes, consumed: int) -> None:
        """Keep a piece that came of the first `consumed` bytes. Errors: InputError for too much."""
        if not piece:
            return
        self.pieces.append(piece)
        self.produced += len(piece)
        if self.produced >= self._weighed + PIECE:
            self._weighed = self.produced
            self.weigh(self.produced, consumed)

    def weigh(self, produced: int, consumed: int) -> None:
        """Refuse so many bytes out of so few, or more than memory holds."""
        if not self.trust and produced > _HARMLESS and produced > MOST_TIMES * min(consumed, self.packed):
            raise InputError(
                f"{self.name} grows to more than {MOST_TIMES} times its {self.packed:,} bytes when it is unpacked, as"
                " no catalog does; read with trust=True if it is one"
            )
        check_memory(BYTES_PER_BYTE * produced, f"{self.name}: reading it", "give a smaller file, or a larger machine")

    def whole(self) -> bytes:
        """All that came. Errors: InputError for too much."""
        self.weigh(self.produced, self.packed)
        return self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)

    def broken(self, kind: str) -> InputError:
        """The error of a stream that ends early, or cannot be read on."""
        lines = sum(piece.count(b"\n") for piece in self.pieces)
        return InputError(
            f"{self.name} is a truncated or broken {kind} file: {self.produced} bytes ({lines} whole lines) can be read"
            f" from its {self.packed} bytes; copy or download it again"
        )
