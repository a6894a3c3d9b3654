// Planes, halos and segments as a view draws them, and its axes.

/** Planes of a view: their hulls, filled and outlined, those chosen in strong colours, the others faint. */
function drawPlanes(view, pen, visible = () => true) {
  const { network, linked } = view, { state, sifted, theme } = linked, chosen = new Set(state.fault);
  view.outlines = [];
  if (!network.told.faults || !state.kind.includes("plane")) return;
  const many = network.told.faults > 60;
  const drawn = [];
  for (let fault = 0; fault < network.told.faults; fault++) {
    const code = network.codeOf(fault);
    if (!linked.bounds.codes[code] || !visible(fault)) continue;
    const outline = view.outlineOf(fault);
    if (!outline || outline.length < 2) continue;
    const faint = chosen.size ? !chosen.has(fault) : sifted.counts[code] === 0;
    drawn.push({ fault, outline, faint });
    view.outlines.push({ fault, outline });
  }
  if (!state.outline.planes) return;
  drawn.sort((a, b) => a.faint === b.faint ? b.fault - a.fault : a.faint ? -1 : 1);
  for (const { fault, outline, faint } of drawn) {
    const colour = linked.faultColour(fault), strong = chosen.has(fault);
    const style = { stroke: colour, fill: colour, width: strong ? 2.5 : many ? 0.9 : 1.4, alpha: strong ? 0.3 : 0.13 };
    if (faint) pen.shape(outline, { stroke: theme.line, width: 1 }, true);
    else pen.shape(outline, style, true);
  }
  const named = drawn.filter(({ fault }) => (chosen.size ? chosen.has(fault) : fault < 12 && !many));
  for (const { fault, outline } of named.reverse()) {
    const [x, y] = outline.reduce(([sx, sy], [px, py]) => [sx + px / outline.length, sy + py / outline.length], [0, 0]);
    pen.words(x, y, String(fault), { fill: theme.ink, size: 11, align: "center", baseline: "middle", halo: theme.paper, bold: true });
  }
}

/** Halos as dashed ellipses of two standard deviations, where they are asked for. */
function drawHalos(view, pen) {
  const { network, linked } = view, { told } = network, { across, down } = view.rows;
  if (!linked.state.outline.halos || !linked.state.kind.includes("halo")) return;
  for (let h = 0; h < told.halos; h++) {
    const covariance = points3(network.halo_covariance, 9 * h, 3);
    const spread = (a, b) => [0, 1, 2].reduce((sum, i) => sum + [0, 1, 2].reduce((s, j) => s + a[i] * covariance[i][j] * b[j], 0), 0);
    const [xx, xy, yy] = [spread(across, across), spread(across, down), spread(down, down)];
    const mean = 0.5 * (xx + yy), half = Math.hypot(0.5 * (xx - yy), xy), turn = 0.5 * Math.atan2(2 * xy, xx - yy);
    const [long, short] = [2 * Math.sqrt(mean + half), 2 * Math.sqrt(Math.max(0, mean - half))];
    const [x, y] = view.project(points3(network.halo_mean, 3 * h, 1)[0]);
    const ring = Array.from({ length: 48 }, (_, k) => {
      const [c, s] = [long * Math.cos(k * Math.PI / 24), short * Math.sin(k * Math.PI / 24)];
      return [x + c * Math.cos(turn) - s * Math.sin(turn), y + c * Math.sin(turn) + s * Math.cos(turn)];
    });
    pen.shape(ring, { stroke: told.halo, width: 1.2, dash: [5, 4] }, true);
  }
}

/** Outlines of the segments in the colours of their faults, where they are asked for. */
function drawSegments(view, pen) {
  const { network, linked } = view;
  if (!linked.state.outline.segments) return;
  for (let s = 0; s < network.fault_of_segment.length; s++) {
    const fault = network.fault_of_segment[s];
    const corners = points3(network.segments, 12 * s, 4).map((corner) => view.project(corner));
    pen.shape(corners, { stroke: fault >= 0 ? linked.faultColour(fault) : network.told.halo, width: 0.8, dash: [2, 2] }, true);
  }
}

/** Lines of the map (coast, border, mapped faults), as a view sees them at the surface. */
function drawLines(view, pen, kinds = ["coast", "border", "mapped"]) {
  const { network, linked } = view, { theme } = linked;
  const styles = {
    coast: { stroke: theme.soft, width: 1.1 }, border: { stroke: theme.soft, width: 1, dash: [6, 3, 1, 3] },
    mapped: { stroke: network.told.mapped, width: 1 },
  };
  for (const kind of kinds) {
    linked.lines[kind] ??= network.lines2(kind);
    for (const line of linked.lines[kind]) pen.shape(line.map((point) => view.project(point)), styles[kind]);
  }
}

/** The frame of a flat view, and its ticks: {at, words} in CSS pixels along its lower and left sides. */
function drawFrame(view, pen, below, beside, names) {
  const [left, top, right, bottom] = view.frame, { theme } = view.linked;
  pen.shape([[left, top], [right, top], [right, bottom], [left, bottom]], { stroke: theme.soft, width: 1 }, true);
  let last = -Infinity;
  for (const { at, words } of below) {
    if (at < left - 1 || at > right + 1) continue;
    pen.shape([[at, bottom], [at, bottom + 4]], { stroke: theme.soft });
    const wide = 6.8 * words.length, x = Math.min(Math.max(at, wide / 2), view.width - wide / 2);
    if (x - wide / 2 < last + 6) continue;
    pen.words(x, bottom + 6, words, { fill: theme.soft, align: "center", baseline: "top" });
    last = x + wide / 2;
  }
  let lowest = Infinity;
  for (const { at, words } of [...beside].sort((a, b) => b.at - a.at)) {
    if (at < top - 1 || at > bottom + 1) continue;
    pen.shape([[left - 4, at], [left, at]], { stroke: theme.soft });
    if (at > lowest - 12) continue;
    pen.words(left - 6, Math.max(at, top + 4), words, { fill: theme.soft, align: "right", baseline: "middle" });
    lowest = at;
  }
  if (names.below) pen.words(right, bottom + 19, names.below, { fill: theme.soft, align: "right", baseline: "top" });
  if (names.beside) pen.words(11, (top + bottom) / 2, names.beside, { fill: theme.soft, align: "center", turn: -90 });
}
