// [data-job="address of this piece"]: a running job asks for itself again until it is done.

const FIRST = 1000;
const SLOWEST = 10000;

async function ask(piece, wait) {
  if (!piece.isConnected) return;
  let next = piece;
  try {
    const answer = await fetch(piece.dataset.job, { headers: { "HX-Request": "true" } });
    // Signed out, or not one's own job: asking again would get the same answer.
    if (answer.redirected || (answer.status >= 400 && answer.status < 500)) return;
    if (answer.ok) {
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const fresh = holder.content.querySelector(".job");
      if (fresh) {
        piece.replaceWith(fresh);
        next = fresh;
      }
    }
  } catch {
    // No connection right now: what is shown stays, and we ask again.
  }
  if (next.dataset.job) {
    const slower = Math.min(wait * 1.3, SLOWEST);
    setTimeout(() => ask(next, slower), slower);
  }
}

for (const piece of document.querySelectorAll("[data-job]")) setTimeout(() => ask(piece, FIRST), FIRST);
