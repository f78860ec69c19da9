/* A kernel of nine weights on one picture: what it meets in a window, and how it learns from all windows. */
import { put, write, COLORS } from "./draw.js";
import { convolution, convolutionBackward, text } from "./numbers.js";

const NAMES = { right: "right edges", lower: "lower edges", blur: "a blur", corner: "points and ends" };
const SIDE = 6;
const zeros = () => Array.from({ length: 3 }, () => [0, 0, 0]);

export const controls = [
  { name: "place", kind: "range", label: "Window", value: 8, min: 0, max: SIDE * SIDE - 1, step: 1, play: true, format: (k) => `row ${Math.floor(k / SIDE) + 1}, column ${(k % SIDE) + 1}` },
  { name: "which", kind: "choice", label: "To be learned", value: "right", options: Object.entries(NAMES), set: (state, value) => Object.assign(state, { which: value, W: zeros(), steps: 0 }) },
  { name: "learn", kind: "button", label: "Learn", press: learn },
];

export const begin = () => ({ W: zeros(), steps: 0 });

/** What the kernel gives, what it should give, the blame of the one for missing the other, and that of the weights. */
function see({ W, which }, { image, wanted }) {
  const given = convolution(image, W);
  const target = convolution(image, wanted[which]);
  const blame = given.map((row, r) => row.map((value, s) => value - target[r][s]));
  const loss = blame.flat().reduce((sum, value) => sum + (value * value) / 2, 0);
  return { given, target, blame, loss, dW: convolutionBackward(image, W, blame).dW };
}

function learn(state, data) {
  const { dW } = see(state, data);
  state.W = state.W.map((row, u) => row.map((weight, v) => weight - data.rate * dW[u][v]));
  state.steps += 1;
}

export function draw({ svg, width }, state, data) {
  const { given, target, dW } = see(state, data);
  const [row, column] = [Math.floor(state.place / SIDE), state.place % SIDE];
  const narrow = width < 560;
  const cell = Math.floor((narrow ? width / 2 - 14 : Math.min(width * 0.26, 190)) / 8);

  /** A grid of numbers as pixels, with a title; blue is positive and orange negative unless it is ink. */
  const grid = (left, top, title, numbers, scale, ink) => {
    write(svg, left, top - 8, title, { color: "var(--bp-muted)" });
    put(svg, "rect", { x: left, y: top, width: cell * numbers[0].length, height: cell * numbers.length, fill: "none", stroke: "var(--bp-grid)" });
    numbers.forEach((line, r) =>
      line.forEach((value, s) =>
        put(svg, "rect", {
          x: left + s * cell, y: top + r * cell, width: cell - 1, height: cell - 1, "fill-opacity": Math.min(Math.abs(value) / scale, 1),
          fill: ink ? "var(--bp-ink)" : COLORS[value > 0 ? 0 : 1],
        }),
      ),
    );
  };
  const box = (left, top, size) =>
    put(svg, "rect", { x: left - 1, y: top - 1, width: size * cell + 1, height: size * cell + 1, fill: "none", stroke: COLORS[2], "stroke-width": 2.5 });

  const top = 26;
  grid(0, top, "the picture", data.image, 1, true);
  box(column * cell, top + row * cell, 3);
  const right = narrow ? width / 2 + 8 : 8 * cell + 30;
  const most = Math.max(...target.flat().map(Math.abs), 1e-12);
  grid(right, top, "what it gives", given, most);
  box(right + column * cell, top + row * cell, 1);
  const [left, second] = narrow ? [0, top + 8 * cell + 34] : [right + 6 * cell + 30, top];
  grid(left, second, "what it should give", target, most);
  box(left + column * cell, second + row * cell, 1);

  // The kernel, in numbers: the weight large, what its gradient is below.
  const [x, y] = narrow ? [0, second + 6 * cell + 38] : [0, top + 8 * cell + 40];
  write(svg, x, y - 10, "the nine weights, and the blame of each", { color: "var(--bp-muted)" });
  const wide = Math.min(width / 3, 108);
  state.W.forEach((line, u) =>
    line.forEach((weight, v) => {
      const [cx, cy] = [x + v * wide, y + u * 46];
      put(svg, "rect", { x: cx, y: cy, width: wide - 6, height: 42, fill: "none", stroke: "var(--bp-grid)" });
      put(svg, "rect", { x: cx, y: cy, width: wide - 6, height: 42, fill: COLORS[weight > 0 ? 0 : 1], "fill-opacity": Math.min(Math.abs(weight), 1) * 0.35 });
      write(svg, cx + 8, cy + 18, text(weight, 2), { weight: 600 });
      write(svg, cx + 8, cy + 35, text(dW[u][v], 2), { color: "var(--bp-muted)", size: 12 });
    }),
  );
  return y + 3 * 46 + 4;
}

export function say(state, data) {
  const { given, blame, loss } = see(state, data);
  const [row, column] = [Math.floor(state.place / SIDE), state.place % SIDE];
  const [value, missed] = [given[row][column], blame[row][column]];
  return (
    `Window in row ${row + 1}, column ${column + 1}: nine products add up to ${text(value, 2)}, asked for is ${text(value - missed, 2)}, ` +
    `so the blame of this output is ${text(missed, 2)}. After ${state.steps} steps the loss of all 36 is ${text(loss, 3)}.`
  );
}
