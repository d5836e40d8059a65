// The balance of the budget while it is typed. The page says the same after saving, without this file.
(() => {
  const zone = document.querySelector("[data-budget-bilan]");
  if (!zone) return;
  const euros = (n) => `${String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f")}\u00a0€`;
  const asked = document.querySelector("[data-budget-demande]");
  const shownAsk = document.querySelector("[data-budget-ept]");
  const whole = (value) => (/^\d+$/.test(value.trim()) ? Number(value) : 0);
  const inKind = (account) => account.startsWith("86") || account.startsWith("87");

  function total(side) {
    const rows = document.querySelectorAll(`[data-budget-sens="${side}"] tbody tr`);
    return [...rows].reduce((sum, row) => {
      const account = row.querySelector("[data-budget-compte]");
      if (!account || !account.value || inKind(account.value)) return sum;
      return sum + whole(row.querySelector("[data-budget-montant]").value);
    }, 0);
  }

  function show() {
    const ask = whole(asked.value);
    shownAsk.textContent = ask ? euros(ask) : "";
    const charges = total("charge");
    const produits = total("produit") + ask;
    zone.querySelector('[data-budget-total="charge"]').textContent = euros(charges);
    zone.querySelector('[data-budget-total="produit"]').textContent = euros(produits);
    const gap = produits - charges;
    const line = zone.querySelector("[data-budget-solde]");
    const empty = !charges && !produits;
    line.classList.toggle("budget-solde-ecart", gap !== 0 || empty);
    line.firstElementChild.textContent = empty
      ? "Le budget est vide"
      : gap === 0
        ? "Le budget est équilibré"
        : `Il manque ${euros(Math.abs(gap))} du côté des ${gap > 0 ? "charges" : "produits"}`;
  }

  document.addEventListener("input", (event) => event.target.closest("form.formulaire") && show());
  show();
})();
