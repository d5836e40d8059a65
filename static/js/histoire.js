// What others wrote since the last visit, marked on its own field; the visit itself, told once.
(() => {
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

  const visite = document.querySelector("[data-visite]");
  if (!visite) return;
  const jeton = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
  const ecran = self.crypto?.randomUUID?.() ?? "accueil";
  const post = (champ) =>
    fetch(visite.dataset.visite, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": jeton },
      body: JSON.stringify({ ecran, section: "", champ }),
      keepalive: true,
    });
  // Seen, and gone at once: nobody writes on this page.
  post("")
    .then(() => post(null))
    .catch(() => {});
})();
