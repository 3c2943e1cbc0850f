// Sends orders without leaving the page, and keeps what it shows current.
"use strict";
(() => {
  const main = document.getElementById("main");
  const problem = document.getElementById("problem");
  const search = document.getElementById("search");
  const sought = document.getElementById("q");
  const LOOK_AGAIN_MS = 700;
  const shown = new Map();
  let busy = false;

  function say(words) {
    problem.textContent = words;
    problem.hidden = !words;
  }

  function apply(parts) {
    for (const [key, markup] of Object.entries(parts)) {
      if (shown.get(key) === markup) {
        continue;
      }
      shown.set(key, markup);
      const old = document.querySelector(`[data-part="${key}"]`);
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      if (focused.startsWith("what-")) {
        shown.delete(key); // a list is open in it; it is written when the list is left
        continue;
      }
      const chosen = [...old.querySelectorAll("select")].map((select) => [select.id, select.value]);
      const scrolled = old.scrollTop;
      const template = document.createElement("template");
      template.innerHTML = markup; // the workbench's own escaped markup; the content security policy lets no script in it run
      const next = template.content.firstElementChild;
      old.replaceWith(next);
      next.scrollTop = scrolled;
      for (const [id, value] of chosen) {
        const select = document.getElementById(id);
        if (select) {
          select.value = value;
        }
      }
      if (focused && document.getElementById(focused)) {
        document.getElementById(focused).focus({ preventScroll: true });
      }
    }
  }

  async function look() {
    if (busy) {
      return;
    }
    try {
      const answer = await fetch(`/parts?q=${encodeURIComponent(sought.value)}`, { signal: AbortSignal.timeout(5000) });
      const parts = await answer.json();
      if (!busy) {
        apply(parts);
      }
      if (problem.textContent === main.dataset.lost) {
        say("");
      }
    } catch {
      say(main.dataset.lost);
    }
  }

  async function order(form, submitter) {
    busy = true;
    const data = new URLSearchParams(new FormData(form, submitter));
    data.set("q", sought.value);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(15000),
      });
      const told = await answer.json();
      apply(told.parts);
      say(told.problem);
    } catch {
      say(main.dataset.lost);
    } finally {
      busy = false;
    }
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-order]")) {
      event.preventDefault();
      order(event.target, event.submitter);
    } else if (event.target === search) {
      event.preventDefault();
      look();
    }
  });
  sought.addEventListener("input", look);
  setInterval(look, LOOK_AGAIN_MS);
})();
