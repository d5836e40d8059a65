// Small comforts. Every page works without this file.
(() => {
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  function announce(text) {
    const zone = document.getElementById("annonces");
    const line = document.createElement("p");
    line.className = "annonce mb-0";
    line.textContent = text;
    zone?.append(line);
    setTimeout(() => line.remove(), 8000);
  }

  // ── What the server sent ──
  // A page found again (back, reload, a tab the browser had put to sleep) comes with what its fields held when it was
  // left. That is not typing: a field nobody touched since the page opened shows what the server sent.
  const { isTouched } = window.label;

  function isServed(control) {
    if (control.matches("[type=checkbox], [type=radio]")) return control.checked === control.defaultChecked;
    if (control.matches("select")) return [...control.options].every((option) => option.selected === option.defaultSelected);
    return control.value === control.defaultValue;
  }

  // Put back what the server sent.
  function serve(control) {
    if (control.matches("button, fieldset, object, output, [type=file], [type=hidden]") || isServed(control)) return;
    if (control.matches("[type=checkbox], [type=radio]")) control.checked = control.defaultChecked;
    else if (control.matches("select")) {
      const sent = [...control.options].map((option) => option.defaultSelected);
      if (control.multiple || sent.includes(true)) sent.forEach((chosen, rank) => (control.options[rank].selected = chosen));
      else control.selectedIndex = 0;
    } else control.value = control.defaultValue;
    control.dispatchEvent(new CustomEvent("label:rempli", { bubbles: true }));
  }

  // <form data-servi>: for a page whose fields others write too, or that are sent without being read again.
  function setUpServed() {
    const put = () => $$("form[data-servi]").forEach((form) => [...form.elements].forEach((one) => isTouched(one) || serve(one)));
    for (const kind of ["input", "change"]) {
      document.addEventListener(kind, (event) => {
        if (event.target.form?.matches("[data-servi]") && !isTouched(event.target)) serve(event.target);
      }, true);
    }
    put();
    addEventListener("pageshow", (event) => event.persisted || put());
  }

  // Half a character (an emoji cut in two by a keyboard or a paste) cannot be kept anywhere: U+FFFD leaves in its place.
  const wellFormed = (text) =>
    text.toWellFormed?.() ?? text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (one) => (one.length > 1 ? one : "\uFFFD"));
  // A JSON body any server reads.
  const pack = (body) => JSON.stringify(body, (_, one) => (typeof one === "string" ? wellFormed(one) : one));
  Object.assign(window.label, { announce, pack, serve });

  // Light or dark, remembered in this browser.
  function setUpTheme() {
    const buttons = $$("[data-theme-bascule]");
    const root = document.documentElement;
    const show = () => {
      const dark = root.dataset.bsTheme === "dark";
      buttons.forEach((button) => {
        button.querySelector("span").textContent = dark ? "Passer au thème clair" : "Passer au thème sombre";
        const use = button.querySelector("use");
        use.setAttribute("href", use.getAttribute("href").replace(/#.*/, dark ? "#sun" : "#moon-stars"));
      });
    };
    const toggle = () => {
      root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("label-theme", root.dataset.bsTheme);
      } catch {
        // Private browsing: the choice lasts for this page.
      }
    };
    buttons.forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", toggle);
    });
    show();
    new MutationObserver(show).observe(root, { attributeFilter: ["data-bs-theme"] });
  }

  // <textarea data-max="300">: characters left; data-max-mots="150": words left; both may be asked.
  function setUpCounters(root) {
    $$("[data-max], [data-max-mots]", root).forEach((field) => {
      if (field.dataset.compte) return;
      field.dataset.compte = "1";
      if ("max" in field.dataset) setUpCounter(field, false);
      if ("maxMots" in field.dataset) setUpCounter(field, true);
    });
  }

  const nombre = (n) => n.toLocaleString("fr-FR");

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

  // <form data-confirmer="Texte" data-confirmer-titre="…" data-confirmer-action="…">, or the same on its submit button.
  function setUpConfirm() {
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
    document.addEventListener("submit", (event) => {
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
    }, true);
  }

  // <form data-garde>: leaving with unsaved typing asks first.
  function setUpGuard() {
    const dirty = new Set();
    document.addEventListener("input", (event) => {
      const form = event.target.closest?.("form[data-garde]");
      if (form) dirty.add(form);
    });
    document.addEventListener("submit", (event) => dirty.delete(event.target));
    document.addEventListener("htmx:after:swap", () => dirty.forEach((form) => form.isConnected || dirty.delete(form)));
    document.addEventListener("label:enregistre", (event) => dirty.delete(event.target.closest?.("form")));
    window.addEventListener("beforeunload", (event) => {
      if (dirty.size) event.preventDefault();
    });
  }

  // A row of parts or tabs that scrolls sideways shows the one we are in.
  function showCurrent() {
    $$(".sections [aria-current], .onglets [aria-current]").forEach((link) => {
      let row = link.parentElement;
      while (row && row.scrollWidth <= row.clientWidth && !row.matches("nav")) row = row.parentElement;
      const [here, around] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
      row.scrollLeft += here.left - around.left - (around.width - here.width) / 2;
    });
  }

  function setUpMenus() {
    document.addEventListener("click", (event) => {
      $$("details.menu-compte[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      $$("details.menu-compte[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    });
  }

  function setUpHtmx() {
    document.addEventListener("htmx:after:swap", () => {
      setUpCounters(document);
      document.getElementById("erreurs")?.focus();
    });
    document.addEventListener("htmx:response:error", (event) => {
      const status = event.detail?.ctx?.response?.status;
      if (status === 422) return;
      const lines = {
        403: "Cette action ne vous est pas permise, ou votre session a expiré. Rechargez la page.",
        404: "Cet élément n’est plus là. Rechargez la page.",
        409: "Quelqu’un a agi entre-temps. Rechargez la page pour voir où en est le dossier.",
      };
      announce(lines[status] ?? "Le serveur n’a pas pu répondre. Ce que vous avez écrit est encore à l’écran\u00a0; réessayez dans un instant.");
    });
    document.addEventListener("htmx:error", () => announce("La connexion est coupée. Ce que vous avez écrit est encore à l’écran\u00a0; réessayez dans un instant."));
  }

  setUpTheme();
  setUpServed();
  setUpCounters(document);
  setUpConfirm();
  setUpGuard();
  setUpMenus();
  showCurrent();
  setUpHtmx();
  document.getElementById("erreurs")?.focus();
})();
