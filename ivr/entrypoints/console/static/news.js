import { keepLive } from "./live.js";

const box = document.querySelector("[data-watched]");
const news = document.querySelector("[data-news]");

// Said, and not put in place of what somebody may be typing into or about to press.
keepLive(box, () => {
  news.hidden = false;
});
