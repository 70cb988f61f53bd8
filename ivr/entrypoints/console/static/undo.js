// What can be taken back for some seconds is offered no longer than that. The server judges, whatever is shown.

export function hideLate(form) {
  if (!form) return;
  setTimeout(() => {
    if (form.contains(document.activeElement)) document.querySelector("#main")?.focus();
    form.remove();
  }, Number(form.dataset.undoS) * 1000);
}
