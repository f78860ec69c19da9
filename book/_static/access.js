// What the theme leaves undone for readers who use a keyboard or listen: boxes that scroll can be focused, and a table's
// header that is only a formula has a name, as has the arrow that opens a part of the contents.
(() => {
  "use strict";

  const SCROLLS = ".bd-article :is(pre, div.math, .pst-scrollable-table-container, .bp-figure, mjx-container)";

  function makeFocusable() {
    for (const box of document.querySelectorAll(SCROLLS)) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls && box.tabIndex !== 0) {
        box.tabIndex = 0;
        box.dataset.bpFocusable = "";
      } else if (!scrolls && "bpFocusable" in box.dataset) {
        box.removeAttribute("tabindex");
        delete box.dataset.bpFocusable;
      }
    }
  }

  function nameHeaders() {
    for (const item of window.MathJax?.startup?.document?.math ?? []) {
      const header = item.typesetRoot?.closest("th");
      if (header && header.textContent.trim() === item.typesetRoot.textContent.trim()) {
        const name = document.createElement("span");
        name.className = "bp-visually-hidden";
        name.textContent = item.math.replaceAll("\\", "");
        header.append(name);
      }
    }
  }

  function nameArrows() {
    for (const arrow of document.querySelectorAll(".bd-sidebar summary")) {
      const part = arrow.closest("li")?.querySelector("a")?.textContent.trim() ?? "this part";
      arrow.setAttribute("aria-label", `Pages of “${part}”`);
    }
  }

  window.addEventListener("load", () => {
    nameArrows();
    const ready = window.MathJax?.startup?.promise ?? Promise.resolve();
    ready.then(() => {
      nameHeaders();
      makeFocusable();
    });
    new ResizeObserver(makeFocusable).observe(document.body);
  });
})();
