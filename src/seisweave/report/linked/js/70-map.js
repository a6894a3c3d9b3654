// The map: degrees along its sides, coast and borders below, a box or a line drawn with the pointer.

class MapView extends View {
  constructor(linked) {
    super(linked, "map");
    this.tool = "box";
    for (const button of this.figure.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => this.take(button.dataset.tool));
    }
  }

  get room() { return [54, 8, 12, 30]; }

  take(tool) {
    this.tool = tool;
    this.figure.dataset.tool = tool;
    for (const button of this.figure.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
  }

  /** Kilometres in the middle of the frame, and pixels a kilometre. */
  fit() {
    const [left, top, right, bottom] = this.frame, { low, high } = this.network.told;
    const wide = Math.max(high[0] - low[0], 0.1), tall = Math.max(high[1] - low[1], 0.1);
    this.centre = [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])];
    this.perKm = 0.95 * Math.min((right - left) / wide, (bottom - top) / tall);
    this.fitted = true;
  }

  project_() {
    if (!this.centre || this.fitted) this.fit();
    const [left, top, right, bottom] = this.frame, k = this.perKm;
    return {
      across: [k, 0, 0, 0, 0, 0.5 * (left + right) - k * this.centre[0]],
      down: [0, -k, 0, 0, 0, 0.5 * (top + bottom) + k * this.centre[1]],
      away: [0, 0, 0, 0, 0, 0],
    };
  }

  /** Kilometres of a point of the view. */
  km([px, py]) { return [(px - this.rows.across[5]) / this.perKm, (this.rows.down[5] - py) / this.perKm]; }

  before(pen) {
    pen.inside(this.frame, () => {
      this.graticule(pen, true);
      drawLines(this, pen);
    });
  }

  after(pen) {
    const { theme } = this.linked;
    pen.inside(this.frame, () => {
      drawSegments(this, pen);
      drawHalos(this, pen);
      drawPlanes(this, pen);
      this.sectionLine(pen);
      const { box } = this.linked.state;
      if (box) this.rectangle(pen, box, theme);
      this.northAndScale(pen);
    });
    this.graticule(pen, false);
  }

  onTop(pen) {
    const { theme } = this.linked;
    pen.inside(this.frame, () => {
      if (this.dragged?.box) this.rectangle(pen, this.dragged.box, theme);
      if (this.dragged?.line) pen.shape(this.dragged.line, { stroke: theme.accent, width: 2 });
    });
  }

  rectangle(pen, [x0, y0, x1, y1], theme) {
    const corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(([x, y]) => this.project([x, y, 0]));
    pen.shape(corners, { stroke: theme.accent, fill: theme.accent, alpha: 0.06, width: 1.6, dash: [5, 3] }, true);
  }

  /** Meridians and parallels (lines), or the frame with their degrees; kilometres where there are no degrees. */
  graticule(pen, lines) {
    const [left, top, right, bottom] = this.frame, { theme } = this.linked, { place } = this.network;
    const [west, south] = this.km([left, bottom]), [east, north] = this.km([right, top]);
    const many = Math.max(2, Math.round((right - left) / (place ? 90 : 60)));
    if (!place) {
      const step = roundStep(Math.max(east - west, north - south), many);
      const below = ticks(west, east, step).map((x) => ({ at: this.project([x, 0, 0])[0], words: decimals(x, step) }));
      const beside = ticks(south, north, step).map((y) => ({ at: this.project([0, y, 0])[1], words: decimals(y, step) }));
      if (!lines) drawFrame(this, pen, below, beside, { below: "km east", beside: "km north" });
      return;
    }
    const middle = place.toDegrees(...this.centre);
    const offset = (x, y) => ((place.toDegrees(x, y)[0] - middle[0] + 540) % 360) - 180;
    const latitude = (x, y) => place.toDegrees(x, y)[1];
    const ends = [offset(west, south), offset(east, south)], sides = [latitude(west, south), latitude(west, north)];
    const step = degreeStep(Math.max(ends[1] - ends[0], sides[1] - sides[0], 1e-4), many);
    const meridians = ticks(middle[0] + ends[0], middle[0] + ends[1], step);
    const parallels = ticks(sides[0], sides[1], step);
    const onMeridian = (lon, y) => bisect((x) => offset(x, y) - (lon - middle[0]), west, east);
    const onParallel = (lat, x) => bisect((y) => latitude(x, y) - lat, south, north);
    if (lines) {
      const parts = [0, 0.25, 0.5, 0.75, 1];
      for (const lon of meridians) {
        const line = parts.map((p) => south + p * (north - south)).map((y) => this.project([onMeridian(lon, y), y, 0]));
        pen.shape(line, { stroke: theme.line });
      }
      for (const lat of parallels) {
        const line = parts.map((p) => west + p * (east - west)).map((x) => this.project([x, onParallel(lat, x), 0]));
        pen.shape(line, { stroke: theme.line });
      }
      return;
    }
    const below = meridians.map((lon) => ({
      at: this.project([onMeridian(lon, south), south, 0])[0], words: degreeWords(lon, step, "EW"),
    }));
    const beside = parallels.map((lat) => ({
      at: this.project([west, onParallel(lat, west), 0])[1], words: degreeWords(lat, step, "NS"),
    }));
    drawFrame(this, pen, below, beside, {});
  }

  /** The line of the section with its width, A to A′. */
  sectionLine(pen) {
    const { theme } = this.linked, line = this.linked.sectionLine();
    const [a, b] = [line.from, line.to].map(([x, y]) => this.project([x, y, 0]));
    if (Number.isFinite(line.half)) {
      const [ux, uy] = line.unit, [nx, ny] = [-uy * line.half, ux * line.half];
      const strip = [[line.from, 1], [line.to, 1], [line.to, -1], [line.from, -1]]
        .map(([[x, y], side]) => this.project([x + side * nx, y + side * ny, 0]));
      pen.shape(strip, { stroke: theme.ink, width: 1, dash: [2, 3] }, true);
    }
    pen.shape([a, b], { stroke: theme.ink, width: 1.2 });
    const inside = ([x, y]) => {
      const [left, top, right, bottom] = this.frame;
      return [Math.min(right - 10, Math.max(left + 10, x)), Math.min(bottom - 10, Math.max(top + 10, y))];
    };
    pen.words(...inside(a), "A", { fill: theme.ink, size: 13, align: "center", baseline: "middle", halo: theme.paper, bold: true });
    pen.words(...inside(b), "A′", { fill: theme.ink, size: 13, align: "center", baseline: "middle", halo: theme.paper, bold: true });
  }

  northAndScale(pen) {
    const [left, top, right, bottom] = this.frame, { theme } = this.linked, { place } = this.network;
    const [px, py] = [right - 20, top + 34];
    let turn = 0;
    if (place) {
      const at = this.km([px, py]), [lon, lat] = place.toDegrees(...at);
      const [x, y] = place.toKm(lon, Math.min(89.9, lat + 0.05));
      turn = Math.atan2(x - at[0], y - at[1]);
    }
    const spot = (u, v) => [px + u * Math.cos(turn) + v * Math.sin(turn), py + u * Math.sin(turn) - v * Math.cos(turn)];
    pen.shape([spot(-6, -10), spot(0, 12), spot(6, -10), spot(0, -6)], { fill: theme.ink, stroke: theme.paper, width: 1 }, true);
    pen.words(...spot(0, 20), "N", { fill: theme.ink, size: 11, align: "center", baseline: "middle", halo: theme.paper, bold: true });
    const step = roundStep((right - left) / this.perKm, 5), long = step * this.perKm;
    const [x0, y0] = [left + 12, bottom - 12];
    pen.shape([[x0, y0 - 5], [x0, y0], [x0 + long, y0], [x0 + long, y0 - 5]], { stroke: theme.paper, width: 5 });
    pen.shape([[x0, y0 - 5], [x0, y0], [x0 + long, y0], [x0 + long, y0 - 5]], { stroke: theme.ink, width: 1.6 });
    pen.words(x0 + long / 2, y0 - 5, `${decimals(step, step)} km`, { fill: theme.ink, align: "center", baseline: "bottom", halo: theme.paper });
  }

  drag(from, to, [dx, dy]) {
    if (this.tool === "move") { this.shift(dx / 40, dy / 40); return; }
    this.dragged = this.tool === "box"
      ? { box: orderedBox([...this.km(from), ...this.km(to)]) } : { line: [from, to] };
    this.drawOver();
  }

  dropped(from, to) {
    const dragged = this.dragged;
    this.dragged = null;
    if (!from || !dragged) { this.drawOver(); return; }
    if (dragged.box) this.linked.set({ box: dragged.box });
    else {
      const width = this.linked.state.width ?? Number((0.06 * Math.hypot(to[0] - from[0], to[1] - from[1]) / this.perKm).toPrecision(1));
      this.linked.set({ line: [...this.km(from), ...this.km(to)], section: "line", width });
    }
  }

  zoom(factor, point) {
    const [left, top, right, bottom] = this.frame, about = point || [0.5 * (left + right), 0.5 * (top + bottom)];
    const [x, y] = this.km(about);
    this.fitted = false;
    this.perKm = Math.min(1e6, Math.max(1e-3, this.perKm * factor));
    this.centre = [x - (about[0] - 0.5 * (left + right)) / this.perKm, y + (about[1] - 0.5 * (top + bottom)) / this.perKm];
    this.linked.redraw(["map"], true);
  }

  shift(right, down) {
    this.fitted = false;
    this.centre = [this.centre[0] - (40 * right) / this.perKm, this.centre[1] + (40 * down) / this.perKm];
    this.linked.redraw(["map"], true);
  }

  reset() {
    this.fitted = true;
    this.linked.redraw(["map"]);
  }
}

/** Where a rising function is zero between two places. */
function bisect(f, low, high) {
  for (let step = 0; step < 22; step++) {
    const middle = 0.5 * (low + high);
    if (f(middle) < 0) low = middle; else high = middle;
  }
  return 0.5 * (low + high);
}
