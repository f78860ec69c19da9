/* The small network of the book, forward and backward, number by number. */
import { put, write, COLORS } from "./draw.js";
import { backward, feedforward, squaredError, text } from "./numbers.js";

const STEPS = [
  "the inputs are put in on the left",
  "each hidden unit adds up what comes in, times its weights, and its bias",
  "and squeezes the sum through the sigmoid",
  "the output adds up in the same way",
  "and squeezes: this is the prediction",
  "the loss says how wrong it is",
  "backward: how does the loss change with the prediction, and with the output's sum?",
  "what came in, times the blame, is the gradient of each output weight",
  "the blame goes back through the weights, and through the sigmoids",
  "what came in, times the blame: the gradients of the hidden weights",
];
const NUMBERS = [
  ["x 0", "input 1"], ["x 1", "input 2"], ["target 0", "target"],
  ["W1 0 0", "weight, input 1 to upper unit"], ["W1 0 1", "weight, input 1 to lower unit"],
  ["W1 1 0", "weight, input 2 to upper unit"], ["W1 1 1", "weight, input 2 to lower unit"],
  ["b1 0", "bias of the upper unit"], ["b1 1", "bias of the lower unit"],
  ["W2 0 0", "weight, upper unit to output"], ["W2 1 0", "weight, lower unit to output"], ["b2 0", "bias of the output"],
];

const place = (numbers, path) => path.split(" ").slice(0, -1).reduce((inside, key) => inside[key], numbers);
const last = (path) => path.split(" ").at(-1);

export const controls = [
  { name: "step", kind: "range", label: "Step", value: 0, min: 0, max: STEPS.length - 1, step: 1, play: true, turn: 2200, format: (k) => `${k + 1} of ${STEPS.length}` },
  { name: "chosen", kind: "choice", label: "Number to change", value: "W2 0 0", options: NUMBERS },
  {
    name: "value", kind: "range", label: "Its value", min: -3, max: 3, step: 0.1, format: (v) => text(v, 1),
    get: (state) => place(state.numbers, state.chosen)[last(state.chosen)],
    set: (state, value) => (place(state.numbers, state.chosen)[last(state.chosen)] = value),
  },
];

export const begin = (data) => ({ numbers: data });

export function run({ x, target, W1, b1, W2, b2 }) {
  const layers = [{ W: W1, b: b1, activation: "sigmoid" }, { W: W2, b: b2, activation: "sigmoid" }];
  const cache = feedforward(layers, x);
  const output = cache[1].a;
  const da = squaredError.gradient(output, target);
  return { cache, loss: squaredError.value(output, target), ...backward(layers, cache, da) };
}

export function draw({ svg, width }, { step, numbers, chosen }) {
  const { cache, loss, gradients } = run(numbers);
  const narrow = width < 520;
  const height = narrow ? 400 : 380;
  const xs = [0.1, 0.5, 0.86].map((share) => share * width);
  const at = [[[xs[0], 110], [xs[0], 270]], [[xs[1], 110], [xs[1], 270]], [[xs[2], 190]]];
  const size = narrow ? 11 : 13;
  const blame = (value, known) => (known ? text(value) : "");
  const edge = (from, to, weight, slope, known, share, name) => {
    const [x, y] = [0, 1].map((i) => from[i] + share * (to[i] - from[i]));
    const strong = known ? 1 + 10 * Math.min(Math.abs(slope) / 0.12, 1) : 1.5;
    const color = known ? COLORS[1] : "var(--bp-muted)";
    put(svg, "line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke: color, "stroke-width": strong, "stroke-opacity": 0.55 });
    halo(x, y - 3, text(weight, 1), { weight: name === chosen ? 700 : 400 });
    if (known) halo(x, y + size + 1, text(slope), { color: COLORS[1] });
  };
  const halo = (x, y, words, style) => {
    const shown = write(svg, x, y, words, { anchor: "middle", size, ...style });
    shown.style.paintOrder = "stroke";
    shown.style.stroke = "var(--bp-surface)";
    shown.style.strokeWidth = "5px";
  };
  for (const i of [0, 1]) for (const j of [0, 1])
    edge(at[0][i], at[1][j], numbers.W1[i][j], gradients[0].dW[i][j], step >= 9, i === j ? 0.5 : 0.28, `W1 ${i} ${j}`);
  for (const j of [0, 1]) edge(at[1][j], at[2][0], numbers.W2[j][0], gradients[1].dW[j][0], step >= 7, 0.5, `W2 ${j} 0`);

  const unit = ([x, y], words, below) => {
    put(svg, "circle", { cx: x, cy: y, r: narrow ? 23 : 27, fill: "var(--bp-raised)", stroke: COLORS[0], "stroke-width": 2 });
    write(svg, x, y + 5, words, { anchor: "middle", size });
    below.filter(([words]) => words).forEach(([words, color, weight], k) => halo(x, y + (narrow ? 39 : 44) + k * (size + 4), words, { color, weight }));
  };
  numbers.x.forEach((value, i) => unit(at[0][i], text(value, 1), [[`input ${i + 1}`, "var(--bp-muted)"]]));
  for (const j of [0, 1]) {
    const { z, a } = cache[0];
    unit(at[1][j], step >= 2 ? text(a[j]) : "", [
      [`bias ${text(numbers.b1[j], 1)}`, "var(--bp-muted)", chosen === `b1 ${j}` ? 700 : 400],
      [step >= 1 ? `z = ${text(z[j])}` : "", COLORS[0]],
      [step >= 8 ? `blame of z ${blame(gradients[0].dz[j], true)}` : "", COLORS[1]],
    ]);
  }
  unit(at[2][0], step >= 4 ? text(cache[1].a[0]) : "", [
    [`bias ${text(numbers.b2[0], 1)}`, "var(--bp-muted)", chosen === "b2 0" ? 700 : 400],
    [step >= 3 ? `z = ${text(cache[1].z[0])}` : "", COLORS[0]],
    [`target ${text(numbers.target[0], 1)}`, "var(--bp-muted)", chosen === "target 0" ? 700 : 400],
    [step >= 5 ? `loss ${text(loss)}` : "", "var(--bp-ink)", 700],
    [step >= 6 ? `blame of z ${blame(gradients[1].dz[0], true)}` : "", COLORS[1]],
  ]);
  return height;
}

export function say({ step, numbers }) {
  const { cache, loss, gradients } = run(numbers);
  const facts = [
    "", `: ${cache[0].z.map((v) => text(v)).join(" and ")}.`, `: ${cache[0].a.map((v) => text(v)).join(" and ")}.`,
    `: ${text(cache[1].z[0])}.`, ` ${text(cache[1].a[0])}.`, `: ${text(loss)}.`,
    ` By ${text(gradients[1].da[0])} and ${text(gradients[1].dz[0])}.`, `: ${gradients[1].dW.map(([v]) => text(v)).join(" and ")}.`,
    `: ${gradients[0].dz.map((v) => text(v)).join(" and ")} at the hidden sums.`,
    `: ${gradients[0].dW.flat().map((v) => text(v)).join(", ")}.`,
  ];
  return `Step ${step + 1}: ${STEPS[step]}${facts[step] || "."}`;
}
