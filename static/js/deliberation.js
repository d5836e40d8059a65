// What remains of the envelope and what is left to write, live. The server counts again on each save.
import { euros, nombre } from "./page/chiffres.js";
import { montant } from "./page/nombres.js";

const several = (n, one, more) => `${n}\u00a0${n >= 2 ? more : one}`;

function setUp(box, form) {
  const envelope = Number(box.dataset.enveloppe);
  const cards = [...form.querySelectorAll(".proposition")];
  const filter = box.querySelector("[data-filtre]");
  let spoken;

  function update() {
    let total = 0;
    let count = 0;
    cards.forEach((card) => {
      explain(card);
      if (card.querySelector("[data-sens]").value !== "laureat") return;
      total += montant(card.querySelector("[data-montant]").value) || 0;
      count += 1;
    });
    const left = envelope - total;
    box.querySelector("[data-total]").textContent = euros(total);
    box.querySelector("[data-reste]").textContent = euros(Math.abs(left));
    box.querySelector("[data-reste-mot]").textContent = left < 0 ? "de trop" : "restent";
    box.querySelector("[data-laureats]").textContent = count;
    box.querySelector("[data-reste-carte]").classList.toggle("chiffre-refus", left < 0);
    const gauge = box.querySelector("progress");
    gauge.value = total;
    gauge.classList.toggle("jauge-depasse", left < 0);
    list();
    clearTimeout(spoken);
    spoken = setTimeout(() => {
      box.querySelector("[data-annonce]").textContent =
        left < 0 ? `L’enveloppe est dépassée de ${euros(-left)}` : `Il reste ${euros(left)}`;
    }, 900);
  }

  // What is missing in this line: «à décider», «sans motif», or nothing.
  function missing(card) {
    const sens = card.querySelector("[data-sens]").value;
    if (!sens) return "à décider";
    return sens !== "laureat" && !card.querySelector(".proposition-motif textarea").value.trim() ? "sans motif" : "";
  }

  function list() {
    const found = cards.map((card) => [card, missing(card)]).filter(([, what]) => what);
    const undecided = found.filter(([, what]) => what === "à décider").length;
    const words = [];
    if (undecided) words.push(`${undecided} à décider`);
    if (found.length > undecided) words.push(several(found.length - undecided, "motif manquant", "motifs manquants"));
    const summary = box.querySelector("[data-manquants-mots]");
    summary.replaceChildren(...(words.length ? words : ["Rien ne manque"]).map((text) => element("span", text)));
    box.querySelector("[data-manquants-liens]").replaceChildren(
      ...found.map(([card, what]) => {
        const link = element("a", card.dataset.titre);
        link.href = `#${card.id}`;
        const item = element("li", "");
        item.append(link, `, ${what}`);
        return item;
      }),
    );
    filter.hidden = !found.length && !filter.querySelector("input").checked;
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // Those hidden stay so until asked again: a line does not go away under the person who fills it.
  function sort() {
    const isAsked = filter.querySelector("input").checked;
    cards.forEach((card) => {
      card.hidden = isAsked && !missing(card);
    });
  }

  // More than is asked has to be explained inside, and why a project is no laureate to its structure: the box opens by
  // itself, as it does when something stands in it.
  function explain(card) {
    const sens = card.querySelector("[data-sens]").value;
    const asked = card.dataset.demande;
    const amount = montant(card.querySelector("[data-montant]").value) || 0;
    const inside = card.querySelector(".proposition-motif_interne");
    if ((asked && sens === "laureat" && amount > Number(asked)) || inside.querySelector("textarea").value)
      inside.open = true;
    if (sens && sens !== "laureat") card.querySelector(".proposition-motif").open = true;
  }

  function write(event) {
    if (!event.target.matches("[data-montant]")) return;
    const amount = montant(event.target.value);
    if (Number.isInteger(amount)) event.target.value = nombre(amount);
  }

  for (const kind of ["input", "label:rempli"]) form.addEventListener(kind, update);
  form.addEventListener("change", write);
  filter.addEventListener("change", sort);
  box.querySelector("[data-manquants-liens]").addEventListener("click", () => {
    box.querySelector("[data-manquants]").open = false;
  });
  update();
}

const box = document.getElementById("enveloppe");
const form = document.getElementById("deliberation");
if (box && form) setUp(box, form);
