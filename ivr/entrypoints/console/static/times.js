// Times are written by the server in one zone, which the page names; here they only go on, with UTC as the title.

function ago(since, now) {
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export function showTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.title ||= `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
    if (time.dataset.wait !== undefined) time.textContent = ago(at, Date.now());
    else if (time.dataset.age !== undefined) time.textContent = `${ago(at, Date.now())} ago`;
  }
}

export function offerZones(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of root.querySelectorAll("[data-zone]")) {
    const isThere = [...select.options].some((option) => option.value === zone);
    if (zone && !isThere) select.add(new Option(`${zone} (yours)`, zone));
  }
}
