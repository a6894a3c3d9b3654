// Magnitudes in time (depths, where events have no magnitudes): drag a span of the axis and all else follows.

class MagnitudesView extends View {
  constructor(linked) {
    super(linked, "magnitudes");
    this.span = null;  // steps of time along the axis; null for all
  }

  get times() {
    const last = this.network.last || 1, room = 0.015 * last;
    return this.span || [-room, last + room];
  }

  project_() {
    const [left, top, right, bottom] = this.frame, { network } = this, [t0, t1] = this.times;
    const perStep = (right - left) / (t1 - t0), range = network.magnitudes;
    const epoch = Math.max(0, Math.round(t0));  // times are told from here, so that days of a century stay apart
    const across = [0, 0, 0, perStep, 0, left + perStep * (epoch - t0)];
    if (range) {
      const room = 0.05 * Math.max(range.high - range.low, 0.5), low = range.low - room, high = range.high + 2 * room;
      const per = (bottom - top) / (high - low);
      Object.assign(this, { low, high });
      return { across, down: [0, 0, 0, 0, -per / 100, bottom + per * low], away: [0, 0, 0, 0, 0, 0], epoch };
    }
    const { low, high } = network.told, per = (bottom - top) / Math.max(1.04 * (high[2] - low[2]), 1e-3);
    Object.assign(this, { low: low[2], high: high[2] });
    return { across, down: [0, 0, per, 0, 0, top + 3 - per * low[2]], away: [0, 0, 0, 0, 0, 0], epoch };
  }

  /** Seconds since 1970 of a point of the view. */
  seconds(px) {
    const [left, , right] = this.frame, [t0, t1] = this.times, { start, second } = this.network.told;
    return start + second * (t0 + ((px - left) / (right - left)) * (t1 - t0));
  }

  pixel(seconds) {
    const [left, , right] = this.frame, [t0, t1] = this.times, { start, second } = this.network.told;
    return left + (((seconds - start) / second - t0) / (t1 - t0)) * (right - left);
  }

  before(pen) {
    const [left, top, right, bottom] = this.frame, { theme, state } = this.linked;
    const [from, to] = this.dragged || state.time;
    if (from === null && to === null) return;
    pen.inside(this.frame, () => {
      const x0 = from === null ? left : this.pixel(from), x1 = to === null ? right : this.pixel(to);
      pen.shape([[x0, top], [x1, top], [x1, bottom], [x0, bottom]], { fill: theme.accent, alpha: 0.12 }, true);
    });
  }

  after(pen) {
    const [left, top, right, bottom] = this.frame;
    const below = timeTicks(this.seconds(left), this.seconds(right), Math.max(2, (right - left) / 95))
      .map(([at, words]) => ({ at: this.pixel(at), words }));
    const many = Math.max(2, (bottom - top) / 32), step = Math.max(this.network.magnitudes ? 0.5 : 0, roundStep(this.high - this.low, many));
    const row = this.rows.down, beside = ticks(this.low, this.high, step).map((value) => ({
      at: this.network.magnitudes ? row[4] * 100 * value + row[5] : row[2] * value + row[5], words: decimals(value, step),
    }));
    drawFrame(this, pen, below, beside, { beside: this.network.magnitudes ? "magnitude" : "depth (km)", below: "" });
  }

  onTop(pen) {
    if (!this.dragged) return;
    const [, top, , bottom] = this.frame, { theme } = this.linked, [x0, x1] = this.dragged.map((s) => this.pixel(s));
    pen.inside(this.frame, () => pen.shape([[x0, top], [x1, top], [x1, bottom], [x0, bottom]],
      { fill: theme.accent, stroke: theme.accent, alpha: 0.15 }, true));
  }

  drag(from, to) {
    const [left, , right] = this.frame, clip = (x) => this.seconds(Math.min(right, Math.max(left, x)));
    this.dragged = [clip(Math.min(from[0], to[0])), clip(Math.max(from[0], to[0]))];
    this.drawOver();
  }

  dropped(from) {
    const span = this.dragged;
    this.dragged = null;
    if (from && span) this.linked.set({ time: span });
    else this.drawOver();
  }

  zoom(factor, point) {
    const [left, , right] = this.frame, [t0, t1] = this.times, state = this.linked.state.time;
    let about = point ? (point[0] - left) / (right - left) : 0.5;
    if (!point && state[0] !== null && state[1] !== null) {
      about = Math.min(1, Math.max(0, (this.pixel(0.5 * (state[0] + state[1])) - left) / (right - left)));
    }
    const long = Math.min(1.03 * (this.network.last || 1), Math.max(100, (t1 - t0) / factor));
    const start = t0 + about * (t1 - t0) - (point ? about : 0.5) * long;
    this.span = [start, start + long];
    this.linked.redraw(["magnitudes"], true);
  }

  shift(right) {
    const [t0, t1] = this.times, by = -0.1 * right * (t1 - t0);
    this.span = [t0 + by, t1 + by];
    this.linked.redraw(["magnitudes"], true);
  }

  reset() {
    this.span = null;
    this.linked.redraw(["magnitudes"]);
  }
}
