/* The Python of this page: whether it starts, how long a cell has been running, and how to end it. */

import { notice, withdraw } from "./notices.js";

// Seconds after which a student is told how a loop is ended, and after which a start has failed.
const LONG = 10;
const TOO_LONG = 120;

/**
 * Watch the interpreter of a notebook.
 *
 * Without the headers COOP and COEP a page cannot interrupt its worker. It can end it, and start another: all that was computed is
 * gone, and no cell is.
 */
export function watchInterpreter(panel) {
  const { sessionContext } = panel;
  const listeners = new Set();
  let timer = 0;
  let state = "";

  const kernel = () => sessionContext.session?.kernel;
  const there = async () => {
    while (!kernel() && !panel.isDisposed) await new Promise((done) => setTimeout(done, 50));
  };
  // Who runs a cell in the first second, before there is anything to run it, would be asked to choose a kernel.
  panel.node.inert = true;
  Promise.race([there(), new Promise((done) => setTimeout(done, 5000))]).then(() => (panel.node.inert = false));

  function look() {
    const status = kernel()?.status ?? "starting";
    const now = { idle: "Python is ready", busy: "Running…" }[status] ?? "Python is starting…";
    if (now === state) return;
    state = now;
    clearTimeout(timer);
    listeners.forEach((listener) => listener(now));
    withdraw("long");
    if (status === "busy") {
      timer = setTimeout(() => {
        notice(
          "long",
          "This cell has been running for a while. If it is a loop without an end, press Stop: Python starts anew, and nothing that you " +
            "wrote is lost.",
          { away: "Let it run" },
        );
      }, LONG * 1000);
    } else if (status !== "idle") {
      timer = setTimeout(() => {
        notice(
          "long",
          "Python has not started. Reload this page; if that does not help, download the notebook and open it with JupyterLab. Your work is kept.",
          { alarm: true, ways: { Reload: () => location.reload() } },
        );
      }, TOO_LONG * 1000);
    }
  }

  sessionContext.statusChanged.connect(look);
  sessionContext.kernelChanged.connect(look);
  look();

  return {
    async ready() {
      while (state !== "Python is ready" && !panel.isDisposed) await new Promise((done) => setTimeout(done, 200));
    },
    async stop(saving) {
      await saving.now();
      await there();
      await sessionContext.restartKernel();
      for (const cell of panel.content.widgets) {
        if (cell.model.type !== "code") continue;
        if (cell.model.executionState !== undefined) cell.model.executionState = "idle";
        if (/\*/.test(cell.promptNode?.textContent ?? "")) cell.setPrompt("");
      }
      notice("stopped", "Stopped. Python has started anew and knows nothing of what ran before; your cells are all here. Run them again from the top.");
    },
    watch(listener) {
      listeners.add(listener);
      listener(state);
    },
  };
}
