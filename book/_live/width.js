/* A network that overfits as it grows: the curve it draws, and its loss on points it has and has not seen. */
import { Axes, COLORS } from "./draw.js";
import { text } from "./numbers.js";

export const controls = [
  { name: "k", kind: "range", label: "Hidden units", value: 2, min: 0, max: 6, step: 1, play: true, turn: 1200, format: (k, data) => String(data.runs[k].width) },
  { name: "truth", kind: "choice", label: "Show", value: "no", options: [["no", "what the network saw"], ["yes", "the truth as well"]] },
];

export function draw({ svg, width }, { k, truth }, data) {
  const run = data.runs[k];
  const axes = new Axes(svg, { box: [40, 28, width - 52, 220], x: [-1, 1], y: [-2, 2], xLabel: "input", yLabel: "target, and what the network says" });
  if (truth === "yes") axes.line(data.grid.map((x, i) => [x, data.truth[i]]), { color: COLORS[2], dash: "6 4" });
  axes.line(data.grid.map((x, i) => [x, run.curve[i]]), { color: COLORS[0], width: 2.5 });
  data.x.forEach((x, i) => axes.dot([x, data.y[i]], { color: COLORS[1], radius: 4 }));
  const below = new Axes(svg, { box: [48, 318, width - 60, 130], x: [1, data.runs.at(-1).width], xLog: true, y: [0.002, 3], yLog: true, xLabel: "hidden units", yLabel: "loss: seen, and new" });
  ["seen", "unseen"].forEach((key, i) => {
    below.line(data.runs.map((each) => [each.width, each[key]]), { color: COLORS[1 - i] });
    below.dot([run.width, run[key]], { color: COLORS[1 - i] });
    below.write([data.runs[0].width, data.runs[0][key]], i ? "new points" : "points it has seen", { color: COLORS[1 - i], dx: 8, dy: i ? -8 : 20 });
  });
  return 494;
}

export function say({ k }, data) {
  const { width, seen, unseen } = data.runs[k];
  return `${width} hidden unit${width === 1 ? "" : "s"}: loss ${text(seen, 3)} on the points it has seen, ${text(unseen, 3)} on new ones.`;
}
