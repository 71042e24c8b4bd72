// <form data-autosave-url>: what the user writes is posted to the draft a moment after each pause.
// The answer is JSON {"saved_at": "10.42"}, with a "warning" where something must be done, or 204; 409 with {"reasons": […]} when somebody else has
// changed the draft. Nothing is kept in the browser's storage: a shared computer must not remember
// people's cases.

const PAUSE = 1500;
const RETRY = 10000;

class SignedOut extends Error {}
class Changed extends Error {}

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

// After signing in again in another tab the form's own token is too old; the cookie has the new one.
function freshToken(form) {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  const input = form.querySelector("[name=csrfmiddlewaretoken]");
  if (token && input) input.value = token;
}

async function send(form) {
  freshToken(form);
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body });
  if (answer.redirected || answer.status === 401 || answer.status === 403) throw new SignedOut();
  if (answer.status === 409) throw new Changed((await answer.json()).reasons?.join(" ") ?? "");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.status === 204 ? { saved_at: clock() } : answer.json();
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

  function explain(problem) {
    if (problem instanceof Changed) {
      say("stop", `${problem.message || "Någon annan har ändrat utkastet."} Din text är kvar här.`, true);
      return;
    }
    const waiting = changes === 1 ? "1 ändring väntar" : `${changes} ändringar väntar`;
    let why = "Det gick inte att spara just nu.";
    if (problem instanceof SignedOut) why = "Du är utloggad. Logga in i en ny flik.";
    // fetch fails with a TypeError when there is no connection at all.
    if (problem instanceof TypeError) why = "Ingen uppkoppling.";
    say("pause", `${why} ${waiting} i webbläsaren.`, true);
    later(RETRY);
  }

  async function save() {
    if (sending || sent || changes === 0) return;
    sending = true;
    const saved = changes;
    say(null, "Sparar");
    try {
      const { saved_at: savedAt, warning } = await send(form);
      changes -= saved;
      document.dispatchEvent(new Event("rehabsteg:contact"));
      if (warning) say("warn", `Sparat ${savedAt}. ${warning}`, true);
      else say("check", `Sparat ${savedAt}`);
      if (changes > 0) later(PAUSE);
    } catch (problem) {
      explain(problem);
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
