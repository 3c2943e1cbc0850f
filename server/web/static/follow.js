// Keeps a page current: asks for it again and again, takes over what changed, says when there is no answer.
"use strict";
(() => {
  const main = document.getElementById("main");
  const parts = document.getElementById("parts");
  const lost = document.getElementById("lost");
  const lostAt = document.getElementById("lost-at");
  const fresh = document.getElementById("fresh");
  const freshAt = document.getElementById("fresh-at");
  const EVERY_MS = 5000;

  function setConnected(connected) {
    if (lost.hidden === connected) {
      return;
    }
    if (!connected) {
      lostAt.textContent = freshAt.textContent;
    }
    lost.hidden = connected;
    main.classList.toggle("cut-off", !connected);
    fresh.classList.toggle("live", connected);
  }

  async function renew() {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(EVERY_MS) });
    if (!answer.ok) {
      throw new Error(`status ${answer.status}`);
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("main");
    if (next.dataset.build !== main.dataset.build) {
      location.reload(); // the server was replaced; its pages may look different
      return;
    }
    parts.replaceChildren(...page.getElementById("parts").childNodes); // the server's own escaped markup
    freshAt.textContent = page.getElementById("fresh-at").textContent;
    setConnected(true);
  }

  fresh.classList.add("live");
  setInterval(() => {
    if (!document.hidden) {
      renew().catch(() => setConnected(false));
    }
  }, EVERY_MS);
})();
