// Keeps the page of the kiosks current: takes changed parts from the server's event stream and says when the stream is gone.
"use strict";
(() => {
  const main = document.getElementById("main");
  const parts = document.getElementById("parts");
  const lost = document.getElementById("lost");
  const lostAt = document.getElementById("lost-at");
  const fresh = document.getElementById("fresh");
  const freshAt = document.getElementById("fresh-at");
  const SILENCE_MS = 3000; // the server speaks every second
  const RETRY_MS = 1000;
  let stream = null;
  let lastWord = performance.now();

  function setConnected(connected) {
    if (lost.hidden === connected) {
      return;
    }
    if (!connected) {
      lostAt.textContent = freshAt.textContent;
    }
    lost.hidden = connected;
    main.classList.toggle("cut-off", !connected);
  }

  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html; // the server's own escaped markup; the content security policy lets no script in it run
    return template.content.firstElementChild;
  }

  // The element itself stays, so that a live region is read out and a place in the page is kept.
  function become(part, next) {
    for (const name of part.getAttributeNames()) {
      part.removeAttribute(name);
    }
    for (const name of next.getAttributeNames()) {
      part.setAttribute(name, next.getAttribute(name));
    }
    part.replaceChildren(...next.childNodes);
  }

  function apply(message) {
    const present = new Map();
    for (const part of parts.children) {
      present.set(part.dataset.part, part);
    }
    let previous = null;
    for (const key of message.order) {
      let part = present.get(key);
      present.delete(key);
      if (key in message.parts) {
        const next = element(message.parts[key]);
        if (part) {
          become(part, next);
        } else {
          part = next;
        }
      }
      if (!part) {
        continue;
      }
      const place = previous ? previous.nextElementSibling : parts.firstElementChild;
      if (part !== place) {
        parts.insertBefore(part, place);
      }
      previous = part;
    }
    for (const gone of present.values()) {
      gone.remove();
    }
  }

  function heard(at) {
    lastWord = performance.now();
    freshAt.textContent = at;
    fresh.classList.add("live");
    setConnected(true);
  }

  function open() {
    if (stream) {
      stream.close();
    }
    lastWord = performance.now();
    stream = new EventSource(main.dataset.stream);
    stream.addEventListener("page", (event) => {
      const message = JSON.parse(event.data);
      if (message.build !== main.dataset.build) {
        location.reload(); // the server was replaced; its pages may look different
        return;
      }
      apply(message);
      heard(message.at);
    });
    stream.addEventListener("tick", (event) => heard(JSON.parse(event.data).at));
    stream.addEventListener("error", () => setConnected(false));
  }

  setInterval(() => {
    if (performance.now() - lastWord > SILENCE_MS) {
      setConnected(false);
    }
    const broken = !stream || stream.readyState === EventSource.CLOSED;
    if (broken || performance.now() - lastWord > SILENCE_MS + 2 * RETRY_MS) {
      open();
    }
  }, RETRY_MS);
  open();
})();
