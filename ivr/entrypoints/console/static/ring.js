// The ring: two tones, again and again until every ringing case is taken; what rings is in title and icon too.

const EVERY_MS = 3000;
const NAME = "ring-is-on";
const title = document.title.replace(document.querySelector("[data-headline]").dataset.headline, "");
const blocked = document.querySelector("[data-blocked]");
let sound = null;
let ringing = 0;

function tone(at, hertz) {
  const [wave, volume] = [sound.createOscillator(), sound.createGain()];
  wave.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.4, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + 0.35);
  wave.connect(volume).connect(sound.destination);
  wave.start(at);
  wave.stop(at + 0.4);
}

const isOn = () => localStorage.getItem(NAME) !== "no";

// Browsers let a page sound only after a key or a click on it: any will do. Whoever is kept silent is told.
async function canSound() {
  sound ??= new AudioContext();
  await Promise.race([sound.resume(), new Promise((pass) => setTimeout(pass, 500))]);
  blocked.hidden = !isOn() || sound.state === "running";
  return sound.state === "running";
}

async function play() {
  if (!(await canSound())) return;
  tone(sound.currentTime, 880);
  tone(sound.currentTime + 0.4, 660);
  document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang || 0) + 1);
}

function drawIcon(isRinging, sign) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = isRinging ? "#b3261e" : "#1d4ed8";
  pen.fillRect(0, 0, 32, 32);
  pen.fillStyle = "#fff";
  pen.font = "bold 22px sans-serif";
  pen.textAlign = "center";
  pen.fillText(sign, 16, 24);
  const icon = document.querySelector("link[rel=icon]") || document.head.appendChild(document.createElement("link"));
  Object.assign(icon, { rel: "icon", href: canvas.toDataURL() });
}

export function setRinging(rings, headline) {
  const isNew = rings > ringing;
  ringing = rings;
  document.title = `${headline}${title}`;
  drawIcon(rings > 0, headline.match(/\d+/)?.[0] ?? "•");
  if (isNew) ringOnce();
}

export function ringOnce() {
  if (isOn()) play();
}

export function offerRing() {
  const box = document.querySelector("[data-sound]");
  const toggle = box.querySelector("[data-sound-on]");
  const show = () => {
    toggle.textContent = isOn() ? "Ring: on" : "Ring: off";
    toggle.setAttribute("aria-pressed", String(isOn()));
  };
  box.hidden = false;
  show();
  box.querySelector("[data-sound-test]").addEventListener("click", play);
  blocked.querySelector("[data-unblock]").addEventListener("click", play);
  toggle.addEventListener("click", () => {
    localStorage.setItem(NAME, isOn() ? "no" : "yes");
    show();
    canSound();
  });
  for (const act of ["keydown", "click"]) document.addEventListener(act, () => blocked.hidden || canSound());
  if (isOn()) canSound();
  setInterval(() => ringing && isOn() && play(), EVERY_MS);
}
