// The fields of this page, by name, and what the server said of them as it was opened.
import { nombre } from "../page/chiffres.js";
import { CONTROLE, controls, read, same } from "./controles.js";
import { page } from "./onglet.js";

const donnees = document.getElementById("etat-champs");
// null: nothing is written on this page.
export const etat = donnees && JSON.parse(donnees.textContent);
// This page among those the person has open.
export const ecran = page;
export const champs = new Map();

// The field of this element, made known when it is new. base, vu: the value and the version the page started from;
// lu: what the boxes held then; sequence: how many times it left; touche: a person changed it; rendu: what the
// boxes hold is not what the server keeps, whatever it was: given back with an error, or typed again while it left.
export function add(element) {
  const nom = element.dataset.champ;
  let f = champs.get(nom);
  if (f) {
    if (!f.elements.includes(element)) f.elements.push(element);
    return f;
  }
  const known = etat.valeurs[nom];
  f = { nom, elements: [element], sequence: 0 };
  const first = controls(f)[0];
  const many = element.matches("input[type=checkbox]") && document.querySelectorAll(`[data-champ="${CSS.escape(nom)}"]`).length > 1;
  f.sorte = element.dataset.sorte ?? (many ? "liste" : first?.type === "checkbox" ? "case" : "texte");
  f.fixe = f.sorte === "ligne" && element.dataset.sens ? { sens: element.dataset.sens } : {};
  f.base = known ? known.valeur : f.sorte === "ligne" ? null : "";
  f.vu = known?.version ?? 0;
  f.rendu = controls(f).some((one) => one.getAttribute("aria-invalid") === "true");
  f.etat = element.querySelector?.("[data-etat]") ?? place(element, first);
  champs.set(nom, f);
  return f;
}

function place(element, first) {
  const line = document.createElement("span");
  line.className = "champ-etat";
  line.setAttribute("role", "status");
  line.id = `etat-${first?.id ?? element.dataset.champ}`;
  host(element).append(line);
  return line;
}

// What surrounds a control, its label included.
export function host(element) {
  return element.matches(CONTROLE) ? (element.parentElement.closest("fieldset, .mb-3") ?? element.parentElement) : element;
}

// What the field is called where its text is shown alone.
export function called(f) {
  const around = host(f.elements[0]);
  if (f.sorte === "ligne") return f.nom.startsWith("ligne.") ? "Ligne du budget" : "Indicateur";
  const words = around.matches("fieldset") ? around.querySelector("legend") : around.querySelector("label");
  return words?.textContent.replace(/\s*\*\s*$/, "").trim() ?? "";
}

// The field an event is about, or null.
export function fieldOf(target) {
  const element = target.closest?.("[data-champ]");
  if (!element) return null;
  const isNew = !champs.has(element.dataset.champ);
  const f = add(element);
  if (isNew) f.lu = f.sorte === "ligne" ? null : "";
  return f;
}

// What the server would refuse whole waits here until it is shortened; the other fields go on.
export function excess(valeur) {
  if (typeof valeur !== "string" || valeur.length <= etat.longueur) return "";
  const trop = [...valeur].length - etat.longueur;
  if (trop <= 0) return "";
  return `${nombre(etat.longueur)}\u00a0caractères au plus\u00a0: ${nombre(trop)} de trop`;
}

// A row emptied here stays to be filled again; one removed elsewhere goes.
export function remove(f) {
  f.retire = true;
  f.elements[0].hidden = true;
  f.elements[0].dispatchEvent(new CustomEvent("label:retiree", { bubbles: true }));
}

export function restore(f) {
  f.retire = false;
  f.elements[0].hidden = false;
  delete f.elements[0].dataset.retire;
}

// Whether the field holds this value, when there is one.
export const is = (f, known) => known !== undefined && same(read(f), known);
