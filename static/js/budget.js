// The grid of the budget while it is typed: balance, rules beside each line, lines added, removed, pasted.
// The page says the same after saving, without this file.
import { announce } from "./page/annonces.js";
import { euros } from "./page/chiffres.js";
import { montant as whole } from "./page/nombres.js";

function setUp(zone) {
  const form = zone.closest("form");
  const $$ = (selector, root = form) => [...root.querySelectorAll(selector)];
  const asked = form.querySelector("[data-budget-demande]");
  const LIGNES_MAX = 60;

  const rows = (root = form) => $$(".budget-ligne", root).filter((row) => !row.dataset.retire && !row.hidden && !row.closest("template"));
  const control = (row, cle) => row.querySelector(`[data-cle="${cle}"]`);
  const amount = (row) => whole(control(row, "montant").value) || 0;
  const account = (row) => control(row, "compte")?.value ?? "";

  // ── Sums and rules ──
  function check() {
    const sums = { charge: 0, produit: 0 };
    const kind = { charge: 0, produit: 0 };
    const ask = whole(asked.value) || 0;
    sums.produit += ask;
    $$("[data-budget-ept]").forEach((cell) => (cell.textContent = ask ? euros(ask) : ""));
    $$("[data-budget-sens]").forEach((table) => {
      const side = table.dataset.budgetSens;
      $$("tbody[data-budget-compte]", table).forEach((body) => {
        const mine = rows(body);
        const total = mine.reduce((sum, row) => sum + amount(row), body.querySelector("[data-budget-ept]") ? ask : 0);
        body.querySelector("[data-budget-sous-total]").textContent = total && mine.length > 1 ? euros(total) : "";
        const into = /^8[67]/.test(body.dataset.budgetCompte) ? kind : sums;
        into[side] += mine.reduce((sum, row) => sum + amount(row), 0);
      });
    });
    for (const side of ["charge", "produit"]) {
      $$(`[data-budget-total="${side}"]`).forEach((cell) => (cell.textContent = euros(sums[side])));
      $$(`[data-budget-nature-total="${side}"]`).forEach((cell) => (cell.textContent = euros(kind[side])));
    }
    const gap = sums.produit - sums.charge;
    const nothing = !sums.charge && !sums.produit;
    tell("solde", gap !== 0 || nothing, nothing ? "Le budget est vide" : gap === 0 ? "Le budget est équilibré" : `Il manque ${euros(Math.abs(gap))} du côté des ${gap > 0 ? "charges" : "produits"}`);
    const apart = kind.produit - kind.charge;
    const named = apart > 0 ? "emplois (86)" : "ressources (87)";
    tell("nature", apart !== 0, apart ? `Contributions volontaires\u00a0: il manque ${euros(Math.abs(apart))} du côté des ${named}` : kind.charge ? "Les contributions volontaires sont égales" : "Aucune contribution volontaire");
    rules(ask);
  }

  function tell(name, wrong, text) {
    const line = zone.querySelector(`[data-budget-${name}]`);
    line.classList.toggle("budget-solde-ecart", wrong);
    if (line.firstElementChild.textContent !== text) line.firstElementChild.textContent = text;
  }

  function rules(ask) {
    const funders = new Set(ask ? [`${plain(document.querySelector(".budget-ept td")?.firstChild.textContent)}|false`] : []);
    rows().forEach((row) => {
      const said = [];
      const box = control(row, "montant");
      const typed = whole(box.value);
      const wrong = Number.isNaN(typed);
      if (wrong) said.push("Un montant est un nombre entier d’euros, sans centimes et jamais négatif.");
      if (account(row) === "74" && typed) {
        const words = control(row, "libelle").value;
        const name = `${plain(words)}|${control(row, "is_obtenu").checked}`;
        if (!plain(words)) said.push("Nommez le financeur de cette subvention.");
        else if (funders.has(name)) said.push(`«\u00a0${words.trim()}\u00a0» figure deux fois\u00a0: une seule ligne par financeur.`);
        funders.add(name);
      }
      box.classList.toggle("is-invalid", wrong);
      if (wrong) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
      const line = row.querySelector("[data-budget-regle]");
      line.hidden = !said.length;
      if (line.textContent !== said.join(" ")) line.textContent = said.join(" ");
    });
  }

  const plain = (text = "") => text.split(/\s+/).filter(Boolean).join(" ").toLowerCase();

  // ── Lines ──
  function add(body, cle, values = {}) {
    const side = body.closest("[data-budget-sens]").dataset.budgetSens;
    const count = form.elements[`${side}s-TOTAL_FORMS`];
    const place = Number(count.value);
    if (place >= LIGNES_MAX) {
      announce(`${LIGNES_MAX} lignes au plus de chaque côté\u00a0: regroupez-en.`);
      return null;
    }
    const row = form.querySelector(`[data-budget-modele="${side}"]`).content.firstElementChild.cloneNode(true);
    for (const one of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of one.attributes) {
        if (value.includes("__prefix__")) one.setAttribute(name, value.replaceAll("__prefix__", place));
      }
    }
    count.value = place + 1;
    row.dataset.champ = `ligne.${cle}`;
    row.id = `id_ligne_${cle}`;
    row.querySelector("[name$=-cle]").value = cle;
    control(row, "compte").value = body.dataset.budgetCompte;
    if (account(row) === "74") control(row, "libelle").setAttribute("list", "financeurs");
    else row.querySelector(".budget-obtenu")?.remove();
    control(row, "libelle").placeholder = account(row) === "74" ? "Financeur" : "Précision";
    for (const [name, value] of Object.entries(values)) {
      const box = control(row, name);
      if (box?.type === "checkbox") box.checked = Boolean(value);
      else if (box) box.value = value ?? "";
    }
    const rank = rows(body).length + 1;
    $$("[data-budget-titre]", row).forEach((one) => (one.textContent = `${body.dataset.titre}${rank > 1 ? `, ligne ${rank}` : ""}`));
    $$("[data-budget-retirer]", row).forEach((one) => (one.hidden = false));
    body.append(row);
    return row;
  }

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function retire(row) {
    const values = Object.fromEntries(["libelle", "montant", "is_obtenu"].map((name) => [name, name === "is_obtenu" ? control(row, name)?.checked : control(row, name).value]));
    const body = row.closest("tbody");
    row.dataset.retire = "";
    row.hidden = true;
    row.dispatchEvent(new CustomEvent("label:retire", { bubbles: true }));
    empty(row);
    if (values.libelle || values.montant) offerBack(row, body, values);
    else body.querySelector("[data-budget-ajouter]").focus();
    check();
  }

  // What the button of the section sends says the same.
  function empty(row) {
    ["libelle", "montant"].forEach((name) => (control(row, name).value = ""));
  }

  function offerBack(row, body, values) {
    const line = document.createElement("tr");
    line.className = "budget-retiree";
    const cell = line.insertCell();
    cell.colSpan = 3;
    const said = [values.libelle, values.montant && euros(whole(values.montant) || 0)].filter(Boolean).join(", ");
    cell.append(`Ligne retirée\u00a0: ${said} `);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-compact";
    button.textContent = "Annuler";
    button.addEventListener("click", () => {
      const back = add(body, uuid(), values);
      if (!back) return;
      line.replaceWith(back);
      changed(back);
      control(back, "montant").focus();
    });
    cell.append(button);
    row.after(line);
    button.focus();
  }

  function changed(row) {
    control(row, "montant").dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A line somebody else adds meanwhile.
  document.addEventListener("label:champ", (event) => {
    const { nom, valeur } = event.detail;
    if (!nom.startsWith("ligne.") || !valeur || form.querySelector(`[data-champ="${CSS.escape(nom)}"]`)) return;
    const table = form.querySelector(`[data-budget-sens="${CSS.escape(valeur.sens)}"]`);
    const body = table?.querySelector(`[data-budget-compte="${CSS.escape(valeur.compte)}"]`);
    const row = body && add(body, nom.slice("ligne.".length), valeur);
    if (!row) return;
    row.dispatchEvent(new CustomEvent("label:ligne", { bubbles: true, detail: event.detail }));
    check();
  });

  form.addEventListener("click", (event) => {
    const adding = event.target.closest("[data-budget-ajouter]");
    const removing = event.target.closest("[data-budget-retirer]");
    if (adding) {
      const row = add(adding.closest("tbody"), uuid());
      if (row) control(row, "libelle").focus();
      check();
    }
    if (removing) retire(removing.closest("tr"));
  });
  form.addEventListener("label:retiree", (event) => event.target.matches(".budget-ligne") && empty(event.target));
  for (const kind of ["input", "label:rempli", "label:retiree"]) form.addEventListener(kind, check);
  form.addEventListener("change", (event) => {
    const typed = event.target.matches('[data-cle="montant"]') ? whole(event.target.value) : NaN;
    if (typed) event.target.value = typed;
  });

  // Several cells pasted in the grid: the sheet page reads them, shows them, then adds them.
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const sheet = form.querySelector("[data-budget-tableur]");
    if (!event.target.closest(".budget-saisie") || !/\t/.test(text.trim())) return;
    event.preventDefault();
    const page = document.createElement("form");
    page.method = "post";
    page.action = sheet.href;
    for (const [name, value] of [["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value], ["texte", text]]) {
      const box = document.createElement("textarea");
      Object.assign(box, { name, value, hidden: true });
      page.append(box);
    }
    document.body.append(page);
    page.submit();
  });

  $$("[data-budget-ajouter], [data-budget-retirer]").forEach((button) => (button.hidden = false));
  $$("[data-sans-script]").forEach((words) => (words.hidden = true));
  $$("[data-budget-libres]").forEach((body) => {
    $$("tr", body).slice(1).forEach((row) => {
      if (!control(row, "libelle").value && !control(row, "montant").value) row.hidden = true;
    });
    if (!rows(body).length) body.hidden = true;
  });
  // A link to what is wrong leads to a line: to its first box.
  function aim() {
    const row = form.querySelector(`.budget-ligne[id="${CSS.escape(decodeURIComponent(location.hash.slice(1)))}"]`);
    if (row) control(row, "libelle").focus();
  }
  addEventListener("hashchange", aim);
  aim();
  check();
}

const zone = document.querySelector("[data-budget-bilan]");
if (zone) setUp(zone);
