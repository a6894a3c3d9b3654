// Kilometres and degrees, and round numbers for axes.

const EARTH_KM = 6371;
const RADIANS = Math.PI / 180;

/**
 * Degrees of a place in local km and back: from directions at the nodes of a grid, by parabolas through three of them.
 * @returns {{toDegrees: function(number, number): number[], toKm: function(number, number): number[]} | null}
 */
function makePlace(told, directions) {
  if (!told.centre || !directions) return null;
  const [low, high] = told.frame, nodes = told.nodes;
  const weights = (value, axis) => {
    const at = ((value - low[axis]) / (high[axis] - low[axis])) * (nodes - 1);
    const middle = Math.min(nodes - 2, Math.max(1, Math.round(at))), s = at - middle;
    return [middle - 1, [0.5 * s * (s - 1), 1 - s * s, 0.5 * s * (s + 1)]];
  };
  const toDegrees = (x, y) => {
    const [column, wx] = weights(x, 0), [row, wy] = weights(y, 1), sum = [0, 0, 0];
    for (let j = 0; j < 3; j++) {
      for (let i = 0; i < 3; i++) {
        const at = 3 * ((row + j) * nodes + column + i), w = wx[i] * wy[j];
        for (let k = 0; k < 3; k++) sum[k] += w * directions[at + k];
      }
    }
    return [Math.atan2(sum[1], sum[0]) / RADIANS, Math.atan2(sum[2], Math.hypot(sum[0], sum[1])) / RADIANS];
  };
  const onSphere = (lon, lat) => {  // azimuthal equidistant on a sphere: near enough to go on from
    const [l, p, p0] = [(lon - told.centre[0]) * RADIANS, lat * RADIANS, told.centre[1] * RADIANS];
    const cosine = Math.sin(p0) * Math.sin(p) + Math.cos(p0) * Math.cos(p) * Math.cos(l);
    const angle = Math.acos(Math.min(1, Math.max(-1, cosine))), k = angle < 1e-9 ? 1 : angle / Math.sin(angle);
    const north = Math.cos(p0) * Math.sin(p) - Math.sin(p0) * Math.cos(p) * Math.cos(l);
    return [EARTH_KM * k * Math.cos(p) * Math.sin(l), EARTH_KM * k * north];
  };
  const toKm = (lon, lat) => {
    const goal = onSphere(lon, lat);
    let [x, y] = goal;
    for (let step = 0; step < 5; step++) {
      const [east, north] = onSphere(...toDegrees(x, y));
      x += goal[0] - east;
      y += goal[1] - north;
    }
    return [x, y];
  };
  return { toDegrees, toKm };
}

/** A round step (1, 2 or 5 times a power of ten) that puts about `many` ticks into a span. */
function roundStep(span, many) {
  const rough = Math.max(span, 1e-12) / many, power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) || 10);
}

/** A step in degrees: minutes where a degree is too long. */
function degreeStep(span, many) {
  const steps = [30, 20, 10, 5, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
  return steps.findLast((step) => span / step <= many) || steps[0];
}

/** Multiples of a step from low to high. */
function ticks(low, high, step) {
  const made = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step && made.length < 200; k++) made.push(k * step);
  return made;
}

/** A number with as many decimals as its step has. */
function decimals(value, step) {
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return (Math.abs(value) < step / 1e6 ? 0 : value).toFixed(Math.min(places, 6));
}

/** Degrees with their side of the Earth. */
function degreeWords(value, step, sides) {
  const turned = sides === "EW" ? ((value + 540) % 360) - 180 : value;
  const words = decimals(Math.abs(turned), step);
  return `${words}°${Number(words) === 0 ? "" : turned > 0 ? ` ${sides[0]}` : ` ${sides[1]}`}`;
}

/** Thousands apart. */
function counted(n) { return n.toLocaleString("en-US"); }

const SPANS = [  // seconds of a tick, from fine to coarse
  0.001, 0.01, 0.1, 1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 432000, 864000,
];
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600];

/** Ticks of a time axis: seconds since 1970 and words, in UTC. */
function timeTicks(low, high, many) {
  const span = SPANS.find((each) => (high - low) / each <= many);
  if (span) return ticks(low, high, span).map((at) => [at, timeWords(at, span)]);
  const months = MONTHS.find((each) => (high - low) / (each * 2629800) <= many) || 1200;
  const first = new Date(low * 1000), made = [];
  for (let m = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months; ; m += months) {
    const date = new Date(Date.UTC(2000, 0, 1));
    date.setUTCFullYear(Math.floor(m / 12), m % 12, 1);
    const at = date.getTime() / 1000;
    if (at > high || made.length > 100) return made;
    if (at >= low) made.push([at, date.toISOString().slice(0, months < 12 ? 7 : 4)]);
  }
}

/** A time in words, as fine as a span tells. */
function timeWords(at, span = 1) {
  const words = new Date(at * 1000).toISOString();
  if (span >= 86400) return words.slice(0, 10);
  if (span >= 60) return words.slice(5, 16).replace("T", " ");
  return words.slice(11, span >= 1 ? 19 : 23);
}

/** A time for people: to the second. */
function fullTime(at) { return new Date(at * 1000).toISOString().slice(0, 19).replace("T", " "); }
