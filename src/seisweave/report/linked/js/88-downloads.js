// Buttons that save what a section carries: a table as its file, a picture as it is shown.

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
