// What others wrote since the last visit, marked on its own field; the visit itself, told once.
import { onglet, page } from "./ecriture/onglet.js";
import { postJson } from "./file/envoi.js";

const place = (nom) => document.querySelector(`[data-champ="${CSS.escape(nom)}"]`)?.closest("tr, .mb-3, div") ?? document.getElementById(`div_id_${nom.replace("structure.", "")}`);

document.querySelectorAll(".deux-colonnes-gauche [data-modifie]").forEach((nouvelle) => {
  nouvelle.dataset.modifie.split(" ").forEach((nom) => {
    const champ = place(nom);
    if (!champ) return;
    const mark = document.createElement("small");
    mark.className = "champ-modifie";
    mark.textContent = `Modifié par ${nouvelle.dataset.par} depuis votre visite`;
    champ.classList.add("est-modifie");
    (champ.matches("tr") ? champ.cells[0] : champ).append(mark);
  });
});

// Seen, and gone at once: nobody writes on this page.
async function tellVisit(url) {
  try {
    for (const champ of ["", null]) await postJson(url, { ecran: onglet(), page, section: "", champ }, { keepalive: true });
  } catch {
    // The visit will be told another time.
  }
}

const visite = document.querySelector("[data-visite]");
if (visite) tellVisit(visite.dataset.visite);
