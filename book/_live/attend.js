/* One query asks four steps: their keys in one plane, their values and the mean of these in another, and what each is blamed for. */
import { Axes, put, write, COLORS } from "./draw.js";
import { attention, attentionBackward, text } from "./numbers.js";

const REACH = 2;
const OWN = [0, 2, 3, 4].map((i) => COLORS[i]);
let plane;

const number = (name, label, value) => ({ name, kind: "range", label, value, min: -REACH, max: REACH, step: 0.05, format: (v) => text(v, 2) });

export const controls = [
  number("first", "Query, first number"),
  number("second", "Query, second number"),
  { name: "d", kind: "choice", label: "Numbers of a query", value: "2", options: [["2", "2"], ["8", "8"], ["32", "32"], ["128", "128"]] },
  { name: "root", kind: "choice", label: "Scores are", value: "yes", options: [["yes", "divided by the root of that"], ["", "not divided"]] },
  { name: "seen", kind: "choice", label: "The query is that of", value: "4", options: [["4", "step 4, which sees all"], ["3", "step 3: one comes later"], ["2", "step 2: two come later"], ["1", "step 1: three come later"]] },
  { name: "learn", kind: "button", label: "Learn", press: learn },
];

export const begin = ({ query: [first, second] }) => ({ first, second });

/** The mean, and its way back from half the squared distance to the target. Other numbers of a query count with their expected size. */
export function see({ first, second, d, root, seen }, { keys, values, target }) {
  const query = [first, second];
  const divisor = (root ? Math.sqrt(d) : 1) / Math.sqrt(d / query.length);
  const { y, weights } = attention(query, keys, values, Number(seen), divisor);
  const missed = y.map((value, n) => value - target[n]);
  return { y, weights, missed, loss: (missed[0] ** 2 + missed[1] ** 2) / 2, ...attentionBackward(missed, query, keys, values, weights, divisor) };
}

/** So many decimals, also where none of them says anything. */
const short = (value, decimals = 2) => text(Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value, decimals);
const inside = (value) => Math.min(Math.max(value, -REACH), REACH);

function learn(state, data) {
  const { dq } = see(state, data);
  [state.first, state.second] = [state.first, state.second].map((value, i) => inside(value - data.rate * dq[i]));
}

export function draw({ svg, width }, state, data) {
  const { y, weights, dweights, dscores, dq } = see(state, data);
  const seen = Number(state.seen);
  const gap = width < 560 ? 14 : 40;
  const side = Math.min((width - gap) / 2 - 2, 330);
  const axes = (left, reach, title) => {
    const made = new Axes(svg, { box: [left, 28, side, side], x: [-reach, reach], y: [-reach, reach], ticks: false });
    put(made.frame, "rect", { x: left, y: 28, width: side, height: side, fill: "none", stroke: "var(--bp-muted)" });
    made.line([[-reach, 0], [reach, 0]], { color: "var(--bp-grid)", width: 1 });
    made.line([[0, -reach], [0, reach]], { color: "var(--bp-grid)", width: 1 });
    write(svg, left, 18, title, { color: "var(--bp-muted)" });
    return made;
  };
  const dot = (where, at, j) => {
    put(where.inside, "circle", { cx: where.px(at[0]), cy: where.py(at[1]), r: 10, fill: j < seen ? OWN[j] : "none", stroke: OWN[j], "stroke-dasharray": j < seen ? "" : "3 3" });
    write(where.inside, where.px(at[0]), where.py(at[1]) + 4.5, String(j + 1), { anchor: "middle", size: 12, weight: 700, color: j < seen ? "var(--bp-raised)" : "var(--bp-muted)" });
  };
  const arrow = (where, from, to, color, wide) => {
    const [x1, y1, x2, y2] = [where.px(from[0]), where.py(from[1]), where.px(to[0]), where.py(to[1])];
    const long = Math.hypot(x2 - x1, y2 - y1);
    if (long < 1) return;
    const [a, b] = [(x2 - x1) / long, (y2 - y1) / long];
    const head = Math.min(4 + 2 * wide, long);
    put(where.inside, "line", { x1, y1, x2: x2 - a * head, y2: y2 - b * head, stroke: color, "stroke-width": wide });
    const base = [x2 - a * head, y2 - b * head];
    put(where.inside, "path", { d: `M${x2} ${y2}L${base[0] - (b * head) / 2} ${base[1] + (a * head) / 2}L${base[0] + (b * head) / 2} ${base[1] - (a * head) / 2}z`, fill: color });
  };

  plane = axes(1, REACH + 0.2, "query and keys");
  const query = [state.first, state.second];
  data.keys.forEach((key, j) => dot(plane, key, j));
  arrow(plane, [0, 0], query, "var(--bp-ink)", 3);
  arrow(plane, query, query.map((value, i) => value - data.rate * dq[i]), COLORS[1], 2.5);

  const right = axes(side + gap, REACH + 0.6, "values and mean");
  const line = (from, to, style) => put(right.inside, "line", { x1: right.px(from[0]), y1: right.py(from[1]), x2: right.px(to[0]), y2: right.py(to[1]), ...style });
  data.values.forEach((value, j) => j < seen && line(y, value, { stroke: OWN[j], "stroke-width": 12 * weights[j], "stroke-opacity": 0.5 }));
  data.values.forEach((value, j) => dot(right, value, j));
  line(y, data.target, { stroke: COLORS[1], "stroke-width": 2, "stroke-dasharray": "4 3" });
  const [tx, ty] = [right.px(data.target[0]), right.py(data.target[1])];
  put(right.inside, "path", { d: `M${tx - 6} ${ty - 6}l12 12m0 -12l-12 12`, stroke: COLORS[1], "stroke-width": 3 });
  const label = right.write(data.target, "target", { dx: -10, dy: 4, anchor: "end", color: COLORS[1], size: 12 });
  Object.assign(label.style, { paintOrder: "stroke", stroke: "var(--bp-raised)", strokeWidth: "4px" });
  right.dot(y, { color: "var(--bp-ink)", radius: 6 });

  // A row for each step: its weight, the blame of that, and what of it gets through the softmax.
  const top = side + 62;
  const from = 28;
  const column = (width - from) / 3;
  const wide = column - 58;
  const bar = (j, c, value, share, color) => {
    const [x, y0] = [from + c * column, top + 12 + j * 26];
    // Blame has a sign: it grows from the middle.
    const zero = c ? x + wide / 2 : x;
    const long = share * (c ? wide / 2 : wide);
    put(svg, "rect", { x, y: y0, width: wide, height: 16, fill: "var(--bp-grid)", "fill-opacity": 0.35 });
    put(svg, "rect", { x: long < 0 ? zero + long : zero, y: y0, width: Math.abs(long), height: 16, fill: color });
    write(svg, x + wide + 5, y0 + 13, short(value), { size: 12 });
  };
  const most = Math.max(...dweights.map(Math.abs), 1e-12);
  ["weight", "blame of weight", "blame of score"].forEach((title, c) => write(svg, from + c * column, top, title, { color: "var(--bp-muted)", size: width < 560 ? 11 : 13 }));
  weights.forEach((weight, j) => {
    write(svg, 6, top + 25 + j * 26, String(j + 1), { color: OWN[j], weight: 700 });
    bar(j, 0, weight, weight, OWN[j]);
    bar(j, 1, dweights[j], dweights[j] / most, COLORS[1]);
    bar(j, 2, dscores[j], Math.max(Math.min(dscores[j] / most, 1), -1), COLORS[1]);
  });
  return top + 4 * 26 + 14;
}

export function say(state, data) {
  const { y, weights, dweights, dscores, loss } = see(state, data);
  const largest = weights.indexOf(Math.max(...weights));
  const length = (list) => Math.hypot(...list);
  return (
    `Step ${largest + 1} has the largest weight, ${text(weights[largest], 2)}. The mean is (${y.map((value) => short(value)).join(", ")}), the loss ${short(loss, 3)}. ` +
    `Of a blame of ${short(length(dweights))} for the weights, ${text(length(dscores), 3)} gets through to the scores.`
  );
}

export function point(picture, state, x, y) {
  const [first, second] = plane.at(x, y);
  if (Math.abs(first) > REACH + 0.2 || Math.abs(second) > REACH + 0.2) return;
  [state.first, state.second] = [first, second].map((value) => inside(Math.round(value * 20) / 20));
}
