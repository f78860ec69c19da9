/* A newer release of an exercise never takes the place of a student's text: it lies beside it. */

import { notice } from "./notices.js";

const textOf = (cell) => (Array.isArray(cell.source) ? cell.source.join("") : cell.source);

/** A short name for a notebook's texts (FNV-1a, twice 32 bits). */
export function digest(cells) {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const character of cells.map(textOf).join("\0")) {
    const code = character.codePointAt(0);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Whether what the course has locked reads alike in both: then both are of one release. */
function sameLocks(mine, release) {
  const locked = (cells) =>
    new Map(cells.filter((cell) => cell.metadata?.nbgrader?.locked).map((cell) => [cell.metadata.nbgrader.grade_id, textOf(cell)]));
  const [ours, theirs] = [locked(mine), locked(release)];
  return ours.size === theirs.size && [...theirs].every(([id, text]) => ours.get(id) === text);
}

/**
 * Look whether the student began with another release than today's; if so, put today's beside it and say so.
 *
 * Which release a notebook began with is noted in this browser when it is first opened.
 */
export async function compareRelease(app, panel, place, release) {
  if (place.copy) return;
  const note = `bplib release ${place.base}${place.path}`;
  const today = digest(release.cells);
  const mine = panel.context.model.toJSON().cells;
  const began = localStorage.getItem(note);
  if (began === today) return;
  if (digest(mine) === today || (began === null && sameLocks(mine, release))) {
    localStorage.setItem(note, today);
    return;
  }
  const beside = place.path.replace(/\.ipynb$/, `-new-release-${today.slice(0, 6)}.ipynb`);
  const { contents } = app.serviceManager;
  const there = await contents.get(beside, { content: false }).then(() => true, () => false);
  if (!there) await contents.save(beside, { type: "notebook", format: "json", content: release });
  notice(
    "release",
    "This exercise has been released anew since you began. Your notebook is as you left it, and the new release lies beside it. " +
      "Ask your instructor which of them to hand in; if it is the new one, copy your answers over.",
    {
      ways: {
        "Open the new release": `${place.base}notebooks/index.html?path=${encodeURIComponent(beside)}`,
        "Do not tell me again": () => {
          localStorage.setItem(note, today);
          document.querySelector('[data-kind="release"]')?.remove();
        },
      },
    },
  );
}
