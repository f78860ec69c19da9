/* A recurrence written out step after step: the states forward, and the blame back, which adds up at the one shared weight. */
import { Axes, put, write, COLORS } from "./draw.js";
import { recurrence, recurrenceBackward, text } from "./numbers.js";

const NAMES = { u: "u, of what is remembered", w: "w, of what is read" };
const weight = (name) => ({ name, kind: "range", label: `Weight ${NAMES[name]}`, min: -3, max: 3, step: 0.05, format: (v) => text(v, 2) });

export const controls = [
  {
    name: "back", kind: "range", label: "Blame has gone back", min: 0, max: (state) => state.steps, step: 1, play: true, turn: 1400,
    format: (k) => `${k} ${k === 1 ? "step" : "steps"}`,
  },
  weight("u"),
  weight("w"),
  // Whoever asks for more steps sees all of them.
  { name: "steps", kind: "range", label: "Steps", min: 2, max: 20, step: 1, set: (state, value) => Object.assign(state, { steps: value, back: value }) },
  { name: "of", kind: "choice", label: "Whose blame is added up?", value: "u", options: Object.entries(NAMES) },
];

export const begin = ({ x, u, w }) => ({ u, w, steps: x.length, back: x.length });

/** What each step has read, its state, and its share of the blame, when the last state alone is blamed, with 1. */
export function run({ u, w, steps }, { x }) {
  const read = Array.from({ length: steps }, (_, t) => [x[t] ?? 0]);
  const cache = recurrence(read, [[w]], [[u]], [0]);
  const shares = recurrenceBackward(read.map((_, t) => [t === steps - 1 ? 1 : 0]), cache, [[w]], [[u]]);
  return shares.map(({ da, dz, dW }, t) => ({ x: read[t][0], h: cache[t].a[0], dh: da[0], dz: dz[0], share: { w: dW[0][0], u: dW[1][0] } }));
}

/** The sum after each step back: the first is nothing, the last is the gradient. */
const sums = (all, of) => all.reduceRight((sum, { share }) => [...sum, sum.at(-1) + share[of]], [0]);

export function draw({ svg, width }, state, data) {
  const { steps, back, of } = state;
  const all = run(state, data);
  const added = sums(all, of);
  const [low, high] = [Math.min(...added), Math.max(...added)];
  const room = (high - low || 1) / 6;
  const range = [low < 0 ? low - room : 0, high > 0 || low === 0 ? high + room : 0];
  const below = new Axes(svg, {
    box: [8, 232, width - 16, 120], x: [-0.5, steps + 0.5], y: range, ticks: false, yLabel: `d${of}: the shares of all steps, added`,
  });
  const cell = below.px(1) - below.px(0);
  const size = cell < 60 ? 11 : 13;
  const radius = Math.min(cell * 0.32, 25);
  const [top, bottom] = [84, 168];
  const now = steps - back + 1;
  // Where there is no room for all numbers, the first, the last and the one that blame has reached are written.
  const written = (t) => cell > 48 || t === steps || (t === now && below.px(steps) - below.px(t) > 44);
  const muted = { color: "var(--bp-muted)" };
  const number = (x, y, words, style) => {
    // A digit is about two thirds as wide as it is high, and no number may leave the picture.
    const half = words.length * 4.2;
    const shown = write(svg, Math.min(Math.max(x, half), width - half), y, words, { anchor: "middle", size, ...style });
    Object.assign(shown.style, { paintOrder: "stroke", stroke: "var(--bp-raised)", strokeWidth: "4px" });
  };
  const line = (x1, y1, x2, y2, style) => put(svg, "line", { x1, y1, x2, y2, stroke: "var(--bp-muted)", "stroke-width": 1.5, ...style });
  const most = Math.max(...all.map(({ dh, dz }) => Math.max(Math.abs(dh), Math.abs(dz * state.u))));
  const strong = (blame) => ({ stroke: COLORS[1], "stroke-opacity": 0.6, "stroke-width": 1 + 13 * Math.abs(blame / most) });

  all.forEach(({ x, dz }, i) => {
    const t = i + 1;
    const [from, to] = [below.px(i), below.px(t)];
    line(from, top, to, top, t >= now ? strong(dz * state.u) : {});
    line(to, bottom - 14, to, top);
    if (cell > 40) number((from + to) / 2, top - 11, "u", muted);
    if (cell > 40) number(to, (top + bottom) / 2 + 12, "w", muted);
    number(to, bottom, text(x, 0), { size: cell > 20 ? size : 10 });
  });
  line(below.px(steps), top, width, top, strong(1));
  [{ h: 0 }, ...all].forEach(({ h, dh }, t) => {
    const x = below.px(t);
    put(svg, "circle", { cx: x, cy: top, r: radius, fill: "var(--bp-raised)", stroke: t && t >= now ? COLORS[1] : COLORS[0], "stroke-width": 2 });
    put(svg, "circle", { cx: x, cy: top, r: radius, fill: COLORS[0], "fill-opacity": 0.3 * Math.abs(h) });
    if (radius > 14) write(svg, x, top + 5, text(h, t ? 2 : 0), { anchor: "middle", size });
    if (t && t >= now && written(t)) number(x, top - radius - 10, text(dh, 3), { color: COLORS[1] });
    if (cell > 20 || t % 5 === 0) number(x, 370, String(t), muted);
  });
  write(svg, 8, 18, "states →", { color: COLORS[0] });
  write(svg, width - 8, 18, "← their blame", { anchor: "end", color: COLORS[1] });
  write(svg, 8, bottom + 26, "↑ what is read", muted);
  write(svg, width - 8, 388, "step", { anchor: "end", ...muted });

  // Each share begins where the one before it, on its right, has ended.
  below.line([[-0.5, 0], [steps + 0.5, 0]], { color: "var(--bp-muted)", width: 1 });
  for (let k = 1; k <= back; k++) {
    const [t, before, after] = [steps - k + 1, added[k - 1], added[k]];
    const [y, tall] = [below.py(Math.max(before, after)), Math.abs(below.py(after) - below.py(before))];
    put(below.inside, "rect", { x: below.px(t) - cell * 0.3, y, width: cell * 0.6, height: Math.max(tall, 1), fill: COLORS[1], "fill-opacity": 0.6 });
    below.line([[t - 0.3, after], [t - (k < back ? 0.7 : 1.3), after]], { color: "var(--bp-ink)", width: 1 });
    if (cell > 48) number(below.px(t), after >= before ? y - 5 : y + tall + 14, text(after - before, 3), { size: 11 });
  }
  if (back) number(below.px(steps - back), below.py(added[back]) - 5, text(added[back], 3), { weight: 700, size: 13 });
  return 394;
}

export function say(state, data) {
  const { steps, back, of } = state;
  const all = run(state, data);
  if (!back) return `Forward: after ${steps} steps the state is ${text(all.at(-1).h)}. The loss looks at this one alone, and blames it with 1.`;
  const { dh, dz, share } = all[steps - back];
  const sum = sums(all, of)[back];
  return (
    `Back at step ${steps - back + 1}: its state is blamed with ${text(dh)}, its weighted input with ${text(dz)}. ` +
    `The share of ${of} is ${text(share[of])}, and the sum is now ${text(sum)}.` +
    (back === steps ? ` Assigned and not added, only ${text(share[of])} would be left.` : "")
  );
}
