// What this device keeps of a dossier and the server never took: shown, to be copied; the person says when it may go.
// Where the part is still written, the script that saves it says what to show; where it is closed, everything is.
import { appareil } from "./file/memoire.js";
import { announce } from "./page/annonces.js";

const zone = document.getElementById("gardes");
// Begins the name of all that is kept of this dossier for this person.
export const prefixe = zone?.dataset.prefixe ?? "";
const tapes = document.querySelector("[data-tapes]");
const shown = new Map();

export const records = () => (prefixe ? appareil.all(prefixe) : []);
export const isShown = (name) => shown.has(name);

function words(valeur) {
  if (typeof valeur !== "object") return typeof valeur === "boolean" ? "" : String(valeur ?? "");
  return Object.values(valeur ?? {}).filter((one) => typeof one !== "boolean").join(" · ");
}

function when(at) {
  if (!at) return "";
  const date = new Date(at);
  const day = date.toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
  return ` (${day} à ${date.getHours()}\u00a0h\u00a0${String(date.getMinutes()).padStart(2, "0")})`;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-outline-primary btn-compact";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

async function copy(box) {
  try {
    await navigator.clipboard.writeText(box.value);
  } catch {
    // An old browser, or one that asks first and was told no.
    box.focus();
    box.select();
    if (!document.execCommand("copy")) return announce("Le texte est sélectionné\u00a0: copiez-le.");
  }
  announce("Le texte est copié.");
}

export function close(name) {
  shown.get(name)?.remove();
  shown.delete(name);
  zone.hidden = !shown.size;
}

export function offer(record) {
  const text = words(record.valeur);
  if (!text.trim() || shown.has(record.name)) return;
  const item = document.createElement("div");
  item.className = "garde";
  const box = document.createElement("textarea");
  Object.assign(box, { id: `garde-${record.name}`, className: "form-control", readOnly: true, rows: 3, value: text });
  box.autocomplete = "off";
  const label = document.createElement("label");
  Object.assign(label, { className: "form-label", htmlFor: box.id });
  // Read aloud, it is not taken for the field of the same name.
  const what = document.createElement("span");
  Object.assign(what, { className: "visually-hidden", textContent: "Gardé\u00a0: " });
  label.append(what, `${record.libelle || "Texte"}${when(record.at)}`);
  const actions = document.createElement("div");
  actions.className = "rang";
  const leave = () => {
    appareil.forget(record.name);
    close(record.name);
  };
  actions.append(button("Copier", () => copy(box)), button("Oublier ce texte", leave));
  item.append(label, box, actions);
  shown.set(record.name, item);
  zone.append(item);
  zone.hidden = false;
}

tapes?.querySelectorAll("textarea").forEach((box) => box.parentElement.append(button("Copier", () => copy(box))));

// A closed part: what it holds is not to be shown as lost, and what the server just gave back is not shown twice.
function list(valeurs) {
  const kept = records().filter(({ nom, valeur }) => !(nom in valeurs) || words(valeurs[nom]) !== words(valeur));
  [...shown.keys()].filter((name) => !kept.some((one) => one.name === name)).forEach(close);
  kept.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)).forEach(offer);
  const texts = new Set(kept.map((one) => words(one.valeur)));
  tapes?.querySelectorAll("textarea").forEach((box) => texts.has(box.value) && box.closest(".garde").remove());
  if (tapes && !tapes.querySelector("textarea")) tapes.remove();
}

const tenu = document.getElementById("etat-gardes");
if (tenu && zone) {
  const valeurs = JSON.parse(tenu.textContent);
  addEventListener("storage", ({ key }) => (key ?? prefixe).startsWith(prefixe) && list(valeurs));
  list(valeurs);
}
