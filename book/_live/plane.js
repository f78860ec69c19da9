/* A small network that colors the plane while it learns where two classes of points lie. */
import { Axes, put, write, COLORS } from "./draw.js";
import { activations, backpropagation, feedforward, text, train } from "./numbers.js";

const LAST = 2000;
const CELLS = 48;
const BANDS = 10;
const still = matchMedia("(prefers-reduced-motion: reduce)");

// What changes the task or the network begins anew; rate and batch size may change on the way.
const anew = (name) => (state, value) => Object.assign(state, { [name]: value, layers: null });

export const controls = [
  { name: "set", kind: "choice", label: "Points", value: "moons", options: [["moons", "two moons"], ["circles", "two circles"], ["spirals", "two spirals"]], set: anew("set") },
  { name: "activation", kind: "choice", label: "Activation function", value: "tanh", options: [["tanh", "tanh"], ["sigmoid", "sigmoid"], ["relu", "ReLU"], ["identity", "identity: no bend"]], set: anew("activation") },
  { name: "units", kind: "range", label: "Hidden units", value: 3, min: 1, max: 8, step: 1, set: anew("units") },
  { name: "rate", kind: "range", log: true, label: "Learning rate", value: 0.3, min: -2, max: 0.5, step: 0.05, format: (v) => String(Number(v.toPrecision(2))) },
  { name: "size", kind: "choice", label: "Points per update", value: "10", options: [["1", "1"], ["10", "10"], ["100", "all 100"]] },
  { name: "lines", kind: "choice", label: "Show", value: "no", options: [["no", "what the network says"], ["yes", "where each unit changes sign as well"]] },
  { name: "run", kind: "run", label: ["Start", "Pause"], pace: 50, turn },
  { name: "step", kind: "button", label: "Step: one epoch", press: (state, data) => learn(state, data, 1) },
];

/** The points of a state, its network's layers from `bplib`, and the loss before training. */
function begun(state, data) {
  const { x, y } = data.sets[state.set];
  if (!state.layers) {
    const { W1, b1, W2, b2 } = data.starts[state.activation][state.units - 1];
    const layers = [{ W: W1, b: b1, activation: state.activation }, { W: W2, b: b2, activation: "identity" }];
    Object.assign(state, { layers, epochs: 0, updates: 0, losses: [[0, backpropagation(layers, x, y).loss]] });
  }
  return { x, y };
}

export function learn(state, data, epochs) {
  const { x, y } = begun(state, data);
  const size = Number(state.size);
  for (let k = 0; k < epochs; k++) state.layers = train(state.layers, x, y, state.rate, size);
  state.epochs += epochs;
  state.updates += epochs * Math.ceil(x.length / size);
  state.losses.push([state.epochs, backpropagation(state.layers, x, y).loss]);
}

/** Most happens at the beginning, so that the turns grow with what has been learned. */
function turn(state, data) {
  begun(state, data);
  learn(state, data, Math.min(still.matches ? 20 : Math.max(1, Math.round(state.epochs / 40)), Math.max(LAST - state.epochs, 1)));
  return state.epochs < LAST && Number.isFinite(state.losses.at(-1)[1]);
}

const logit = (layers, point) => feedforward(layers, point)[1].a[0];

export function draw({ svg, width }, state, data) {
  const { x, y } = begun(state, data);
  const wide = width >= 560;
  const side = wide ? Math.min(Math.round(0.56 * width), 400) : width - 48;
  const { low, high } = data.sets[state.set];
  const plane = new Axes(svg, { box: [36, 26, side, side], x: [low[0], high[0]], y: [low[1], high[1]], xLabel: "x₁", yLabel: "x₂" });
  paint(plane, state.layers);
  if (state.lines === "yes") state.layers[0].b.forEach((_, j) => plane.line(ends(plane, state.layers[0], j), { color: "var(--bp-ink)", width: 1.5, dash: "5 4" }));
  ["class 0", "class 1"].forEach((words, k) => write(plane.frame, 36 + side - 74 * (1 - k), 18, `${"●■"[k]} ${words}`, { anchor: "end", color: COLORS[k], size: 12 }));
  x.forEach((point, i) => {
    const [px, py] = [plane.px(point[0]), plane.py(point[1])];
    const stroke = wrong(state.layers, point, y[i][0]) ? "var(--bp-ink)" : "var(--bp-surface)";
    const mark = { fill: COLORS[y[i][0]], stroke, "stroke-width": 1.5 };
    if (y[i][0]) put(plane.inside, "rect", { x: px - 4, y: py - 4, width: 8, height: 8, ...mark });
    else put(plane.inside, "circle", { cx: px, cy: py, r: 4.5, ...mark });
  });

  const [left, top] = wide ? [side + 92, 26] : [44, side + 100];
  const tall = wide ? side : 110;
  const fall = new Axes(svg, { box: [left, top, width - left - 12, tall], x: [0, Math.max(state.epochs, 20)], y: [0.0001, 2], yLog: true, xLabel: "epochs", yLabel: "loss" });
  fall.line(state.losses.map(([epoch, loss]) => [epoch, Math.max(loss, 0.00005)]), { color: COLORS[2] });
  fall.dot([state.epochs, Math.max(state.losses.at(-1)[1], 0.0001)], { color: COLORS[2] });
  return top + tall + 44;
}

const wrong = (layers, point, label) => logit(layers, point) > 0 !== label > 0;

/** The plane in small squares, deeper where the network is surer, and the border where it says one half. */
function paint(plane, layers) {
  const [dx, dy] = [(plane.x[1] - plane.x[0]) / CELLS, (plane.y[1] - plane.y[0]) / CELLS];
  const at = (k, low, step) => low + (k + 0.5) * step;
  const z = Array.from({ length: CELLS }, (_, r) => Array.from({ length: CELLS }, (_, c) => logit(layers, [at(c, plane.x[0], dx), at(r, plane.y[0], dy)])));
  const band = (value) => Math.min(Math.floor(BANDS * activations.sigmoid.value(value)), BANDS - 1);
  const paths = Array.from({ length: BANDS }, () => "");
  const [w, h] = [plane.width / CELLS, plane.height / CELLS];
  z.forEach((row, r) => {
    const bands = row.map(band);
    const top = (plane.top + plane.height - (r + 1) * h).toFixed(1);
    for (let c = 0, from = 0; c < CELLS; c++) {
      if (bands[c + 1] === bands[c]) continue;
      if (paths[bands[c]] !== undefined) paths[bands[c]] += `M${(plane.left + from * w).toFixed(1)} ${top}h${((c + 1 - from) * w).toFixed(1)}v${(h + 0.1).toFixed(1)}h${((from - c - 1) * w).toFixed(1)}z`;
      from = c + 1;
    }
  });
  paths.forEach((d, k) => {
    const share = Math.abs(2 * k + 1 - BANDS) / (BANDS - 1);
    put(plane.inside, "path", { d, fill: COLORS[k < BANDS / 2 ? 0 : 1], "fill-opacity": (0.08 + 0.4 * share).toFixed(2), "shape-rendering": "crispEdges" });
  });
  const place = (c, r) => `${plane.px(at(c, plane.x[0], dx)).toFixed(1)} ${plane.py(at(r, plane.y[0], dy)).toFixed(1)}`;
  put(plane.inside, "path", { d: border(z, place), fill: "none", stroke: "var(--bp-ink)", "stroke-width": 2 });
}

/** Where a table of numbers changes its sign: in each square of four neighbors, a line between the edges that it crosses. */
export function border(z, place) {
  let d = "";
  for (let r = 0; r + 1 < z.length; r++)
    for (let c = 0; c + 1 < z[r].length; c++) {
      const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]];
      const crossings = corners.flatMap(([c1, r1], k) => {
        const [c2, r2] = corners[(k + 1) % 4];
        const [a, b] = [z[r1][c1], z[r2][c2]];
        if (a > 0 === b > 0) return [];
        const share = a / (a - b);
        return [place(c1 + share * (c2 - c1), r1 + share * (r2 - r1))];
      });
      for (let k = 0; k + 1 < crossings.length; k += 2) d += `M${crossings[k]}L${crossings[k + 1]}`;
    }
  return d;
}

/** The two ends of the straight line on which the weighted input of unit j is zero. */
function ends(plane, { W, b }, j) {
  const [u, v] = [W[0][j], W[1][j]];
  if (Math.abs(v) >= Math.abs(u)) return plane.x.map((x) => [x, -(b[j] + u * x) / v]);
  return plane.y.map((y) => [-(b[j] + v * y) / u, y]);
}

export function say(state, data) {
  const { x, y } = begun(state, data);
  const loss = state.losses.at(-1)[1];
  if (!Number.isFinite(loss)) return `After ${state.epochs} epochs the numbers are no numbers any more: the rate is too large. Press Reset.`;
  const right = x.length - x.filter((point, i) => wrong(state.layers, point, y[i][0])).length;
  const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const done = state.epochs ? `${count(state.epochs, "epoch")}, ${count(state.updates, "update")}` : "Not trained yet";
  return `${done}: loss ${text(loss)}, ${right} of ${x.length} points on the right side.`;
}
