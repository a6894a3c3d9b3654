// One result on the page: its state, what passes it, and the views, tables and controls that follow.

const MOVING = 200000;  // events that a picture has while it moves, to begin with
const SMOOTH = 28;  // milliseconds that such a picture may take
const REST = 160;  // milliseconds after which a picture that moved is drawn whole

class Linked {
  /**
   * @param {HTMLElement} root the part of the page  @param {Network} network  @param {object} painter
   * @param {string} before what its names in the address begin with
   */
  constructor(root, network, painter, before) {
    Object.assign(this, { root, network, painter, before, lines: {}, hover: { event: -1, fault: -1 } });
    this.theme = themeOf(root);
    this.state = stateOf(network, location.hash, before);
    this.budget = painter.kind === "webgl" ? MOVING : 5 * MOVING;
    this.waiting = new Set();
    this.moving = false;
    this.views = {
      map: new MapView(this), space: new SpaceView(this), section: new SectionView(this),
      ...(network.t ? { magnitudes: new MagnitudesView(this) } : {}),
    };
    this.watch();
    this.settle();
    this.tables = new Tables(this);
    this.controls = new Controls(this);
    this.tell();
    Object.assign(root.dataset, { ready: "true", painter: painter.kind });
    setTimeout(() => this.drawUnseen(), 300);
  }

  /** Draw, one after the other, what nobody has scrolled to yet. */
  drawUnseen() {
    const view = Object.values(this.views).find((each) => !each.frames);
    if (!view) return;
    view.draw(1);
    if (!view.frames) return;  // no room for it now
    setTimeout(() => this.drawUnseen(), 50);
  }

  /** Work out what passes the state, and the colours it asks for. */
  settle() {
    const { network, state } = this;
    this.bounds = boundsOf(network, state);
    this.sifted = sift(network, this.bounds);
    const sparse = 62 / Math.sqrt(Math.max(1, this.sifted.shown));
    this.size = Math.min(3.4, Math.max(1.15, 1.3 * sparse));
    this.paintColours();
    Object.assign(this.root.dataset, { shown: this.sifted.shown, fault: state.fault.join(","), colour: state.colour });
  }

  paintColours() {
    const { network, state, theme } = this, codes = new Uint8Array(4 * network.codes), chosen = new Set(state.fault);
    for (let c = 0; c < network.codes; c++) {
      const fault = network.faultOf(c);
      const colour = fault >= 0 ? this.faultColour(fault) : c ? network.told.halo : network.told.background;
      const faint = chosen.size > 0 && !chosen.has(fault);
      codes.set([...rgbOf(colour), this.bounds.codes[c] ? (faint ? 120 : 255) : 0], 4 * c);
    }
    this.ramp = rampOf(this);
    this.painter.colours(network, codes, rampColours(theme.dark));
  }

  faultColour(fault) { return this.network.told.palette[this.network.colour[fault]]; }

  sectionLine() { return sectionLineOf(this.network, this.state); }

  /** Ranges of events to paint: all, and those chosen once more on top. */
  ranges() {
    const { network, state } = this;
    const chosen = state.fault.map((fault) => network.codeOf(fault))
      .map((code) => ({ from: network.first[code], to: network.first[code + 1], lit: true }));
    return [{ from: 0, to: network.n, lit: false }, ...chosen];
  }

  /**
   * Change the state; everything follows.
   * @param {object} changes @param {{only?: string[], quiet?: boolean, moving?: boolean}} how
   */
  set(changes, { only, quiet = false, moving = false } = {}) {
    Object.assign(this.state, changes);
    if (!only) this.settle();
    if (!quiet) this.remember();
    this.tell();
    this.redraw(only, moving);
  }

  /** Choose a fault, or none (-1); with `more`, beside those that are chosen. */
  choose(fault, more) {
    const chosen = this.state.fault, changes = {};
    if (fault < 0) { if (!chosen.length) return; changes.fault = []; }
    else if (more) changes.fault = chosen.includes(fault) ? chosen.filter((f) => f !== fault) : [...chosen, fault];
    else changes.fault = chosen.length === 1 && chosen[0] === fault ? [] : [fault];
    const section = this.state.section;
    if (changes.fault.length && section === "whole") changes.section = "along";
    if (!changes.fault.length && (section === "along" || section === "across")) changes.section = "whole";
    this.views.section.reset();
    this.set(changes);
    if (changes.fault.length) this.tables.bring(changes.fault.at(-1));
  }

  /** Point at an event or a fault, in a view at a point or from a row: it lights up everywhere. */
  point(hover, view = null, at = null) {
    this.showTip(hover, view, at);
    if (hover.event === this.hover.event && hover.fault === this.hover.fault) return;
    this.hover = hover;
    this.root.dataset.hover = hover.fault >= 0 ? String(hover.fault) : "";
    for (const each of Object.values(this.views)) if (each.seen) each.drawOver();
    this.tables.light(hover.fault);
  }

  showTip(hover, view, at) {
    const tip = this.root.querySelector(".tip"), lines = at ? this.wordsOf(hover) : [];
    tip.hidden = !lines.length;
    if (!lines.length) return;
    tip.replaceChildren(...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })));
    const box = this.root.getBoundingClientRect(), stage = view.stage.getBoundingClientRect();
    const left = stage.left - box.left + at[0], wide = tip.offsetWidth;
    tip.style.left = `${Math.max(0, left + wide + 24 > box.width ? left - wide - 14 : left + 14)}px`;
    tip.style.top = `${stage.top - box.top + at[1] + 12}px`;
  }

  /** What is told of an event or a fault: lines of text. */
  wordsOf({ event, fault }) {
    const { network } = this, lines = [];
    if (event >= 0) {
      const magnitude = network.magnitude(event), time = network.time(event), [x, y, z] = network.xyz(event);
      const place = network.place ? network.place.toDegrees(x, y) : null;
      const where = place ? `${degreeWords(place[1], 0.001, "NS")}, ${degreeWords(place[0], 0.001, "EW")}` : `${x.toFixed(2)} km east, ${y.toFixed(2)} km north`;
      lines.push([magnitude === null ? "" : `M ${magnitude.toFixed(1)}`, time === null ? "" : fullTime(time)].filter(Boolean).join(" · "));
      lines.push(`${z.toFixed(1)} km deep · ${where}`, network.id(event));
    }
    if (fault >= 0) {
      const about = network.about(fault);
      lines.unshift(`fault ${fault}: strike ${Math.round(about.strike)}°, dip ${Math.round(about.dip)}°, ` +
        `${shortKm(about.length)} × ${shortKm(about.width)} km, ${counted(about.events)} events`);
    } else if (event >= 0) {
      const code = network.code[event];
      lines.unshift(code ? `in halo ${code - 1}` : "background");
    }
    return lines.filter(Boolean);
  }

  /** Say in words what is shown, for all to read. */
  tell() {
    const { network, sifted, state } = this, { told } = network;
    let planes = 0, on = 0;
    for (let f = 0; f < told.faults; f++) { const n = sifted.counts[network.codeOf(f)]; if (n) { planes++; on += n; } }
    const faults = state.fault.length ? ` Chosen: fault ${state.fault.join(", ")}.` : "";
    const diffuse = sifted.shown - on;
    this.root.querySelector(".shown").textContent =
      `${counted(sifted.shown)} of ${counted(network.n)} events are shown: ${counted(on)} on ${counted(planes)} planes, ${counted(diffuse)} diffuse.${faults}`;
    this.controls?.follow();
    this.tables?.follow();
  }

  remember() { rememberAll(); }

  /** Draw views again before the next picture; while something moves, with fewer events. */
  redraw(names = Object.keys(this.views), moving = false) {
    for (const name of names) if (this.views[name]) this.waiting.add(name);
    this.moving = moving;
    clearTimeout(this.resting);
    if (moving) this.resting = setTimeout(() => this.redraw([...this.moved]), REST);
    this.moved = moving ? new Set([...(this.moved || []), ...names]) : new Set();
    if (!this.asked) this.asked = requestAnimationFrame(() => this.drawWaiting());
  }

  drawWaiting() {
    this.asked = null;
    const start = performance.now(), stride = this.moving ? Math.ceil(this.network.n / this.budget) : 1;
    let drawn = 0;
    for (const name of [...this.waiting]) {
      const view = this.views[name];
      if (!view.seen) continue;
      this.waiting.delete(name);
      view.draw(stride);
      drawn++;
      if (!this.moving && performance.now() - start > 60) break;  // the others in the next picture
    }
    if (this.moving && drawn) {
      const took = (performance.now() - start) / drawn;
      this.budget = Math.min(this.network.n, Math.max(this.network.n / MOST_STRIDE, this.budget * Math.min(1.3, Math.max(0.6, SMOOTH / took))));
    }
    if (![...this.waiting].some((name) => this.views[name].seen)) return;
    this.asked = requestAnimationFrame(() => this.drawWaiting());
  }

  /** Draw all views now, seen or not: for print. */
  drawAll() {
    for (const view of Object.values(this.views)) view.draw(1);
  }

  recolour() {
    this.theme = themeOf(this.root);
    this.paintColours();
    this.redraw();
  }

  /** Draw what comes near the window, and again when it has another size. */
  watch() {
    const stages = new Map(Object.values(this.views).map((view) => [view.stage, view]));
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const view = stages.get(entry.target);
        view.seen = entry.isIntersecting;
        if (view.seen && view.frames) view.drawOver();  // what is pointed at may be another since
        else if (view.seen) this.redraw([view.name]);
      }
      if (this.waiting.size && !this.asked) this.asked = requestAnimationFrame(() => this.drawWaiting());
    }, { rootMargin: "300px" });
    const sized = new ResizeObserver((entries) => {
      const names = entries.map((entry) => stages.get(entry.target))
        .filter((view) => view.frames && view.stage.clientWidth && view.stage.clientWidth !== view.width).map((view) => view.name);
      if (names.length) this.redraw(names);
    });
    for (const stage of stages.keys()) { near.observe(stage); sized.observe(stage); }
  }
}

function shortKm(km) { return km >= 10 ? km.toFixed(0) : km.toFixed(1); }
