/* Two buttons before those of JupyterLab, and two words on how things stand. */

const STYLE = `
.bp-tool { align-items: center; display: flex; padding: 0 2px; }
.bp-tool button { background: var(--jp-layout-color1); border: 1px solid var(--jp-border-color1); border-radius: 4px; color: var(--jp-ui-font-color1);
  cursor: pointer; font: 600 13px/1 var(--jp-ui-font-family); padding: 5px 9px; white-space: nowrap; }
.bp-tool button:hover { background: var(--jp-layout-color2); }
.bp-tool button.bp-first { background: #0b62a0; border-color: #0b62a0; color: #fff; }
.bp-state { color: var(--jp-ui-font-color2); font: 12px var(--jp-ui-font-family); padding: 0 6px; white-space: nowrap; }
@media (max-width: 700px) { .bp-state.bp-state { display: none !important; } }
`;

/** Put the course's buttons into a notebook's toolbar. */
export async function toolbar(panel, Widget, { stop, handIn, exercise, states }) {
  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  // Those of JupyterLab come a little later, and would push these aside: on a phone the last ones are folded away.
  for (let k = 0; k < 60 && ![...panel.toolbar.names()].includes("run"); k++) await new Promise((done) => setTimeout(done, 50));
  const button = (label, title, act, first = false) => {
    const node = document.createElement("div");
    node.className = "bp-tool";
    const inner = Object.assign(document.createElement("button"), { textContent: label, title, type: "button" });
    if (first) inner.className = "bp-first";
    inner.addEventListener("click", act);
    node.append(inner);
    return new Widget({ node });
  };
  const download = exercise ? ["Download to hand in", `Save ${exercise}.ipynb on this computer`] : ["Download", "Save this notebook on this computer"];
  panel.toolbar.insertItem(0, "bp-hand-in", button(...download, handIn, true));
  panel.toolbar.insertItem(1, "bp-stop", button("Stop", "End what runs, even a loop without an end: Python starts anew, your cells stay", stop));
  states.forEach((source, k) => {
    const node = Object.assign(document.createElement("span"), { className: "bp-state" });
    node.setAttribute("role", "status");
    source.watch((words) => (node.textContent = words));
    panel.toolbar.insertItem(2 + k, `bp-state-${k}`, new Widget({ node }));
  });
  // Now it is counted again what fits.
  window.dispatchEvent(new Event("resize"));
}
