// Warns before the session ends. Any contact with the server, in any tab, starts the time over.

const WARNING = 5 * 60;
const box = document.querySelector("[data-session]");

if (box) {
  const tabs = new BroadcastChannel("contact");
  let timer = null;

  const startOver = () => {
    clearTimeout(timer);
    box.hidden = true;
    timer = setTimeout(() => (box.hidden = false), (Number(box.dataset.session) - WARNING) * 1000);
  };
  const contact = () => {
    tabs.postMessage("");
    startOver();
  };

  tabs.addEventListener("message", startOver);
  document.addEventListener("htmx:afterRequest", contact);
  document.addEventListener("rehabsteg:contact", contact);
  box.querySelector("[data-session-stay]").addEventListener("click", async () => {
    try {
      const answer = await fetch(box.dataset.sessionRenew);
      if (answer.ok && !answer.redirected) contact();
    } catch {
      // No connection: the warning stays.
    }
  });
  contact();
}
