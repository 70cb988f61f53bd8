// A note saves itself a moment after the last key; where that fails, the text stays and the page says so.

const PAUSE_MS = 800;

export function saveItself(form) {
  const [text, saved] = [form.querySelector("textarea"), form.querySelector("[data-saved]")];
  let timer = 0;
  let last = text.value;

  const save = async () => {
    const words = text.value;
    if (words === last || !words.trim()) return;
    saved.textContent = "Saving…";
    try {
      const reply = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      const told = await reply.json();
      if (!told.saved) throw new Error(told.why);
      last = words;
      text.defaultValue = words;
      saved.textContent = "Saved.";
    } catch (fault) {
      const why = fault instanceof SyntaxError || fault instanceof TypeError ? "" : fault.message;
      saved.textContent = `Not saved: the text stays here. ${why} Press “Save the note” to try again.`;
    }
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  text.addEventListener("blur", () => {
    clearTimeout(timer);
    save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (text.value !== last && !form.dataset.sent) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    form.dataset.sent = "yes";
  });
}
