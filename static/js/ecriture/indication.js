// The state of a field, beside it and read aloud.
import { NON_PARTI, retryButton, saySignedOut, sayWaiting } from "../file/mots.js";
import { controls } from "./controles.js";

export function say(f, text, kind = "") {
  f.etat.textContent = text;
  mark(f, kind);
}

function mark(f, kind) {
  f.etat.className = `champ-etat${kind && ` champ-etat-${kind}`}`;
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
