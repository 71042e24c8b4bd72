// Attendance: the count follows the taps, and a lost signal loses nothing.
// Everything here is an improvement: without it the form is sent as it stands.

const form = document.querySelector("[data-attendance]");
const status = document.querySelector("[data-attendance-status]");
const count = document.querySelector("[data-attendance-count]");

function chosen(value) {
  return form.querySelectorAll(`.segment input[value=${value}]:checked`).length;
}

function showCount() {
  const late = form.querySelector(".segment input[value=late]");
  const strong = document.createElement("b");
  strong.textContent = late ? `${chosen("present")} här` : `${chosen("expected")} kommer`;
  const rest = late ? `, ${chosen("late")} sen, ${chosen("away")} borta` : `, ${chosen("away")} borta`;
  count.replaceChildren(strong, rest);
}

// Without signal the page waits with what was marked, and sends when the network is back.
function waitForSignal(event) {
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  status.textContent =
    "Ingen uppkoppling. Det du markerat finns kvar här och skickas när nätet är tillbaka.";
  window.addEventListener("online", () => form.requestSubmit(), { once: true });
}

if (form) {
  form.addEventListener("change", showCount);
  form.addEventListener("submit", waitForSignal);
  showCount();
}
