// What is said of what waits, the same words for a field, a file and a score.

export const NON_PARTI = "gardé sur cet appareil, pas encore enregistré";
const EXPIREE = "Votre session a expiré\u00a0: gardé sur cet appareil.";

const duree = (seconds) => (seconds < 90 ? `${seconds}\u00a0s` : `${Math.round(seconds / 60)}\u00a0min`);
const pourquoi = (quoi, seul) => (seul ? `${quoi} n’a pas pu être enregistré` : "Hors connexion");

// quoi: «Ce champ». In the line `zone`, why it waits and until when, told again every second; the seconds that go by are
// not read aloud. Returns whether the line was made anew, for what is put after it.
export function sayWaiting(zone, quoi, { left, seul }) {
  const text = `${pourquoi(quoi, seul)}\u00a0: gardé sur cet appareil, `;
  const after = `nouvel essai dans ${duree(left)}`;
  const seconds = zone.querySelector("[data-essai]");
  if (seconds && zone.firstChild.nodeValue === text) {
    seconds.textContent = after;
    return false;
  }
  const span = document.createElement("span");
  span.setAttribute("aria-hidden", "true");
  span.dataset.essai = "";
  span.textContent = after;
  zone.replaceChildren(text, span);
  return true;
}

// What is read aloud once of something named that waits.
export const announced = (quoi, seul) => `${pourquoi(quoi, seul)}\u00a0: gardé sur cet appareil, il repartira de lui-même.`;

// The session is over; `place`: the id where to come back.
export function saySignedOut(zone, place = "") {
  const link = document.createElement("a");
  const back = `${location.pathname}${location.search}${place && `#${place}`}`;
  link.href = `${document.body.dataset.connexion}?next=${encodeURIComponent(back)}`;
  link.textContent = "Se reconnecter et continuer ici";
  zone.replaceChildren(`${EXPIREE} `, link);
}

export function retryButton(act, name = "") {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-link btn-compact";
  button.textContent = "Réessayer maintenant";
  if (name) {
    const span = document.createElement("span");
    span.className = "visually-hidden";
    span.textContent = ` ${name}`;
    button.append(span);
  }
  button.addEventListener("click", act);
  return button;
}
