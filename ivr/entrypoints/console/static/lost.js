// A page that is not live says so, and since when: whoever looks at it would take what is old for what is so.

// A stream ends every few minutes and comes again at once, which nobody needs to know.
const GRACE_MS = 4000;
const box = document.querySelector("[data-lost]");
let since = null;
let timer = 0;

function clock(at) {
  const zone = box.dataset.lost || undefined;
  return new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: zone }).format(at);
}

export function lost() {
  if (since) return;
  since = new Date();
  timer = setTimeout(() => {
    box.querySelector("[data-lost-since]").textContent = clock(since);
    box.hidden = false;
  }, GRACE_MS);
}

export function found() {
  since = null;
  clearTimeout(timer);
  box.hidden = true;
}
