import { onKeys, showKeys } from "./keys.js";
import { keepLive } from "./live.js";
import { saveItself } from "./note.js";
import { offerZones, showTimes } from "./times.js";
import { offerRing, setRinging } from "./ring.js";
import { hideLate } from "./undo.js";

const FIELDS = "input, textarea, select";
const box = document.querySelector("[data-card]");
const ringing = document.querySelector("[data-ringing]:not([data-card])");
let shown = box.dataset.cardMark;
let isLeaving = false;

function ring(rings, words, headline) {
  ringing.hidden = !rings;
  ringing.querySelector("[data-ringing-words]").textContent = words;
  setRinging(rings, headline);
}

function isBusy() {
  const fields = [...box.querySelectorAll("input:not([type=hidden]), textarea")];
  const isTyped = fields.some((field) => field.value !== field.defaultValue);
  return isLeaving || isTyped || document.activeElement?.matches(FIELDS);
}

function press(key) {
  const one = document.querySelector(`main [data-key="${key}"]`);
  if (!one) return false;
  if (one.matches("button, a, summary")) one.click();
  else one.focus();
  return true;
}

function prepare() {
  showTimes(box);
  offerZones(box);
  showKeys();
  hideLate(box.querySelector("[data-undo-s]"));
  saveItself(box.querySelector("[data-note]"));
}

function focused() {
  const one = document.activeElement;
  if (!box.contains(one)) return null;
  return one.form ? `form[action="${one.form.getAttribute("action")}"] ${one.localName}` : one.localName;
}

async function refresh() {
  const reply = await fetch(location.pathname);
  if (!reply.ok) return;
  const text = await reply.text();
  if (isBusy()) return;
  const held = focused();
  const page = new DOMParser().parseFromString(text, "text/html");
  const now = page.querySelector("[data-card]");
  if (!now) return;
  box.replaceChildren(...now.childNodes);
  prepare();
  if (held) box.querySelector(held)?.focus();
}

prepare();
document.querySelector("[data-told]")?.focus();
onKeys(Object.fromEntries([..."cnqu?12345678"].map((key) => [key, () => press(key)])));

box.addEventListener("submit", (event) => {
  const button = event.submitter ?? event.target.querySelector("button");
  // A locked button says why; and a second press of any sends nothing, as it would do nothing.
  if (isLeaving || button?.getAttribute("aria-disabled") === "true") event.preventDefault();
  else isLeaving = true;
});
window.addEventListener("pageshow", () => {
  isLeaving = false;
});

offerRing();
ring(Number(box.dataset.rings), box.dataset.ringing, box.dataset.headline);
keepLive(box, (cells) => {
  ring(cells.rings, cells.ringing, cells.headline);
  if (cells.card === shown) return;
  shown = cells.card;
  if (isBusy()) box.querySelector("[data-changed]").hidden = isLeaving;
  else refresh();
});
