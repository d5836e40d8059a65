// What this device keeps of a dossier and the server never took: shown, to be copied; the person says when it may go.
// Where the part is still written, the script that saves it says what to show; where it is closed, everything is.
(() => {
  const zone = document.getElementById("gardes");
  if (!zone) return;
  const { prefixe } = zone.dataset;
  const tapes = document.querySelector("[data-tapes]");
  const shown = new Map();

  function forget(name) {
    try {
      localStorage.removeItem(name);
    } catch {
      // Nothing was kept.
    }
  }

  // One that cannot be read hides no other.
  function legible(name) {
    try {
      return { name, ...JSON.parse(localStorage.getItem(name)) };
    } catch {
      return null;
    }
  }

  function records() {
    try {
      return Object.keys(localStorage)
        .filter((name) => name.startsWith(prefixe))
        .flatMap((name) => legible(name) ?? []);
    } catch {
      return [];
    }
  }

  function words(valeur) {
    if (typeof valeur !== "object") return typeof valeur === "boolean" ? "" : String(valeur ?? "");
    return Object.values(valeur ?? {}).filter((one) => typeof one !== "boolean").join(" · ");
  }

  function when(at) {
    if (!at) return "";
    const date = new Date(at);
    const day = date.toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
    return ` (${day} à ${date.getHours()}\u00a0h\u00a0${String(date.getMinutes()).padStart(2, "0")})`;
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-outline-primary btn-compact";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  async function copy(box) {
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      // An old browser, or one that asks first and was told no.
      box.focus();
      box.select();
      if (!document.execCommand("copy")) return window.label.announce("Le texte est sélectionné\u00a0: copiez-le.");
    }
    window.label.announce("Le texte est copié.");
  }

  function close(name) {
    shown.get(name)?.remove();
    shown.delete(name);
    zone.hidden = !shown.size;
  }

  function offer(record) {
    const text = words(record.valeur);
    if (!text.trim() || shown.has(record.name)) return;
    const item = document.createElement("div");
    item.className = "garde";
    const box = document.createElement("textarea");
    Object.assign(box, { id: `garde-${record.name}`, className: "form-control", readOnly: true, rows: 3, value: text });
    box.autocomplete = "off";
    const label = document.createElement("label");
    Object.assign(label, { className: "form-label", htmlFor: box.id });
    // Read aloud, it is not taken for the field of the same name.
    const what = document.createElement("span");
    Object.assign(what, { className: "visually-hidden", textContent: "Gardé\u00a0: " });
    label.append(what, `${record.libelle || "Texte"}${when(record.at)}`);
    const actions = document.createElement("div");
    actions.className = "rang";
    const leave = () => {
      forget(record.name);
      close(record.name);
    };
    actions.append(button("Copier", () => copy(box)), button("Oublier ce texte", leave));
    item.append(label, box, actions);
    shown.set(record.name, item);
    zone.append(item);
    zone.hidden = false;
  }

  window.label.gardes = { records, offer, close, forget, isShown: (name) => shown.has(name) };

  tapes?.querySelectorAll("textarea").forEach((box) => box.parentElement.append(button("Copier", () => copy(box))));

  // ── A closed part: what it holds is not to be shown as lost, and what the server just gave back is not shown twice ──
  const tenu = document.getElementById("etat-gardes");
  if (!tenu) return;
  const valeurs = JSON.parse(tenu.textContent);

  function list() {
    const kept = records().filter(({ nom, valeur }) => !(nom in valeurs) || words(valeurs[nom]) !== words(valeur));
    [...shown.keys()].filter((name) => !kept.some((one) => one.name === name)).forEach(close);
    kept.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)).forEach(offer);
    const texts = new Set(kept.map((one) => words(one.valeur)));
    tapes?.querySelectorAll("textarea").forEach((box) => texts.has(box.value) && box.closest(".garde").remove());
    if (tapes && !tapes.querySelector("textarea")) tapes.remove();
  }
  addEventListener("storage", ({ key }) => (key ?? prefixe).startsWith(prefixe) && list());
  list();
})();
