"""What a person gives for Figure 12: years with commas between, and networks by name."""

from __future__ import annotations

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork, open_network
from seisweave.studies.figure12 import window_spans
from seisweave.studies.figure12_models import Figure12Options, models


def years_of(text: str, options: Figure12Options) -> list[int]:
    """First years of the windows. Errors: InputError for a text that is not years, or windows that overlap."""
    try:
        years = [int(each) for each in text.split(",")]
    except ValueError:
        raise InputError(f"--window-years is {text!r}; give years with commas between, like 1995,1999,2003") from None
    try:
        window_spans(years, options)
    except InputError as error:
        raise InputError(f"--window-years is {text!r}; {error}") from None
    return years


def named_networks(given: list[str]) -> dict[str, FaultNetwork]:
    """Networks from folders, by name. Errors: InputError for a text that is not name=DIR, or a folder without one."""
    networks: dict[str, FaultNetwork] = {}
    for text in given:
        name, equals, place = text.partition("=")
        if not (name and equals and place):
            raise InputError(f"--network is {text!r}; write name=DIR, like --network condensed=faults/condensed")
        if name in networks or name in models():
            raise InputError(f"--network: there is another model called {name}; give it a name of its own")
        networks[name] = open_network(place)
    return networks
