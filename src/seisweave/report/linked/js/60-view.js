// A view: two canvases over each other (the picture; what is pointed at), what it projects, and how a hand moves it.

const NEAR = 9;  // CSS pixels between the pointer and an event that it means
const CLICK = 4;  // CSS pixels that a click may move

class View {
  /** @param {Linked} linked @param {string} name "map", "space", "section" or "magnitudes" */
  constructor(linked, name) {
    this.linked = linked;
    this.network = linked.network;
    this.name = name;
    this.figure = linked.root.querySelector(`[data-view="${name}"]`);
    this.stage = this.figure.querySelector(".stage");
    [this.base, this.over] = this.stage.querySelectorAll("canvas");
    this.tip = linked.root.querySelector(".tip");
    this.seen = false;
    this.frames = 0;
    this.outlines = [];
    this.listen();
  }

  /** Room for axes around the frame: left, top, right, bottom. */
  get room() { return [46, 8, 10, 30]; }

  /** The frame in CSS pixels: left, top, right, bottom. */
  get frame() {
    const [left, top, right, bottom] = this.room;
    return [left, top, Math.max(left + 1, this.width - right), Math.max(top + 1, this.height - bottom)];
  }

  resize() {
    const { clientWidth, clientHeight } = this.stage;
    const scale = Math.min(3, window.devicePixelRatio || 1);
    if (clientWidth === this.width && clientHeight === this.height && scale === this.scale) return;
    Object.assign(this, { width: clientWidth, height: clientHeight, scale });
    for (const canvas of [this.base, this.over]) {
      canvas.width = Math.max(1, Math.round(clientWidth * scale));
      canvas.height = Math.max(1, Math.round(clientHeight * scale));
    }
  }

  /** A place in km as CSS pixels. */
  project([x, y, z]) {
    const { across, down } = this.rows;
    return [across[0] * x + across[1] * y + across[2] * z + across[5], down[0] * x + down[1] * y + down[2] * z + down[5]];
  }

  /** Draw the picture; while it moves, every stride-th event. */
  draw(stride = 1) {
    this.resize();
    if (!this.width) return;
    this.rows = this.project_();
    const context = this.base.getContext("2d"), pen = new CanvasPen(context);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.base.width, this.base.height);
    context.scale(this.scale, this.scale);
    this.before(pen);
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.points(context, this.linked.ranges(), stride);
    context.scale(this.scale, this.scale);
    this.after(pen);
    this.frames++;
    window.seisweave.firstPicture ??= performance.now();
    this.figure.dataset.drawn = String(this.frames);
    this.figure.dataset.stride = String(stride);
    this.drawOver();
  }

  /** Draw what is pointed at, and what is being dragged. */
  drawOver() {
    if (!this.rows) return;
    const context = this.over.getContext("2d"), { hover, network } = this.linked;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.over.width, this.over.height);
    const pen = new CanvasPen(context), theme = this.linked.theme;
    if (hover.fault >= 0) {
      const code = network.codeOf(hover.fault);
      this.points(context, [{ from: network.first[code], to: network.first[code + 1], lit: true }], 1, 1.6);
      context.scale(this.scale, this.scale);
      const outline = this.outlineOf(hover.fault);
      if (outline) pen.inside(this.frame, () => pen.shape(outline, { stroke: theme.ink, width: 2.4 }, true));
      context.setTransform(1, 0, 0, 1, 0, 0);
    }
    context.scale(this.scale, this.scale);
    if (hover.event >= 0) {
      const [x, y] = this.where(hover.event);
      if (x !== null) pen.inside(this.frame, () => pen.circle(x, y, 7, { stroke: theme.ink, width: 2 }));
    }
    this.onTop(pen);
  }

  /** What lies under the events, over them, and over all. */
  before() {}
  after() {}
  onTop() {}

  /** Outline of a fault's plate in this view, or null where it has none. */
  outlineOf(fault) {
    return this.network.told.faults ? hull(this.network.plate(fault).map((corner) => this.project(corner))) : null;
  }

  points(context, ranges, stride, larger = 1) {
    const how = this.how(larger);
    this.linked.painter.paint(context, this.network, { ...how, ranges, stride });
  }

  /** What the painter must know: rows of km, steps of time and hundredths of magnitude as rows of clip space. */
  how(larger) {
    const { told } = this.network, { linked, scale } = this, { across, down, away, epoch = 0 } = this.rows;
    const [low, step] = [told.low, told.step], bounds = linked.bounds;
    const inClip = (row, size, sign) => ({
      turn: [0, 1, 2].map((k) => (sign * 2 * row[k] * step[k]) / size),
      rest: sign * ((2 * (row[5] + row[0] * low[0] + row[1] * low[1] + row[2] * low[2])) / size - 1),
      time: (sign * 2 * row[3]) / size,
      magnitude: (sign * 2 * row[4]) / size,
    });
    const x = inClip(across, this.width, 1), y = inClip(down, this.height, -1);
    const z = { turn: [0, 1, 2].map((k) => away[k] * step[k]), rest: away[5] + [0, 1, 2].reduce((s, k) => s + away[k] * low[k], 0) };
    const halves = (steps) => [steps % 65536, Math.floor(steps / 65536)];
    const ramp = linked.ramp, strip = this.strip();
    return {
      clip: this.frame.map((side) => side * scale),
      keep: linked.sifted.keep,
      solid: this.name === "space",
      colouring: COLOURINGS.indexOf(linked.state.colour),
      uniforms: {
        turn: [...x.turn, ...y.turn, ...z.turn], shift: [x.rest, y.rest, z.rest],
        byTime: [x.time, y.time, 0], byMagnitude: [x.magnitude, y.magnitude, 0],
        epoch: halves(Math.round(epoch)), from: halves(bounds.times?.[0] ?? 0), until: halves(bounds.times?.[1] ?? 0),
        dated: bounds.times ? 1 : 0, measured: bounds.magnitudes ? 1 : 0,
        magnitudes: bounds.magnitudes ?? [0, 0], depths: bounds.depths, box: bounds.box,
        strip: strip ? [strip.x * step[0], strip.y * step[1], strip.at - strip.x * low[0] - strip.y * low[1], strip.half]
          : [0, 0, 0, 1],
        sizes: [linked.size * scale * larger, 100 * (this.network.magnitudes?.large ?? 0), 12 * scale, 0],
        rampFrom: halves(ramp.from), rampLow: ramp.low, rampSpan: ramp.span,
        paper: linked.theme.paperRgb, opacity: 0.85,
      },
    };
  }

  /** The strip of the map whose events are drawn, or null for all: |x·east + y·north − at| ≤ half, km. */
  strip() { return null; }

  /** Whether an event is drawn here. */
  draws(i) { return this.linked.sifted.keep[i] === 1 && (!this.strip_ || this.inStrip(i)); }

  inStrip(i) {
    const [x, y] = this.network.xyz(i), strip = this.strip_;
    return Math.abs(strip.x * x + strip.y * y - strip.at) <= strip.half;
  }

  /** Where an event is drawn, CSS pixels; nulls where it is not. */
  where(i) {
    const { network, rows } = this, [x, y, z] = network.xyz(i);
    const timed = rows.across[3] !== 0;
    if (timed && (network.time(i) === null || (rows.down[4] !== 0 && network.magnitude(i) === null))) return [null, null];
    const t = timed ? network.t[i] - (rows.epoch || 0) : 0, m = network.m ? network.m[i] : 0;
    return [rows.across, rows.down].map((r) => r[0] * x + r[1] * y + r[2] * z + r[3] * t + r[4] * m + r[5]);
  }

  /** The event nearest to a point of the view (its number, or -1). */
  nearest(px, py) {
    const { network, rows } = this, { low, step } = network.told, { keep } = this.linked.sifted;
    const [a, d] = [rows.across, rows.down], timed = a[3] !== 0, measured = d[4] !== 0;
    const ax = a[0] * step[0], ay = a[1] * step[1], az = a[2] * step[2];
    const dx = d[0] * step[0], dy = d[1] * step[1], dz = d[2] * step[2];
    const a0 = a[5] + a[0] * low[0] + a[1] * low[1] + a[2] * low[2] - px;
    const d0 = d[5] + d[0] * low[0] + d[1] * low[1] + d[2] * low[2] - py;
    const { x, y, z, t, m } = network, epoch = rows.epoch || 0;
    this.strip_ = this.strip();
    let best = -1, least = NEAR * NEAR;
    for (let i = 0; i < network.n; i++) {
      if (!keep[i]) continue;
      let u = a0 + ax * x[i] + ay * y[i] + az * z[i];
      if (timed) { if (t[i] === NO_TIME) continue; u += a[3] * (t[i] - epoch); }
      if (u > NEAR || u < -NEAR) continue;
      let v = d0 + dx * x[i] + dy * y[i] + dz * z[i];
      if (measured) { if (m[i] === NO_MAGNITUDE) continue; v += d[4] * m[i]; }
      const far = u * u + v * v;
      if (far <= least && (!this.strip_ || this.inStrip(i))) { least = far; best = i; }
    }
    return best;
  }

  /** What a point of the view means: an event, or else the smallest plate over it. */
  pick(px, py) {
    const [left, top, right, bottom] = this.frame;
    if (px < left || px > right || py < top || py > bottom) return { event: -1, fault: -1 };
    const event = this.nearest(px, py);
    if (event >= 0) return { event, fault: this.network.faultOf(this.network.code[event]) };
    let fault = -1, least = Infinity;
    for (const { fault: each, outline } of this.outlines) {
      if (within([px, py], outline) && extent(outline) < least) { fault = each; least = extent(outline); }
    }
    return { event: -1, fault };
  }

  listen() {
    let down = null, asked = null;
    const at = (event) => {
      const box = this.stage.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    this.stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.rows) return;
      down = { from: at(event), last: at(event), moved: false };
      this.stage.setPointerCapture(event.pointerId);
    });
    this.stage.addEventListener("pointermove", (event) => {
      const point = at(event);
      if (down) {
        if (!down.moved && Math.hypot(point[0] - down.from[0], point[1] - down.from[1]) < CLICK) return;
        if (!down.moved) this.linked.point({ event: -1, fault: -1 });
        down.moved = true;
        this.drag(down.from, point, [point[0] - down.last[0], point[1] - down.last[1]], event);
        down.last = point;
      } else if (this.rows) {
        if (asked === null) requestAnimationFrame(() => { const p = asked; asked = null; if (p) this.hover(...p); });
        asked = point;
      }
    });
    const up = (event) => {
      if (!down) return;
      const { from, moved } = down, point = at(event);
      down = null;
      if (event.type === "pointercancel") this.dropped(null, null);
      else if (moved) this.dropped(from, point);
      else this.clicked(point, event);
    };
    this.stage.addEventListener("pointerup", up);
    this.stage.addEventListener("pointercancel", up);
    this.stage.addEventListener("pointerleave", () => { asked = null; if (!down) this.linked.point({ event: -1, fault: -1 }); });
    this.stage.addEventListener("wheel", (event) => {
      if (!(event.ctrlKey || event.metaKey || document.activeElement === this.stage) || !this.rows) return;
      event.preventDefault();
      this.zoom(Math.exp(-0.0015 * event.deltaY), at(event));
    }, { passive: false });
    this.stage.addEventListener("keydown", (event) => { if (this.key(event.key)) event.preventDefault(); });
    for (const button of this.figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => {
        if (button.dataset.zoom === "0") this.reset();
        else this.zoom(button.dataset.zoom === "+" ? 1.5 : 1 / 1.5, null);
      });
    }
  }

  hover(px, py) { this.linked.point(this.pick(px, py), this, [px, py]); }

  clicked(point, event) {
    const { fault } = this.pick(...point);
    this.linked.choose(fault, event.ctrlKey || event.metaKey || event.shiftKey);
  }

  key(name) {
    if (name === "+" || name === "=") this.zoom(1.5, null);
    else if (name === "-") this.zoom(1 / 1.5, null);
    else if (name === "0") this.reset();
    else if (name === "Escape") this.linked.choose(-1, false);
    else if (name.startsWith("Arrow")) {
      this.shift(...{ ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[name]);
    } else return false;
    return true;
  }

  drag() {}
  dropped() {}
  zoom() {}
  shift() {}
  reset() {}
}
