/* Batch size, each at its best rate: by updates, by epochs. Trained with bplib. */
import { Axes, COLORS } from "./draw.js";

export const controls = [
  { name: "k", kind: "range", label: "Batch size", value: 2, min: 0, max: 4, step: 1, format: (k, data) => `${data[k].size}, at rate ${data[k].rate}` },
  { name: "by", kind: "choice", label: "Compare by", value: "epochs", options: [["epochs", "samples seen (epochs)"], ["updates", "updates made"]] },
];

export function draw({ svg, width }, { k, by }, data) {
  const end = by === "epochs" ? 10 : Math.max(...data.map((run) => run.updates));
  const axes = new Axes(svg, {
    box: [52, 28, width - 64, 280], x: by === "epochs" ? [0, 10] : [1, end], xLog: by === "updates", y: [0.01, 3], yLog: true,
    xLabel: by === "epochs" ? "epochs" : "updates", yLabel: "training loss",
  });
  const curve = ({ loss, updates }) => loss.map((value, e) => [by === "epochs" ? e : Math.max((e * updates) / 10, 1), Math.max(value, 0.005)]);
  data.forEach((run, i) => i !== k && axes.line(curve(run), { color: "var(--bp-muted)", width: 1.2 }));
  axes.line(curve(data[k]), { color: COLORS[0], width: 3.5 });
  axes.dot(curve(data[k]).at(-1), { color: COLORS[0], radius: 6 });
  axes.write(curve(data[k]).at(-1), `batch ${data[k].size}`, { color: COLORS[0], anchor: "end", dx: -10, dy: -12, weight: 600 });
  return 354;
}

export function say({ k }, data) {
  const { size, rate, updates, loss, right } = data[k];
  return `Batches of ${size}, at their best rate ${rate}: ${updates} updates in ten epochs, training loss ${loss.at(-1).toFixed(3)}, and ${(100 * right).toFixed(1)} % of new digits right.`;
}
