// What the vote grants in all, live; the reasons open where a decision is not the jury's. The server counts again.
import { euros } from "./page/chiffres.js";
import { montant } from "./page/nombres.js";

function setUp(box, form) {
  const envelope = Number(box.dataset.enveloppe);

  function update() {
    let total = 0;
    form.querySelectorAll(".vote-ligne").forEach((line) => {
      const sens = line.querySelector('input[type="radio"]:checked')?.value;
      const amount = montant(line.querySelector('input[inputmode="numeric"]').value) || 0;
      if (sens === "accorde") total += amount;
      const isOther = sens !== line.dataset.sens || (sens === "accorde" && amount !== Number(line.dataset.montant));
      if (isOther) line.querySelector(".vote-motifs").open = true;
    });
    const left = envelope - total;
    box.querySelector("[data-total]").textContent = euros(total);
    box.querySelector("[data-reste]").textContent = euros(Math.abs(left));
    box.querySelector("[data-reste-mot]").textContent = left < 0 ? "de trop" : "restent";
    const gauge = box.querySelector("progress");
    gauge.value = total;
    gauge.classList.toggle("jauge-depasse", left < 0);
  }

  for (const kind of ["input", "label:rempli"]) form.addEventListener(kind, update);
  update();
}

const box = document.getElementById("vote-barre");
const form = document.getElementById("vote");
if (box && form) setUp(box, form);
