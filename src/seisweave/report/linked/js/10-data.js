// What a page holds of a network: one block of bytes, and JSON that says what lies where (see packed.py, payload.py).

const TYPES = {
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array,
};
const NO_TIME = 0xffffffff;
const NO_MAGNITUDE = -0x8000;

/**
 * Decode a block: base64, then gzip.
 * @param {string} text
 * @returns {Promise<ArrayBuffer>}
 */
async function unpack(text) {
  let packed;
  if (Uint8Array.fromBase64) {
    packed = Uint8Array.fromBase64(text);
  } else {
    const letters = atob(text);
    packed = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) packed[i] = letters.charCodeAt(i);
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/**
 * The arrays of a network, and questions that are often asked of them.
 * Events stand by code: 0 background, then halos, then faults; those of code c are first[c] .. first[c + 1].
 */
class Network {
  /** @param {object} told JSON of the page  @param {ArrayBuffer} buffer */
  constructor(told, buffer) {
    this.told = told;
    for (const [name, [type, at, length]] of Object.entries(told.arrays)) {
      this[name] = new TYPES[type](buffer, at, length);
    }
    this.n = told.events;
    this.codes = 1 + told.halos + told.faults;
    this.code = this.codes < 0x10000 ? new Uint16Array(this.n) : new Uint32Array(this.n);
    for (let c = 0; c < this.codes; c++) this.code.fill(c, this.first[c], this.first[c + 1]);
    this.place = makePlace(told, this.directions);
    this.last = this.t ? this.t.reduce((most, t) => (t !== NO_TIME && t > most ? t : most), 0) : 0;
    this.magnitudes = this.m ? magnitudeRange(this.m) : null;
  }

  /** Code of a fault. */
  codeOf(fault) { return 1 + this.told.halos + fault; }

  /** Fault of a code, -1 for background and halos. */
  faultOf(code) { return code > this.told.halos ? code - 1 - this.told.halos : -1; }

  /** Kind of a code: "plane", "halo" or "diffuse". */
  kindOf(code) { return code === 0 ? "diffuse" : code <= this.told.halos ? "halo" : "plane"; }

  /** Place of an event, km. */
  xyz(i) {
    const { low, step } = this.told;
    return [low[0] + step[0] * this.x[i], low[1] + step[1] * this.y[i], low[2] + step[2] * this.z[i]];
  }

  /** Seconds since 1970 of an event, or null. */
  time(i) { return this.t && this.t[i] !== NO_TIME ? this.told.start + this.told.second * this.t[i] : null; }

  /** Magnitude of an event, or null. */
  magnitude(i) { return this.m && this.m[i] !== NO_MAGNITUDE ? this.m[i] / 100 : null; }

  /** Id of an event; lines are counted at the first question. */
  id(i) {
    if (!this.lines) {
      this.lines = new Uint32Array(this.n + 1);
      let line = 1;
      for (let at = 0; at < this.ids.length; at++) if (this.ids[at] === 10) this.lines[line++] = at + 1;
      this.lines[this.n] = this.ids.length + 1;
      this.decoder = new TextDecoder();
    }
    return this.decoder.decode(this.ids.subarray(this.lines[i], this.lines[i + 1] - 1));
  }

  /** Eight corners of a fault's plate, km. */
  plate(fault) { return points3(this.plates, 24 * fault, 8); }

  /** What is told of a fault. */
  about(fault) {
    const [strike, dip, length, width, thickness] = this.facts.subarray(5 * fault, 5 * fault + 5);
    const code = this.codeOf(fault);
    return { strike, dip, length, width, thickness, events: this.first[code + 1] - this.first[code] };
  }

  /** Lines by name: arrays of [x, y], km. */
  lines2(name) {
    const made = [];
    for (let k = 0; this[name] && k + 1 < this[`${name}_ends`].length; k++) {
      const line = [];
      for (let p = this[`${name}_ends`][k]; p < this[`${name}_ends`][k + 1]; p++) {
        line.push([this[name][2 * p], this[name][2 * p + 1], 0]);
      }
      made.push(line);
    }
    return made;
  }
}

/** m points of three numbers from an array, from an index on. */
function points3(values, at, m) {
  return Array.from({ length: m }, (_, k) => [values[at + 3 * k], values[at + 3 * k + 1], values[at + 3 * k + 2]]);
}

/** Least and largest known magnitude, and that which one event in twenty reaches. */
function magnitudeRange(m) {
  const tally = new Map();
  for (let i = 0; i < m.length; i++) if (m[i] !== NO_MAGNITUDE) tally.set(m[i], (tally.get(m[i]) || 0) + 1);
  const steps = [...tally.keys()].sort((a, b) => a - b);
  const known = steps.reduce((sum, step) => sum + tally.get(step), 0);
  let above = 0, large = steps.at(-1);
  for (let k = steps.length - 1; k >= 0 && above < 0.05 * known; k--) { above += tally.get(steps[k]); large = steps[k]; }
  return { low: steps[0] / 100, high: steps.at(-1) / 100, large: large / 100 };
}
