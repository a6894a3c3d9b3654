// Three dimensions: a turntable. It turns about the vertical and leans towards the reader; depth always points down.

class SpaceView extends View {
  constructor(linked) {
    super(linked, "space");
    this.near = 1;
    const { azimuth, across } = this.network.told;
    this.views = { Oblique: [azimuth - 65, 28], Map: [0, 90], "Side on": [azimuth - 90, 0], "End on": [across - 90, 0] };
    for (const button of this.figure.querySelectorAll("[data-turn]")) {
      button.addEventListener("click", () => this.linked.set({ turn: this.views[button.dataset.turn] }, { only: ["space"] }));
    }
  }

  get room() { return [4, 4, 4, 4]; }

  /** Looking direction (azimuth) and how far the reader looks down from the horizon, degrees. */
  get turn() { return this.linked.state.turn || this.views.Oblique; }

  project_() {
    const { low, high, stretch } = this.network.told, [left, top, right, bottom] = this.frame;
    const [a, e] = this.turn.map((angle) => angle * RADIANS);
    const sides = [0, 1, 2].map((k) => Math.max(high[k] - low[k], 1e-3) * (k === 2 ? stretch : 1));
    const reach = Math.hypot(...sides), flat = Math.hypot(sides[0], sides[1]);
    const tall = flat * Math.sin(e) + sides[2] * Math.cos(e);
    const perKm = this.near * Math.min((0.84 * (right - left)) / flat, (0.84 * (bottom - top)) / Math.max(tall, 0.3 * flat));
    const middle = [0, 1, 2].map((k) => 0.5 * (low[k] + high[k]));
    const rowOf = (vector, scale, offset) => {
      const row = vector.map((v) => v * scale);
      return [...row, 0, 0, offset - row.reduce((sum, v, k) => sum + v * middle[k], 0)];
    };
    const right_ = [Math.cos(a), -Math.sin(a), 0];
    const down = [-Math.sin(e) * Math.sin(a), -Math.sin(e) * Math.cos(a), Math.cos(e) * stretch];
    const away = [Math.cos(e) * Math.sin(a), Math.cos(e) * Math.cos(a), Math.sin(e) * stretch];
    return {
      across: rowOf(right_, perKm, 0.5 * (left + right)),
      down: rowOf(down, perKm, 0.5 * (top + bottom)),
      away: rowOf(away, 1 / reach, 0),
    };
  }

  before(pen) {
    this.box(pen);
    drawLines(this, pen, ["mapped"]);
  }

  after(pen) {
    drawSegments(this, pen);
    drawHalos(this, pen);
    drawPlanes(this, pen);
    this.north(pen);
  }

  /** The edges of the box that lie behind, with kilometres along those that a reader sees best. */
  box(pen) {
    const { low, high, stretch } = this.network.told, { theme } = this.linked, { away, down } = this.rows;
    const style = { stroke: theme.line, width: 1 };
    const at = (x, y, z) => this.project([x, y, z]);
    const nearX = away[0] > 0 ? low[0] : high[0], farX = away[0] > 0 ? high[0] : low[0];
    const nearY = away[1] > 0 ? low[1] : high[1], farY = away[1] > 0 ? high[1] : low[1];
    const [upper, lower] = [low[2], high[2]];
    for (const z of [upper, lower]) {
      pen.shape([at(low[0], low[1], z), at(high[0], low[1], z), at(high[0], high[1], z), at(low[0], high[1], z)], style, true);
    }
    for (const [x, y] of [[farX, farY], [farX, nearY], [nearX, farY]]) pen.shape([at(x, y, upper), at(x, y, lower)], style);
    const words = (from, to, low_, high_, name, outward) => {
      const long = Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (long < 30 || high_ - low_ <= 0) return;
      const step = roundStep(high_ - low_, Math.max(2, Math.min(6, long / 50)));
      const [ox, oy] = outward;
      for (const value of ticks(low_, high_, step)) {
        const part = (value - low_) / (high_ - low_);
        const [x, y] = [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
        pen.shape([[x, y], [x + 4 * ox, y + 4 * oy]], { stroke: theme.soft });
        pen.words(x + 12 * ox, y + 11 * oy, decimals(value, step), { fill: theme.soft, size: 10, align: "center", baseline: "middle" });
      }
      const push = Math.abs(ox) > 0.7 ? 30 : 25, turn = Math.abs(to[1] - from[1]) > 4 * Math.abs(to[0] - from[0]) ? -90 : 0;
      const align = turn || Math.abs(ox) <= 0.4 ? "center" : ox > 0 ? "left" : "right";
      const [x, y] = [0.5 * (from[0] + to[0]) + push * ox, 0.5 * (from[1] + to[1]) + push * oy];
      pen.words(Math.min(this.width - 12, Math.max(12, x)), y, name, { fill: theme.soft, size: 11, align, baseline: "middle", turn });
    };
    const middle = at(...[0, 1, 2].map((k) => 0.5 * (low[k] + high[k])));
    const outward = (from, to) => {
      const long = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
      const normal = [(to[1] - from[1]) / long, -(to[0] - from[0]) / long];
      const half = [0.5 * (from[0] + to[0]) - middle[0], 0.5 * (from[1] + to[1]) - middle[1]];
      return normal[0] * half[0] + normal[1] * half[1] >= 0 ? normal : [-normal[0], -normal[1]];
    };
    const edge = (a, b, low_, high_, name) => words(a, b, low_, high_, name, outward(a, b));
    edge(at(low[0], nearY, lower), at(high[0], nearY, lower), low[0], high[0], "km east");
    edge(at(nearX, low[1], lower), at(nearX, high[1], lower), low[1], high[1], "km north");
    if (down[2] > 1e-9) {
      const sides = [[nearX, farY], [farX, nearY]].sort(([x0, y0], [x1, y1]) => at(x0, y0, 0)[0] - at(x1, y1, 0)[0]);
      const [x, y] = sides[0];
      edge(at(x, y, upper), at(x, y, lower), upper, lower, stretch > 1 ? `depth (km, ${stretch}×)` : "depth (km)");
    }
  }

  north(pen) {
    const { theme } = this.linked, { across, down } = this.rows, long = Math.hypot(across[0], across[1]);
    const [u, v] = [across[1] / long, down[1] / long], [x, y] = [this.width - 34, 36];
    if (Math.hypot(u, v) < 0.05) return;
    const tip = [x + 22 * u, y + 22 * v], length = Math.hypot(u, v);
    pen.shape([[x - 12 * u, y - 12 * v], tip], { stroke: theme.ink, width: 1.6 });
    const [a, b] = [u / length, v / length];
    pen.shape([tip, [tip[0] - 7 * a + 4 * b, tip[1] - 7 * b - 4 * a], [tip[0] - 7 * a - 4 * b, tip[1] - 7 * b + 4 * a]], { fill: theme.ink }, true);
    pen.words(tip[0] + 9 * a, tip[1] + 9 * b, "N", { fill: theme.ink, align: "center", baseline: "middle", bold: true });
  }

  drag(from, to, [dx, dy]) {
    const [azimuth, lean] = this.turn;
    this.linked.state.turn = [(azimuth - 0.4 * dx + 360) % 360, Math.min(90, Math.max(0, lean + 0.3 * dy))];
    this.linked.redraw(["space"], true);
  }

  dropped() { this.linked.remember(); }

  zoom(factor) {
    this.near = Math.min(200, Math.max(0.3, this.near * factor));
    this.linked.redraw(["space"], true);
  }

  shift(right, down) {
    this.drag(null, null, [25 * right, -20 * down]);
    this.dropped();
  }

  reset() {
    this.near = 1;
    this.linked.set({ turn: null }, { only: ["space"] });
  }
}
