/* Sentences at the foot of the page: what has happened, and what can be done about it. */

const STYLE = `
#bp-notices { bottom: 0; display: grid; gap: 0.5rem; left: 50%; max-width: min(44rem, calc(100vw - 1.5rem)); padding: 0.75rem 0; position: fixed;
  transform: translateX(-50%); width: max-content; z-index: 10000; }
.bp-notice { background: var(--jp-layout-color1, #fff); border: 1px solid var(--jp-border-color1, #888); border-left: 5px solid var(--jp-brand-color1, #0b62a0);
  border-radius: 0.4rem; box-shadow: 0 2px 12px #0005; color: var(--jp-ui-font-color1, #000); font: 15px/1.5 var(--jp-ui-font-family, system-ui, sans-serif);
  padding: 0.7rem 1rem; }
.bp-notice.bp-alarm { border-left-color: #c2354c; }
.bp-notice p { margin: 0; }
.bp-notice div { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.5rem; }
.bp-notice button, .bp-notice a { background: transparent; border: 1px solid currentColor; border-radius: 0.3rem; color: inherit; cursor: pointer;
  font: inherit; padding: 0.15rem 0.7rem; text-decoration: none; }
.bp-notice button:hover, .bp-notice a:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
`;

const shown = new Map();

function shelf() {
  let found = document.getElementById("bp-notices");
  if (!found) {
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    found = Object.assign(document.createElement("div"), { id: "bp-notices" });
    document.body.append(found);
  }
  return found;
}

/**
 * Say something until it is taken back or put away.
 *
 * @param {string} kind - What it is about: a second one of the same kind takes the place of the first.
 * @param {string} sentence - What has happened, in plain words.
 * @param {Object} [options]
 * @param {boolean} [options.alarm] - Something may be lost: it is read out at once.
 * @param {Object<string, string | function>} [options.ways] - What can be done: a label, and an address or a function.
 * @param {string | null} [options.away] - The label of the button that puts it away, or null where it stays.
 */
export function notice(kind, sentence, { alarm = false, ways = {}, away = "Close" } = {}) {
  withdraw(kind);
  const box = document.createElement("section");
  box.className = `bp-notice${alarm ? " bp-alarm" : ""}`;
  box.dataset.kind = kind;
  box.setAttribute("role", alarm ? "alert" : "status");
  box.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  const buttons = document.createElement("div");
  for (const [label, way] of Object.entries(ways)) {
    const button = document.createElement(typeof way === "string" ? "a" : "button");
    button.textContent = label;
    if (typeof way === "string") button.href = way;
    else button.addEventListener("click", way);
    buttons.append(button);
  }
  if (away) {
    const button = Object.assign(document.createElement("button"), { textContent: away });
    button.addEventListener("click", () => withdraw(kind));
    buttons.append(button);
  }
  if (buttons.childElementCount) box.append(buttons);
  shelf().append(box);
  shown.set(kind, box);
}

/** Take a notice back. */
export function withdraw(kind) {
  shown.get(kind)?.remove();
  shown.delete(kind);
}
