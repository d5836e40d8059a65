// The section's own button: what is waiting leaves first, so that the form starts from what the server holds.
import { announce } from "../page/annonces.js";
import { champs } from "./champs.js";
import { controls } from "./controles.js";
import { due, isSending, isWaiting, save } from "./enregistrement.js";

export function setUpButton() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.elements?.base || !form.querySelector("[data-champ]") || form.dataset.pret) return;
    event.preventDefault();
    leave(form, event.submitter);
  });
}

async function leave(form, submitter) {
  // A form does not submit again from within its own submission.
  await new Promise((later) => setTimeout(later));
  const mine = [...champs.values()].filter((f) => form.contains(f.elements[0]));
  for (let turn = 0; turn < 100 && mine.some((f) => isSending(f) || (due(f) && !f.erreur && !isWaiting(f))); turn += 1) {
    mine.forEach((f) => save(f));
    await new Promise((later) => setTimeout(later, 100));
  }
  const waiting = mine.filter(isWaiting);
  if (waiting.length) {
    const alone = waiting.find((f) => f.envoi.seul);
    announce(
      alone
        ? "Un champ n’a pas pu être enregistré\u00a0: il est gardé sur cet appareil, et le dit à côté de lui. Les autres sont enregistrés."
        : "Hors connexion\u00a0: vos textes sont gardés sur cet appareil et partiront seuls. Réessayez dans un instant.",
    );
    if (alone) controls(alone)[0]?.focus();
    return;
  }
  const { base } = form.elements;
  const held = JSON.parse(base.value || "{}");
  mine.forEach((f) => (f.base === null ? delete held[f.nom] : (held[f.nom] = f.base)));
  base.value = JSON.stringify(held);
  form.dataset.pret = "1";
  form.requestSubmit(submitter);
}
