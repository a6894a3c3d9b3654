// What a reader has chosen, as the address says it (#fault=12&from=2019-07-06), and which events pass it.

const KINDS = ["plane", "halo", "diffuse"];
const COLOURINGS = ["fault", "time", "depth", "magnitude"];
const SECTIONS = ["whole", "along", "across", "line"];

/** Nothing chosen: all events, coloured by fault, a section along the whole network. */
function freshState() {
  return {
    fault: [], only: false, kind: [...KINDS], magnitude: [null, null], depth: [null, null], time: [null, null],
    box: null, colour: "fault", section: "whole", line: null, width: null, turn: null,
    outline: { planes: true, halos: false, segments: false },
  };
}

/** A number in words, or null. */
function numberOf(words) {
  const value = Number(words);
  return words === undefined || words === null || String(words).trim() === "" || !Number.isFinite(value) ? null : value;
}

/** Seconds since 1970 of an ISO date or time in UTC, or null. */
function secondsOf(words) {
  if (!words) return null;
  const value = Date.parse(/[zZ]$/.test(words) ? words : words.length > 10 ? `${words}Z` : words);
  return Number.isNaN(value) ? null : value / 1000;
}

/** Shortest ISO form of a time, to the second. */
function isoOf(seconds) {
  const words = new Date(Math.round(seconds) * 1000).toISOString().slice(0, 19);
  return words.endsWith("T00:00:00") ? words.slice(0, 10) : words;
}

/**
 * The address of a state: only what differs from nothing chosen.
 * @param {Network} network @param {object} state @param {string} before put before each name ("" for the first result)
 */
function addressOf(network, state, before) {
  const said = new Map(), fresh = freshState();
  const degrees = (x, y) => (network.place ? network.place.toDegrees(x, y) : [x, y]);
  const pairs = (list, places) => list.map((value) => Number(value.toFixed(places))).join(",");
  const range = ([low, high], words) => `${low === null ? "" : words(low)}..${high === null ? "" : words(high)}`;
  const rounded = (value) => String(Number(value.toPrecision(6)));
  if (state.fault.length) said.set("fault", state.fault.join(","));
  if (state.only) said.set("only", "1");
  if (state.kind.length < KINDS.length) said.set("kind", state.kind.join(","));
  for (const name of ["magnitude", "depth"]) {
    if (state[name].some((end) => end !== null)) said.set(name, range(state[name], rounded));
  }
  if (state.time[0] !== null) said.set("from", isoOf(state.time[0]));
  if (state.time[1] !== null) said.set("to", isoOf(state.time[1]));
  const places = network.place ? 4 : 2;
  if (state.box) {
    said.set("box", pairs([...degrees(state.box[0], state.box[1]), ...degrees(state.box[2], state.box[3])], places));
  }
  if (state.line) {
    said.set("line", pairs([...degrees(state.line[0], state.line[1]), ...degrees(state.line[2], state.line[3])], places));
  }
  for (const name of ["colour", "section"]) if (state[name] !== fresh[name]) said.set(name, state[name]);
  if (state.width !== null) said.set("width", rounded(state.width));
  if (state.turn) said.set("turn", state.turn.map((angle) => Math.round(angle)).join(","));
  return [...said].map(([name, words]) => `${before}${name}=${words}`).join("&");
}

/** The state that an address tells; what it does not understand is as if it were not there. */
function stateOf(network, address, before) {
  const state = freshState(), given = new Map();
  for (const part of address.replace(/^#/, "").split("&")) {
    const [name, ...words] = part.split("=");
    if (!name.startsWith(before)) continue;
    let plain = words.join("=");
    try { plain = decodeURIComponent(plain); } catch { /* as it stands */ }
    given.set(name.slice(before.length), plain);
  }
  const list = (name) => (given.get(name) || "").split(",").filter((word) => word !== "");
  const km = (lon, lat) => (network.place ? network.place.toKm(lon, lat) : [lon, lat]);
  const four = (name) => {
    const values = list(name).map(numberOf);
    if (values.length !== 4 || values.includes(null)) return null;
    return [...km(values[0], values[1]), ...km(values[2], values[3])];
  };
  state.fault = [...new Set(list("fault").map(numberOf))].filter((f) =>
    Number.isInteger(f) && f >= 0 && f < network.told.faults);
  state.only = given.get("only") === "1";
  const kinds = list("kind").filter((kind) => KINDS.includes(kind));
  if (kinds.length) state.kind = kinds;
  for (const name of ["magnitude", "depth"]) {
    const [low, high] = (given.get(name) || "").split("..");
    state[name] = [numberOf(low), numberOf(high)];
  }
  state.time = [secondsOf(given.get("from")), secondsOf(given.get("to"))];
  const box = four("box");
  if (box) state.box = orderedBox(box);
  state.line = four("line");
  if (COLOURINGS.includes(given.get("colour"))) state.colour = given.get("colour");
  if (SECTIONS.includes(given.get("section"))) state.section = given.get("section");
  if (state.section === "line" && !state.line) state.section = "whole";
  state.width = numberOf(given.get("width"));
  const turn = list("turn").map(numberOf);
  if (turn.length === 2 && !turn.includes(null)) state.turn = [turn[0], Math.min(90, Math.max(0, turn[1]))];
  return state;
}

function orderedBox([x0, y0, x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}

/**
 * The bounds of a state in the whole numbers that events are kept in, the same for the painter and for counting.
 * @returns {{box: number[], depths: number[], magnitudes: number[]|null, times: number[]|null, codes: Uint8Array}}
 */
function boundsOf(network, state) {
  const { low, step, start, second } = network.told, wide = 65535;
  const least = (value, axis) => (value === null ? 0 : Math.ceil((value - low[axis]) / step[axis] - 1e-6));
  const most = (value, axis) => (value === null ? wide : Math.floor((value - low[axis]) / step[axis] + 1e-6));
  const [x0, y0, x1, y1] = state.box || [null, null, null, null];
  const box = [least(x0, 0), least(y0, 1), most(x1, 0), most(y1, 1)];
  const depths = [least(state.depth[0], 2), most(state.depth[1], 2)];
  const asked = (range) => range.some((end) => end !== null);
  const magnitudes = network.m && asked(state.magnitude)
    ? [Math.round(100 * (state.magnitude[0] ?? -300)), Math.round(100 * (state.magnitude[1] ?? 300))] : null;
  let times = null;
  if (network.t && asked(state.time)) {
    const steps = state.time.map((at, k) => (at === null ? (k ? network.last : 0) : (at - start) / second));
    times = [Math.max(0, Math.ceil(steps[0] - 1e-6)), Math.min(NO_TIME - 1, Math.floor(steps[1] + 1e-6))];
  }
  const codes = new Uint8Array(network.codes), chosen = new Set(state.fault);
  for (let c = 0; c < network.codes; c++) {
    const hidden = state.only && chosen.size > 0 && !chosen.has(network.faultOf(c));
    codes[c] = state.kind.includes(network.kindOf(c)) && !hidden ? 1 : 0;
  }
  return { box, depths, magnitudes, times, codes };
}

/**
 * Which events pass, and how many of each code.
 * @returns {{keep: Uint8Array, counts: Uint32Array, shown: number}}
 */
function sift(network, bounds) {
  const { x, y, z, t, m, first } = network;
  const keep = new Uint8Array(network.n), counts = new Uint32Array(network.codes);
  const [x0, y0, x1, y1] = bounds.box, [z0, z1] = bounds.depths;
  const [m0, m1] = bounds.magnitudes || [0, 0], [t0, t1] = bounds.times || [0, 0];
  let shown = 0;
  for (let c = 0; c < network.codes; c++) {
    if (!bounds.codes[c]) continue;
    let kept = 0;
    for (let i = first[c]; i < first[c + 1]; i++) {
      if (x[i] < x0 || x[i] > x1 || y[i] < y0 || y[i] > y1 || z[i] < z0 || z[i] > z1) continue;
      if (bounds.magnitudes && (m[i] === NO_MAGNITUDE || m[i] < m0 || m[i] > m1)) continue;
      if (bounds.times && (t[i] === NO_TIME || t[i] < t0 || t[i] > t1)) continue;
      keep[i] = 1;
      kept++;
    }
    counts[c] = kept;
    shown += kept;
  }
  return { keep, counts, shown };
}
