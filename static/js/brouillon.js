// <form data-brouillon="nom">: what is typed survives a reload, in this tab alone (a shared computer keeps nothing).
// Sent, the copy is worth nothing more: the server holds what it received and shows it again.
(() => {
  const form = document.querySelector("form[data-brouillon]");
  if (!form) return;
  // One person's text is never shown to the next in the same tab; a visitor's follows who enters.
  const SANS_NOM = `label-brouillon:${form.dataset.brouillon}`;
  const CLE = form.dataset.personne ? `${SANS_NOM}:${form.dataset.personne}` : SANS_NOM;
  const fields = () =>
    [...form.elements].filter((one) => one.name && !["hidden", "submit", "button", "file"].includes(one.type) && !one.closest(".piege"));
  const value = (one) => (["checkbox", "radio"].includes(one.type) ? one.checked : one.value);
  const key = (one) => (["checkbox", "radio"].includes(one.type) ? `${one.name}=${one.value}` : one.name);

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(CLE)) ?? {};
    } catch {
      return {};
    }
  }

  function keep(more) {
    try {
      sessionStorage.setItem(CLE, JSON.stringify({ ...kept(), ...more }));
    } catch {
      // Private browsing: the page still works, a reload begins again.
    }
  }

  function restore(typed) {
    fields().forEach((one) => {
      if (!(key(one) in typed) || value(one) === typed[key(one)] || window.label.isTouched(one)) return;
      if (typeof typed[key(one)] === "boolean") one.checked = typed[key(one)];
      else one.value = typed[key(one)];
      one.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  try {
    const visitor = CLE === SANS_NOM ? null : sessionStorage.getItem(SANS_NOM);
    if (visitor !== null) {
      if (sessionStorage.getItem(CLE) === null) sessionStorage.setItem(CLE, visitor);
      sessionStorage.removeItem(SANS_NOM);
    }
  } catch {
    // Private browsing: nothing was kept.
  }
  const { typed, sent } = kept();
  if (typed && !sent && !("brouillonRecu" in form.dataset)) restore(typed);
  const note = () => keep({ typed: Object.fromEntries(fields().map((one) => [key(one), value(one)])), sent: false });
  form.addEventListener("input", note);
  // Typed before this script came.
  if (fields().some(window.label.isTouched)) note();
  form.addEventListener("submit", () => keep({ sent: true }));
})();
