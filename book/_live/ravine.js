/* Four update rules in one ravine, each at the rate that the reader gives it. */
import { Axes, COLORS } from "./draw.js";
import { text, walk } from "./numbers.js";

const RULES = [["sgd", "plain"], ["momentum", "momentum"], ["rmsprop", "RMSProp"], ["adam", "Adam"]];
const START = [-4, 1.6];
const clean = (v) => Number(v.toPrecision(2));

export const controls = [
  { name: "steps", kind: "range", label: "Steps", value: 40, min: 0, max: 120, step: 1, play: true, turn: 100 },
  { name: "steep", kind: "range", label: "How much steeper across", value: 20, min: 1, max: 100, step: 1, format: (v) => `${v} times` },
  ...[["sgd", 0.05], ["momentum", 0.01], ["rmsprop", 0.1], ["adam", 0.3]].map(([name, value]) => ({
    name, kind: "range", log: true, label: `Rate of ${RULES.find(([rule]) => rule === name)[1]}`, value, min: -3, max: 0, step: 0.05, format: (v) => String(clean(v)),
  })),
  { name: "beta", kind: "range", label: "How much momentum remembers, β", value: 0.9, min: 0, max: 0.99, step: 0.01, format: (v) => text(v, 2) },
];

/** The path of a rule, and the loss at its end: (w1² + steep · w2²) / 2. */
export function path(rule, { steps, steep, beta, ...rates }) {
  return walk(rule, ([a, b]) => [a, steep * b], START, rates[rule], steps, ...(rule === "momentum" ? [beta] : []));
}

const loss = ([a, b], steep) => 0.5 * (a * a + steep * b * b);

export function draw({ svg, width }, state) {
  const map = new Axes(svg, { box: [40, 26, width - 52, 300], x: [-5, 3.5], y: [-2.4, 2.4], xLabel: "first weight", yLabel: "second weight" });
  for (const level of [0.5, 2, 6, 14, 30]) {
    const [a, b] = [Math.sqrt(2 * level), Math.sqrt((2 * level) / state.steep)];
    map.line(Array.from({ length: 97 }, (_, k) => [a * Math.cos((k * Math.PI) / 48), b * Math.sin((k * Math.PI) / 48)]), { color: "var(--bp-grid)", width: 1.5 });
  }
  RULES.forEach(([rule, name], i) => {
    const points = path(rule, state);
    map.line(points, { color: COLORS[i], width: 2, dash: ["", "7 3", "2 3", "9 3 2 3"][i] });
    map.dot(points.at(-1), { color: COLORS[i], radius: 6 });
    map.write([-5, -2.4], name, { color: COLORS[i], dx: 10 + i * Math.min(95, (width - 60) / 4), dy: -10, weight: 600 });
  });
  return 372;
}

export function say(state) {
  const ends = RULES.map(([rule, name]) => `${name} ${text(loss(path(rule, state).at(-1), state.steep), 4)}`);
  return `Loss after ${state.steps} steps: ${ends.join(", ")}. It was ${text(loss(START, state.steep), 1)}.`;
}
