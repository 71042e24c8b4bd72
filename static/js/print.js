// A page that is made to be printed: its button opens the browser's own print dialogue.
// Without script the button stays hidden; the browser's menu prints just as well.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
