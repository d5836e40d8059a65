// What is asked before it is done: an act that does not come back, a page left with unsaved typing.

// <form data-confirmer="Texte" data-confirmer-titre="…" data-confirmer-action="…">, or the same on its submit button.
export function setUpConfirm() {
  const dialog = document.getElementById("confirmation");
  if (!dialog?.showModal) return;
  let asked;
  // Told late: the dialog may have been closed, and opened again, in the meantime.
  dialog.addEventListener("close", () => {
    if (dialog.open || dialog.returnValue !== "oui" || !asked) return;
    const { form, submitter } = asked;
    asked = undefined;
    form.dataset.confirme = "1";
    form.requestSubmit(submitter);
  });
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const source = event.submitter?.dataset.confirmer ? event.submitter : form;
      if (!source.dataset.confirmer || form.dataset.confirme) {
        delete form.dataset.confirme;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      document.getElementById("confirmation-titre").textContent = source.dataset.confirmerTitre ?? "Confirmer\u202f?";
      document.getElementById("confirmation-texte").textContent = source.dataset.confirmer;
      document.getElementById("confirmation-oui").textContent = source.dataset.confirmerAction ?? "Confirmer";
      asked = { form, submitter: event.submitter };
      dialog.returnValue = "non";
      dialog.showModal();
    },
    true,
  );
}

// <form data-garde>: leaving with unsaved typing asks first.
export function setUpGuard() {
  const dirty = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-garde]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target));
  document.addEventListener("label:enregistre", (event) => dirty.delete(event.target.closest?.("form")));
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });
}
