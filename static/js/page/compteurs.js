// <textarea data-max="300">: characters left; data-max-mots="150": words left; both may be asked.
import { nombre } from "./chiffres.js";

export function setUpCounters() {
  document.querySelectorAll("[data-max], [data-max-mots]").forEach((field) => {
    if ("max" in field.dataset) setUpCounter(field, false);
    if ("maxMots" in field.dataset) setUpCounter(field, true);
  });
}

function setUpCounter(field, inWords) {
  const max = Number(inWords ? field.dataset.maxMots : field.dataset.max);
  // A limit few people come near is told when one does.
  const quiet = "maxDiscret" in field.dataset;
  const line = document.createElement("span");
  line.className = "compteur";
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  field.after(line, spoken);
  let later;
  const update = () => {
    // Counting the signs of a long text takes time: not at each key while it is far from its limit.
    const near = !quiet || field.value.length >= max * 0.9;
    const used = inWords ? (field.value.match(/\S+/g) ?? []).length : near ? [...field.value].length : field.value.length;
    const left = max - used;
    const noun = inWords ? "mot" : "caractère";
    const text =
      left >= 0
        ? `${nombre(left)}\u00a0${noun}${left > 1 ? "s" : ""} restant${left > 1 ? "s" : ""} sur ${nombre(max)}`
        : `${nombre(-left)}\u00a0${noun}${left < -1 ? "s" : ""} de trop (${nombre(max)} au plus)`;
    if (text === line.textContent) return;
    line.textContent = text;
    line.hidden = quiet && left >= max * 0.1;
    line.classList.toggle("compteur-trop", left < 0);
    clearTimeout(later);
    later = setTimeout(() => (spoken.textContent = left < max * 0.1 ? text : ""), 1200);
  };
  field.addEventListener("input", update);
  // The text of somebody else comes in without an event of the keyboard.
  field.addEventListener("label:rempli", update);
  update();
}
