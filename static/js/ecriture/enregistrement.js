// A field saves by itself. Only what a person did is sent; a field the server refuses, or that does not get through,
// waits alone.
import { postJson } from "../file/envoi.js";
import { Envoi } from "../file/file.js";
import { appareil } from "../file/memoire.js";
import { prefixe } from "../gardes.js";
import { called, champs, ecran, etat, excess, is, remove, restore } from "./champs.js";
import { normal, read, same, write } from "./controles.js";
import { refresh } from "./divergences.js";
import { invite, offerRetry, say, sayFieldWaits, sayRefused, saysRefused, saySessionOver, withdrawErrors } from "./indication.js";

// Milliseconds of silence before what is typed leaves, and the longest it waits while one goes on typing.
const PAUSE = 1000;
const ATTENTE = 10000;

export const address = (nom) => `${etat.champs}${encodeURIComponent(nom)}/`;
const key = (f) => `${prefixe}${f.nom}:${ecran}`;
const message = (f) => ({ ecran, sequence: f.sequence, vu: f.vu, base: f.base, valeur: read(f) });

// Without storage, or without room in it, the text lives as long as the page.
function keep(f) {
  f.garde = appareil.put(key(f), { ...message(f), nom: f.nom, libelle: called(f), at: Date.now() });
}

export function dirty(f) {
  return f.touche && !f.muet && (f.rendu || !same(read(f), f.lu));
}

// What is worth sending: neither what the server refused already, or would, nor what it holds and this page will show
// later.
export function due(f) {
  return dirty(f) && !is(f, f.refuse) && !is(f, f.recu?.sent) && !excess(read(f));
}

export const isSending = (f) => Boolean(f.envoi?.enCours);
// It did not get through, and is tried again by itself.
export const isWaiting = (f) => Boolean(f.envoi?.echecs);

function envoiOf(f) {
  f.envoi ??= new Envoi({
    give(options) {
      f.sent = read(f);
      f.depuis = null;
      f.sequence += 1;
      f.parti = Date.now();
      keep(f);
      if (!isWaiting(f)) say(f, "Enregistrement…");
      return postJson(address(f.nom), message(f), options);
    },
    taken: (held) => take(f, held),
    refused: (answer) => refused(f, answer),
    signedOut() {
      f.muet = true;
      saySessionOver(f);
    },
    waits: (wait) => sayFieldWaits(f, wait, () => retry(f)),
    after() {
      // Another value was typed while this one was being refused.
      const moved = f.refuse !== undefined && !is(f, f.refuse);
      if (!isWaiting(f) && (moved || (!f.erreur && due(f)))) touched(f);
      else settle(f);
    },
    again: () => save(f),
  });
  return f.envoi;
}

function retry(f) {
  f.refuse = undefined;
  f.envoi.rest();
  save(f);
}

function refuse(f, why) {
  f.erreur = true;
  if (f.envoi) Object.assign(f.envoi, { echecs: 0 }).rest();
  clearTimeout(f.minuteur);
  sayRefused(f, why);
}

export function touched(f) {
  f.touche = true;
  f.depart = undefined;
  f.erreur = is(f, f.refuse);
  if (f.muet) {
    keep(f);
    return;
  }
  if (!dirty(f)) {
    if (!isSending(f)) back(f);
    settle(f);
    return;
  }
  keep(f);
  const trop = excess(read(f));
  if (trop) {
    refuse(f, trop);
    return;
  }
  clearTimeout(f.minuteur);
  if (!due(f)) return;
  f.depuis ??= Date.now();
  f.minuteur = setTimeout(() => save(f), Math.max(0, Math.min(PAUSE, f.depuis + ATTENTE - Date.now())));
}

// What the server holds is in the field again: nothing is refused any more, nothing is to be sent.
function back(f) {
  clearTimeout(f.minuteur);
  appareil.forget(key(f));
  if (!saysRefused(f)) return;
  f.refuse = undefined;
  withdrawErrors(f);
  const empty = f.sorte === "ligne" && f.base === null;
  say(f, empty ? "" : f.heure ? `Enregistré à ${f.heure}` : "Enregistré", empty ? "" : "fait");
}

export function save(f, options) {
  clearTimeout(f.minuteur);
  if (isSending(f) || f.muet) return;
  if (due(f) || (isWaiting(f) && !dirty(f))) envoiOf(f).ask(options);
}

// The page may never come back: what is in hand leaves, a word still being composed too. A save already on its way
// may be cut with the page; the server takes the later of the two.
export function depart() {
  champs.forEach((f) => {
    if (!due(f) || is(f, f.depart)) return;
    f.depart = read(f);
    if (!isSending(f)) return save(f, { keepalive: true });
    f.sequence += 1;
    keep(f);
    postJson(address(f.nom), message(f), { keepalive: true }).catch(() => {});
  });
}

// The server read this value and would not have it: nothing of it is lost once another is saved in its place.
export function markRefused(name) {
  const record = appareil.get(name);
  if (record) appareil.put(name, { ...record, refuse: true });
}

function refused(f, { status, said }) {
  f.refuse = f.sent;
  f.muet = status === 404 || Boolean(said.ferme);
  const why = status === 404 ? "Ce champ n’est plus là" : said.erreur;
  refuse(f, why ?? `Le serveur refuse ce texte (réponse ${status})`);
  if (why && !f.muet && is(f, f.sent)) markRefused(key(f));
  if (!why) offerRetry(f, () => retry(f));
}

function take(f, held) {
  f.erreur = false;
  f.pris = f.parti;
  f.heure = held.heure;
  f.recu = undefined;
  // What was refused beside it (an end before its beginning) may be accepted now.
  champs.forEach((other) => (other.refuse = undefined));
  const shown = read(f);
  if (same(shown, f.sent)) {
    // A text put in the middle of a composition would end it: what others wrote is shown once the word is done.
    if (f.compose && !same(held.valeur, normal(shown, held.valeur))) f.recu = { sent: f.sent, held };
    else acknowledge(f, held);
  } else {
    // Typed again meanwhile, be it as it was before: the server holds something else than the boxes show.
    f.rendu = true;
  }
  if (held.divergence) {
    const both = f.elements[0].matches("textarea") ? "les mêmes mots\u00a0: votre texte est gardé" : "ici en même temps\u00a0: votre saisie est gardée";
    invite(f, `${held.divergence.autre || "Quelqu’un"} a écrit ${both} à part.`, "#divergences", "Comparer et choisir");
    refresh("divergences");
  } else {
    say(f, `Enregistré à ${held.heure}`, "fait");
  }
  f.elements[0].dispatchEvent(new CustomEvent("label:enregistre", { bubbles: true, detail: { nom: f.nom, valeur: held.valeur, revision: held.revision, parti: f.parti } }));
}

// A word being composed is done: what came meanwhile is shown, what was typed leaves.
export function composed(f) {
  f.compose = null;
  const { sent, held } = f.recu ?? {};
  f.recu = undefined;
  if (held && same(read(f), sent)) acknowledge(f, held);
  if (dirty(f)) touched(f);
  else settle(f);
}

function acknowledge(f, held) {
  adopt(f, held);
  appareil.forget(key(f));
}

// The field shows what the server holds. A row emptied here stays to be filled again; one removed elsewhere goes.
export function adopt(f, held, elsewhere = false) {
  if (held.valeur === null && f.sorte === "ligne") {
    if (elsewhere && !f.retire) remove(f);
  } else {
    if (f.retire) restore(f);
    if (!same(held.valeur, normal(read(f), held.valeur))) write(f, held.valeur);
  }
  f.rendu = false;
  withdrawErrors(f);
  f.base = held.valeur;
  f.vu = held.version;
  f.lu = read(f);
}

// What somebody else wrote waits until this field is at rest: the answer to a save may be older than it.
export function settle(f) {
  const moved = f.venu;
  if (!moved || isSending(f) || f.compose || dirty(f)) return;
  f.venu = null;
  if (moved.version <= f.vu) return;
  adopt(f, moved, true);
  say(f, `Écrit par ${moved.par} à ${moved.heure}`, "autre");
}
