/* What is left of signal and blame in each of twenty layers, by the scale of the first weights: measured with bplib. */
import { Axes, put, write, COLORS } from "./draw.js";
import { text } from "./numbers.js";

const NAMES = { sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU" };

export const controls = [
  { name: "which", kind: "choice", label: "Activation function", value: "tanh", options: Object.entries(NAMES) },
  { name: "scale", kind: "range", label: "Spread of the first weights", value: 4, min: 0, max: 12, step: 1, format: (k, data) => `${data.scales[k]} / √n` },
];

export function draw({ svg, width }, { which, scale }, data) {
  const { signal, blame } = data[which];
  const rows = [
    [signal[scale], "length of the activations, per unit", COLORS[0]],
    [blame[scale], "length of the blame, beside that at the last layer", COLORS[1]],
  ];
  rows.forEach(([values, yLabel, color], k) => {
    const axes = new Axes(svg, {
      box: [52, 28 + k * 215, width - 64, 150], x: [0.2, values.length + 0.8], y: [1e-10, 1e4], yLog: true, yLabel, xLabel: k ? "layer" : "",
    });
    const bar = Math.max((axes.width / values.length) * 0.7, 3);
    values.forEach((value, l) => {
      const top = axes.py(Math.min(Math.max(value, 1e-10), 1e4));
      put(axes.inside, "rect", { x: axes.px(l + 1) - bar / 2, y: top, width: bar, height: axes.top + axes.height - top, fill: color });
    });
  });
  return 450;
}

export function say({ which, scale }, data) {
  const { signal, blame } = data[which];
  const last = blame[scale].length;
  return (
    `${NAMES[which]}, weights of spread ${data.scales[scale]} / √n: at layer ${last} the activations have the size ${text(signal[scale].at(-1), 3)}, ` +
    `and ${text(blame[scale][0], 4)} of the blame is left at layer 1.`
  );
}
