// The line of a file that is leaving: its name, its progress, what is said of it, what may be done.
import { announce } from "../page/annonces.js";

export function size(bytes) {
  for (const [unit, weight] of [["Mo", 1048576], ["Ko", 1024]])
    if (bytes >= weight) return `${(bytes / weight).toFixed(1).replace(".0", "").replace(".", ",")}\u00a0${unit}`;
  return `${bytes}\u00a0octet${bytes > 1 ? "s" : ""}`;
}

export function draw(item) {
  let list = item.carte.querySelector(".envois");
  if (!list) {
    list = document.createElement("ul");
    list.className = "envois";
    item.carte.append(list);
  }
  item.line = document.createElement("li");
  item.line.className = "envoi";
  item.line.innerHTML = '<p></p><progress class="jauge" max="100" value="0"></progress><p data-etat></p><div class="rang"></div>';
  item.line.firstChild.textContent = `${item.file.name} (${size(item.file.size)})`;
  item.line.querySelector("progress").setAttribute("aria-label", `Envoi de ${item.file.name}`);
  list.append(item.line);
}

export const zone = (item) => item.line.querySelector("[data-etat]");

export function say(item, text) {
  zone(item).textContent = text;
}

// How it looks: leaving (""), waiting ("attente"), refused ("refus"); with its progress, or without.
export function look(item, kind) {
  item.line.className = `envoi${kind && ` envoi-${kind}`}`;
  Object.assign(item.line.querySelector("progress"), { value: 0, hidden: kind === "refus" });
}

export function progress(item, percent) {
  item.line.querySelector("progress").value = percent;
  say(item, percent < 100 ? `Envoi\u00a0: ${percent}\u00a0%` : "Reçu, en cours de vérification…");
}

// actions: [words, act]; read aloud with the name of the file.
export function offer(item, ...actions) {
  item.line.querySelector(".rang").replaceChildren(
    ...actions.map(([label, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-link btn-compact";
      button.innerHTML = '<span></span><span class="visually-hidden"></span>';
      button.firstChild.textContent = label;
      button.lastChild.textContent = ` ${item.file.name}`;
      button.addEventListener("click", act);
      return button;
    }),
  );
}

// Off the page; who was in it is led to its card.
export function erase(item, { lead = item.line.contains(document.activeElement) } = {}) {
  item.line.remove();
  if (lead) item.carte.querySelector("h2").focus();
}

export function announceNotJoined(item, why) {
  announce(`«\u00a0${item.file.name}\u00a0» n’a pas été joint. ${why}`, { isShown: true });
}
