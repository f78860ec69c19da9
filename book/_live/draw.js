/* Drawing in SVG: elements, and axes that know where a number lies. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/** The colors of the book's figures, in their order. */
export const COLORS = [0, 1, 2, 3, 4, 5].map((i) => `var(--bp-c${i})`);

/** An SVG element with attributes (styles among them, as var() needs it), put into a parent. */
export function put(parent, name, attributes = {}, words = "") {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (["fill", "stroke", "stroke-width", "stroke-dasharray", "font-weight"].includes(key)) made.style.setProperty(key, value);
    else made.setAttribute(key, value);
  }
  made.textContent = words;
  parent.append(made);
  return made;
}

/** Words at a place in the picture; anchor is start, middle or end. */
export function write(parent, x, y, words, { anchor = "start", color = "var(--bp-ink)", size = 13, weight = 400 } = {}) {
  const shown = put(parent, "text", { x, y, "text-anchor": anchor, fill: color, "font-weight": weight }, words);
  shown.style.fontSize = `${size}px`;
  return shown;
}

const lin = (t) => t;

/** A rectangle of the picture with a scale on both sides; box and ranges in the order left/top/width/height, low/high. */
export class Axes {
  constructor(parent, { box, x, y, xLog = false, yLog = false, xLabel = "", yLabel = "", ticks = true }) {
    const [left, top, width, height] = box;
    Object.assign(this, { left, top, width, height, x, y, xLog, yLog });
    this.frame = put(parent, "g");
    if (ticks) this.#ticks();
    put(this.frame, "path", { d: `M${left} ${top}V${top + height}H${left + width}`, stroke: "var(--bp-muted)", fill: "none" });
    if (xLabel) write(this.frame, left + width, top + height + 34, xLabel, { anchor: "end", color: "var(--bp-muted)" });
    if (yLabel) write(this.frame, left, top - 8, yLabel, { color: "var(--bp-muted)" });
    const clip = `${parent.id}-${left}-${top}`;
    put(put(this.frame, "clipPath", { id: clip }), "rect", { x: left, y: top - 1, width, height: height + 2 });
    this.inside = put(parent, "g", { "clip-path": `url(#${clip})` });
    this.above = put(parent, "g");
  }

  /** Where a number lies, in pixels of the picture. */
  px(value) {
    const s = this.xLog ? Math.log10 : lin;
    return this.left + (this.width * (s(value) - s(this.x[0]))) / (s(this.x[1]) - s(this.x[0]));
  }

  py(value) {
    const s = this.yLog ? Math.log10 : lin;
    return this.top + this.height * (1 - (s(value) - s(this.y[0])) / (s(this.y[1]) - s(this.y[0])));
  }

  /** The number that lies under a pixel of the picture. */
  at(px, py) {
    const back = (share, [low, high], log) =>
      log ? 10 ** (Math.log10(low) + share * (Math.log10(high) - Math.log10(low))) : low + share * (high - low);
    return [
      back((px - this.left) / this.width, this.x, this.xLog),
      back(1 - (py - this.top) / this.height, this.y, this.yLog),
    ];
  }

  /** A line through points [x, y]; what lies far outside is cut off. */
  line(points, { color = COLORS[0], width = 2, dash = "" } = {}) {
    const far = 20 * (this.width + this.height);
    const clamp = (v) => Math.min(Math.max(v, -far), far).toFixed(2);
    const d = points
      .filter(([x, y]) => Number.isFinite(this.px(x)) && !Number.isNaN(this.py(y)))
      .map(([x, y], i) => `${i ? "L" : "M"}${clamp(this.px(x))} ${clamp(this.py(y))}`)
      .join("");
    return put(this.inside, "path", { d, fill: "none", stroke: color, "stroke-width": width, "stroke-dasharray": dash });
  }

  dot([x, y], { color = COLORS[1], radius = 5 } = {}) {
    return put(this.inside, "circle", { cx: this.px(x), cy: this.py(y), r: radius, fill: color });
  }

  /** Words beside a point of the plane, in pixels away from it, kept inside the frame. */
  write([x, y], words, { dx = 8, dy = -8, ...style } = {}) {
    const inside = (v, low, high) => Math.min(Math.max(v, low), high);
    const px = inside(this.px(x) + dx, this.left + 4, this.left + this.width - 4);
    const py = inside(this.py(y) + dy, this.top + 12, this.top + this.height - 4);
    return write(this.above, px, py, words, style);
  }

  #ticks() {
    for (const value of steps(this.x, this.xLog, this.width / 70)) {
      put(this.frame, "path", { d: `M${this.px(value)} ${this.top}v${this.height}`, stroke: "var(--bp-grid)" });
      write(this.frame, this.px(value), this.top + this.height + 17, label(value, this.xLog), { anchor: "middle", color: "var(--bp-muted)", size: 12 });
    }
    for (const value of steps(this.y, this.yLog, this.height / 45)) {
      put(this.frame, "path", { d: `M${this.left} ${this.py(value)}h${this.width}`, stroke: "var(--bp-grid)" });
      write(this.frame, this.left - 6, this.py(value) + 4, label(value, this.yLog), { anchor: "end", color: "var(--bp-muted)", size: 12 });
    }
  }
}

/** Round numbers in a range, about as many as asked for. */
function steps([low, high], log, count) {
  if (log) {
    const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const every = Math.max(1, Math.ceil((to - from) / Math.max(count, 1)));
    return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (from + i * every));
  }
  const rough = (high - low) / Math.max(count, 1);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
  return found;
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

function label(value, log) {
  if (!log) return String(Number(value.toPrecision(4))).replace("-", "−");
  const power = Math.round(Math.log10(value));
  return power >= -1 && power <= 3 ? String(Number((10 ** power).toPrecision(1))) : `10${[...String(power)].map((c) => RAISED[c]).join("")}`;
}
