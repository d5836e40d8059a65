// Files chosen, photographed, or dropped on a card.
import { announce } from "../page/annonces.js";
import { keep } from "./copie.js";
import { decline, enqueue } from "./envois.js";
import { size } from "./ligne.js";

// A UUID, where the browser has no word for it (an address that is not https).
function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Why this file does not leave, or "".
function objection(carte, file, rank) {
  const most = Number(carte.dataset.tailleMax);
  if (!("plusieurs" in carte.dataset) && rank) return "Un seul fichier pour cette pièce\u00a0: joignez le reste dans «\u00a0Autres pièces\u00a0».";
  if (!file.size) return "Ce fichier est vide (0\u00a0octet).";
  return file.size > most ? `Ce fichier pèse ${size(file.size)}\u202f; la limite est de ${size(most)}.` : "";
}

function take(carte, files) {
  const chosen = [...files];
  const vu = carte.querySelector("input[name=vu]")?.value ?? "";
  chosen.forEach((file, rank) => {
    const item = { id: identifier(), carte, file, vu, dossier: carte.dataset.pieces };
    const why = objection(carte, file, rank);
    if (why) return decline(item, why);
    keep(item);
    enqueue(item);
  });
  if (chosen.length > 1 && "plusieurs" in carte.dataset) announce(`Envoi de ${chosen.length} fichiers.`, { isShown: true });
}

export function setUpCard(carte) {
  const form = carte.querySelector("form.piece-joindre");
  if (!form) return;
  form.querySelector("button[type=submit]").hidden = true;
  // One tap opens the camera, and the photo leaves by itself.
  form.querySelector(".piece-photo input").classList.add("visually-hidden");
  form.querySelector(".piece-photo label").classList.add("btn", "btn-outline-primary");
  const hint = document.createElement("p");
  hint.className = "piece-depot form-text";
  hint.textContent = "plusieurs" in carte.dataset ? "Ou déposez des fichiers ici." : "Ou déposez le fichier ici.";
  form.append(hint);
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    take(carte, event.target.files);
    event.target.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  let depth = 0;
  const hover = (change) => {
    depth = Math.max(0, depth + change);
    carte.classList.toggle("piece-survol", depth > 0);
  };
  carte.addEventListener("dragenter", () => hover(1));
  carte.addEventListener("dragleave", () => hover(-1));
  carte.addEventListener("drop", (event) => {
    hover(-depth);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    take(carte, event.dataTransfer.files);
  });
}

// A file dropped beside a card must not take the place of the page.
export function setUpPage() {
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
}
