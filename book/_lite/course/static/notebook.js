/* One notebook of the course: what stands around it, from the first look to the last save. */

import { keepOneTab } from "./tabs.js";
import { compareRelease } from "./release.js";
import { saveSoon } from "./saving.js";
import { handIn } from "./handing_in.js";
import { watchInterpreter } from "./interpreter.js";
import { toolbar } from "./toolbar.js";

export const plugin = (load) => ({
  id: "bplib-course:notebook",
  description: "Keeps a student's work, ends a loop without end, and hands the notebook over.",
  autoStart: true,
  activate(app) {
    const seen = new WeakSet();
    const look = () => {
      const panel = app.shell.currentWidget;
      if (panel?.context && panel.content?.widgets && !seen.has(panel)) {
        seen.add(panel);
        open(app, panel, load).catch((error) => console.error("bplib-course", error));
      }
    };
    app.shell.currentChanged?.connect(look);
    app.restored.then(look);
  },
});

async function open(app, panel, load) {
  const { Widget } = await load("@lumino/widgets");
  const place = where(panel.context.path);
  const interpreter = watchInterpreter(panel);
  await panel.context.ready;
  const saving = saveSoon(panel, () => handIn(panel, place));
  toolbar(panel, Widget, {
    stop: () => interpreter.stop(saving),
    handIn: async () => {
      await saving.now();
      await handIn(panel, place);
    },
    exercise: place.exercise,
    states: [interpreter, saving],
  });
  const release = await fetchRelease(place);
  place.metadata = release?.metadata;
  const first = await keepOneTab(panel, place, saving);
  interpreter.ready().then(() => bookTheme(app));
  if (first && release && place.exercise) await compareRelease(app, panel, place, release);
}

/** The folder of the notebooks, the notebook's path below it, and the exercise that it is, if any. */
function where(path) {
  const { baseUrl } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const name = /^exercises\/(.+?)(-new-release-\w+)?\.ipynb$/.exec(path);
  return { base: baseUrl, path, exercise: name?.[1] ?? null, copy: Boolean(name?.[2]) };
}

/** The notebook as the site has it today; null without a network, or when it is none of the site's. */
async function fetchRelease({ base, path }) {
  try {
    const answer = await fetch(`${base}files/${path}`, { cache: "no-cache" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/**
 * Light or dark as on the pages of the book, where a reader has chosen; else JupyterLab follows the system by itself.
 *
 * A theme is a setting and is kept: not before all of JupyterLab's stores are there, for making them is no work for two at a time.
 */
function bookTheme(app) {
  const chosen = { dark: "JupyterLab Dark", light: "JupyterLab Light" }[localStorage.getItem("mode")];
  const now = document.body.dataset.jpThemeLight === "false" ? "JupyterLab Dark" : "JupyterLab Light";
  if (chosen && chosen !== now) app.commands.execute("apputils:change-theme", { theme: chosen });
}
