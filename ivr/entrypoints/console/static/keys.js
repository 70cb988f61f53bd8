// One key, one act; none while somebody types, and all of them can be turned off.

const NAME = "keys-are-off";
const TYPES = "input, textarea, select, [contenteditable]";

function areOff() {
  return localStorage.getItem(NAME) === "yes";
}

function show(button) {
  button.textContent = areOff() ? "Keys: off" : "Keys: on";
  button.setAttribute("aria-pressed", String(!areOff()));
}

export function showKeys() {
  document.querySelectorAll("[data-keys]").forEach(show);
}

export function onKeys(acts) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof Element && event.target.closest(TYPES);
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat || areOff()) return;
    const act = acts[event.key];
    if (act && act() !== false) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keys]");
    if (!button) return;
    localStorage.setItem(NAME, areOff() ? "no" : "yes");
    showKeys();
  });
  showKeys();
  document.documentElement.dataset.hears = "keys";
}
