/* What all live figures share: native controls, a picture as wide as the page, a reset, and words for those who listen.

A figure is a module beside this one. It exports

  controls   a list; each {name, kind, label, value} and, by kind,
               range   {min, max, step, format, log, play}: a slider; log: its value is 10 to the power of min … max;
                       max may be a function of the state
               choice  {options: [[value, words], …]}
               button  {press(state, data)}, without a value
               run     {label: [start, pause], turn(state, data), pace}: takes turns until it is pressed again, or turn says that
                       there is no other; pace: milliseconds between two, too few to be told of each
             A control may have get(state) and set(state, value) instead of a value of its own.
  begin      what else its state holds, by data (optional)
  draw       draw(picture, state, data): into picture.svg, which is empty and picture.width pixels wide; returns its height
  say        say(state, data): in a sentence or two what is to be seen, for the line under the picture and for those who listen
  point      point(picture, state, x, y, event): the pointer moves pressed over the picture, or is set down (optional)
  key        key(state, event): a key for a picture that is worked with keys; returns whether it was one of its own (optional)
*/

const QUIET = 500;
const TURN = 600;

for (const figure of document.querySelectorAll(".bp-live")) {
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      import(`./${figure.dataset.live}.js`).then((module) => start(figure, module));
    },
    { rootMargin: "600px" },
  );
  // The figure itself is not shown yet, and so never comes into sight.
  near.observe(figure.parentElement);
}

function html(name, attributes = {}, words = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = words;
  return made;
}

function start(figure, module) {
  const data = JSON.parse(figure.querySelector("script")?.textContent ?? "null");
  const state = {};
  const begin = () => {
    for (const key of Object.keys(state)) delete state[key];
    for (const { name, value } of module.controls) if (value !== undefined) state[name] = value;
    Object.assign(state, structuredClone(module.begin?.(data) ?? {}));
  };
  begin();

  const body = figure.querySelector(".bp-live-body");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.id = `live-${figure.dataset.live}`;
  svg.setAttribute("role", module.key ? "application" : "img");
  if (module.key) svg.setAttribute("tabindex", "0");
  const said = html("p", { class: "bp-live-said" });
  const heard = html("p", { class: "bp-live-heard", role: "status" });
  const panel = html("div", { class: "bp-live-controls" });
  const title = figure.querySelector(".bp-live-title").textContent;
  const picture = { svg, width: 0 };
  let waiting;

  const show = () => {
    picture.width = Math.max(Math.round(body.clientWidth), 260);
    svg.replaceChildren();
    const height = Math.round(module.draw(picture, state, data));
    svg.setAttribute("viewBox", `0 0 ${picture.width} ${height}`);
    said.textContent = module.say(state, data);
    // A reader is told when the hand rests, not at each movement.
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      heard.textContent = said.textContent;
      svg.setAttribute("aria-label", `${title}. ${said.textContent}`);
    }, QUIET);
    for (const shown of shows) shown();
  };
  const buttons = html("div", { class: "bp-live-buttons" });
  const shows = module.controls.map((spec) => control({ panel, buttons }, spec, state, data, figure.dataset.live, () => show()));
  const again = html("button", { type: "button" }, "Reset");
  again.addEventListener("click", () => {
    begin();
    panel.dispatchEvent(new Event("halt"));
    show();
  });
  buttons.append(again);
  // What runs is watched: its buttons stand right under the picture.
  if (module.controls.some(({ kind }) => kind === "run")) panel.prepend(buttons);
  else panel.append(buttons);

  if (module.point) {
    svg.style.touchAction = "none";
    const move = (event) => {
      const box = svg.getBoundingClientRect();
      const scale = picture.width / box.width;
      module.point(picture, state, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale, event);
      show();
    };
    svg.addEventListener("pointerdown", (event) => (svg.setPointerCapture(event.pointerId), move(event)));
    svg.addEventListener("pointermove", (event) => event.buttons && move(event));
  }
  if (module.key) {
    svg.addEventListener("keydown", (event) => {
      if (module.key(state, event)) (event.preventDefault(), show());
    });
  }

  body.append(svg, said, panel, heard);
  figure.dataset.ready = "yes";
  if ("instead" in figure.dataset) still(figure).hidden = true;
  svg.setAttribute("aria-label", `${title}. ${module.say(state, data)}`);
  new ResizeObserver(() => body.clientWidth !== picture.width && show()).observe(body);
  show();
}

/** The figure before a live one, which stands in its place until it is ready. */
function still(figure) {
  const all = [...document.querySelectorAll(".bp-figure, .bp-live")];
  return all[all.indexOf(figure) - 1];
}

/** Put a control into the panel, or among its buttons; returns what shows the state in it. */
function control({ panel, buttons }, spec, state, data, figure, changed) {
  const get = spec.get ?? ((from) => from[spec.name]);
  const set = spec.set ?? ((to, value) => (to[spec.name] = value));
  if (spec.kind === "button") {
    const button = html("button", { type: "button" }, spec.label);
    button.addEventListener("click", () => (spec.press(state, data), changed()));
    buttons.append(button);
    return () => {};
  }
  if (spec.kind === "run") {
    buttons.append(player(panel, spec.label, spec.pace, () => {
      const more = spec.turn(state, data);
      changed();
      return more;
    }));
    return () => {};
  }
  const id = `live-${figure}-${spec.name}`;
  const row = html("div", { class: "bp-live-control" });
  row.append(html("label", { for: id }, spec.label));
  panel.append(row);
  if (spec.kind === "choice") {
    const select = html("select", { id });
    for (const [value, words] of spec.options) select.append(html("option", { value }, words));
    select.addEventListener("input", () => (set(state, select.value), changed()));
    row.append(select);
    return () => (select.value = get(state));
  }
  const most = typeof spec.max === "function" ? () => spec.max(state) : () => spec.max;
  const input = html("input", { id, type: "range", min: spec.min, max: most(), step: spec.step });
  const shown = html("output", { for: id });
  const there = spec.log ? Math.log10 : (value) => value;
  const back = spec.log ? (value) => 10 ** value : (value) => value;
  input.addEventListener("input", () => (set(state, back(Number(input.value))), changed()));
  row.append(input, shown);
  if (spec.play) {
    const turn = (fresh) => {
      const from = fresh && get(state) >= most() ? spec.min : get(state);
      set(state, Math.min(from + spec.step, most()));
      changed();
      return get(state) < most();
    };
    row.append(player(panel, ["Play", "Stop"], spec.turn ?? TURN, turn));
  }
  return () => {
    input.max = most();
    input.value = there(get(state));
    shown.textContent = spec.format ? spec.format(get(state), data) : String(get(state));
    input.setAttribute("aria-valuetext", shown.textContent);
  };
}

/** A button that takes turns by itself, until a turn says that it was the last; with less motion a press takes one. */
function player(panel, [start, stop], pace, turn) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const button = html("button", { type: "button" }, start);
  let clock = null;
  const halt = () => {
    clearInterval(clock);
    clock = null;
    button.textContent = start;
  };
  button.addEventListener("click", () => {
    if (clock) return halt();
    if (!turn(true) || still.matches) return;
    clock = setInterval(() => turn(false) || halt(), pace);
    button.textContent = stop;
  });
  panel.addEventListener("halt", halt);
  return button;
}
