/* One notebook, two tabs: the one that was opened first keeps the work, and the other says so. */

import { notice, withdraw } from "./notices.js";

// A tab that is being reloaded lets go of its notebook a moment later.
const MOMENT = 700;
// So long the other tab has to save and let go.
const PATIENCE = 4000;

const pause = (time) => new Promise((done) => setTimeout(done, time));

/**
 * Take the notebook, or wait for it.
 *
 * @returns {Promise<boolean>} Whether this tab is the one that keeps the work.
 */
export async function keepOneTab(panel, place, saving) {
  if (!navigator.locks) return true;
  const name = `notebook ${place.base}${place.path}`;
  const channel = new BroadcastChannel(name);
  let letGo = null;

  /** Hold the lock until it is let go of; false when somebody else has it. */
  const take = (options) =>
    new Promise((taken) => {
      navigator.locks
        .request(name, options, (lock) => {
          if (!lock) return taken(false);
          taken(true);
          return new Promise((release) => (letGo = release));
        })
        .catch(() => {
          // Somebody took it without asking twice.
          if (letGo) step(false);
          taken(false);
        });
    });

  function step(forward) {
    letGo = forward ? letGo : null;
    forward ? saving.go() : saving.rest();
    writable(panel, forward);
    if (forward) return withdraw("tabs");
    notice(
      "tabs",
      "This notebook is open in another tab, and that one keeps your work: here you can read and run, and what you write is not saved.",
      { alarm: true, ways: { "Go on in this tab": here }, away: null },
    );
  }

  /** Ask the other tab to save and step back; a tab that does not answer has nothing more to say. */
  async function here() {
    const answered = new Promise((done) => channel.addEventListener("message", ({ data }) => data === "gone" && done()));
    channel.postMessage("let go");
    await Promise.race([answered, pause(PATIENCE)]);
    await take({ steal: true });
    await panel.context.revert();
    step(true);
  }

  channel.addEventListener("message", async ({ data }) => {
    if (data !== "let go" || !letGo) return;
    await saving.now();
    const release = letGo;
    step(false);
    channel.postMessage("gone");
    release();
  });

  const first = (await take({ ifAvailable: true })) || (await pause(MOMENT), await take({ ifAvailable: true }));
  if (!first) step(false);
  return first;
}

/** Let the cells be written in, or not. What the course has locked stays locked. */
function writable(panel, yes) {
  panel.context.model.readOnly = !yes;
  for (const cell of panel.content.widgets) {
    if (yes) cell.loadEditableState?.();
    cell.readOnly = !yes || cell.model.getMetadata("editable") === false;
  }
}
