// Files that a reader takes away: tables, planes for a GIS, pictures of the views.

function saveBlob(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  window.seisweave.saved = { name, size: blob.size, blob };
}

function saveText(name, words, type) { saveBlob(name, new Blob([words], { type: `${type};charset=utf-8` })); }

function csvCell(words) { return /[",\n\r]/.test(words) ? `"${words.replace(/"/g, '""')}"` : words; }

/** Events as CSV: id, time, place as fine as the page keeps it, depth, magnitude, fault and halo. */
function eventsCsv(network, order) {
  const places = network.place ? ["longitude", "latitude"] : ["x_km", "y_km"];
  const lines = [["id", "time", ...places, "depth_km", "magnitude", "fault", "halo"].join(",")];
  for (const i of order) {
    const [x, y, z] = network.xyz(i), time = network.time(i), magnitude = network.magnitude(i), code = network.code[i];
    const place = network.place ? network.place.toDegrees(x, y).map((v) => v.toFixed(5)) : [x.toFixed(3), y.toFixed(3)];
    const fault = network.faultOf(code), halo = fault < 0 && code > 0 ? code - 1 : -1;
    lines.push([csvCell(network.id(i)), time === null ? "" : new Date(time * 1000).toISOString(), ...place, z.toFixed(3),
      magnitude === null ? "" : magnitude.toFixed(2), fault, halo].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Planes as GeoJSON: the four corners of each, height in metres. */
function faultsGeoJson(network, faults) {
  const features = faults.map((fault) => {
    const plate = network.plate(fault), about = network.about(fault);
    const corners = [0, 1, 2, 3].map((k) => [0, 1, 2].map((axis) => 0.5 * (plate[k][axis] + plate[k + 4][axis])));
    const ring = [...corners, corners[0]].map(([x, y, z]) => {
      const [lon, lat] = network.place ? network.place.toDegrees(x, y) : [x, y];
      return [Number(lon.toFixed(6)), Number(lat.toFixed(6)), Math.round(-1000 * z)];
    });
    const rounded = (value, places) => Number(value.toFixed(places));
    const properties = {
      fault, n_events: about.events, strike_deg: rounded(about.strike, 1), dip_deg: rounded(about.dip, 1),
      length_km: rounded(about.length, 3), width_km: rounded(about.width, 3), thickness_km: rounded(about.thickness, 3),
      system: network.system[fault],
    };
    return { type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties };
  });
  const note = network.place ? {} : { note: "coordinates are local: km east and north, height in m" };
  return `${JSON.stringify({ type: "FeatureCollection", ...note, features })}\n`;
}

const MOST_CIRCLES = 20000;  // events that an SVG draws one by one; more are an image in it

/** Save a view as it stands, as "png" or "svg". */
function savePicture(view, kind) {
  const name = `${view.network.told.name.replace(/[^\w.-]+/g, "-") || "network"}-${view.name}.${kind}`;
  view.draw(1);
  if (kind === "png") {
    const canvas = Object.assign(document.createElement("canvas"), { width: view.base.width, height: view.base.height });
    const context = canvas.getContext("2d");
    context.fillStyle = view.linked.theme.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(view.base, 0, 0);
    canvas.toBlob((blob) => saveBlob(name, blob), "image/png");
    return;
  }
  saveText(name, svgOf(view), "image/svg+xml");
}

/** A view as SVG: lines, planes and words as shapes, events as circles, or as an image where they are many. */
function svgOf(view) {
  const pen = new SvgPen(view.width, view.height), { linked, network } = view;
  view.before(pen);
  if (linked.sifted.shown <= MOST_CIRCLES) pen.inside(view.frame, () => circles(view, pen));
  else {
    const canvas = Object.assign(document.createElement("canvas"), { width: view.base.width, height: view.base.height });
    view.points(canvas.getContext("2d"), linked.ranges(), 1);
    pen.image(0, 0, view.width, view.height, canvas.toDataURL("image/png"));
  }
  view.after(pen);
  return pen.text(linked.theme.paper);
}

function circles(view, pen) {
  const { linked, network } = view, { state, theme } = linked, chosen = new Set(state.fault), ramp = linked.ramp;
  const colours = rampColours(theme.dark);
  view.strip_ = view.strip();
  const colourOf = (i) => {
    if (!ramp.ends) {
      const fault = network.faultOf(network.code[i]);
      return fault >= 0 ? linked.faultColour(fault) : network.code[i] ? network.told.halo : network.told.background;
    }
    const from = state.colour === "time" ? network.t[i] - ramp.from : (state.colour === "depth" ? network.z[i] : network.m[i]) - ramp.low;
    const known = state.colour === "time" ? network.time(i) !== null : state.colour === "depth" || network.magnitude(i) !== null;
    if (!known) return network.told.background;
    const k = 4 * Math.round(255 * Math.min(1, Math.max(0, from / ramp.span)));
    return `rgb(${colours[k]},${colours[k + 1]},${colours[k + 2]})`;
  };
  for (const lit of [false, true]) {
    for (let i = 0; i < network.n; i++) {
      const faint = chosen.size > 0 && !chosen.has(network.faultOf(network.code[i]));
      if (faint === lit || !view.draws(i)) continue;
      const [x, y] = view.where(i), magnitude = network.magnitude(i);
      if (x === null) continue;
      const grown = magnitude === null ? 1 : 2 ** Math.min(3.2, Math.max(0, 0.65 * (magnitude - network.magnitudes.large)));
      pen.circle(x, y, 0.5 * Math.min(12, linked.size * grown), { fill: colourOf(i), alpha: faint ? 0.22 : 0.85 });
    }
  }
}
