// What remains of the envelope, live while amounts are typed. The server counts again on each save.
import { euros } from "./page/chiffres.js";
import { montant } from "./page/nombres.js";

function setUp(box, form) {
  const envelope = Number(box.dataset.enveloppe);
  let spoken;

  function update() {
    let total = 0;
    let count = 0;
    form.querySelectorAll(".proposition").forEach((line) => {
      explain(line);
      if (line.querySelector("[data-sens]").value !== "laureat") return;
      total += montant(line.querySelector("[data-montant]").value) || 0;
      count += 1;
    });
    const left = envelope - total;
    box.querySelector("[data-total]").textContent = euros(total);
    box.querySelector("[data-reste]").textContent = euros(left);
    box.querySelector("[data-laureats]").textContent = count;
    box.querySelector("[data-reste-carte]").classList.toggle("chiffre-refus", left < 0);
    const gauge = box.querySelector("progress");
    gauge.value = total;
    gauge.classList.toggle("jauge-depasse", left < 0);
    clearTimeout(spoken);
    spoken = setTimeout(() => {
      box.querySelector("[data-annonce]").textContent =
        left < 0 ? `L’enveloppe est dépassée de ${euros(-left)}` : `Il reste ${euros(left)}`;
    }, 900);
  }

  // More than is asked has to be explained inside: the box opens by itself, as it does when something stands in it.
  function explain(line) {
    const asked = line.dataset.demande;
    const amount = montant(line.querySelector("[data-montant]").value) || 0;
    const beyond = asked && line.querySelector("[data-sens]").value === "laureat" && amount > Number(asked);
    const inside = line.querySelector(".proposition-motif_interne");
    if (beyond || inside.querySelector("textarea").value) inside.open = true;
  }

  for (const kind of ["input", "label:rempli"]) form.addEventListener(kind, update);
  update();
}

const box = document.getElementById("enveloppe");
const form = document.getElementById("deliberation");
if (box && form) setUp(box, form);
