// The state of a field, beside it and read aloud.
import { NON_PARTI, retryButton, saySignedOut, sayWaiting } from "../file/mots.js";
import { champs } from "./champs.js";
import { controls } from "./controles.js";

export function say(f, text, kind = "") {
  f.etat.textContent = text;
  mark(f, kind);
}

function mark(f, kind) {
  f.etat.className = `champ-etat${kind && ` champ-etat-${kind}`}`;
  // Its words are written by then.
  queueMicrotask(() => sayOfPage(f));
}

// The same for the whole page, in sight wherever one has scrolled to; each field says it aloud.
function sayOfPage(last) {
  const line = document.querySelector("[data-etat-page]");
  if (!line) return;
  const all = [...champs.values()].map((f) => f.etat.classList);
  const wrong = all.filter((one) => one.contains("champ-etat-erreur")).length;
  const waits = all.some((one) => one.contains("champ-etat-attente"));
  if (wrong) line.textContent = wrong > 1 ? `${wrong} champs à revoir` : "Un champ à revoir";
  else line.textContent = waits ? "Pas encore enregistré" : last.etat.textContent.trim() || "Enregistré";
  line.className = `etat-page${wrong ? " etat-page-erreur" : waits ? " etat-page-attente" : ""}`;
  line.hidden = !line.textContent;
  line.setAttribute("aria-hidden", "true");
}

export function invite(f, text, href, words) {
  say(f, `${text} `, "attente");
  const link = document.createElement("a");
  link.href = href;
  link.textContent = words;
  f.etat.append(link);
}

// Why a field is not saved, and where what was typed is meanwhile.
export function sayRefused(f, why) {
  const where = f.garde ? `Votre texte est ${NON_PARTI}.` : "Votre texte n’est que dans cette page\u00a0: copiez-le ailleurs avant de la fermer.";
  say(f, `${why.replace(/[.\s]+$/, "").replace(/[^?!]$/, "$&.")} ${where}`, "erreur");
}

export const saysRefused = (f) => f.etat.classList.contains("champ-etat-erreur");

// The field holds what the server keeps: what the page was given back with (beside it, in the list at its head) goes.
export function withdrawErrors(f) {
  controls(f).forEach((one) => {
    one.removeAttribute("aria-invalid");
    one.classList.remove("is-invalid");
    const described = one.getAttribute("aria-describedby")?.split(/\s+/) ?? [];
    const gone = described.filter((id) => document.getElementById(id)?.matches(".invalid-feedback:not([data-budget-regle])"));
    gone.forEach((id) => document.getElementById(id).remove());
    const kept = described.filter((id) => !gone.includes(id)).join(" ");
    if (gone.length && kept) one.setAttribute("aria-describedby", kept);
    else if (gone.length) one.removeAttribute("aria-describedby");
    withdrawFromSummary(one.id);
  });
}

function withdrawFromSummary(id) {
  const summary = document.getElementById("erreurs");
  const mine = [...(summary?.querySelectorAll("li") ?? [])].filter((item) => item.querySelector("a")?.hash === `#${id}`);
  if (!mine.length) return;
  mine.forEach((item) => item.remove());
  const left = [...summary.querySelectorAll("li")];
  if (!left.length) return summary.remove();
  const count = new Set(left.map((item) => item.querySelector("a")?.hash)).size;
  summary.querySelector(".erreurs-titre").lastChild.nodeValue = count > 1 ? ` ${count} points à reprendre` : " Un point à reprendre";
}

// What waits, why, and the button that tries at once.
export function sayFieldWaits(f, wait, retry) {
  mark(f, "attente");
  if (sayWaiting(f.etat, "Ce champ", wait)) offerRetry(f, retry);
}

export function offerRetry(f, retry) {
  f.etat.append(" ", retryButton(retry));
}

export function saySessionOver(f) {
  mark(f, "attente");
  saySignedOut(f.etat, controls(f)[0]?.id);
}
