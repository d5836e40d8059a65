// The ballot: every tap is saved by itself, kept on this device while the network is away. An answer the server does not
// take steps aside, says so beside its criterion, and lets the others pass.
(() => {
  const form = document.getElementById("bulletin");
  const etat = document.getElementById("etat");
  if (!form || !etat) return;
  const key = `label-bulletin-${form.dataset.bulletin}`;
  const DELAYS = [1000, 3000, 8000, 15000];
  let pending = load();
  let sending = false;
  let failures = 0;
  // What the server refused, by name: not sent again as it is.
  const refused = new Map();
  const PASSAGERS = new Set([408, 423, 425, 429]);
  let later;

  function load() {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  }

  function keep() {
    try {
      if (Object.keys(pending).length) localStorage.setItem(key, JSON.stringify(pending));
      else localStorage.removeItem(key);
    } catch {
      // Without storage the queue lives as long as the page.
    }
  }

  function say(text, away = false) {
    etat.textContent = text;
    etat.classList.toggle("etat-hors", away);
  }

  const controls = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

  function restore() {
    for (const [name, value] of Object.entries(pending)) {
      controls(name).forEach((one) => {
        window.label.touch(one);
        if (one.type === "radio") one.checked = one.value === value;
        else one.value = value;
      });
    }
  }

  // Beside what it is about, read aloud.
  function beside(name, text) {
    const around = controls(name)[0]?.closest("fieldset, .mb-4");
    let line = around?.querySelector("[data-etat]");
    if (!line && text && around) {
      line = document.createElement("p");
      line.className = "invalid-feedback d-block";
      line.dataset.etat = "";
      line.setAttribute("role", "status");
      around.append(line);
    }
    if (line) line.textContent = text;
  }

  function retry() {
    clearTimeout(later);
    later = setTimeout(send, DELAYS[Math.min(failures++, DELAYS.length - 1)]);
  }

  // Give these answers. Returns what came of it: "pris", "refus" (the same will be refused again), "panne" (the server
  // could not), "coupe" (nothing came back, or nobody is signed in).
  async function give(names, keepalive = false) {
    const batch = Object.fromEntries(names.map((name) => [name, pending[name]]));
    const drop = () => {
      for (const name of names) if (pending[name] === batch[name]) delete pending[name];
      keep();
    };
    let answer;
    try {
      answer = await fetch(form.action || location.href, {
        method: "POST",
        body: new URLSearchParams(batch),
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        redirect: "manual",
        keepalive,
      });
    } catch {
      say("Hors connexion\u00a0: gardé sur cet appareil", true);
      return "coupe";
    }
    const { status } = answer;
    if (answer.type === "opaqueredirect" || status === 403) {
      say("Votre session a expiré\u00a0: reconnectez-vous, vos notes sont gardées sur cet appareil", true);
      return "session";
    }
    if (status === 404) {
      pending = {};
      keep();
      say("Cette audition ne vous est plus présentée", true);
      return "pris";
    }
    if (status >= 500 || PASSAGERS.has(status)) {
      say("Le serveur n’a pas pu enregistrer\u00a0: gardé sur cet appareil, nouvel essai bientôt", true);
      return "panne";
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      drop();
      names.forEach((name) => (refused.delete(name), beside(name, "")));
      say(`Enregistré à ${said.enregistre}`);
      form.dispatchEvent(new CustomEvent("label:enregistre", { bubbles: true }));
      return "pris";
    }
    if (names.length > 1) return "refus";
    const why = said.erreur ?? `Le serveur refuse cette réponse (${status})\u00a0: elle est gardée sur cet appareil, pas enregistrée`;
    if (status === 422) drop();
    else refused.set(names[0], batch[names[0]]);
    beside(names[0], why);
    say(why, true);
    return "refus";
  }

  const waiting = () => Object.keys(pending).filter((name) => refused.get(name) !== pending[name]);

  async function send() {
    clearTimeout(later);
    const names = waiting();
    if (sending || !names.length) return;
    sending = true;
    let came = await give(names);
    if (names.length > 1 && (came === "refus" || came === "panne")) {
      // One of them stops the others: each goes alone.
      came = "pris";
      for (const name of names) {
        if (!(name in pending)) continue;
        const alone = await give([name]);
        if (alone === "panne") beside(name, "Pas encore enregistré\u00a0: gardé sur cet appareil, nouvel essai bientôt.");
        if (alone !== "pris" && alone !== "refus") came = alone;
        if (alone === "coupe" || alone === "session") break;
      }
    }
    sending = false;
    if (came === "coupe" || came === "panne") return retry();
    failures = 0;
    if (came !== "session" && waiting().length) send();
  }

  function note(name, value) {
    pending[name] = value;
    keep();
    say("Enregistrement…");
    send();
  }

  let typing;
  let submitted = false;
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio" && window.label.isTyped(event)) note(event.target.name, event.target.value);
  });
  form.elements.commentaire?.addEventListener("input", (event) => {
    if (!window.label.isTyped(event)) return;
    pending.commentaire = event.target.value;
    keep();
    clearTimeout(typing);
    typing = setTimeout(send, 1000);
  });
  form.addEventListener("submit", (event) => {
    // The whole form leaves: what was waiting leaves with it, and comes back on the page if it is refused.
    if (event.defaultPrevented) return;
    submitted = true;
    clearTimeout(later);
    clearTimeout(typing);
  });
  // The page may never come back: what was just typed leaves, a word still being composed too.
  function depart() {
    clearTimeout(typing);
    const names = waiting();
    if (names.length && !submitted) give(names, true);
  }
  document.addEventListener("visibilitychange", () => document.hidden && depart());
  addEventListener("pagehide", depart);
  addEventListener("pageshow", () => (submitted = false));
  addEventListener("online", () => ((failures = 0), send()));
  // What was tapped and typed before this script came.
  for (const one of form.elements) {
    if (window.label.isTouched(one) && (one.type !== "radio" || one.checked)) pending[one.name] = one.value;
  }
  if (Object.keys(pending).length) {
    keep();
    restore();
    send();
  }
})();
