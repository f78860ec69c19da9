/* Gradient descent in a long valley: the step size on both sides of two over the curvature. */
import { Axes, put, write, COLORS } from "./draw.js";
import { text, walk } from "./numbers.js";

const START = [4, 1];

export const controls = [
  { name: "rate", kind: "range", label: "Learning rate", value: 0.15, min: 0.005, max: 0.22, step: 0.001, format: (v) => v.toFixed(3) },
  { name: "steps", kind: "range", label: "Steps", value: 25, min: 0, max: 60, step: 1, play: true, turn: 250 },
  { name: "curvature", kind: "range", label: "Steep curvature", value: 10, min: 1, max: 30, step: 1 },
];

/** The points of the walk, and the loss at each: (w1² + curvature · w2²) / 2. */
export function descent({ rate, steps, curvature }) {
  const path = walk("sgd", ([a, b]) => [a, curvature * b], START, rate, steps);
  return { path, losses: path.map(([a, b]) => 0.5 * (a * a + curvature * b * b)) };
}

export function draw({ svg, width }, state) {
  const { path, losses } = descent(state);
  const [high, low] = [250, 170];
  const map = new Axes(svg, { box: [46, 26, width - 58, high], x: [-4.8, 4.8], y: [-2.2, 2.2], xLabel: "first weight", yLabel: "second weight" });
  for (const level of [0.25, 1, 2, 4, 8, 16, 32]) {
    const [a, b] = [Math.sqrt(2 * level), Math.sqrt((2 * level) / state.curvature)];
    const ring = Array.from({ length: 97 }, (_, k) => [a * Math.cos((k * Math.PI) / 48), b * Math.sin((k * Math.PI) / 48)]);
    map.line(ring, { color: "var(--bp-grid)", width: 1.5 });
  }
  map.line(path, { color: COLORS[0], width: 1.5 });
  path.forEach((point, k) => map.dot(point, { color: k ? COLORS[0] : COLORS[1], radius: k === path.length - 1 ? 6 : 3 }));
  map.write(START, "start", { color: COLORS[1], anchor: "end", dx: 0, dy: -12 });
  const fall = new Axes(svg, {
    box: [46, high + 92, width - 58, low], x: [0, 60], y: [1e-8, 1e4], yLog: true, xLabel: "step", yLabel: "loss",
  });
  fall.line(losses.map((loss, k) => [k, Math.max(loss, 1e-12)]), { color: COLORS[0] });
  fall.line([[0, losses[0]], [60, losses[0]]], { color: "var(--bp-muted)", width: 1, dash: "4 4" });
  return high + low + 134;
}

export function say(state) {
  const { losses } = descent(state);
  const [steep, flat] = [1 - state.rate * state.curvature, 1 - state.rate];
  const border = 2 / state.curvature;
  const side = Math.abs(steep) < 1 - 1e-9 ? "below" : Math.abs(steep) > 1 + 1e-9 ? "above" : "exactly at";
  return (
    `Each step multiplies the steep coordinate by ${text(steep, 3)} and the flat one by ${text(flat, 3)}. ` +
    `The rate is ${side} 2 / ${state.curvature} = ${text(border, 3)}. After ${state.steps} steps the loss is ${text(losses.at(-1), 4)}; it was ${text(losses[0], 1)}.`
  );
}
