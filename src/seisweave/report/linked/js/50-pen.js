// Pens: the same lines, areas and words on a canvas or in an SVG.

/** A pen for a canvas; lengths in CSS pixels. */
class CanvasPen {
  constructor(context) { this.to = context; }

  path(points, closed) {
    this.to.beginPath();
    points.forEach(([x, y], k) => (k ? this.to.lineTo(x, y) : this.to.moveTo(x, y)));
    if (closed) this.to.closePath();
  }

  /** style: stroke, width, dash, fill, alpha (of the fill). */
  shape(points, style, closed = false) {
    if (points.length < 2) return;
    this.path(points, closed);
    this.finish(style);
  }

  circle(x, y, radius, style) {
    this.to.beginPath();
    this.to.arc(x, y, radius, 0, 2 * Math.PI);
    this.finish(style);
  }

  finish({ stroke, width = 1, dash = [], fill, alpha = 1 }) {
    if (fill) {
      this.to.globalAlpha = alpha;
      this.to.fillStyle = fill;
      this.to.fill();
      this.to.globalAlpha = 1;
    }
    if (stroke) {
      Object.assign(this.to, { strokeStyle: stroke, lineWidth: width, lineJoin: "round" });
      this.to.setLineDash(dash);
      this.to.stroke();
      this.to.setLineDash([]);
    }
  }

  /** style: fill, size, align (left, center, right), baseline, halo (a colour round the letters), turn (degrees), bold. */
  words(x, y, words, { fill, size = 11, align = "left", baseline = "alphabetic", halo, turn = 0, bold = false }) {
    this.to.save();
    this.to.translate(x, y);
    this.to.rotate(turn * RADIANS);
    Object.assign(this.to, { font: `${bold ? "600 " : ""}${size}px ${FONT}`, textAlign: align, textBaseline: baseline });
    if (halo) {
      Object.assign(this.to, { strokeStyle: halo, lineWidth: 3, lineJoin: "round" });
      this.to.strokeText(words, 0, 0);
    }
    this.to.fillStyle = fill;
    this.to.fillText(words, 0, 0);
    this.to.restore();
  }

  inside([left, top, right, bottom], draw) {
    this.to.save();
    this.to.beginPath();
    this.to.rect(left, top, right - left, bottom - top);
    this.to.clip();
    draw();
    this.to.restore();
  }
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const BASELINES = { alphabetic: "0", middle: "0.35em", top: "0.8em", bottom: "-0.25em" };
const ANCHORS = { left: "start", center: "middle", right: "end" };

/** A pen that writes SVG. */
class SvgPen {
  constructor(width, height) {
    this.size = [width, height];
    this.parts = [];
    this.clips = 0;
  }

  style({ stroke, width = 1, dash = [], fill, alpha = 1 }) {
    const line = stroke ? ` stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"` : "";
    const dashed = stroke && dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    return `fill="${fill || "none"}"${fill && alpha < 1 ? ` fill-opacity="${alpha}"` : ""}${line}${dashed}`;
  }

  shape(points, style, closed = false) {
    if (points.length < 2) return;
    const steps = points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    this.parts.push(`<path d="${steps}${closed ? "Z" : ""}" ${this.style(style)}/>`);
  }

  circle(x, y, radius, style) {
    this.parts.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(2)}" ${this.style(style)}/>`);
  }

  words(x, y, words, { fill, size = 11, align = "left", baseline = "alphabetic", turn = 0, bold = false }) {
    const turned = turn ? ` transform="rotate(${turn} ${x.toFixed(1)} ${y.toFixed(1)})"` : "";
    this.parts.push(`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" dy="${BASELINES[baseline]}" font-size="${size}" ` +
      `text-anchor="${ANCHORS[align]}" fill="${fill}"${bold ? ' font-weight="600"' : ""}${turned}>${escaped(words)}</text>`);
  }

  image(x, y, width, height, source) {
    this.parts.push(`<image x="${x}" y="${y}" width="${width}" height="${height}" href="${source}"/>`);
  }

  inside([left, top, right, bottom], draw) {
    const id = `clip${this.clips++}`;
    this.parts.push(`<clipPath id="${id}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>` +
      `</clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }

  text(paper) {
    const [width, height] = this.size;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family='${FONT}'><rect width="100%" height="100%" fill="${paper}"/>\n${this.parts.join("\n")}\n</svg>\n`;
  }
}

function escaped(words) {
  return String(words).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Outline of points in a plane, by Andrew's monotone chain. */
function hull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const side = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const half = (list) => {
    const chain = [];
    for (const point of list) {
      while (chain.length > 1 && side(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Whether a point lies in a polygon. */
function within([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Twice the area of a polygon. */
function extent(polygon) {
  return Math.abs(polygon.reduce((sum, [x, y], k) => {
    const [nx, ny] = polygon[(k + 1) % polygon.length];
    return sum + x * ny - nx * y;
  }, 0));
}
