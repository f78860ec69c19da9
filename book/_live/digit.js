/* A digit drawn by hand, the layers that light up, and the gradient with respect to each pixel. */
import { put, write, COLORS } from "./draw.js";
import { backward, feedforward, softmax, text } from "./numbers.js";

const SIDE = 8;
const BRIGHTEST = 16;
let grid;

export const controls = [
  { name: "example", kind: "choice", label: "Begin with", value: "3", options: [...Array.from("0123456789", (d) => [d, `a ${d}`]), ["", "an empty sheet"]], set: pick, get: (state) => state.example },
  { name: "tool", kind: "choice", label: "The pointer", value: "draw", options: [["draw", "draws"], ["wipe", "wipes"]] },
  { name: "of", kind: "choice", label: "Blame for the answer", value: "best", options: [["best", "it gives now"], ...Array.from("0123456789", (d) => [d, d])] },
];

export const begin = (data) => ({ data, pixels: data.examples[3], cursor: null });

function pick(state, value) {
  state.example = value;
  state.pixels = value === "" ? Array(SIDE * SIDE).fill(0) : [...state.data.examples[value]];
}

/** Probabilities, hidden activations, and how the surprise at an answer changes with each pixel. */
export function see(pixels, { W1, b1, W2, b2 }, of) {
  const layers = [{ W: W1, b: b1, activation: "relu" }, { W: W2, b: b2, activation: "identity" }];
  const cache = feedforward(layers, pixels.map((value) => value / BRIGHTEST));
  const p = softmax(cache[1].a);
  const answer = of === "best" ? p.indexOf(Math.max(...p)) : Number(of);
  const { dx } = backward(layers, cache, p.map((value, k) => value - (k === answer)));
  return { p, hidden: cache[0].a, answer, blame: dx.map((value) => value / BRIGHTEST) };
}

export function draw({ svg, width }, { pixels, of, data, cursor }) {
  const { p, hidden, blame } = see(pixels, data, of);
  const narrow = width < 560;
  const cell = Math.floor(Math.min(narrow ? width / 2.25 : width * 0.28, 200) / SIDE);
  const side = cell * SIDE;
  grid = { x: 0, y: 26, cell };
  const square = (x, y, value, color) =>
    put(svg, "rect", { x, y, width: cell - 1, height: cell - 1, fill: color, "fill-opacity": Math.min(Math.abs(value), 1) });
  const sheet = (left, title) => {
    write(svg, left, 16, title, { color: "var(--bp-muted)" });
    put(svg, "rect", { x: left, y: 26, width: side, height: side, fill: "var(--bp-raised)" });
  };
  sheet(0, "your digit");
  pixels.forEach((value, i) => square((i % SIDE) * cell, 26 + Math.floor(i / SIDE) * cell, value / BRIGHTEST, "var(--bp-ink)"));
  if (cursor !== null) put(svg, "rect", { x: (cursor % SIDE) * cell, y: 26 + Math.floor(cursor / SIDE) * cell, width: cell - 1, height: cell - 1, fill: "none", stroke: COLORS[1], "stroke-width": 2 });
  const right = narrow ? width - side : width * 0.36;
  sheet(right, "blame of its pixels");
  const most = Math.max(...blame.map(Math.abs), 1e-12);
  blame.forEach((value, i) => square(right + (i % SIDE) * cell, 26 + Math.floor(i / SIDE) * cell, value / most, value > 0 ? COLORS[1] : COLORS[0]));

  const top = side + 62;
  const unit = Math.min((narrow ? width : width * 0.62) / 16, 24);
  write(svg, 0, top - 10, `${hidden.length} hidden units`, { color: "var(--bp-muted)" });
  const strongest = Math.max(...hidden, 1e-12);
  hidden.forEach((value, j) => {
    const [x, y] = [(j % 16) * unit, top + Math.floor(j / 16) * unit];
    put(svg, "rect", { x, y, width: unit - 2, height: unit - 2, fill: "var(--bp-raised)" });
    put(svg, "rect", { x, y, width: unit - 2, height: unit - 2, fill: COLORS[2], "fill-opacity": value / strongest });
  });
  const [left, from] = narrow ? [0, top + 2 * unit + 34] : [width * 0.72, 26];
  write(svg, left, from - 10, "how sure it is", { color: "var(--bp-muted)" });
  p.forEach((value, k) => {
    const y = from + k * 23;
    write(svg, left, y + 14, String(k), {});
    put(svg, "rect", { x: left + 18, y, width: Math.max(value * (width - left - 70), 1), height: 17, fill: COLORS[value === Math.max(...p) ? 0 : 5] });
    write(svg, left + 24 + value * (width - left - 70), y + 14, text(value, 2), { color: "var(--bp-muted)", size: 12 });
  });
  return narrow ? from + 240 : Math.max(top + 2 * unit + 12, 270);
}

export function say({ pixels, of, data }) {
  const { p, answer } = see(pixels, data, of);
  const best = p.indexOf(Math.max(...p));
  return (
    `The network sees a ${best} and is ${(100 * p[best]).toFixed(0)} % sure. Orange pixels: more ink there makes it less sure of a ${answer}; ` +
    "blue ones: more sure."
  );
}

function ink(state, i, amount) {
  state.pixels[i] = Math.min(Math.max(state.pixels[i] + amount, 0), BRIGHTEST);
}

export function point(picture, state, x, y) {
  const [column, row] = [x - grid.x, y - grid.y].map((v) => Math.floor(v / grid.cell));
  if (column < 0 || row < 0 || column >= SIDE || row >= SIDE) return;
  const sign = state.tool === "wipe" ? -1 : 1;
  for (const [dx, dy, share] of [[0, 0, 1], [1, 0, 0.3], [-1, 0, 0.3], [0, 1, 0.3], [0, -1, 0.3]]) {
    const [c, r] = [column + dx, row + dy];
    if (c >= 0 && r >= 0 && c < SIDE && r < SIDE) ink(state, r * SIDE + c, sign * share * 10);
  }
}

/** Arrows move over the sheet, space and Enter darken, backspace and delete lighten. */
export function key(state, event) {
  const i = state.cursor ?? 0;
  const [column, row] = [i % SIDE, Math.floor(i / SIDE)];
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (event.key in moves) {
    const [c, r] = [column + moves[event.key][0], row + moves[event.key][1]].map((v) => Math.min(Math.max(v, 0), SIDE - 1));
    state.cursor = r * SIDE + c;
    return true;
  }
  if ([" ", "Enter"].includes(event.key)) return ink(state, i, 8), true;
  if (["Backspace", "Delete"].includes(event.key)) return ink(state, i, -8), true;
  return false;
}
