// What a page shows, kept live: by a stream where there is room for one, else asked for every few seconds.

const POLLS = 12;

export function keepLive(box, tell) {
  const pause = Number(box.dataset.pollS) * 1000;
  const join = box.dataset.events.includes("?") ? "&" : "?";
  let seen = box.dataset.mark;
  let polls = 0;
  const heard = (cells) => {
    if (cells.mark === seen) return;
    seen = cells.mark;
    tell(cells);
  };
  const poll = async () => {
    try {
      const reply = await fetch(box.dataset.poll, { headers: { Accept: "application/json" } });
      if (reply.redirected || reply.status === 401 || reply.status === 403) return location.reload();
      if (reply.ok) heard(await reply.json());
    } catch {
      // The console is away for a moment: the next poll finds it.
    }
    polls += 1;
    // There may be room for a stream by now.
    return polls % POLLS ? setTimeout(poll, pause) : follow();
  };
  const follow = () => {
    const stream = new EventSource(`${box.dataset.events}${join}seen=${encodeURIComponent(seen)}`);
    stream.addEventListener("shown", (event) => heard({ ...JSON.parse(event.data), mark: event.lastEventId }));
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) setTimeout(poll, pause);
    });
  };
  follow();
}
