import { keepLive } from "./live.js";

const box = document.querySelector("[data-asked]");
const news = document.querySelector("[data-news]");

// Said, and not put in place of a form that somebody may be typing into.
keepLive(box, () => {
  news.hidden = false;
});
