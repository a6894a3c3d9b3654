"use strict";
(() => {
  const $ = (id) => document.getElementById(id);

  // How old: by the reader's clock.
  const words = (ms) => {
    const minutes = Math.round(ms / 6e4);
    const [n, unit] = minutes < 90 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"]
      : [Math.round(minutes / 1440), "day"];
    return `${n.toLocaleString("en")} ${unit}${n === 1 ? "" : "s"}`;
  };
  const ages = $("ages");
  const [start, end, issued] = ["now", "end", "issued"].map((name) => Date.parse(ages.dataset[name]));
  const line = document.createElement("span");
  ages.append(" ", line);
  const look = () => {
    const clock = Date.now(), stale = $("stale");
    let warning = "", said = "";
    if (clock < issued - 3e5) {
      warning = "The clock of this device says a time before this page was made: how old it is cannot be told.";
    } else if (ages.dataset.past === "1") {
      said = "";
    } else if (clock >= end) {
      warning = `This page is out of date: its first window ended ${words(clock - end)} ago. ` +
        "What it says is no longer about the time to come; get the latest.";
    } else {
      said = `By this device's clock the data are ${words(Math.max(0, clock - start))} old; ` +
        `${words(end - clock)} of the first window are left.`;
    }
    stale.hidden = !warning;
    if (stale.textContent !== warning) stale.textContent = warning;
    line.textContent = said;
  };
  look();
  setInterval(look, 6e4);

  // One model, window and magnitude at a time.
  const windows = [...document.querySelectorAll(".of-window")];
  const panels = [...document.querySelectorAll(".of-magnitude")];
  const first = document.querySelector("[data-first]");
  const home = first.closest(".of-window");
  const chosen = { model: home.dataset.model, window: home.dataset.window, magnitude: first.dataset.magnitude };
  const distinct = (values) => [...new Set(values)];
  const values = {
    model: () => distinct(windows.map((each) => each.dataset.model)),
    window: () => distinct(windows.filter((w) => w.dataset.model === chosen.model).map((w) => w.dataset.window)),
    magnitude: () => distinct(panels.filter((p) => p.closest(".of-window").dataset.model === chosen.model)
      .map((p) => p.dataset.magnitude)),
  };
  const label = { model: (v) => v, window: (v) => v, magnitude: (v) => `M ${v} or more` };
  const title = { model: "Model", window: "Window", magnitude: "Magnitude" };

  const show = () => {
    for (const each of windows) {
      each.hidden = each.dataset.model !== chosen.model || each.dataset.window !== chosen.window;
    }
    for (const each of panels) each.hidden = each.dataset.magnitude !== chosen.magnitude;
  };
  const build = (focus) => {
    const bar = $("choose");
    bar.replaceChildren();
    for (const kind of ["model", "window", "magnitude"]) {
      const offered = values[kind]();
      if (!offered.includes(chosen[kind])) chosen[kind] = offered[0];
      if (offered.length < 2) continue;
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title[kind]);
      const name = document.createElement("span");
      name.textContent = title[kind];
      group.append(name);
      for (const value of offered) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label[kind](value);
        button.setAttribute("aria-pressed", String(value === chosen[kind]));
        button.addEventListener("click", () => {
          chosen[kind] = value;
          build([kind, value]);
        });
        group.append(button);
        if (focus && focus[0] === kind && focus[1] === value) setTimeout(() => button.focus());
      }
      bar.append(group);
    }
    show();
  };
  build();
})();
