import { onKeys } from "./keys.js";
import { keepLive } from "./live.js";
import { offerRing, ringOnce, setRinging } from "./ring.js";
import { showTimes } from "./times.js";

const box = document.querySelector("[data-queue]");
const live = document.querySelector("[data-live]");
const greens = () => [...box.querySelectorAll("[data-green]")].map((row) => row.dataset.green);
const rows = () => [...box.querySelectorAll("[data-row]")];

function show(cells) {
  const held = document.activeElement?.dataset?.row;
  const green = new Set(greens());
  const before = new Set(rows().map((row) => row.dataset.row));
  // The server wrote and escaped it, as it did the page.
  box.replaceChildren(...new DOMParser().parseFromString(cells.html, "text/html").body.childNodes);
  showTimes(box);
  if (greens().some((number) => !green.has(number))) ringOnce();
  rows().find((row) => row.dataset.row === held)?.focus();
  const added = rows().filter((row) => !before.has(row.dataset.row)).length;
  live.textContent = added ? `${added} new, ${cells.waiting} in the queue` : `${cells.waiting} in the queue`;
  setRinging(cells.rings, cells.headline);
}

function step(by) {
  const links = rows();
  if (!links.length) return false;
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)].focus();
  return true;
}

showTimes(box);
setInterval(() => showTimes(box), 1000);
offerRing();
setRinging(Number(box.dataset.rings), box.dataset.headline);
onKeys({
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.querySelector("#sought").focus(),
  "?": () => document.querySelector('[data-key="?"]').click(),
});
if (box.dataset.still === undefined) keepLive(box, show);
