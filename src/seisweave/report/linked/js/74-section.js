// The section: events near a line, along it and down; along the network, a fault, across it, or a line drawn on the map.

/**
 * Where the section runs.
 * @returns {{from: number[], to: number[], unit: number[], half: number, words: string}} km; half is half its width
 */
function sectionLineOf(network, state) {
  const { told } = network, fault = state.fault[0];
  const through = ([x, y], azimuth, long, half, words) => {
    const unit = [Math.sin(azimuth * RADIANS), Math.cos(azimuth * RADIANS)];
    const [from, to] = [-0.5 * long, 0.5 * long].map((s) => [x + s * unit[0], y + s * unit[1]]);
    return { from, to, unit, half: state.width === null ? half : 0.5 * state.width, words };
  };
  if (state.section === "line" && state.line) {
    const [x0, y0, x1, y1] = state.line, long = Math.hypot(x1 - x0, y1 - y0) || 1e-6;
    const half = 0.5 * (state.width ?? 0.06 * long);
    return { from: [x0, y0], to: [x1, y1], unit: [(x1 - x0) / long, (y1 - y0) / long], half, words: "the line drawn" };
  }
  if ((state.section === "along" || state.section === "across") && fault !== undefined) {
    const corners = network.plate(fault), about = network.about(fault);
    const middle = [0, 1].map((k) => corners.reduce((sum, corner) => sum + corner[k] / 8, 0));
    const azimuth = about.strike % 180, rad = azimuth * RADIANS;
    const reach = (angle) => 2 * Math.max(...corners.map((c) => Math.abs((c[0] - middle[0]) * Math.sin(angle) + (c[1] - middle[1]) * Math.cos(angle))));
    const [along, across] = [reach(rad), reach(rad + Math.PI / 2)];
    if (state.section === "along") return through(middle, azimuth, 1.5 * along + 2, 0.5 * across + 1, `fault ${fault}`);
    return through(middle, (azimuth + 90) % 180, Math.max(1.5 * across, 0.6 * along, 4) + 2, 0.5 * along, `across fault ${fault}`);
  }
  const rad = told.azimuth * RADIANS, [ex, ey] = [told.high[0] - told.low[0], told.high[1] - told.low[1]];
  return through(told.middle, told.azimuth, Math.abs(ex * Math.sin(rad)) + Math.abs(ey * Math.cos(rad)), Infinity, "the whole network");
}

class SectionView extends View {
  constructor(linked) {
    super(linked, "section");
    Object.assign(this, { near: 1, middle: 0.5, depth: null });
  }

  get room() { return [46, 20, 10, 34]; }

  project_() {
    const { low, high } = this.network.told, [left, top, right, bottom] = this.frame;
    const line = this.linked.sectionLine(), long = Math.hypot(line.to[0] - line.from[0], line.to[1] - line.from[1]);
    const deep = Math.max(high[2] - Math.min(0, low[2]), 0.1);
    const fair = (0.96 * (bottom - top)) / deep, whole = Math.min((right - left) / Math.max(long, 1e-3), fair);
    this.stretch = [1, 2, 3, 5, 10, 20, 50].findLast((s) => s * whole <= fair) || 1;
    const perKm = whole * this.near, depthScale = perKm * this.stretch, surface = Math.min(0, low[2]);
    const [ux, uy] = line.unit, start = ux * line.from[0] + uy * line.from[1] + this.middle * long;
    const offset = this.depth === null ? top + 4 - depthScale * surface : 0.5 * (top + bottom) - depthScale * this.depth;
    Object.assign(this, { line, long, perKm, depthScale });
    return {
      across: [perKm * ux, perKm * uy, 0, 0, 0, 0.5 * (left + right) - perKm * start],
      down: [0, 0, depthScale, 0, 0, offset],
      away: [0, 0, 0, 0, 0, 0],
    };
  }

  strip() {
    const { unit, from, half } = this.linked.sectionLine();
    if (!Number.isFinite(half)) return null;
    const [x, y] = [-unit[1], unit[0]];
    return { x, y, at: x * from[0] + y * from[1], half };
  }

  before(pen) {
    const [left, , right] = this.frame, { theme } = this.linked, y = this.project([0, 0, 0])[1];
    pen.inside(this.frame, () => pen.shape([[left, y], [right, y]], { stroke: theme.soft, width: 1, dash: [4, 3] }));
  }

  after(pen) {
    const [left, top, right, bottom] = this.frame, { theme } = this.linked, strip = this.strip();
    const near = (fault) => {
      if (!strip) return true;
      const off = this.network.plate(fault).map(([x, y]) => strip.x * x + strip.y * y - strip.at);
      return Math.min(...off) <= strip.half && Math.max(...off) >= -strip.half;
    };
    pen.inside(this.frame, () => {
      if (!strip) drawHalos(this, pen);
      drawPlanes(this, pen, near);
    });
    const km = (px) => (px - 0.5 * (left + right)) / this.perKm + this.middle * this.long;
    const depth = (py) => (py - this.rows.down[5]) / this.depthScale;
    const across = roundStep(km(right) - km(left), Math.max(2, (right - left) / 80));
    const down = roundStep(depth(bottom) - depth(top), Math.max(2, (bottom - top) / 40));
    const below = ticks(km(left), km(right), across).map((s) => ({
      at: 0.5 * (left + right) + (s - this.middle * this.long) * this.perKm, words: decimals(s, across),
    }));
    const beside = ticks(depth(top), depth(bottom), down).map((d) => ({ at: this.project([0, 0, d])[1], words: decimals(d, down) }));
    const stretch = Math.round((10 * this.depthScale) / this.perKm) / 10;
    drawFrame(this, pen, below, beside, {
      below: `km from A${stretch === 1 ? "" : `; depth stretched ${stretch}×`}`, beside: "depth (km)",
    });
    pen.words(left, top - 6, "A", { fill: theme.ink, size: 13, bold: true, align: "left" });
    pen.words(right, top - 6, "A′", { fill: theme.ink, size: 13, bold: true, align: "right" });
    const half = this.line.half, width = Number.isFinite(half) ? `, ${decimals(2 * half, 0.1)} km wide` : ", all events projected onto it";
    pen.words(0.5 * (left + right), top - 6, `${this.line.words}${width}`, { fill: theme.soft, align: "center" });
  }

  drag(from, to, [dx, dy]) { this.shift(dx / 40, dy / 40); }

  zoom(factor, point) {
    const [left, top, right, bottom] = this.frame;
    const [px, py] = point || [0.5 * (left + right), 0.5 * (top + bottom)];
    const along = (px - 0.5 * (left + right)) / this.perKm, depth = (py - this.rows.down[5]) / this.depthScale;
    const near = Math.min(500, Math.max(0.5, this.near * factor)), grown = near / this.near;
    this.middle += (along - along / grown) / this.long;
    this.depth = depth - (py - 0.5 * (top + bottom)) / (this.depthScale * grown);
    this.near = near;
    this.linked.redraw(["section"], true);
  }

  shift(right, down) {
    const [, top, , bottom] = this.frame;
    this.middle -= (40 * right) / this.perKm / this.long;
    this.depth = (0.5 * (top + bottom) - this.rows.down[5] - 40 * down) / this.depthScale;
    this.linked.redraw(["section"], true);
  }

  reset() {
    Object.assign(this, { near: 1, middle: 0.5, depth: null });
    this.linked.redraw(["section"]);
  }
}
