/* The latent plane of a variational autoencoder: a point, and the digit that its decoder makes of it. */
import { Axes, put, write, COLORS } from "./draw.js";
import { feedforward, text } from "./numbers.js";

const REACH = 3;
const SIDE = 8;
const STEP = 0.1;
let plane;

const number = (name, label, value) => ({ name, kind: "range", label, value, min: -REACH, max: REACH, step: STEP, format: (v) => text(v, 1) });

export const controls = [
  number("first", "First number", -1),
  number("second", "Second number", 0.5),
  { name: "draw", kind: "button", label: "Draw", press: (state) => ([state.first, state.second] = [normal(), normal()].map(onGrid)) },
];

const onGrid = (value) => Math.round(Math.min(Math.max(value, -REACH), REACH) / STEP) * STEP;

/** A number from the standard normal distribution, by Box and Muller. */
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

const pixels = ({ first, second }, { layers }) => feedforward(layers, [first, second]).at(-1).a;

/** The shown code that lies nearest to the point: which digit it is, and how far away. */
function nearest({ first, second }, { codes, labels }) {
  const away = codes.map(([a, b]) => Math.hypot(a - first, b - second));
  const closest = away.indexOf(Math.min(...away));
  return { label: labels[closest], away: away[closest] };
}

export function draw({ svg, width }, state, data) {
  const narrow = width < 560;
  const size = Math.min(narrow ? width - 50 : width * 0.55, 380);
  plane = new Axes(svg, { box: [36, 26, size, size], x: [-REACH, REACH], y: [-REACH, REACH], xLabel: "first number", yLabel: "second number" });
  data.codes.forEach(([a, b], i) => write(plane.inside, plane.px(a), plane.py(b) + 4, String(data.labels[i]), { anchor: "middle", size: 11, color: COLORS[data.labels[i] % COLORS.length] }));
  plane.dot([state.first, state.second], { color: "var(--bp-ink)", radius: 6 });

  const cell = Math.floor(Math.min(narrow ? width * 0.6 : width - size - 76, 216) / SIDE);
  const [left, top] = narrow ? [36, size + 96] : [size + 70, 26];
  write(svg, left, top - 8, "decoded", { color: "var(--bp-muted)" });
  put(svg, "rect", { x: left, y: top, width: cell * SIDE, height: cell * SIDE, fill: "var(--bp-raised)" });
  pixels(state, data).forEach((ink, i) =>
    put(svg, "rect", { x: left + (i % SIDE) * cell, y: top + Math.floor(i / SIDE) * cell, width: cell - 1, height: cell - 1, fill: "var(--bp-ink)", "fill-opacity": ink.toFixed(4) }),
  );
  return narrow ? top + SIDE * cell + 8 : Math.max(size + 68, top + SIDE * cell + 8);
}

export function say(state, data) {
  const { label, away } = nearest(state, data);
  const radius = Math.hypot(state.first, state.second);
  // Two normal numbers lie farther out than r with this probability.
  const farther = Math.exp(-(radius ** 2) / 2);
  const ink = pixels(state, data).reduce((sum, value) => sum + value, 0);
  return (
    `At (${text(state.first, 1)}, ${text(state.second, 1)}) the nearest of the shown codes is that of a ${label}, ${text(away, 2)} away. ` +
    `The decoder puts ${text(ink, 1)} pixels of ink here. Of 100 draws, about ${text(100 * farther, 0)} would lie farther out.`
  );
}

export function point(picture, state, x, y) {
  [state.first, state.second] = plane.at(x, y).map(onGrid);
}

/** Arrows move the point. */
export function key(state, event) {
  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
  if (!(event.key in moves)) return false;
  const [a, b] = moves[event.key];
  [state.first, state.second] = [state.first + a, state.second + b].map(onGrid);
  return true;
}
