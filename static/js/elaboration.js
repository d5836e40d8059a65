// Every field of a draft saves by itself, over plain HTTP. What the server has not acknowledged stays on this device.
// Only what a person did is sent; a field the server refuses, or that does not get through, waits alone.
(() => {
  const donnees = document.getElementById("etat-champs");
  if (!donnees) return;
  const etat = JSON.parse(donnees.textContent);
  const ecran = self.crypto?.randomUUID?.() ?? String(Math.random()).slice(2);
  const PREFIXE = `label-brouillon:${etat.personne}:${etat.dossier}:`;
  const PAUSE = 1000;
  const ATTENTE = 10000;
  // Seconds before each new try: without network, and when the server answers that it could not.
  const ESSAIS = [5, 10, 20, 30];
  const ESSAIS_SERVEUR = [5, 10, 20, 60, 120, 300];
  // A 4xx says that the same text will be refused again, except these, which speak of the moment.
  const PASSAGERS = new Set([408, 423, 425, 429]);
  const champs = new Map();
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // ── Reading and writing controls ──
  const CONTROLE = "input, select, textarea";
  function controls(element) {
    return element.matches(CONTROLE) ? [element] : [...element.querySelectorAll(CONTROLE)].filter((one) => one.type !== "hidden" && one.type !== "file" && !one.closest("template"));
  }

  function value(control) {
    return control.type === "checkbox" ? control.checked : control.value;
  }

  function read(f) {
    if (f.retire) return null;
    const all = f.elements.flatMap(controls);
    if (f.sorte === "ligne") {
      const row = { ...f.fixe };
      all.forEach((one) => one.dataset.cle && (row[one.dataset.cle] = value(one)));
      return row;
    }
    if (f.sorte === "liste") return all.filter((one) => one.checked).map((one) => one.value).sort();
    if (all[0]?.type === "radio") return all.find((one) => one.checked)?.value ?? "";
    return all.length ? value(all[0]) : "";
  }

  function put(control, next) {
    if (control.type === "checkbox") {
      control.checked = Boolean(next);
      return;
    }
    const text = next === null || next === undefined ? "" : String(next);
    if (control.value === text) return;
    const focused = document.activeElement === control && typeof control.selectionStart === "number";
    const marks = focused ? [control.selectionStart, control.selectionEnd].map((place) => follow(control.value, text, place)) : null;
    const top = control.scrollTop;
    control.value = text;
    if (marks) control.setSelectionRange(...marks);
    control.scrollTop = top;
  }

  // Where a caret stands in the new text: after the same words as before.
  function follow(old, text, place) {
    if (place === 0) return 0;
    for (const length of [40, 20, 10, 4]) {
      const before = old.slice(Math.max(0, place - length), place);
      if (before.length < Math.min(length, place)) continue;
      let best = -1;
      for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1)) {
        const guess = place + text.length - old.length;
        const far = (one) => Math.min(Math.abs(one - place), Math.abs(one - guess));
        if (best < 0 || far(at + before.length) < far(best)) best = at + before.length;
      }
      if (best >= 0) return best;
    }
    return Math.min(place, text.length);
  }

  function write(f, next) {
    const all = f.elements.flatMap(controls);
    if (f.sorte === "ligne") {
      if (next) all.forEach((one) => one.dataset.cle && put(one, next[one.dataset.cle]));
    } else if (f.sorte === "liste") {
      all.forEach((one) => (one.checked = next.includes(one.value)));
    } else if (all[0]?.type === "radio") {
      all.forEach((one) => (one.checked = one.value === next));
    } else if (all.length) {
      put(all[0], next);
    }
    all[0]?.dispatchEvent(new CustomEvent("label:rempli", { bubbles: true }));
  }

  // ── What the server has not acknowledged ──
  function key(nom, page = ecran) {
    return `${PREFIXE}${nom}:${page}`;
  }

  // What the field is called where its text is shown alone.
  function called(f) {
    const around = host(f.elements[0]);
    if (f.sorte === "ligne") return f.nom.startsWith("ligne.") ? "Ligne du budget" : "Indicateur";
    const words = around.matches("fieldset") ? around.querySelector("legend") : around.querySelector("label");
    return words?.textContent.replace(/\s*\*\s*$/, "").trim() ?? "";
  }

  function keep(f) {
    try {
      const record = { ecran, nom: f.nom, libelle: called(f), sequence: f.sequence, vu: f.vu, base: f.base, valeur: read(f), at: Date.now() };
      localStorage.setItem(key(f.nom), JSON.stringify(record));
      f.garde = true;
    } catch {
      // Without storage, or without room in it, the text lives as long as the page.
      f.garde = false;
    }
  }

  const { records, offer, close, forget, isShown } = window.label.gardes;
  const orphans = () => records().filter((record) => !record.name.endsWith(`:${ecran}`));

  // ── The state, beside the field and read aloud ──
  function say(f, text, kind = "") {
    f.etat.textContent = text;
    f.etat.className = `champ-etat${kind && ` champ-etat-${kind}`}`;
  }

  function invite(f, text, href, words) {
    say(f, `${text} `, "attente");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = words;
    f.etat.append(link);
  }

  // Why a field is not saved, and where what was typed is meanwhile.
  function refuse(f, why) {
    f.erreur = true;
    f.echecs = 0;
    clearTimeout(f.minuteur);
    clearInterval(f.compte);
    const where = f.garde
      ? "Votre texte est gardé sur cet appareil, pas encore enregistré."
      : "Votre texte n’est que dans cette page\u00a0: copiez-le ailleurs avant de la fermer.";
    say(f, `${why.replace(/[.\s]+$/, "")}. ${where}`, "erreur");
  }

  // What the server would refuse whole waits here until it is shortened; the other fields go on.
  function excess(valeur) {
    if (typeof valeur !== "string" || valeur.length <= etat.longueur) return "";
    const trop = [...valeur].length - etat.longueur;
    if (trop <= 0) return "";
    const nombre = (n) => n.toLocaleString("fr-FR");
    return `${nombre(etat.longueur)}\u00a0caractères au plus\u00a0: ${nombre(trop)} de trop`;
  }

  // What waits, why, and the button that tries at once.
  function hold(f, text, after) {
    say(f, `${text} `, "attente");
    // Seconds that go by are not read aloud.
    const seconds = document.createElement("span");
    seconds.setAttribute("aria-hidden", "true");
    seconds.textContent = after;
    f.etat.append(seconds);
    retryable(f);
  }

  function retryable(f) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-compact";
    button.textContent = "Réessayer";
    button.addEventListener("click", () => {
      f.refuse = undefined;
      clearInterval(f.compte);
      save(f);
    });
    f.etat.append(" ", button);
  }

  // ── Saving ──
  function dirty(f) {
    return f.touche && !f.muet && !same(read(f), f.lu);
  }

  // What is worth sending: neither what the server refused already, or would, nor what it holds and this page will show later.
  function due(f) {
    return dirty(f) && !is(f, f.refuse) && !is(f, f.recu?.sent) && !excess(read(f));
  }

  const is = (f, known) => known !== undefined && same(read(f), known);

  function touched(f) {
    f.touche = true;
    f.depart = undefined;
    f.erreur = is(f, f.refuse);
    if (f.muet) {
      keep(f);
      return;
    }
    if (!dirty(f)) {
      if (!f.enCours) forget(key(f.nom));
      settle(f);
      return;
    }
    keep(f);
    const trop = excess(read(f));
    if (trop) {
      refuse(f, trop);
      return;
    }
    clearTimeout(f.minuteur);
    if (!due(f)) return;
    f.depuis ??= Date.now();
    f.minuteur = setTimeout(() => save(f), Math.max(0, Math.min(PAUSE, f.depuis + ATTENTE - Date.now())));
  }

  // The token changes when the person signs in again in another tab: the cookie has the present one.
  const jeton = () =>
    document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

  async function post(url, body, { keepalive = false } = {}) {
    const ask = {
      method: "POST",
      body: window.label.pack(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": jeton() },
      redirect: "manual",
    };
    try {
      if (keepalive) return await fetch(url, { ...ask, keepalive });
    } catch {
      // Too long to outlive its page: it leaves as it can.
    }
    return fetch(url, { ...ask, signal: AbortSignal.timeout?.(15000) });
  }

  const address = (nom) => `${etat.champs}${encodeURIComponent(nom)}/`;
  const message = (f) => ({ ecran, sequence: f.sequence, vu: f.vu, base: f.base, valeur: read(f) });

  async function save(f, options = {}) {
    clearTimeout(f.minuteur);
    if (f.enCours || f.muet) return;
    if (!due(f) && (!f.echecs || dirty(f))) return;
    const sent = read(f);
    f.enCours = true;
    f.depuis = null;
    f.sequence += 1;
    keep(f);
    if (!f.echecs) say(f, "Enregistrement…");
    try {
      const answer = await post(address(f.nom), message(f), options);
      await receive(f, sent, answer);
    } catch {
      away(f);
    } finally {
      f.enCours = false;
    }
    if (!f.echecs && !f.erreur && due(f)) touched(f);
    else settle(f);
  }

  // The page may never come back: what is in hand leaves, a word still being composed too. A save already on its way
  // may be cut with the page; the server takes the later of the two.
  function depart() {
    champs.forEach((f) => {
      if (!due(f) || is(f, f.depart)) return;
      f.depart = read(f);
      if (!f.enCours) return save(f, { keepalive: true });
      f.sequence += 1;
      keep(f);
      post(address(f.nom), message(f), { keepalive: true }).catch(() => {});
    });
  }

  async function receive(f, sent, answer) {
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      f.muet = true;
      const back = `${location.pathname}${location.search}#${f.elements.flatMap(controls)[0]?.id ?? ""}`;
      invite(f, "Votre session a expiré\u00a0: ce texte est gardé sur cet appareil.", `${etat.connexion}?next=${encodeURIComponent(back)}`, "Se reconnecter et continuer ici");
      return;
    }
    if (answer.status >= 400 && answer.status < 500 && !PASSAGERS.has(answer.status)) {
      const said = answer.status === 404 ? { erreur: "Ce champ n’est plus là", ferme: true } : await answer.json().catch(() => ({}));
      f.refuse = sent;
      f.muet = Boolean(said.ferme);
      refuse(f, said.erreur ?? `Le serveur refuse ce texte (réponse ${answer.status})`);
      if (!said.erreur) retryable(f);
      return;
    }
    if (!answer.ok) return away(f, answer.status);
    const held = await answer.json();
    f.echecs = 0;
    f.erreur = false;
    f.recu = undefined;
    // What was refused beside it (an end before its beginning) may be accepted now.
    champs.forEach((other) => (other.refuse = undefined));
    repondu = Date.now();
    clearInterval(f.compte);
    const shown = read(f);
    if (same(shown, sent)) {
      // A text put in the middle of a composition would end it: what others wrote is shown once the word is done.
      if (f.compose && !same(held.valeur, normal(shown, held.valeur))) f.recu = { sent, held };
      else acknowledge(f, held);
    }
    if (held.divergence) {
      const both = f.elements[0].matches("textarea") ? "les mêmes mots\u00a0: votre texte est gardé" : "ici en même temps\u00a0: votre saisie est gardée";
      invite(f, `${held.divergence.autre || "Quelqu’un"} a écrit ${both} à part.`, "#divergences", "Comparer et choisir");
      refresh("divergences");
    } else {
      say(f, `Enregistré à ${held.heure}`, "fait");
    }
    f.elements[0].dispatchEvent(new CustomEvent("label:enregistre", { bubbles: true, detail: { nom: f.nom, valeur: held.valeur } }));
  }

  function acknowledge(f, held) {
    adopt(f, held);
    forget(key(f.nom));
  }

  // A row emptied here stays to be filled again; one removed elsewhere goes.
  function adopt(f, held, elsewhere = false) {
    if (held.valeur === null && f.sorte === "ligne") {
      if (elsewhere && !f.retire) remove(f);
    } else {
      if (f.retire) restore(f);
      if (!same(held.valeur, normal(read(f), held.valeur))) write(f, held.valeur);
    }
    f.base = held.valeur;
    f.vu = held.version;
    f.lu = read(f);
  }

  // «12» typed is the 12 the server holds; a space typed at the end of a number is not worth moving the caret.
  function normal(typed, held) {
    if (typeof held === "number" && typeof typed === "string") return Number(typed.replace(/\s/g, ""));
    if (held === null && typed === "") return null;
    if (held && typed && typeof held === "object" && !Array.isArray(held)) {
      return Object.fromEntries(Object.keys(held).map((name) => [name, normal(typed[name] ?? held[name], held[name])]));
    }
    return typed;
  }

  // When a save last got through: a field that alone does not is not a matter of network.
  let repondu = 0;

  // Not saved this time. `status`: what the server answered, 0 when nothing came back.
  function away(f, status = 0) {
    const delays = status ? ESSAIS_SERVEUR : ESSAIS;
    let left = delays[Math.min(f.echecs, delays.length - 1)];
    f.echecs += 1;
    if (f.echecs === 1) f.premier = Date.now();
    f.seul = status > 0 || repondu > f.premier;
    clearInterval(f.compte);
    const why = f.seul ? "Ce champ n’a pas pu être enregistré" : "Hors connexion";
    const after = () => `nouvel essai dans ${left}\u00a0s`;
    hold(f, `${why}\u00a0: gardé sur cet appareil,`, after());
    f.compte = setInterval(() => {
      left -= 1;
      const seconds = f.etat.querySelector("[aria-hidden]");
      if (left > 0 && seconds) seconds.textContent = after();
      if (left > 0) return;
      clearInterval(f.compte);
      save(f);
    }, 1000);
  }

  function remove(f) {
    f.retire = true;
    f.elements[0].hidden = true;
    f.elements[0].dispatchEvent(new CustomEvent("label:retiree", { bubbles: true }));
  }

  function restore(f) {
    f.retire = false;
    f.elements[0].hidden = false;
    delete f.elements[0].dataset.retire;
  }

  // Part of the page as the server shows it now.
  async function refresh(id) {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "manual" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(fresh);
    } catch {
      // It will be there when the page is opened again.
    }
  }

  // ── Fields of this page ──
  function add(element) {
    const nom = element.dataset.champ;
    let f = champs.get(nom);
    if (f) {
      if (!f.elements.includes(element)) f.elements.push(element);
      return f;
    }
    const known = etat.valeurs[nom];
    const first = controls(element)[0];
    const many = element.matches("input[type=checkbox]") && document.querySelectorAll(`[data-champ="${CSS.escape(nom)}"]`).length > 1;
    f = { nom, elements: [element], sorte: element.dataset.sorte ?? (many ? "liste" : first?.type === "checkbox" ? "case" : "texte"), sequence: 0, echecs: 0 };
    f.fixe = f.sorte === "ligne" && element.dataset.sens ? { sens: element.dataset.sens } : {};
    f.base = known ? known.valeur : f.sorte === "ligne" ? null : "";
    f.vu = known?.version ?? 0;
    f.etat = element.querySelector?.("[data-etat]") ?? place(element, first);
    champs.set(nom, f);
    return f;
  }

  function place(element, first) {
    const line = document.createElement("span");
    line.className = "champ-etat";
    line.setAttribute("role", "status");
    line.id = `etat-${first?.id ?? element.dataset.champ}`;
    host(element).append(line);
    return line;
  }

  // What surrounds a control, its label included.
  function host(element) {
    return element.matches(CONTROLE) ? (element.parentElement.closest("fieldset, .mb-3") ?? element.parentElement) : element;
  }

  function fieldOf(target) {
    const element = target.closest?.("[data-champ]");
    if (!element) return null;
    const isNew = !champs.has(element.dataset.champ);
    const f = add(element);
    if (isNew) f.lu = f.sorte === "ligne" ? null : "";
    return f;
  }

  document.querySelectorAll("[data-champ]").forEach((element) => element.closest("template") || add(element));
  // What was typed before this script came is put back once what the server sent is known.
  const precoces = new Map();
  champs.forEach((f) => {
    const all = f.elements.flatMap(controls);
    if (all.some(window.label.isTouched)) precoces.set(f, read(f));
    all.forEach(window.label.serve);
    f.lu = read(f);
    if (precoces.has(f)) write(f, precoces.get(f));
  });
  document.querySelectorAll("form[data-garde]").forEach((form) => form.querySelector("[data-champ]") && form.removeAttribute("data-garde"));

  // What the browser puts back in a field nobody touched is not typed: the field shows what the server holds.
  function show(f) {
    if (!f.touche && !f.retire && !same(read(f), f.lu)) write(f, f.lu);
  }

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const f = fieldOf(event.target);
      if (!f) return;
      if (f.touche || window.label.isTyped(event)) touched(f);
      else show(f);
    });
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return champs.forEach(show);
    document.querySelectorAll("form[data-pret]").forEach((form) => delete form.dataset.pret);
    here();
  });
  document.addEventListener("compositionstart", (event) => {
    const f = fieldOf(event.target);
    if (f) f.compose = {};
  });
  // The word is in the field once the event is over; another may have begun by then.
  document.addEventListener("compositionend", (event) => {
    const f = fieldOf(event.target);
    const word = f?.compose;
    if (word) setTimeout(() => f.compose === word && composed(f));
  });
  function composed(f) {
    f.compose = null;
    const { sent, held } = f.recu ?? {};
    f.recu = undefined;
    if (held && same(read(f), sent)) acknowledge(f, held);
    if (dirty(f)) touched(f);
    else settle(f);
  }
  document.addEventListener("label:retire", (event) => {
    const f = fieldOf(event.target);
    if (!f) return;
    f.retire = true;
    touched(f);
  });
  // A row somebody else added, put in the page by the script of its section.
  document.addEventListener("label:ligne", (event) => {
    const f = add(event.target);
    f.lu = read(f);
    f.base = event.detail.valeur;
    f.vu = event.detail.version;
    say(f, `Écrit par ${event.detail.par} à ${event.detail.heure}`, "autre");
  });
  document.addEventListener("focusout", (event) => {
    const f = fieldOf(event.target);
    if (!f) return;
    // A keyboard that does not say that a word is done has ended with it all the same.
    if (f.compose) composed(f);
    if (due(f)) save(f);
  });
  addEventListener("online", () => champs.forEach((f) => f.echecs && save(f)));
  document.addEventListener("visibilitychange", () => document.hidden && depart());
  document.addEventListener("freeze", depart);
  addEventListener("pagehide", () => {
    depart();
    post(etat.vie, { ecran, section: etat.section, champ: null }, { keepalive: true }).catch(() => {});
  });

  // The section's own button: what is waiting leaves first, so that the form starts from what the server holds.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const base = form.elements?.base;
    if (!base || !form.querySelector("[data-champ]") || form.dataset.pret) return;
    event.preventDefault();
    const submitter = event.submitter;
    leave(form, base, submitter);
  });

  async function leave(form, base, submitter) {
    // A form does not submit again from within its own submission.
    await new Promise((later) => setTimeout(later));
    const mine = [...champs.values()].filter((f) => form.contains(f.elements[0]));
    for (let turn = 0; turn < 100 && mine.some((f) => f.enCours || (due(f) && !f.erreur && !f.echecs)); turn += 1) {
      mine.forEach((f) => save(f));
      await new Promise((later) => setTimeout(later, 100));
    }
    const waiting = mine.filter((f) => f.echecs);
    if (waiting.length) {
      const alone = waiting.find((f) => f.seul);
      window.label.announce(
        alone
          ? "Un champ n’a pas pu être enregistré\u00a0: il est gardé sur cet appareil, et le dit à côté de lui. Les autres sont enregistrés."
          : "Hors connexion\u00a0: vos textes sont gardés sur cet appareil et partiront seuls. Réessayez dans un instant.",
      );
      if (alone) controls(alone.elements[0])[0]?.focus();
      return;
    }
    const held = JSON.parse(base.value || "{}");
    mine.forEach((f) => (f.base === null ? delete held[f.nom] : (held[f.nom] = f.base)));
    base.value = JSON.stringify(held);
    form.dataset.pret = "1";
    form.requestSubmit(submitter);
  }

  // ── What was left behind: a crash, a closed tab, an expired session ──
  async function recover(turn = 0) {
    const open = new Set(((await navigator.locks?.query?.()) ?? { held: [] }).held.map((lock) => lock.name));
    let left = false;
    for (const record of orphans()) {
      if (open.has(`label-ecran:${record.ecran}`) || (!navigator.locks && Date.now() - record.at < 30000)) continue;
      const f = champs.get(record.nom);
      if (f && excess(record.valeur) && !dirty(f)) {
        // Back in its field, to be shortened.
        f.base = record.base;
        f.vu = record.vu;
        f.lu = record.base;
        write(f, record.valeur);
        touched(f);
        if (f.garde) forget(record.name);
        continue;
      }
      try {
        left = !(await resend(record)) || left;
      } catch {
        // This one waits; it keeps no other.
        left = true;
      }
    }
    if (left) setTimeout(recover, 1000 * ESSAIS_SERVEUR[Math.min(turn + 1, ESSAIS_SERVEUR.length - 1)], turn + 1);
  }

  // Send what another page left. Returns whether nothing remains to be tried.
  async function resend(record) {
    const f = champs.get(record.nom);
    const answer = await post(address(record.nom), { ...record, sequence: record.sequence + 1 });
    if (answer.type === "opaqueredirect" || answer.status === 403) return true;
    if (!answer.ok) {
      const again = answer.status >= 500 || PASSAGERS.has(answer.status);
      if (!again || !isShown(record.name)) offer(record);
      return !again;
    }
    const held = await answer.json();
    forget(record.name);
    close(record.name);
    if (f && !dirty(f)) {
      adopt(f, held);
      say(f, `Texte retrouvé sur cet appareil, enregistré à ${held.heure}`, "fait");
    } else {
      window.label.announce("Un texte gardé sur cet appareil vient d’être enregistré.");
    }
    if (held.divergence) refresh("divergences");
    return true;
  }

  // ── The others ──
  let marque = "";
  let revision = etat.revision;
  const presents = document.getElementById("presents");
  let connus = new Set();

  async function look() {
    try {
      const answer = await fetch(`${etat.vie}?depuis=${revision}&ecran=${ecran}`, {
        headers: { Accept: "application/json", ...(marque && { "If-None-Match": marque }) },
        cache: "no-store",
        redirect: "manual",
      });
      if (answer.status === 200) {
        const news = await answer.json();
        marque = answer.headers.get("ETag") ?? "";
        revision = news.revision;
        news.champs.forEach(arrive);
        meet(news.presents);
      }
    } catch {
      // Off line: the fields say so themselves.
    }
    setTimeout(look, document.hidden ? 15000 : 2500);
  }

  function arrive(moved) {
    const f = champs.get(moved.nom);
    document.dispatchEvent(new CustomEvent("label:champ", { detail: moved }));
    if (!f) {
      if (moved.section === etat.section && moved.valeur !== null && !champs.has(moved.nom)) stale(moved);
      return;
    }
    f.venu = moved;
    settle(f);
  }

  // What somebody else wrote waits until this field is at rest: the answer to a save may be older than it.
  function settle(f) {
    const moved = f.venu;
    if (!moved || f.enCours || f.compose || dirty(f)) return;
    f.venu = null;
    if (moved.version <= f.vu) return;
    adopt(f, moved, true);
    say(f, `Écrit par ${moved.par} à ${moved.heure}`, "autre");
  }

  function stale(moved) {
    const line = document.getElementById("a-actualiser");
    if (!line) return;
    line.hidden = false;
    line.querySelector("span").textContent = `${moved.par} a ajouté une ligne ici.`;
  }

  function meet(people) {
    if (!presents) return;
    const names = new Set(people.filter((one) => !one.moi && one.section === etat.section).map((one) => one.nom));
    names.forEach((nom) => connus.has(nom) || window.label?.announce(`${nom} est aussi sur cette partie.`));
    connus = names;
    presents.replaceChildren(
      ...people.map((one) => {
        const item = document.createElement("li");
        item.className = "present";
        const mark = document.createElement("span");
        mark.className = "present-rond";
        mark.setAttribute("aria-hidden", "true");
        mark.textContent = one.initiales;
        const where = one.section === etat.section ? "sur cette partie" : one.partie;
        item.append(mark, ` ${one.moi ? "Vous, dans un autre onglet" : one.nom}${where ? `, ${where}` : ""}`);
        return item;
      }),
    );
    presents.hidden = !people.length;
    champs.forEach((f) => {
      const here = people.filter((one) => one.champ === f.nom && !one.moi).map((one) => one.nom);
      const around = host(f.elements[0]);
      around.classList.toggle("champ-occupe", here.length > 0);
      if (here.length) around.dataset.occupe = `${here.join(", ")} écrit ici`;
      else delete around.dataset.occupe;
    });
  }

  let ici = "";
  let prochain;
  function here() {
    clearTimeout(prochain);
    prochain = setTimeout(here, 10000);
    if (document.hidden) return;
    post(etat.vie, { ecran, section: etat.section, champ: ici }).catch(() => {});
  }
  document.addEventListener("focusin", (event) => {
    const nom = event.target.closest?.("[data-champ]")?.dataset.champ ?? "";
    if (nom === ici) return;
    ici = nom;
    clearTimeout(prochain);
    prochain = setTimeout(here, 300);
  });
  document.addEventListener("visibilitychange", () => document.hidden || here());

  navigator.locks?.request(`label-ecran:${ecran}`, () => new Promise(() => {}));
  precoces.forEach((_, f) => touched(f));
  recover();
  here();
  look();
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
})();
