// What the theme leaves undone: a formula that is wider than a phone is set smaller. And for readers who use a keyboard or listen: boxes that scroll can be focused, and the
// arrow that opens a part of the contents has a name.
(() => {
  "use strict";

  const SCROLLS = ".bd-article :is(pre, div.math, .pst-scrollable-table-container, .bp-figure, .bp-math)";

  // Smaller than this nobody reads it: then it scrolls.
  const SMALLEST = 0.55;

  function fitFormulas() {
    for (const box of document.querySelectorAll(".bd-article .bp-math")) {
      box.style.fontSize = "";
      const share = box.clientWidth / box.scrollWidth;
      if (share < 1) box.style.fontSize = `${Math.max(0.98 * share, SMALLEST)}em`;
    }
  }

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

  function nameArrows() {
    for (const arrow of document.querySelectorAll(".bd-sidebar summary")) {
      const part = arrow.closest("li")?.querySelector("a")?.textContent.trim() ?? "this part";
      arrow.setAttribute("aria-label", `Pages of “${part}”`);
    }
  }

  window.addEventListener("load", () => {
    nameArrows();
    const fit = () => (fitFormulas(), makeFocusable());
    document.fonts.ready.then(fit);
    let width = 0;
    new ResizeObserver(() => {
      if (width === document.body.clientWidth) makeFocusable();
      else (width = document.body.clientWidth), fit();
    }).observe(document.body);
  });
})();
