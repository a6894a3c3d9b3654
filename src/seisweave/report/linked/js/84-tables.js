// Tables: any table sorts at a click; rows of faults follow the views and lead them; events are listed page by page.

const PAGE = 20;  // events on one page of the list

class Tables {
  constructor(linked) {
    this.linked = linked;
    const section = linked.root.closest("section");
    this.rows = new Map();
    const table = section.querySelector(".faults table");
    if (table) for (const row of table.tBodies[0].rows) this.take(Number(row.cells[0].textContent), row);
    this.list = section.querySelector(".events");
    this.at = 0;
    this.list.addEventListener("toggle", () => this.fill());
    for (const button of this.list.querySelectorAll("[data-page]")) {
      button.addEventListener("click", () => { this.at += Number(button.dataset.page); this.fill(); });
    }
    this.list.querySelector("select").addEventListener("change", () => { this.order = null; this.at = 0; this.fill(); });
    for (const button of linked.root.querySelectorAll("[data-picture]")) {
      button.addEventListener("click", () => savePicture(linked.views[button.closest("[data-view]").dataset.view], button.dataset.picture));
    }
  }

  take(fault, row) {
    const { linked } = this, button = Object.assign(document.createElement("button"), { type: "button", className: "pick", textContent: String(fault) });
    this.rows.set(fault, row);
    row.dataset.fault = String(fault);
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", `fault ${fault}: show it in all views`);
    row.cells[0].replaceChildren(button);
    row.addEventListener("click", (event) => linked.choose(fault, event.ctrlKey || event.metaKey || event.shiftKey));
    row.addEventListener("pointerenter", () => linked.point({ event: -1, fault }));
    row.addEventListener("pointerleave", () => linked.point({ event: -1, fault: -1 }));
    button.addEventListener("focus", () => linked.point({ event: -1, fault }));
    button.addEventListener("blur", () => linked.point({ event: -1, fault: -1 }));
  }

  /** Light up the row of a fault that is pointed at. */
  light(fault) {
    this.lit?.classList.remove("lit");
    this.lit = this.rows.get(fault);
    this.lit?.classList.add("lit");
  }

  /** Bring the row of a fault into its table's frame, without moving the page. */
  bring(fault) {
    const row = this.rows.get(fault), frame = row?.closest(".scroll");
    if (!frame || frame.scrollHeight <= frame.clientHeight) return;
    const [inner, outer] = [row.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (inner.top < outer.top + 40 || inner.bottom > outer.bottom) frame.scrollTop += inner.top - outer.top - outer.height / 2;
  }

  /** Let rows say what is chosen, and which faults have no event that is shown. */
  follow() {
    const { state, sifted, network } = this.linked, chosen = new Set(state.fault);
    for (const [fault, row] of this.rows) {
      const on = chosen.has(fault);
      row.classList.toggle("chosen", on);
      row.classList.toggle("none", sifted.counts[network.codeOf(fault)] === 0);
      row.querySelector(".pick").setAttribute("aria-pressed", String(on));
    }
    this.order = null;
    this.at = 0;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.fill(), 200);
  }

  /** Numbers of the events that are shown (and on the faults chosen, where some are), in the order of the list. */
  listed() {
    const { network, sifted, state } = this.linked, chosen = new Set(state.fault.map((f) => network.codeOf(f)));
    const made = [];
    for (let i = 0; i < network.n; i++) if (sifted.keep[i] && (!chosen.size || chosen.has(network.code[i]))) made.push(i);
    const by = this.list.querySelector("select").value;
    const { t, m, z } = network, time = (i) => (t ? t[i] : i);
    if (by === "magnitude" && m) made.sort((a, b) => m[b] - m[a] || time(a) - time(b));
    else if (by === "depth") made.sort((a, b) => z[a] - z[b]);
    else made.sort((a, b) => time(a) - time(b));
    return made;
  }

  /** Write the page of the list that is open. */
  fill() {
    if (!this.list.open) return;
    const { network } = this.linked, order = (this.order ??= this.listed()), pages = Math.max(1, Math.ceil(order.length / PAGE));
    this.at = Math.min(pages - 1, Math.max(0, this.at));
    const rows = order.slice(this.at * PAGE, (this.at + 1) * PAGE).map((i) => {
      const row = document.createElement("tr");
      for (const [words, kind] of eventCells(network, i)) {
        row.append(Object.assign(document.createElement("td"), { textContent: words, className: kind }));
      }
      const fault = network.faultOf(network.code[i]);
      row.addEventListener("pointerenter", () => this.linked.point({ event: i, fault }));
      row.addEventListener("pointerleave", () => this.linked.point({ event: -1, fault: -1 }));
      return row;
    });
    this.list.querySelector("tbody").replaceChildren(...rows);
    this.list.querySelector(".at").textContent = `${counted(order.length ? this.at * PAGE + 1 : 0)} to ${counted(Math.min(order.length, (this.at + 1) * PAGE))} of ${counted(order.length)}`;
    for (const button of this.list.querySelectorAll("[data-page]")) {
      const step = Number(button.dataset.page);
      button.disabled = step < 0 ? this.at === 0 : this.at >= pages - 1;
    }
  }

  /** Save what is shown: events as CSV, faults as CSV or GeoJSON. */
  save(what) {
    const { network } = this.linked, name = network.told.name.replace(/[^\w.-]+/g, "-") || "network";
    if (what === "events") saveText(`${name}-events.csv`, eventsCsv(network, this.listed()), "text/csv");
    else if (what === "faults") saveText(`${name}-faults.csv`, this.faultsCsv(), "text/csv");
    else if (what === "geojson") saveText(`${name}-faults.geojson`, faultsGeoJson(network, this.faultsShown()), "application/geo+json");
  }

  /** Faults that are chosen, or else those with an event that is shown. */
  faultsShown() {
    const { network, state, sifted } = this.linked;
    if (state.fault.length) return state.fault;
    return Array.from({ length: network.told.faults }, (_, f) => f).filter((f) => sifted.counts[network.codeOf(f)] > 0);
  }

  faultsCsv() {
    const first = this.rows.values().next().value, heads = first ? [...first.closest("table").tHead.rows[0].cells] : [];
    const plain = (cell) => csvCell(cell.textContent.replace(/(?<=\d),(?=\d{3})/g, "").replace(/^–$/, ""));
    const lines = [heads.map((cell) => csvCell(cell.textContent)).join(",")];
    for (const fault of this.faultsShown()) lines.push([...this.rows.get(fault).cells].map(plain).join(","));
    return `${lines.join("\n")}\n`;
  }
}

/** What the list says of an event: words and class of each cell. */
function eventCells(network, i) {
  const time = network.time(i), magnitude = network.magnitude(i), [x, y, z] = network.xyz(i), code = network.code[i];
  const place = network.place ? network.place.toDegrees(x, y).map((v) => v.toFixed(3)) : [x.toFixed(2), y.toFixed(2)];
  const fault = network.faultOf(code), on = fault >= 0 ? `fault ${fault}` : code ? `halo ${code - 1}` : "background";
  return [
    [network.id(i), ""], [time === null ? "–" : fullTime(time), ""], [magnitude === null ? "–" : magnitude.toFixed(1), "n"],
    [place[0], "n"], [place[1], "n"], [z.toFixed(1), "n"], [on, ""],
  ];
}

const value = (cell) => {
  const words = cell.textContent.trim(), figure = Number(words.replace(/ [±[(].*$/, "").replace(/^M ≥ /, "").replace(/[,%]/g, ""));
  return words === "" || Number.isNaN(figure) ? words : figure;
};

const compare = (a, b) => {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return a.localeCompare(b);
};

/** Sort a table by a column; a second click turns it round. */
function sortBy(head) {
  const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  const body = head.closest("table").tBodies[0], column = head.cellIndex;
  const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
  rows.sort(([a], [b]) => (order === "ascending" ? compare(a, b) : compare(b, a)));
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  body.append(...rows.map(([, row]) => row));
}
