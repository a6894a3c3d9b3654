// Buttons that save what a section carries: a table as its file, a picture and a drawing as they are shown.

/** Show the buttons of tables and pictures, which need this script. */
function offerDownloads() {
  for (const button of document.querySelectorAll("[data-save]")) {
    if (typeof DecompressionStream === "undefined") continue;
    button.hidden = false;
    button.addEventListener("click", () => saveCarried(button));
  }
  for (const button of document.querySelectorAll("[data-picture-name]")) {
    button.hidden = false;
    button.addEventListener("click", () => saveImage(button));
  }
  for (const button of document.querySelectorAll("[data-drawing]")) {
    button.hidden = false;
    button.addEventListener("click", () => saveDrawing(button));
  }
}

async function saveCarried(button) {
  const content = await unpack(document.getElementById(button.dataset.save).textContent);
  const type = { csv: "text/csv", svg: "image/svg+xml" }[button.dataset.name.split(".").pop()] ?? "application/octet-stream";
  saveBlob(button.dataset.name, new Blob([content], { type: `${type};charset=utf-8` }));
}

function saveImage(button) {
  const [, type, data] = /^data:([^;]+);base64,(.*)$/s.exec(button.closest("figure").querySelector("img").src);
  const letters = atob(data), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  saveBlob(button.dataset.pictureName, new Blob([bytes], { type }));
}

const DRAWN = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family",
  "font-weight", "text-anchor", "visibility"];

/** A drawing of the page as a file of its own: what style sheets say of it stands in it, on the page's paper. */
function drawingText(svg) {
  const copy = svg.cloneNode(true), parts = [svg, ...svg.querySelectorAll("*")], { x, y, width, height } = svg.viewBox.baseVal;
  [copy, ...copy.querySelectorAll("*")].forEach((part, k) => {
    const seen = getComputedStyle(parts[k]);
    for (const name of DRAWN) part.setAttribute(name, seen.getPropertyValue(name));
  });
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const of = { x, y, width, height, fill: getComputedStyle(document.body).backgroundColor };
  for (const [name, value] of Object.entries(of)) paper.setAttribute(name, value);
  copy.prepend(paper);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return new XMLSerializer().serializeToString(copy);
}

/** Save the drawing before a button as "svg", or twice as large as "png". */
async function saveDrawing(button) {
  const { drawing, name } = button.dataset, svg = document.getElementById(button.dataset.of);
  const blob = new Blob([drawingText(svg)], { type: "image/svg+xml;charset=utf-8" });
  if (drawing === "svg") { saveBlob(name, blob); return; }
  const image = new Image(), { width, height } = svg.viewBox.baseVal;
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((made) => saveBlob(name, made), "image/png");
}
