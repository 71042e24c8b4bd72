// Forms: what an answer opens, one post per press, the error summary in view.
// Everything here is an improvement: without it, all fields are open and the server says no.

const LONGEST = 15000;

// What is wrong inside is shown while the question itself has no answer: an error may not be hidden.
function isOpen(box, input) {
  if (input.checked) return true;
  const group = input.form?.elements[input.name];
  const isAnswered = group instanceof RadioNodeList ? group.value !== "" : false;
  return !isAnswered && box.querySelector(".field--error") !== null;
}

function showReveals(root) {
  for (const box of root.querySelectorAll("[data-reveal]")) {
    const input = document.getElementById(box.dataset.reveal);
    box.hidden = input !== null && !isOpen(box, input);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form");
  if (form && event.target.matches("[type=radio], [type=checkbox]")) showReveals(form);
});

// A file that is too large is said to be so before it has travelled. The server says it again.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-most-bytes]")) return;
  const box = input.closest(".field");
  box?.querySelector("[data-file-error]")?.remove();
  const file = input.files?.[0];
  if (!file || file.size <= Number(input.dataset.mostBytes)) return;
  input.value = "";
  const words = document.createElement("p");
  words.className = "field__error";
  words.dataset.fileError = "";
  words.setAttribute("role", "alert");
  words.textContent = input.dataset.tooLarge;
  input.closest(".file")?.before(words);
});

// After signing in again in another tab a form's own token is too old; the cookie has the new one.
document.addEventListener("submit", (event) => {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  const input = event.target.querySelector("[name=csrfmiddlewaretoken]");
  if (token && input) input.value = token;
}, { capture: true });

// A form is sent once. The button says it is busy and is left alone, so that its name and value
// are sent; a second press is stopped. Coming back with the browser's arrow makes it whole again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  // An answer that is a file leaves the page standing.
  setTimeout(() => release(form), LONGEST);
});

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) release(form);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

function start(root) {
  showReveals(root);
  root.querySelector("[data-focus]")?.focus();
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.target));
