// Every field of a draft saves by itself, over plain HTTP, in the queue of file/file.js: what the server has not
// acknowledged stays on this device. Here, what happens on the page; what is done of it, in ecriture/.
import { setUpButton } from "./ecriture/bouton.js";
import { add, champs, etat, fieldOf } from "./ecriture/champs.js";
import { controls, read, same, write } from "./ecriture/controles.js";
import { composed, depart, due, save, touched } from "./ecriture/enregistrement.js";
import { say } from "./ecriture/indication.js";
import { enter, gone, here, look } from "./ecriture/presence.js";
import { holdScreen, recover } from "./ecriture/reprise.js";
import { isTouched, isTyped } from "./page/saisie.js";
import { serve } from "./page/servi.js";

// What was typed before this script came is put back once what the server sent is known.
function meetFields() {
  const precoces = new Map();
  document.querySelectorAll("[data-champ]").forEach((element) => element.closest("template") || add(element));
  champs.forEach((f) => {
    const all = controls(f);
    if (all.some(isTouched)) precoces.set(f, read(f));
    all.forEach(serve);
    f.lu = read(f);
    if (precoces.has(f)) write(f, precoces.get(f));
  });
  document.querySelectorAll("form[data-garde]").forEach((form) => form.querySelector("[data-champ]") && form.removeAttribute("data-garde"));
  return [...precoces.keys()];
}

// What the browser puts back in a field nobody touched is not typed: the field shows what the server holds.
function show(f) {
  if (!f.touche && !f.retire && !same(read(f), f.lu)) write(f, f.lu);
}

function listenToTyping() {
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const f = fieldOf(event.target);
      if (!f) return;
      if (f.touche || isTyped(event)) touched(f);
      else show(f);
    });
  }
  document.addEventListener("compositionstart", (event) => {
    const f = fieldOf(event.target);
    if (f) f.compose = {};
  });
  // The word is in the field once the event is over; another may have begun by then.
  document.addEventListener("compositionend", (event) => {
    const f = fieldOf(event.target);
    const word = f?.compose;
    if (word) setTimeout(() => f.compose === word && composed(f));
  });
  document.addEventListener("focusout", (event) => {
    const f = fieldOf(event.target);
    if (!f) return;
    // A keyboard that does not say that a word is done has ended with it all the same.
    if (f.compose) composed(f);
    if (due(f)) save(f);
  });
}

function listenToRows() {
  document.addEventListener("label:retire", (event) => {
    const f = fieldOf(event.target);
    if (!f) return;
    f.retire = true;
    touched(f);
  });
  // A row somebody else added, put in the page by the script of its section.
  document.addEventListener("label:ligne", (event) => {
    const f = add(event.target);
    f.lu = read(f);
    f.base = event.detail.valeur;
    f.vu = event.detail.version;
    say(f, `Écrit par ${event.detail.par} à ${event.detail.heure}`, "autre");
  });
}

function listenToPage() {
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return champs.forEach(show);
    document.querySelectorAll("form[data-pret]").forEach((form) => delete form.dataset.pret);
    here();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? depart() : here()));
  document.addEventListener("freeze", depart);
  addEventListener("pagehide", () => {
    depart();
    gone();
  });
  document.addEventListener("focusin", (event) => enter(event.target.closest?.("[data-champ]")?.dataset.champ ?? ""));
}

if (etat) {
  const precoces = meetFields();
  listenToTyping();
  listenToRows();
  listenToPage();
  setUpButton();
  holdScreen();
  precoces.forEach(touched);
  recover();
  here();
  look();
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
}
