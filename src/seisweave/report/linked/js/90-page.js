// The page comes to life: tables sort, views are drawn, the address is followed, print shows everything.

const linkedViews = [];

/** Write the states of all results into the address, without a step in the history. */
function rememberAll() {
  if (location.protocol === "about:") return;  // in a frame of a notebook, which has no address: a new one would leave it
  const words = linkedViews.map((linked) => addressOf(linked.network, linked.state, linked.before)).filter(Boolean).join("&");
  const painter = /[#&](painter=\w+)/.exec(location.hash)?.[1];
  const wanted = [painter, words].filter(Boolean).join("&").replace(/^(?=.)/, "#");
  if (location.hash === wanted) return;
  try {
    history.replaceState(null, "", wanted || location.pathname + location.search);
  } catch {
    followed = wanted;
    location.replace(wanted || "#");
  }
}

let followed = null;  // an address that we wrote ourselves

function follow() {
  if (location.hash === followed) { followed = null; return; }
  for (const linked of linkedViews) linked.set(stateOf(linked.network, location.hash, linked.before), { quiet: true });
}

/** Say that the views cannot be drawn, and leave the picture unfolded. */
function without(root, why) {
  root.dataset.ready = "false";
  root.classList.add("missing");
  root.querySelector(".missing-note").textContent = why;
}

async function begin(root, painter, before) {
  const result = root.dataset.result, still = root.closest("section").querySelector(".still");
  if (typeof DecompressionStream === "undefined") { without(root, "This browser is too old for the views. The picture shows the same network."); return; }
  const told = JSON.parse(document.getElementById(`${result}-told`).textContent);
  const element = document.getElementById(`${result}-events`), buffer = await unpack(element.textContent);
  element.remove();
  linkedViews.push(new Linked(root, new Network(told, buffer), painter, before));
  if (still) still.open = false;
}

async function start() {
  document.querySelectorAll(".sortable thead button").forEach((button) =>
    button.addEventListener("click", () => sortBy(button.closest("th"))));
  offerDownloads();
  const roots = [...document.querySelectorAll(".linked")];
  const painter = roots.length ? makePainter(/[#&]painter=(\w+)/.exec(location.hash)?.[1]) : null;
  window.seisweave = { results: linkedViews, painter, ready: false };
  for (const [k, root] of roots.entries()) await begin(root, painter, k ? `${k + 1}.` : "");
  window.seisweave.ready = true;
  window.addEventListener("hashchange", follow);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => linkedViews.forEach((linked) => linked.recolour()));
  const print = (on) => {
    document.documentElement.classList.toggle("printing", on);
    for (const details of document.querySelectorAll("details")) {
      if (on) { details.dataset.was = String(details.open); details.open = true; }
      else if (details.dataset.was) details.open = details.dataset.was === "true";
    }
    for (const linked of linkedViews) {
      linked.theme = themeOf(linked.root);
      linked.paintColours();
      linked.drawAll();
    }
  };
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
  painter?.canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    linkedViews.forEach((linked) => { linked.root.querySelector(".shown").textContent = "The graphics memory was lost; load the page again."; });
  });
}

start();
