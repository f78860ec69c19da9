// Quizzes: "Check" shows the reason beside each chosen answer and says the result in a live region.
(() => {
  "use strict";

  function setUp(form) {
    const inputs = [...form.querySelectorAll("input")];
    const details = form.querySelector("details");
    const several = inputs[0].type === "checkbox";

    const button = document.createElement("button");
    button.type = "submit";
    button.className = "bp-quiz-check";
    button.textContent = "Check";
    const status = document.createElement("p");
    status.className = "bp-quiz-status";
    status.setAttribute("role", "status");
    status.setAttribute("aria-live", "polite");
    form.querySelector("fieldset").append(button, status);
    details.hidden = true;

    // The reason is moved out of <details> only as a copy: all of them stay readable there at the end.
    const reasons = new Map();
    for (const input of inputs) {
      const source = details.querySelector(`[data-for="${input.id}"] .bp-quiz-reason`);
      const reason = document.createElement("p");
      reason.className = "bp-quiz-why";
      reason.id = `${input.id}-why`;
      reason.hidden = true;
      reason.append(...[...source.childNodes].map((node) => node.cloneNode(true)));
      input.parentElement.append(reason);
      reasons.set(input, reason);
    }

    function clear() {
      status.textContent = "";
      for (const input of inputs) {
        input.parentElement.removeAttribute("data-verdict");
        input.removeAttribute("aria-describedby");
        reasons.get(input).hidden = true;
      }
    }

    form.addEventListener("change", clear);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clear();
      const chosen = inputs.filter((input) => input.checked);
      if (chosen.length === 0) {
        status.textContent = several ? "Choose one or more answers first." : "Choose an answer first.";
        return;
      }
      for (const input of chosen) {
        const reason = reasons.get(input);
        input.parentElement.dataset.verdict = input.dataset.correct === "yes" ? "right" : "wrong";
        input.setAttribute("aria-describedby", reason.id);
        reason.hidden = false;
      }
      const wrong = chosen.filter((input) => input.dataset.correct === "no").length;
      const missing = inputs.filter((input) => input.dataset.correct === "yes" && !input.checked).length;
      const spoken = chosen.map((input) => reasons.get(input).textContent).join(" ");
      if (wrong === 0 && missing === 0) {
        status.textContent = "Right.";
        details.hidden = false;
      } else if (wrong === 0) {
        status.textContent = `Right so far, but ${missing === 1 ? "one answer is" : `${missing} answers are`} missing.`;
      } else {
        status.textContent = "Not yet. Read why, and try again.";
      }
      // The reasons stand beside the options; a screen reader hears them with the result.
      const heard = document.createElement("span");
      heard.className = "bp-visually-hidden";
      heard.textContent = ` ${spoken}`;
      status.append(heard);
    });
  }

  function start() {
    document.querySelectorAll("form.bp-quiz").forEach(setUp);
  }

  // MathJax replaces the formulas of the page; copy the reasons when it is done, or at once on a page without math.
  window.addEventListener("load", () => {
    const ready = window.MathJax?.startup?.promise ?? Promise.resolve();
    ready.then(start, start);
  });
})();
