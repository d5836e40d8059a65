// The others: who is here, on which field, and what they have just written.
import { postJson } from "../file/envoi.js";
import { announce } from "../page/annonces.js";
import { champs, ecran, etat, host } from "./champs.js";
import { canTell, onglet } from "./onglet.js";
import { settle } from "./enregistrement.js";

const presents = document.getElementById("presents");
let marque = "";
let revision = etat?.revision;
// How often it was said that something moved beside the fields, as this page last heard it.
let remue;
// What this page wrote last follows by itself.
let mienne;
let connus = new Set();

document.addEventListener("label:enregistre", (event) => (mienne = event.detail?.revision));

export async function look() {
  try {
    const answer = await fetch(`${etat.vie}?depuis=${revision}&ecran=${onglet()}`, {
      headers: { Accept: "application/json", ...(marque && { "If-None-Match": marque }) },
      cache: "no-store",
      redirect: "manual",
    });
    if (answer.status === 200) {
      const news = await answer.json();
      const isNews = (news.revision !== revision && news.revision !== mienne) || (remue !== undefined && news.remue !== remue);
      marque = answer.headers.get("ETag") ?? "";
      revision = news.revision;
      remue = news.remue;
      if (isNews) document.dispatchEvent(new CustomEvent("label:autrui"));
      news.champs.forEach(arrive);
      meet(news.presents);
    }
  } catch {
    // Off line: the fields say so themselves.
  }
  setTimeout(look, document.hidden ? 15000 : 2500);
}

function arrive(moved) {
  const f = champs.get(moved.nom);
  document.dispatchEvent(new CustomEvent("label:champ", { detail: moved }));
  if (!f) {
    if (moved.section === etat.section && moved.valeur !== null && !champs.has(moved.nom)) stale(moved);
    return;
  }
  f.venu = moved;
  settle(f);
}

function stale(moved) {
  const line = document.getElementById("a-actualiser");
  if (!line) return;
  line.hidden = false;
  line.querySelector("span").textContent = `${moved.par} a ajouté une ligne ici.`;
}

function meet(people) {
  if (!presents) return;
  const names = new Set(people.filter((one) => !one.moi && one.section === etat.section).map((one) => one.nom));
  names.forEach((nom) => connus.has(nom) || announce(`${nom} est aussi sur cette partie.`));
  connus = names;
  const others = people.filter((one) => !one.moi || canTell());
  presents.replaceChildren(...others.map(card));
  presents.hidden = !others.length;
  champs.forEach((f) => {
    const there = people.filter((one) => one.champ === f.nom && !one.moi).map((one) => one.nom);
    const around = host(f.elements[0]);
    around.classList.toggle("champ-occupe", there.length > 0);
    if (there.length) around.dataset.occupe = `${there.join(", ")} écrit ici`;
    else delete around.dataset.occupe;
  });
}

function card(one) {
  const item = document.createElement("li");
  item.className = "present";
  const mark = document.createElement("span");
  mark.className = "present-rond";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = one.initiales;
  const where = one.section === etat.section ? "sur cette partie" : one.partie;
  item.append(mark, ` ${one.moi ? "Vous, dans un autre onglet" : one.nom}${where ? `, ${where}` : ""}`);
  return item;
}

let ici = "";
let prochain;

export function here() {
  clearTimeout(prochain);
  prochain = setTimeout(here, 10000);
  if (document.hidden) return;
  tell(ici);
}

export function enter(nom) {
  if (nom === ici) return;
  ici = nom;
  clearTimeout(prochain);
  prochain = setTimeout(here, 300);
}

// The page goes: nobody is here any more.
export const gone = () => tell(null, { keepalive: true });

function tell(champ, options) {
  postJson(etat.vie, { ecran: onglet(), page: ecran, section: etat.section, champ }, options).catch(() => {});
}
