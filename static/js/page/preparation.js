// <aside data-se-prepare>: a demonstration whose year is being made. The page comes again by itself once it is; somebody
// who typed meanwhile is told, and keeps what was typed.
import { isTouched } from "./saisie.js";

const PAUSE = 2000;

export function setUpPreparation() {
  const banner = document.querySelector("[data-se-prepare]");
  if (!banner) return;
  const timer = setInterval(async () => {
    const home = await fetch("/").then((answer) => answer.ok && answer.text(), () => "");
    if (!home || home.includes("data-se-prepare")) return;
    clearInterval(timer);
    if (![...document.querySelectorAll("input, select, textarea")].some(isTouched)) return location.reload();
    banner.querySelector("span").textContent = "L’année de démonstration est prête : rechargez la page pour la voir.";
  }, PAUSE);
}
