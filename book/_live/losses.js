/* One prediction against both losses: how large each is, and what it hands back. */
import { Axes, COLORS } from "./draw.js";
import { activations, binaryCrossEntropy, text } from "./numbers.js";

const RANGE = [-8, 8];
let upper;

export const controls = [
  { name: "z", kind: "range", label: "Logit z", value: -3, min: RANGE[0], max: RANGE[1], step: 0.1, format: (v) => text(v, 1) },
  { name: "target", kind: "choice", label: "The truth", value: "1", options: [["1", "1"], ["0", "0"]] },
];

/** Both losses of one logit, and the blame of the logit in each. */
export function both(z, target) {
  const p = activations.sigmoid.value(z);
  return {
    p,
    squared: (p - target) ** 2 / 2,
    surprise: binaryCrossEntropy.value(z, target),
    squaredBlame: (p - target) * activations.sigmoid.slope(z),
    surpriseBlame: binaryCrossEntropy.gradient(z, target),
  };
}

export function draw({ svg, width }, { z, target }) {
  const at = (key) => Array.from({ length: 161 }, (_, k) => RANGE[0] + k / 10).map((t) => [t, both(t, Number(target))[key]]);
  const now = both(z, Number(target));
  upper = new Axes(svg, { box: [46, 28, width - 58, 190], x: RANGE, y: [0, 8], yLabel: "loss" });
  const lower = new Axes(svg, { box: [46, 268, width - 58, 150], x: RANGE, y: [-1.1, 1.1], xLabel: "logit z", yLabel: "blame of the logit" });
  for (const [axes, keys] of [[upper, ["surprise", "squared"]], [lower, ["surpriseBlame", "squaredBlame"]]])
    keys.forEach((key, i) => {
      axes.line(at(key), { color: COLORS[i] });
      axes.dot([z, now[key]], { color: COLORS[i] });
    });
  const side = target === "1" ? { x: -7.8, anchor: "start" } : { x: 7.8, anchor: "end" };
  upper.write([side.x, 7.4], "cross-entropy", { color: COLORS[0], anchor: side.anchor, dx: 0, dy: target === "1" ? 60 : 60 });
  upper.write([side.x, 0.5], "squared error", { color: COLORS[1], anchor: side.anchor, dx: 0, dy: -8 });
  return 460;
}

export function say({ z, target }) {
  const { p, squared, surprise, squaredBlame, surpriseBlame } = both(z, Number(target));
  return (
    `The network says ${text(p)}; the truth is ${target}. Cross-entropy ${text(surprise)}, and the logit's blame is ${text(surpriseBlame)}. ` +
    `Squared error ${text(squared)}, and its blame is ${text(squaredBlame)}.`
  );
}

export function point(picture, state, x) {
  const z = Math.round(10 * upper.at(x, 0)[0]) / 10;
  state.z = Math.min(Math.max(z, RANGE[0]), RANGE[1]);
}
