"use strict";
(() => {
  const plots = JSON.parse(document.getElementById("plots").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const config = {
    responsive: true, displaylogo: false, showLink: false, showSendToCloud: false, plotlyServerURL: "",
    topojsonURL: "", modeBarButtonsToRemove: ["sendDataToCloud", "tableRotation", "resetCameraLastSave3d"],
  };

  // What hangs on light or dark, as paths into a plotly layout.
  const themed = (kind) => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const layout = {
      paper_bgcolor: colour("--paper"), plot_bgcolor: colour("--paper"), "font.color": colour("--ink"),
      "modebar.bgcolor": "rgba(0,0,0,0)", "modebar.color": colour("--soft"), "modebar.activecolor": colour("--accent"),
    };
    const axes = kind === "scene" ? ["scene.xaxis", "scene.yaxis", "scene.zaxis"] : ["xaxis", "yaxis"];
    for (const axis of axes) {
      layout[`${axis}.gridcolor`] = layout[`${axis}.zerolinecolor`] = colour("--line");
      if (kind === "scene") layout[`${axis}.showbackground`] = false;
    }
    return layout;
  };

  const draw = async (frame) => {
    const plot = plots[frame.id];
    const layout = structuredClone(plot.layout);
    layout.font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    if (plot.views) {
      // The projection never changes: a switch makes plotly.js lose the axes.
      layout.scene.camera = { ...Object.values(plot.views)[0], projection: { type: "orthographic" } };
      const narrow = Math.max(1, (1.3 * frame.clientHeight) / frame.clientWidth);  // a phone: draw it smaller
      for (const axis of "xyz") layout.scene.aspectratio[axis] /= narrow;
    }
    const bar = frame.clientWidth < 600 ? { displayModeBar: false } : {};
    await Plotly.newPlot(frame, plot.data, layout, { ...config, ...bar });
    await Plotly.relayout(frame, themed(plot.kind));
    frame.dataset.drawn = "true";
  };

  const addViews = (bar) => {
    for (const [name, camera] of Object.entries(plots[bar.dataset.plot].views)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => {
        const frame = document.getElementById(bar.dataset.plot);
        if (frame.dataset.drawn) {
          Plotly.relayout(frame, { "scene.camera.eye": { ...camera.eye }, "scene.camera.up": { ...camera.up } });
        }
      });
      bar.append(button);
    }
  };

  const value = (cell) => {
    const words = cell.textContent.trim();
    const figure = Number(words.replace(/[,%]/g, ""));
    return words === "" || Number.isNaN(figure) ? words : figure;
  };

  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a.localeCompare(b);
  };

  const sortBy = (head) => {
    const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    const body = head.closest("table").tBodies[0];
    const column = head.cellIndex;
    const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
    rows.sort(([a], [b]) => (order === "ascending" ? compare(a, b) : compare(b, a)));
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    body.append(...rows.map(([, row]) => row));
  };

  document.querySelectorAll(".views").forEach(addViews);
  document.querySelectorAll(".sortable thead button").forEach((button) =>
    button.addEventListener("click", () => sortBy(button.closest("th"))));

  // A plot is drawn when it comes near the window: many results would otherwise ask for many WebGL contexts.
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "400px" });
  const frames = document.querySelectorAll(".plot");
  frames.forEach((frame) => near.observe(frame));

  dark.addEventListener("change", () => frames.forEach((frame) => {
    if (frame.dataset.drawn) Plotly.relayout(frame, themed(plots[frame.id].kind));
  }));
})();
