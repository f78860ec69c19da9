/* Activation functions, and the slope under a moving point. */
import { Axes, COLORS } from "./draw.js";
import { activations, text } from "./numbers.js";

const RANGE = [-6, 6];
const NAMES = { sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", leaky_relu: "leaky ReLU", identity: "identity" };
let upper;

export const controls = [
  { name: "which", kind: "choice", label: "Activation function", value: "sigmoid", options: Object.entries(NAMES) },
  { name: "z", kind: "range", label: "Weighted input z", value: 0.6, min: RANGE[0], max: RANGE[1], step: 0.1, format: (v) => text(v, 1) },
  { name: "blame", kind: "range", label: "Blame that arrives", value: -0.5, min: -1, max: 1, step: 0.05, format: (v) => text(v, 2) },
];

const points = (f) => Array.from({ length: 241 }, (_, k) => RANGE[0] + k / 20).map((z) => [z, f(z)]);

export function draw({ svg, width }, { which, z }) {
  const { value, slope } = activations[which];
  const tall = which === "sigmoid" || which === "tanh" ? [-1.2, 1.2] : [-2, 6];
  upper = new Axes(svg, { box: [46, 26, width - 58, 210], x: RANGE, y: tall, yLabel: "activation a" });
  upper.line(points(value), { color: COLORS[0], width: 2.5 });
  const [a, s] = [value(z), slope(z)];
  upper.line([[z - 1.5, a - 1.5 * s], [z + 1.5, a + 1.5 * s]], { color: COLORS[1], width: 2.5 });
  upper.dot([z, a]);
  upper.write([z, a], `slope ${text(s)}`, { color: COLORS[1], anchor: z > 2 ? "end" : "start", dx: z > 2 ? -8 : 10, dy: 22 });
  const lower = new Axes(svg, { box: [46, 286, width - 58, 110], x: RANGE, y: [-0.05, 1.1], xLabel: "weighted input z", yLabel: "its slope" });
  lower.line(points(slope), { color: COLORS[2] });
  lower.dot([z, s]);
  return 440;
}

export function say({ which, z, blame }) {
  const { value, slope } = activations[which];
  const s = slope(z);
  return `${NAMES[which]} of ${text(z, 1)} is ${text(value(z))}, and its slope there is ${text(s)}: of a blame of ${text(blame, 2)}, ${text(blame * s)} is handed on.`;
}

export function point(picture, state, x) {
  const z = Math.round(10 * upper.at(x, 0)[0]) / 10;
  state.z = Math.min(Math.max(z, RANGE[0]), RANGE[1]);
}
