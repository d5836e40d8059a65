// What a page says of what is written in it (counts, ticks, what is missing): the server says it again, whole, each time
// something was written, here or by others. `data-suite`: where it says so; `data-suit`: each part that follows.
import { showCurrent } from "./page/menus.js";

const page = document.querySelector("[data-suite]");
// Milliseconds: saves that follow each other are answered once.
const PAUSE = 300;
let prochain;
let isAsking = false;
let isLate = false;

export function follow() {
  if (!page) return;
  if (isAsking) {
    isLate = true;
    return;
  }
  clearTimeout(prochain);
  prochain = setTimeout(ask, PAUSE);
}

async function ask() {
  isAsking = true;
  isLate = false;
  try {
    const answer = await fetch(page.dataset.suite, { cache: "no-store", redirect: "manual" });
    if (answer.ok) renew(new DOMParser().parseFromString(await parts(answer), "text/html"));
  } catch {
    // Off line: it follows when something gets through.
  }
  isAsking = false;
  if (isLate) follow();
}

// The parts alone, or the page that holds them.
async function parts(answer) {
  const isAlone = answer.headers.get("Content-Type").startsWith("application/json");
  return isAlone ? (await answer.json()).suite : answer.text();
}

function renew(fresh) {
  document.querySelectorAll("[data-suit]").forEach((shown) => {
    const said = fresh.getElementById(shown.id);
    if (said && plain(said) !== plain(shown)) replace(shown, document.importNode(said, true));
  });
}

// Its words and marks, whatever the token of its forms and what is unfolded.
function plain(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((one) => one.remove());
  copy.querySelectorAll("details").forEach((one) => one.removeAttribute("open"));
  return copy.innerHTML;
}

// Who was on a link of it stays on that link; what was unfolded stays so.
function replace(shown, fresh) {
  const held = shown.contains(document.activeElement) && document.activeElement;
  const folds = [...shown.querySelectorAll("details")].map((one) => one.open);
  shown.replaceWith(fresh);
  fresh.querySelectorAll("details").forEach((one, rank) => rank in folds && (one.open = folds[rank]));
  if (fresh.querySelector(".sections")) showCurrent();
  if (!held) return;
  const same = [...fresh.querySelectorAll(held.localName)].find((one) => one.getAttribute("href") === held.getAttribute("href"));
  fresh.tabIndex = -1;
  (same ?? fresh).focus({ preventScroll: true });
}

if (page) {
  document.addEventListener("label:enregistre", follow);
  // Somebody else wrote.
  document.addEventListener("label:autrui", follow);
  // Left, and come back to.
  document.addEventListener("visibilitychange", () => document.hidden || follow());
  addEventListener("pageshow", (event) => event.persisted && follow());
}
