/* Saving soon after each change, and saying so loudly where nothing can be saved. */

import { notice, withdraw } from "./notices.js";

// Long enough for a word, short enough that a crash costs no line.
const SOON = 1000;

/**
 * Save a notebook into this browser's storage whenever it has changed.
 *
 * @param panel - The notebook's panel.
 * @param {function} download - Gives the student the notebook as a file.
 * @returns What others ask of it: `now` saves at once, `rest` and `go` stop and resume, `watch` tells the state in words.
 */
export function saveSoon(panel, download) {
  const { context } = panel;
  const listeners = new Set();
  let timer = 0;
  let resting = false;
  const say = (words) => listeners.forEach((listener) => listener(words));

  // JupyterLab would open a window for each failed attempt.
  const fail = context._handleError?.bind(context);
  context._handleError = async (error, title) => {
    if (!/save/i.test(title ?? "")) return fail?.(error, title);
    say("Not saved");
    const full = /quota|full|exceeded/i.test(`${error?.name} ${error?.message}`);
    notice(
      "storage",
      full
        ? "This browser's storage is full: what you have written since the last save is in this tab alone. Download your notebook now; " +
            "then make room, for example by deleting other sites' data in the browser's settings."
        : `Your notebook could not be saved in this browser (${error?.message ?? error}): what you have written since the last save is in ` +
            "this tab alone. Download it now.",
      { alarm: true, ways: { "Download my notebook": download, "Try again": () => now() }, away: null },
    );
  };

  async function now() {
    clearTimeout(timer);
    if (resting || panel.isDisposed) return;
    if (!context.model.dirty) return;
    say("Saving…");
    try {
      await context.save();
      withdraw("storage");
      say("Saved in this browser");
    } catch {
      // Said by _handleError. The next change tries again, and so does time.
      timer = setTimeout(now, 15 * SOON);
    }
  }

  context.model.contentChanged.connect(() => {
    if (resting) return;
    clearTimeout(timer);
    timer = setTimeout(now, SOON);
  });
  // The last chance: a tab that is hidden may never come back.
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && now());
  window.addEventListener("pagehide", () => now());
  // A browser that agrees keeps this site's data when it makes room. Firefox would ask, so it is not asked.
  if (!/firefox/i.test(navigator.userAgent)) navigator.storage?.persist?.().catch(() => {});

  return {
    now,
    rest() {
      resting = true;
      clearTimeout(timer);
      say("Not saved here");
    },
    go() {
      resting = false;
      say("Saved in this browser");
    },
    watch: (listener) => listeners.add(listener),
  };
}
