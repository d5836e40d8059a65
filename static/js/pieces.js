// Files sent one after the other, with their progress. A file chosen is kept in this browser until the server has it:
// a connection that drops, a session that ends or a tab that closes delays it, and loses nothing.
// Without this script the form of each piece sends its files by itself.
import { announce } from "./page/annonces.js";
import { cartes, keepFresh } from "./pieces/cartes.js";
import { setUpCard, setUpPage } from "./pieces/choix.js";
import { left } from "./pieces/copie.js";
import { enqueue, isBusy, setAside } from "./pieces/envois.js";

const PLUS_DEMANDEE = "La pièce pour laquelle vous aviez choisi ce fichier n’est plus demandée. Il est gardé sur cet appareil\u00a0: joignez-le ici, ou retirez-le.";

// What had not left when the page was closed. A tab still open may be sending it: the server joins it once.
async function resume(dossier) {
  const mine = await left(dossier);
  mine.forEach(({ id, file, vu, carte }) => {
    const place = document.getElementById(carte);
    const item = { id, file, vu, dossier, kept: true, carte: place ?? cartes.find((one) => "plusieurs" in one.dataset) };
    if (!item.carte?.querySelector("form.piece-joindre")) return;
    if (place) enqueue(item);
    else setAside(item, PLUS_DEMANDEE);
  });
  if (mine.length) announce("Des fichiers n’étaient pas partis\u00a0: leur envoi reprend.");
}

if (cartes.length) {
  cartes.forEach(setUpCard);
  setUpPage();
  window.addEventListener("beforeunload", (event) => isBusy() && event.preventDefault());
  keepFresh();
  resume(cartes[0].dataset.pieces);
}
