"""A server on this machine that behaves as FDSN event services do, with their limits, refusals and faults."""

from __future__ import annotations

import gzip
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import numpy as np

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<q:quakeml xmlns="http://quakeml.org/xmlns/bed/1.2"'
    ' xmlns:q="http://quakeml.org/xmlns/quakeml/1.2">\n<eventParameters publicID="smi:made.up/{n}">'
)
TAIL = "</eventParameters></q:quakeml>"
LIMITS = {
    "starttime": ("time", 1),
    "endtime": ("time", -1),
    "minlongitude": ("longitude", 1),
    "maxlongitude": ("longitude", -1),
    "minlatitude": ("latitude", 1),
    "maxlatitude": ("latitude", -1),
    "minmagnitude": ("magnitude", 1),
    "updatedafter": ("updated", 1),
}


@dataclass(frozen=True)
class Event:
    """An event as the service has it."""

    id: str
    time: str
    longitude: float
    latitude: float
    magnitude: float
    depth_km: float = 10.0
    updated: str = "2024-01-01T00:00:00"

    def xml(self):
        name = f"smi:made.up/event/{self.id}"
        return (
            f'<event publicID="{name}"><preferredOriginID>{name}/o</preferredOriginID>'
            f"<creationInfo><creationTime>{self.updated}Z</creationTime></creationInfo><type>earthquake</type>"
            f'<origin publicID="{name}/o"><time><value>{self.time}Z</value></time>'
            f"<longitude><value>{self.longitude}</value></longitude><latitude><value>{self.latitude}</value></latitude>"
            f"<depth><value>{self.depth_km * 1000}</value><uncertainty>1500</uncertainty></depth>"
            "<originUncertainty><horizontalUncertainty>800</horizontalUncertainty>"
            "<preferredDescription>horizontal uncertainty</preferredDescription></originUncertainty></origin>"
            f'<magnitude publicID="{name}/m"><mag><value>{self.magnitude}</value></mag><type>Mw</type></magnitude>'
            "</event>"
        )


@dataclass
class Service:
    """What a service holds and how it behaves; `asked` lists the parameters of every query.

    most: events that it gives at once. refusal: of more: 413, 400 (with a sentence), or 0: it cuts off and says
    nothing. faults: what happens to the first queries instead of an answer. strange: parameters that it refuses. wadl:
    parameters that it says it takes. exclusive: it takes neither limit of time inclusively. offset_s: seconds that the
    time it selects by lies before the preferred one.
    """

    events: list[Event]
    most: int = 10**9
    refusal: int = 413
    faults: list[object] = field(default_factory=list)
    strange: tuple[str, ...] = ()
    wadl: tuple[str, ...] = ()
    exclusive: bool = False
    offset_s: float = 0.0
    gzip: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    url: str = ""

    def passes(self, event, name, text):
        column, sign = LIMITS[name]
        if column in ("time", "updated"):
            shift = np.timedelta64(round(self.offset_s * 1e6) if column == "time" else 0, "us")
            value, limit = np.datetime64(getattr(event, column), "us") - shift, np.datetime64(text, "us")
        else:
            value, limit = getattr(event, column), float(text)
        if self.exclusive and column == "time":
            return value > limit if sign > 0 else value < limit
        return value >= limit if sign > 0 else value <= limit

    def found(self, given):
        chosen = [each for each in self.events if all(self.passes(each, n, given[n]) for n in given if n in LIMITS)]
        return sorted(chosen, key=lambda each: each.time, reverse=True)

    def revise(self, name, **values):
        self.events = [replace(each, **values) if each.id == name else each for each in self.events]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        now = getattr(self.server.service, "now", None)
        return super().date_time_string(timestamp if now is None else float(now.astype(np.int64)) / 1e6)

    def do_GET(self):
        service, url = self.server.service, urlsplit(self.path)
        service.agents.add(self.headers["User-Agent"])
        if url.path == "/fdsnws/event/1/application.wadl" and service.wadl:
            lines = "".join(f'<param name="{name}" style="query" type="xs:string"/>' for name in service.wadl)
            return self.answer(200, f"<application>{lines}</application>".encode())
        if url.path != "/fdsnws/event/1/query":
            return self.answer(404, b"<html>nothing here</html>")
        given = dict(parse_qsl(url.query))
        service.asked.append(given)
        if service.faults:
            fault = service.faults.pop(0)
            if fault is not None:
                return self.fail(fault, service.found(given))
        if strange := [name for name in given if name in service.strange]:
            return self.answer(400, f"Error 400: Bad Request\n\nunknown parameter: {strange[0]}\n".encode())
        return self.events(service, given)

    def events(self, service, given):
        found = service.found(given)
        if len(found) > service.most and "limit" not in given and service.refusal:
            return self.too_many(service, len(found))
        limit = min(int(given.get("limit", len(found))), service.most)
        if len(found) > limit and int(given.get("limit", 0)) > service.most and service.refusal:
            return self.too_many(service, len(found))
        found = found[:limit]
        if not found:
            return self.answer(204, b"")
        return self.answer(200, document(found, len(service.asked)), packed=service.gzip)

    def too_many(self, service, n):
        sentence = (
            f"{n} matching events exceeds search limit of {service.most}. Modify the search to match fewer events."
        )
        return self.answer(service.refusal, f"Error {service.refusal}\n\n{sentence}\n".encode())

    def fail(self, fault, found):
        """A number with headers, or a word."""
        data = document(found, 0)
        if isinstance(fault, tuple):
            return self.answer(fault[0], b"later", fault[1])
        if isinstance(fault, int):
            return self.answer(fault, b"Error")
        if fault == "empty":
            return self.answer(204, b"")
        if fault == "page":
            return self.answer(200, b"<!DOCTYPE html><html><body>maintenance</body></html>")
        if fault == "cut":  # whole in its length, not in its content
            return self.answer(200, data[: len(data) // 2])
        self.send_response(200)
        if fault != "slow":
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if fault == "slow":
            self.server.stopped.wait(5.0)
        self.wfile.write(data[: len(data) // 2])
        self.close_connection = True
        return None

    def answer(self, code, data, headers=None, *, packed=False):
        data = gzip.compress(data) if packed else data
        self.send_response(code)
        for name, value in {**(headers or {}), **({"Content-Encoding": "gzip"} if packed else {})}.items():
            self.send_header(name, value)
        if code != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def document(events, n):
    return "\n".join([HEAD.format(n=n), *(each.xml() for each in events), TAIL]).encode()


@contextmanager
def served(service):
    """Serve, and set its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.service, server.stopped = service, threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
