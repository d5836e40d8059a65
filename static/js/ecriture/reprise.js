// What other pages of this person left behind: a crash, a closed tab, an expired session.
import { postJson, judge } from "../file/envoi.js";
import { delay } from "../file/file.js";
import { appareil } from "../file/memoire.js";
import { close, isShown, offer, records } from "../gardes.js";
import { announce } from "../page/annonces.js";
import { champs, ecran, excess } from "./champs.js";
import { write } from "./controles.js";
import { refresh } from "./divergences.js";
import { address, adopt, dirty, markRefused, touched } from "./enregistrement.js";
import { say } from "./indication.js";

// The page says that it is open, so that no other takes what it is still writing.
export function holdScreen() {
  navigator.locks?.request(`label-ecran:${ecran}`, () => new Promise(() => {}));
}

// What other pages left that are closed: those still open write theirs.
async function left() {
  const open = new Set(((await navigator.locks?.query?.()) ?? { held: [] }).held.map((lock) => lock.name));
  const isOpen = (record) => open.has(`label-ecran:${record.ecran}`) || (!navigator.locks && Date.now() - record.at < 30000);
  return records().filter((record) => !record.name.endsWith(`:${ecran}`) && !isOpen(record));
}

function forget(name) {
  appareil.forget(name);
  close(name);
}

// Saved since: what was refused of this field before is worth nothing any more. What never got through stays.
document.addEventListener("label:enregistre", async ({ detail: { nom, parti } }) => {
  const past = (await left()).filter((record) => record.nom === nom && record.refuse && record.at < parti);
  past.forEach(({ name }) => forget(name));
});

export async function recover(turn = 0) {
  let again = false;
  for (const record of await left()) {
    const f = champs.get(record.nom);
    if (f && excess(record.valeur) && !dirty(f)) putBack(f, record);
    else again = !(await resend(record, f)) || again;
  }
  if (again) setTimeout(recover, 1000 * delay("panne", turn + 1), turn + 1);
}

// Back in its field, to be shortened.
function putBack(f, record) {
  f.base = record.base;
  f.vu = record.vu;
  f.lu = record.base;
  write(f, record.valeur);
  touched(f);
  if (f.garde) appareil.forget(record.name);
}

// Send what another page left. Returns whether nothing remains to be tried: this one waits, it keeps no other.
async function resend(record, f) {
  const answer = await postJson(address(record.nom), { ...record, sequence: record.sequence + 1 }).catch(() => null);
  const { issue, status, said } = await judge(answer);
  if (issue === "session") return true;
  if (issue === "refus" && said?.erreur && status !== 404 && !said.ferme) {
    if (record.at < (f?.pris ?? 0)) {
      forget(record.name);
      return true;
    }
    markRefused(record.name);
  }
  if (issue !== "pris") {
    if (issue === "refus" || (issue === "panne" && !isShown(record.name))) offer(record);
    return issue === "refus";
  }
  forget(record.name);
  if (f && !dirty(f)) {
    adopt(f, said);
    say(f, `Texte retrouvé sur cet appareil, enregistré à ${said.heure}`, "fait");
  } else {
    announce("Un texte gardé sur cet appareil vient d’être enregistré.");
  }
  if (said.divergence) refresh("divergences");
  return true;
}
