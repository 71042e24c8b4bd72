// <form data-autosave-url>: what the user writes is posted to the draft a moment after each pause.
// The answer is JSON {"saved_at": "10.42"}, or 204. Nothing is kept in the browser's storage: a
// shared computer must not remember people's cases.

const PAUSE = 1500;
const RETRY = 10000;

const clock = () =>
  new Date().toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");

function icon(name) {
  const sprite = document.querySelector(".brand use")?.getAttribute("href")?.split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

function follow(form) {
  const status = document.querySelector("[data-autosave-status]");
  let changes = 0;
  let timer = null;
  let sending = false;
  let sent = false;

  function say(shape, words, off = false) {
    if (!status) return;
    status.classList.toggle("autosave--off", off);
    status.replaceChildren(...(shape ? [icon(shape)] : []), words);
  }

  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  async function save() {
    if (sending || sent || changes === 0) return;
    sending = true;
    const saved = changes;
    say(null, "Sparar");
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const told = answer.status === 204 ? {} : await answer.json();
      changes -= saved;
      document.dispatchEvent(new Event("rehabsteg:contact"));
      say("check", `Sparat ${told.saved_at ?? clock()}`);
      if (changes > 0) later(PAUSE);
    } catch {
      const waiting = changes === 1 ? "1 ändring väntar" : `${changes} ändringar väntar`;
      say("pause", `Ingen uppkoppling. ${waiting} i webbläsaren.`, true);
      later(RETRY);
    } finally {
      sending = false;
    }
  }

  form.addEventListener("input", () => {
    changes += 1;
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("pageshow", () => (sent = false));
  window.addEventListener("beforeunload", (event) => {
    if (changes > 0 && !sent) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-autosave-url]")) follow(form);
