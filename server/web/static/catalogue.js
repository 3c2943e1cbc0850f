// Shows results as one types; without this script the page works with its button.
"use strict";
(() => {
  const field = document.getElementById("q");
  const found = document.getElementById("found");
  const PAUSE_MS = 120; // between two keys of a quick hand
  let waiting = 0;
  let asking = null;
  let shown = field.value;

  function address(path, query) {
    const parts = new URLSearchParams();
    if (query) {
      parts.set("q", query);
    }
    const text = parts.toString();
    return text ? `${path}?${text}` : path;
  }

  async function ask() {
    const query = field.value;
    if (query === shown) {
      return;
    }
    if (asking) {
      asking.abort();
    }
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(address("/catalogue/found", query), { signal });
      if (!answer.ok) {
        return; // the button still works, and says what is wrong
      }
      const markup = await answer.text();
      if (signal.aborted) {
        return;
      }
      found.innerHTML = markup; // the server's own escaped markup; the content security policy lets no script in it run
      shown = query;
      history.replaceState(null, "", address("/catalogue", query));
    } catch (fault) {
      if (fault.name !== "AbortError") {
        console.warn("the search did not answer");
      }
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  });
})();
