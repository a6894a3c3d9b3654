// Filters, colours, the section and play: what a reader sets by hand, and what it shows of the state.

const PLAY_SECONDS = 20;  // that all times take to play

class Controls {
  constructor(linked) {
    this.linked = linked;
    this.form = linked.root.querySelector(".controls");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => this.changed(event.target));
    for (const button of this.form.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.act(button.dataset.do));
    }
    if (matchMedia("(max-width: 40rem)").matches) linked.root.querySelector(".filters").open = false;
  }

  field(name) { return this.form.elements.namedItem(name); }

  changed(field) {
    const { linked } = this, value = field.value;
    const pair = (name, end) => {
      const range = [...linked.state[name]];
      range[end] = name === "time" ? secondsOf(value) : numberOf(value);
      linked.set({ [name]: range });
    };
    const [name, end] = field.name.split(".");
    if (["magnitude", "depth", "time"].includes(name)) pair(name, end === "high" ? 1 : 0);
    else if (name === "kind") linked.set({ kind: KINDS.filter((kind) => this.form.querySelector(`[name=kind][value=${kind}]`).checked) });
    else if (name === "outline") {
      linked.state.outline[field.value] = field.checked;
      linked.redraw();
    } else if (name === "only") linked.set({ only: field.checked });
    else if (name === "colour") linked.set({ colour: value });
    else if (name === "fault") {
      const faults = value.split(/[\s,]+/).filter(Boolean).map(Number);
      const fault = [...new Set(faults)].filter((f) => Number.isInteger(f) && f >= 0 && f < linked.network.told.faults);
      linked.set({ fault });
    } else if (name === "section") {
      linked.views.section.reset();
      linked.set({ section: value, width: null });
      if (value === "line" && !linked.state.line) linked.views.map.take("line");
    } else if (name === "width") {
      const width = numberOf(value);
      linked.set({ width: width !== null && width > 0 ? width : null });
    }
  }

  act(what) {
    const { linked } = this;
    if (what === "play") { this.playing ? this.stop() : this.play(); return; }
    this.stop();
    if (what === "all") {
      const { colour, turn, outline } = linked.state;
      linked.set({ ...freshState(), colour, turn, outline });
    } else if (what === "unbox") linked.set({ box: null });
    else if (what === "untime") linked.set({ time: [null, null] });
    else linked.tables.save(what);
  }

  /** Show events as they came: the end of the time moves; afterwards it is what it was. */
  play() {
    const { linked } = this, { network } = linked, { told } = network, chosen = [...linked.state.time];
    const start = chosen[0] ?? told.start, end = chosen[1] ?? told.start + told.second * network.last;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const begun = performance.now();
    this.playing = { chosen };
    this.follow();
    const step = () => {
      if (!this.playing) return;
      let part = (performance.now() - begun) / 1000 / PLAY_SECONDS;
      if (calm) part = Math.floor(part * PLAY_SECONDS) / PLAY_SECONDS;  // a picture a second
      if (part >= 1) { this.stop(); return; }
      linked.set({ time: [chosen[0], start + part * (end - start)] }, { quiet: true, moving: true });
      this.frame = calm ? setTimeout(step, 1000) : requestAnimationFrame(step);
    };
    step();
  }

  stop() {
    if (!this.playing) return;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.frame);
    const { chosen } = this.playing;
    this.playing = null;
    this.linked.set({ time: chosen });
  }

  /** Let the fields say what the state is. */
  follow() {
    const { state, network, ramp } = this.linked, put = (name, value) => {
      const field = this.field(name);
      if (field && document.activeElement !== field) field.value = value;
    };
    const ends = (name, words) => ["low", "high"].forEach((end, k) =>
      put(`${name}.${end}`, state[name][k] === null ? "" : words(state[name][k])));
    ends("magnitude", (value) => Number(value.toFixed(2)));
    ends("depth", (value) => Number(value.toFixed(2)));
    ends("time", isoOf);
    put("fault", state.fault.join(", "));
    put("colour", state.colour);
    put("section", state.section);
    put("width", state.width ?? "");
    this.field("only").checked = state.only;
    for (const box of this.form.querySelectorAll("[name=kind]")) box.checked = state.kind.includes(box.value);
    for (const box of this.form.querySelectorAll("[name=outline]")) box.checked = state.outline[box.value];
    const act = (name) => this.form.querySelector(`[data-do="${name}"]`);
    act("unbox").hidden = !state.box;
    act("untime").hidden = state.time.every((end) => end === null) || Boolean(this.playing);
    act("play").textContent = this.playing ? "Stop" : "Play";
    act("play").hidden = !network.t;
    const bar = this.form.querySelector(".ramp");
    bar.hidden = !ramp.ends;
    if (ramp.ends) {
      const [low, high] = bar.querySelectorAll("span");
      [low.textContent, high.textContent] = ramp.ends;
      const context = bar.querySelector("canvas").getContext("2d");
      context.putImageData(new ImageData(new Uint8ClampedArray(rampColours(this.linked.theme.dark)), 256, 1), 0, 0);
    }
    for (const option of this.field("section").options) {
      option.disabled = (option.value === "along" || option.value === "across") && !state.fault.length;
    }
  }
}
