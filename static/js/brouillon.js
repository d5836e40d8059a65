// <form data-brouillon="nom">: what is typed survives a reload, in this tab alone (a shared computer keeps nothing).
// Sent, the copy is worth nothing more: the server holds what it received and shows it again.
// With data-brouillon-fini="the last `envoi` received", it is kept until the server says that this one was: what a network
// lost comes back with the same `envoi`, and is received once.
import { onglet } from "./file/memoire.js";
import { isTouched } from "./page/saisie.js";

const isBox = (one) => ["checkbox", "radio"].includes(one.type);
const value = (one) => (isBox(one) ? one.checked : one.value);
const key = (one) => (isBox(one) ? `${one.name}=${one.value}` : one.name);

function setUp(form) {
  // One person's text is never shown to the next in the same tab; a visitor's follows who enters.
  const sansNom = `label-brouillon:${form.dataset.brouillon}`;
  const cle = form.dataset.personne ? `${sansNom}:${form.dataset.personne}` : sansNom;
  const fields = () =>
    [...form.elements].filter((one) => one.name && !["hidden", "submit", "button", "file"].includes(one.type) && !one.closest(".piege"));
  const envoi = "brouillonFini" in form.dataset ? form.elements.envoi : null;
  const keep = (more) => onglet.put(cle, { ...onglet.get(cle), ...more, envoi: envoi?.value });
  const note = () => keep({ typed: Object.fromEntries(fields().map((one) => [key(one), value(one)])), sent: false });

  function restore(typed) {
    fields().forEach((one) => {
      if (!(key(one) in typed) || value(one) === typed[key(one)] || isTouched(one)) return;
      if (typeof typed[key(one)] === "boolean") one.checked = typed[key(one)];
      else one.value = typed[key(one)];
      one.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  const visitor = cle === sansNom ? null : onglet.get(sansNom);
  if (visitor) {
    if (!onglet.get(cle)) onglet.put(cle, visitor);
    onglet.forget(sansNom);
  }
  const { typed, sent, envoi: leur } = onglet.get(cle) ?? {};
  const isReceived = sent && (!envoi || leur === form.dataset.brouillonFini);
  if (typed && !isReceived && !("brouillonRecu" in form.dataset)) {
    if (envoi && leur) envoi.value = leur;
    restore(typed);
  }
  form.addEventListener("input", note);
  // Typed before this script came.
  if (fields().some(isTouched)) note();
  form.addEventListener("submit", () => keep({ sent: true }));
}

const form = document.querySelector("form[data-brouillon]");
if (form) setUp(form);
