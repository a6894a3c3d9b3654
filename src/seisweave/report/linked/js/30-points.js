// Points by WebGL 2: one canvas that nobody sees paints the events of every view, which copies what it wants.

const VERTEX = `#version 300 es
precision highp float; precision highp int; precision highp sampler2D;
in float ax; in float ay; in float az; in vec2 at; in float am; in uint ac;
uniform mat3 turn; uniform vec3 shift, byTime, byMagnitude;
uniform vec2 epoch, from, until, rampFrom, depths, magnitudes;
uniform vec4 box, strip, sizes;
uniform float rampSpan, rampLow, dated, measured;
uniform int colouring, lit;
uniform sampler2D codes, ramp;
uniform vec3 paper;
out vec3 colour; out float size;
float since(vec2 start) { return (at.y - start.y) * 65536.0 + (at.x - start.x); }
void main() {
  vec4 code = texelFetch(codes, ivec2(int(ac % 1024u), int(ac / 1024u)), 0);
  bool known = am > -32767.5, timed = at.y < 65534.5 || at.x < 65534.5;
  bool kept = code.a > 0.0 && ax >= box.x && ax <= box.z && ay >= box.y && ay <= box.w
    && az >= depths.x && az <= depths.y && abs(strip.x * ax + strip.y * ay - strip.z) <= strip.w
    && (measured < 0.5 || (known && am >= magnitudes.x && am <= magnitudes.y))
    && (dated < 0.5 || (timed && since(from) >= 0.0 && since(until) <= 0.0))
    && (byTime.x == 0.0 || (timed && known));
  if (!kept) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); gl_PointSize = 0.0; return; }
  vec3 p = turn * vec3(ax, ay, az) + shift + byTime * since(epoch) + byMagnitude * am;
  gl_Position = vec4(p, 1.0);
  float grown = known ? exp2(clamp((am - sizes.y) * 0.0065, 0.0, 3.2)) : 1.0;
  size = min(sizes.x * grown, sizes.z);
  colour = code.rgb;
  if (colouring > 0) {
    float value = colouring == 1 ? since(rampFrom) : colouring == 2 ? az - rampLow : am - rampLow;
    bool has = colouring == 2 || (colouring == 1 ? timed : known);
    colour = has ? texture(ramp, vec2(clamp(value / rampSpan, 0.0, 1.0) * 0.996 + 0.002, 0.5)).rgb : vec3(0.54);
  }
  if (code.a < 0.7 && lit == 0) colour = mix(paper, colour, 0.22);
  gl_PointSize = size + 1.0;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 colour; in float size; out vec4 dot_;
uniform float solid, opacity;
void main() {
  float far = length(gl_PointCoord - 0.5) * (size + 1.0);
  float a = size < 2.0 ? 1.0 : clamp(0.5 * size + 0.5 - far, 0.0, 1.0);
  if (a < (solid > 0.5 ? 0.5 : 0.02)) discard;
  a = solid > 0.5 ? 1.0 : a * opacity;
  dot_ = vec4(colour * a, a);
}`;
const WIDE = 1024;  // of the texture of codes
const MOST_STRIDE = 63;  // WebGL takes strides of up to 255 bytes

/**
 * The painter of a page: a graphics processor by WebGL 2, or, where there is none, the processor itself.
 * @param {string} wanted "webgl" or "processor" to have that one, else the faster
 */
function makePainter(wanted) {
  return (wanted !== "processor" && makePoints(wanted === "webgl")) || makeRaster();
}

/** A painter by WebGL 2, or null without; an imitation by software is taken only on demand. */
function makePoints(evenSlow) {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2", {
    alpha: true, antialias: false, premultipliedAlpha: true, depth: true, failIfMajorPerformanceCaveat: !evenSlow,
  });
  if (!gl || (!evenSlow && imitated(gl))) return null;
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  const places = {}, inputs = {};
  const uniform = (name) => (places[name] ??= gl.getUniformLocation(program, name));
  for (const name of ["ax", "ay", "az", "at", "am", "ac"]) inputs[name] = gl.getAttribLocation(program, name);
  gl.uniform1i(uniform("codes"), 0);
  gl.uniform1i(uniform("ramp"), 1);
  const buffers = new Map();

  const upload = (network) => {
    const made = {};
    for (const [name, values] of Object.entries({ x: network.x, y: network.y, z: network.z, t: network.t, m: network.m,
      code: network.code })) {
      if (!values) continue;
      made[name] = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, made[name]);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    }
    made.codes = texture(gl, gl.NEAREST);
    made.ramp = texture(gl, gl.LINEAR);
    buffers.set(network, made);
    return made;
  };

  /** Point the inputs at every k-th event of a network. */
  const feed = (network, k) => {
    const made = buffers.get(network) || upload(network);
    const plain = (name, buffer, size, type, bytes, fallback) => {
      const at = inputs[name];
      if (at < 0) return;
      if (!buffer) { gl.disableVertexAttribArray(at); gl.vertexAttrib2f(at, ...fallback); return; }
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, type, false, k * bytes, 0);
    };
    plain("ax", made.x, 1, gl.UNSIGNED_SHORT, 2);
    plain("ay", made.y, 1, gl.UNSIGNED_SHORT, 2);
    plain("az", made.z, 1, gl.UNSIGNED_SHORT, 2);
    plain("at", made.t, 2, gl.UNSIGNED_SHORT, 4, [65535, 65535]);
    plain("am", made.m, 1, gl.SHORT, 2, [NO_MAGNITUDE, 0]);
    gl.bindBuffer(gl.ARRAY_BUFFER, made.code);
    gl.enableVertexAttribArray(inputs.ac);
    const short = network.code.BYTES_PER_ELEMENT === 2;
    gl.vertexAttribIPointer(inputs.ac, 1, short ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT, k * (short ? 2 : 4), 0);
    return made;
  };

  /** Give a network its colours: four bytes a code (alpha 0 hidden, below 178 dimmed), and 256 colours of the ramp. */
  const colours = (network, codes, ramp) => {
    const made = buffers.get(network) || upload(network);
    const rows = Math.ceil(network.codes / WIDE), padded = new Uint8Array(4 * WIDE * rows);
    padded.set(codes);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, made.codes);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, WIDE, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, padded);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, made.ramp);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, ramp);
  };

  /**
   * Paint events into a canvas of a view.
   * @param {CanvasRenderingContext2D} onto its canvas is in device pixels
   * @param {object} how uniforms by name, `clip` (device pixels), `solid`, `ranges` of events, `stride`
   */
  const paint = (onto, network, how) => {
    const { width, height } = onto.canvas;
    if (canvas.width < width || canvas.height < height) {
      canvas.width = Math.max(canvas.width, width);
      canvas.height = Math.max(canvas.height, height);
    }
    const stride = Math.min(MOST_STRIDE, Math.max(1, how.stride || 1));
    const made = feed(network, stride);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, made.codes);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, made.ramp);
    gl.viewport(0, 0, width, height);
    const [left, top, right, bottom] = how.clip.map(Math.round);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, height - bottom, Math.max(0, right - left), Math.max(0, bottom - top));
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    (how.solid ? gl.enable : gl.disable).call(gl, gl.DEPTH_TEST);
    (how.solid ? gl.disable : gl.enable).call(gl, gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const [name, value] of Object.entries(how.uniforms)) setUniform(gl, uniform(name), value);
    gl.uniform1f(uniform("solid"), how.solid ? 1 : 0);
    gl.uniform1i(uniform("colouring"), how.colouring);
    for (const { from, to, lit } of how.ranges) {
      if (lit && stride > 1) continue;  // a moving picture: they are among the others
      gl.uniform1i(uniform("lit"), lit ? 1 : 0);
      const start = Math.ceil(from / stride), end = Math.ceil(to / stride);
      if (end > start) gl.drawArrays(gl.POINTS, start, end - start);
    }
    onto.drawImage(canvas, left, canvas.height - height + top, right - left, bottom - top,
      left, top, right - left, bottom - top);
  };
  return { kind: "webgl", paint, colours, canvas };
}

/** Whether software stands in for a graphics processor: it takes microseconds for a point. */
function imitated(gl) {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

function texture(gl, filter) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, filter);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  return made;
}

function setUniform(gl, place, value) {
  if (typeof value === "number") gl.uniform1f(place, value);
  else if (value.length === 9) gl.uniformMatrix3fv(place, true, value);
  else gl[`uniform${value.length}fv`](place, value);
}
