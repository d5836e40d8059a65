// Files leave one after the other, in the queue of file/file.js. One that does not get through steps aside, says why
// and what to do, and lets the others pass.
import { upload } from "../file/envoi.js";
import { Envoi, Voie } from "../file/file.js";
import { fichiers } from "../file/memoire.js";
import { announced, saySignedOut, sayWaiting } from "../file/mots.js";
import { announce } from "../page/annonces.js";
import { follow } from "../suite.js";
import { parse, renew } from "./cartes.js";
import { read } from "./copie.js";
import { announceNotJoined, draw, erase, look, offer, progress, say, zone } from "./ligne.js";

const CONSEIL = "S’il ne passe toujours pas, retirez-le et joignez-le autrement\u00a0: une autre photo, ou un PDF.";
const voie = new Voie();
const aside = new Set();

// Whether a page that closes would lose something.
export const isBusy = () => !voie.isEmpty || [...aside].some((item) => !item.kept && !item.lost);

// item: {id, file, carte, vu, dossier}, drawn and put in the queue.
export function enqueue(item) {
  draw(item);
  prepare(item);
  retry(item);
}

// Drawn, and left aside until it is asked for.
export function setAside(item, phrase) {
  draw(item);
  prepare(item);
  step(item, phrase);
}

// Chosen, and not worth sending.
export function decline(item, phrase) {
  draw(item);
  refuse(item, phrase);
}

function prepare(item) {
  item.envoi = new Envoi(
    {
      give: () => give(item),
      taken: (answer) => joined(item, answer),
      refused: (answer) => refused(item, answer),
      signedOut() {
        step(item, "");
        saySignedOut(zone(item));
      },
      waits: (wait) => waits(item, wait),
      again: () => retry(item),
    },
    voie,
  );
}

function retry(item) {
  aside.delete(item);
  look(item, "");
  say(item, "En attente");
  offer(item, ["Annuler", () => cancel(item)]);
  item.envoi.send();
}

async function give(item) {
  const content = await read(item);
  if (item.done) return;
  if (!content) return lose(item);
  const form = item.carte.querySelector("form.piece-joindre");
  const data = new FormData();
  data.append("envoi", item.id);
  data.append("vu", item.vu);
  if (form.elements.demandee) data.append("demandee", form.elements.demandee.value);
  data.append("fichier", content, item.file.name);
  item.cut = new AbortController();
  say(item, "Envoi…");
  return upload(form.action, data, { progress: (percent) => progress(item, percent), signal: item.cut.signal });
}

function end(item) {
  item.done = true;
  aside.delete(item);
  fichiers.forget(item.id);
}

function cancel(item) {
  end(item);
  item.cut?.abort();
  item.envoi.stop();
  erase(item, { lead: true });
  announce(`L’envoi de «\u00a0${item.file.name}\u00a0» est annulé.`);
}

function joined(item, { etat, phrase, carte }) {
  end(item);
  renew(item.carte, parse(carte).querySelector("[data-pieces-contenu]"));
  follow();
  if (etat === "garde") {
    item.line.querySelector("progress").remove();
    say(item, phrase);
    offer(item, ["J’ai compris", () => erase(item, { lead: true })]);
  } else {
    erase(item);
  }
  announce(phrase, { isShown: true });
}

function refused(item, { status, said }) {
  if (said.etat === "refuse") return refuse(item, said.phrase);
  if (status === 404) return refuse(item, "Ce dossier ne vous est plus ouvert.");
  // The server would answer the same to the same file: it leaves again only when asked.
  const why = status === 413 ? "Ce fichier est trop lourd pour le serveur." : `Le serveur refuse ce fichier (réponse ${status}).`;
  announceNotJoined(item, why);
  step(item, `${why} Il est gardé sur cet appareil\u00a0: réessayez, ou retirez-le.`);
}

function refuse(item, phrase) {
  end(item);
  look(item, "refus");
  say(item, phrase);
  offer(item, ["Fermer", () => erase(item, { lead: true })]);
  announceNotJoined(item, phrase);
}

// Neither the file nor its copy can be read: nothing would leave, however often it is tried.
function lose(item) {
  item.lost = true;
  const why = "Ce fichier ne se lit plus sur cet appareil\u00a0: choisissez-le de nouveau.";
  announceNotJoined(item, why);
  step(item, why);
}

// Not sent this time: the file steps aside, the next one leaves.
function step(item, phrase, kind = "refus") {
  aside.add(item);
  look(item, kind);
  say(item, phrase);
  const again = item.lost ? [] : [["Réessayer maintenant", () => retry(item)]];
  offer(item, ...again, ["Retirer", () => cancel(item)]);
}

function waits(item, wait) {
  if (!aside.has(item)) step(item, "", "attente");
  if (wait.premier) announce(`«\u00a0${item.file.name}\u00a0». ${announced("Ce fichier", wait.seul)}`, { isShown: true });
  // Twice, while others get through: something is wrong with this one, and the person can do something about it.
  if (sayWaiting(zone(item), "Ce fichier", wait) && wait.seul && item.envoi.echecs > 1) zone(item).append(`. ${CONSEIL}`);
}
