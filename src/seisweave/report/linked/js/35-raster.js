// Points by the processor, into an image: where a browser has no graphics processor, this is faster than imitating one.

const FINEST = 4;  // stamps of points a quarter of a pixel apart in size

/** A painter like that of points.js, without WebGL. */
function makeRaster() {
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d", { willReadFrequently: true });
  const tables = new Map(), stamps = [];
  let image = null, pixels = null, depth = null;

  const colours = (network, codes, ramp) => {
    tables.set(network, { codes: new Uint32Array(codes.slice().buffer), alpha: codes, ramp: new Uint32Array(ramp.slice().buffer) });
  };

  const room = (width, height, solid) => {
    if (!image || image.width !== width || image.height !== height) {
      canvas.width = width;
      canvas.height = height;
      image = new ImageData(width, height);
      pixels = new Uint32Array(image.data.buffer);
      depth = null;
    } else pixels.fill(0);
    if (solid) { depth ??= new Float32Array(width * height); depth.fill(Infinity); }
  };

  const stampOf = (size) => (stamps[Math.round(FINEST * size)] ??= makeStamp(Math.round(FINEST * size) / FINEST));

  const paint = (onto, network, how) => {
    const { width, height } = onto.canvas, [left, top, right, bottom] = how.clip.map(Math.round);
    const wide = right - left, tall = bottom - top;
    if (wide < 1 || tall < 1) return;
    room(wide, tall, how.solid);
    const { x, y, z, t, m, code } = network, { keep } = how, { uniforms } = how, table = tables.get(network);
    const [turn, shift] = [uniforms.turn, uniforms.shift], epoch = uniforms.epoch[0] + 65536 * uniforms.epoch[1];
    const half = 0.5 * width, low = 0.5 * height;
    const ux = half * turn[0], uy = half * turn[1], uz = half * turn[2], u0 = half * (shift[0] + 1) - left;
    const vx = -low * turn[3], vy = -low * turn[4], vz = -low * turn[5], v0 = low * (1 - shift[1]) - top;
    const ut = half * uniforms.byTime[0], vm = -low * uniforms.byMagnitude[1], [wx, wy, wz] = turn.slice(6), w0 = shift[2];
    const [sx, sy, at, reach] = uniforms.strip, stripped = sx !== 0 || sy !== 0, timed = ut !== 0, measured = vm !== 0;
    const [base, large, most] = uniforms.sizes, plain = stampOf(Math.min(base, most));
    const ramped = how.colouring, from = ramped === 1 ? uniforms.rampFrom[0] + 65536 * uniforms.rampFrom[1] : uniforms.rampLow;
    const paper = uniforms.paper.map((part) => 255 * part), faint = new Map();
    const fade = (colour) => {
      let made = faint.get(colour);
      if (made === undefined) faint.set(colour, made = mixed(colour, paper, 0.22));
      return made;
    };
    const grey = packed(138, 138, 138);
    for (const range of how.ranges) {
      const stride = range.lit ? 1 : how.stride;
      for (let i = Math.ceil(range.from / stride) * stride; i < range.to; i += stride) {
        if (!keep[i]) continue;
        const qx = x[i], qy = y[i], qz = z[i];
        if (stripped && Math.abs(sx * qx + sy * qy - at) > reach) continue;
        let u = u0 + ux * qx + uy * qy + uz * qz, v = v0 + vx * qx + vy * qy + vz * qz;
        if (timed) { if (t[i] === NO_TIME) continue; u += ut * (t[i] - epoch); }
        if (measured) { if (m[i] === NO_MAGNITUDE) continue; v += vm * m[i]; }
        const c = code[i];
        let colour = table.codes[c] | 0xff000000;
        if (ramped) {
          const known = ramped === 1 ? t[i] !== NO_TIME : ramped === 2 || m[i] !== NO_MAGNITUDE;
          const value = ((ramped === 1 ? t[i] : ramped === 2 ? qz : m[i]) - from) / uniforms.rampSpan;
          colour = known ? table.ramp[value < 0 ? 0 : value > 1 ? 255 : Math.round(255 * value)] : grey;
        }
        if (!range.lit && table.alpha[4 * c + 3] < 178) colour = fade(colour);
        const over = m && m[i] !== NO_MAGNITUDE ? m[i] - large : 0;
        const stamp = over > 0 ? stampOf(Math.min(most, base * 2 ** Math.min(3.2, 0.0065 * over))) : plain;
        const cu = Math.round(u - stamp.offset), cv = Math.round(v - stamp.offset);
        if (cu < -20 || cv < -20 || cu > wide || cv > tall) continue;
        const far = how.solid ? w0 + wx * qx + wy * qy + wz * qz : 0;
        for (let k = 0; k < stamp.dx.length; k++) {
          const px = cu + stamp.dx[k], py = cv + stamp.dy[k];
          if (px < 0 || py < 0 || px >= wide || py >= tall) continue;
          const p = py * wide + px;
          if (how.solid) {
            if (stamp.part[k] < 0.5 || far > depth[p]) continue;
            depth[p] = far;
            pixels[p] = colour;
          } else pixels[p] = stamp.part[k] === 1 ? colour : laidOver(pixels[p], colour, stamp.part[k]);
        }
      }
    }
    context.putImageData(image, 0, 0);
    onto.drawImage(canvas, left, top);
  };
  return { kind: "processor", paint, colours, canvas };
}

/** Bytes of a colour as an image has them. */
function packed(r, g, b, a = 255) { return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0; }

/** A colour, and so much of it that the rest is paper. */
function mixed(colour, paper, part) {
  const bytes = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  return packed(...bytes.map((byte, k) => Math.round(paper[k] + part * (byte - paper[k]))));
}

/** A colour that covers a part of a pixel, over what is there. */
function laidOver(below, colour, part) {
  const a = below >>> 24;
  if (a === 0) return ((colour & 0xffffff) | (Math.round(255 * part) << 24)) >>> 0;
  const mix = (shift) => {
    const under = (below >> shift) & 255;
    return Math.round(under + part * (((colour >> shift) & 255) - under));
  };
  return packed(mix(0), mix(8), mix(16), Math.round(a + part * (255 - a)));
}

/** The pixels of a disc and how much of each it covers; below two pixels across, whole ones. */
function makeStamp(size) {
  const side = Math.max(1, Math.ceil(size)), dx = [], dy = [], part = [], offset = 0.5 * side;
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) {
      const far = Math.hypot(i + 0.5 - offset, j + 0.5 - offset);
      const cover = size < 2.5 ? 1 : Math.min(1, 0.5 * size + 0.5 - far);
      if (cover <= 0.05) continue;
      dx.push(i); dy.push(j); part.push(cover);
    }
  }
  return { dx: Int8Array.from(dx), dy: Int8Array.from(dy), part: Float32Array.from(part), offset };
}
