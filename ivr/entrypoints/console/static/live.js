// What a page shows, kept live: by a stream where there is room for one, else asked for every few seconds.

import { found, lost } from "./lost.js";

const POLLS = 12;
// The console says something at least every 25 seconds; a network that only went silent tells nobody.
const QUIET_MS = 60_000;

export function keepLive(box, tell) {
  const pause = Number(box.dataset.pollS) * 1000;
  const join = box.dataset.events.includes("?") ? "&" : "?";
  let seen = box.dataset.mark;
  let polls = 0;
  const heard = (cells) => {
    found();
    if (cells.mark === seen) return;
    seen = cells.mark;
    tell(cells);
  };
  const poll = async () => {
    try {
      const reply = await fetch(box.dataset.poll, { headers: { Accept: "application/json" } });
      if (reply.redirected || reply.status === 401 || reply.status === 403) return location.reload();
      if (reply.ok) heard(await reply.json());
      else lost();
    } catch {
      lost();
    }
    polls += 1;
    // There may be room for a stream by now.
    return polls % POLLS ? setTimeout(poll, pause) : follow();
  };
  const follow = () => {
    const stream = new EventSource(`${box.dataset.events}${join}seen=${encodeURIComponent(seen)}`);
    let quiet = 0;
    const alive = () => {
      found();
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        lost();
        stream.close();
        follow();
      }, QUIET_MS);
    };
    stream.addEventListener("open", alive);
    stream.addEventListener("quiet", alive);
    stream.addEventListener("shown", (event) => {
      alive();
      heard({ ...JSON.parse(event.data), mark: event.lastEventId });
    });
    stream.addEventListener("error", () => {
      clearTimeout(quiet);
      lost();
      if (stream.readyState === EventSource.CLOSED) setTimeout(poll, pause);
    });
  };
  follow();
}
