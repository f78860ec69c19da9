/* The error of a difference, by its step: too large, and the curve bends; too small, and the digits are gone. */
import { Axes, COLORS } from "./draw.js";
import { text } from "./numbers.js";

const KINDS = { forward: "one-sided", central: "central" };

export const controls = [
  { name: "which", kind: "choice", label: "Function", value: "network", options: [["network", "loss of the small network"], ["sine", "sin x at 1"], ["power", "x⁴ at 1"]] },
  { name: "k", kind: "range", label: "Step h", value: 22, min: 0, max: 60, step: 1, format: (k, data) => data.steps[k].toExponential(1).replace("e-", "e−") },
];

export function draw({ svg, width }, { which, k }, data) {
  const axes = new Axes(svg, {
    box: [56, 28, width - 68, 300], x: [1e-16, 0.2], y: [1e-14, 20], xLog: true, yLog: true, xLabel: "step h", yLabel: "relative error of the slope",
  });
  Object.keys(KINDS).forEach((kind, i) => {
    const errors = data[which][kind].map((error) => Math.max(error, 1e-15));
    axes.line(errors.map((error, j) => [data.steps[j], error]), { color: COLORS[i] });
    axes.dot([data.steps[k], errors[k]], { color: COLORS[i], radius: 6 });
    axes.write([data.steps[k], errors[k]], KINDS[kind], { color: COLORS[i], dy: i ? 20 : -10 });
  });
  return 374;
}

export function say({ which, k }, data) {
  const [one, both] = [data[which].forward[k], data[which].central[k]];
  const digits = (error) => (error >= 1 ? "no digit" : error === 0 ? "all digits" : `about ${Math.max(0, Math.floor(-Math.log10(error)))} digits`);
  return `With h = ${data.steps[k].toExponential(1).replace("e-", "e−")} the one-sided difference has ${digits(one)} right, and the central one ${digits(both)}.`;
}
