// Colours: of the page, light or dark, and of a ramp that colour-blind readers can follow (viridis, by its authors in CC0).

const VIRIDIS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"];

function rgbOf(hex) { return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)); }

/** Colours that the page's style gives now. */
function themeOf(root) {
  const style = getComputedStyle(root), colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const theme = Object.fromEntries(["paper", "ink", "soft", "line", "accent"].map((name) => [name, colour(name)]));
  const paperRgb = rgbOf(theme.paper).map((value) => value / 255);
  return { ...theme, paperRgb, dark: paperRgb[0] < 0.5 };
}

/** 256 colours, four bytes each; the end that would vanish on the paper is left out. */
function rampColours(dark) {
  const made = new Uint8Array(4 * 256), [low, high] = dark ? [0.22, 1] : [0, 0.9];
  for (let k = 0; k < 256; k++) {
    const at = (low + ((high - low) * k) / 255) * (VIRIDIS.length - 1), i = Math.min(VIRIDIS.length - 2, Math.floor(at));
    const [a, b] = [rgbOf(VIRIDIS[i]), rgbOf(VIRIDIS[i + 1])];
    made.set([...a.map((value, c) => Math.round(value + (at - i) * (b[c] - value))), 255], 4 * k);
  }
  return made;
}

/** From where the ramp runs and how far, in steps of what it colours; and what its ends are called. */
function rampOf({ network, state }) {
  const { told } = network;
  if (state.colour === "time" && network.t) {
    const low = state.time[0] === null ? 0 : Math.max(0, (state.time[0] - told.start) / told.second);
    const high = state.time[1] === null ? network.last : Math.min(network.last, (state.time[1] - told.start) / told.second);
    const words = [low, high].map((steps) => timeWords(told.start + told.second * steps, (high - low) * told.second > 10 * 86400 ? 86400 : 60));
    return { from: Math.round(low), low: 0, span: Math.max(1, high - low), ends: words };
  }
  if (state.colour === "depth") {
    const [low, high] = [state.depth[0] ?? told.low[2], state.depth[1] ?? told.high[2]];
    const ends = [low, high].map((km) => `${decimals(km, 0.1)} km`);
    return { from: 0, low: (low - told.low[2]) / told.step[2], span: Math.max(1e-3, (high - low) / told.step[2]), ends };
  }
  if (state.colour === "magnitude" && network.magnitudes) {
    const [low, high] = [state.magnitude[0] ?? network.magnitudes.low, state.magnitude[1] ?? network.magnitudes.high];
    return { from: 0, low: 100 * low, span: Math.max(1, 100 * (high - low)), ends: [low, high].map((m) => `M ${m.toFixed(1)}`) };
  }
  return { from: 0, low: 0, span: 1, ends: null };
}
