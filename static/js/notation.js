// The ballot: every tap is saved by itself, kept on this device while the network is away.
(() => {
  const form = document.getElementById("bulletin");
  const etat = document.getElementById("etat");
  if (!form || !etat) return;
  const key = `label-bulletin-${form.dataset.bulletin}`;
  const DELAYS = [1000, 3000, 8000, 15000];
  let pending = load();
  let sending = false;
  let failures = 0;
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

  function restore() {
    for (const [name, value] of Object.entries(pending)) {
      if (name === "commentaire") form.elements.commentaire.value = value;
      else [...form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)].forEach((radio) => (radio.checked = radio.value === value));
    }
  }

  function retry() {
    clearTimeout(later);
    later = setTimeout(send, DELAYS[Math.min(failures++, DELAYS.length - 1)]);
  }

  async function send() {
    clearTimeout(later);
    if (sending || !Object.keys(pending).length) return;
    sending = true;
    const batch = { ...pending };
    const body = new URLSearchParams(batch);
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        redirect: "manual",
      });
      if (answer.ok || answer.status === 422) {
        const said = await answer.json();
        for (const [name, value] of Object.entries(batch)) if (pending[name] === value) delete pending[name];
        keep();
        failures = 0;
        if (answer.ok) {
          say(`Enregistré à ${said.enregistre}`);
          form.dispatchEvent(new CustomEvent("label:enregistre", { bubbles: true }));
        } else {
          say(said.erreur, true);
        }
      } else if (answer.type === "opaqueredirect" || answer.status === 403) {
        say("Votre session a expiré\u00a0: reconnectez-vous, vos notes sont gardées sur cet appareil", true);
      } else if (answer.status === 404) {
        pending = {};
        keep();
        say("Cette audition ne vous est plus présentée", true);
      } else {
        throw new Error(String(answer.status));
      }
    } catch {
      say("Hors connexion\u00a0: gardé sur cet appareil", true);
      retry();
    } finally {
      sending = false;
    }
    if (!failures && Object.keys(pending).length) send();
  }

  function note(name, value) {
    pending[name] = value;
    keep();
    say("Enregistrement…");
    send();
  }

  let typing;
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") note(event.target.name, event.target.value);
  });
  form.elements.commentaire?.addEventListener("input", (event) => {
    pending.commentaire = event.target.value;
    keep();
    clearTimeout(typing);
    typing = setTimeout(send, 1000);
  });
  form.addEventListener("submit", () => {
    // The whole form leaves: what was waiting leaves with it, and comes back on the page if it is refused.
    clearTimeout(later);
    clearTimeout(typing);
  });
  addEventListener("online", () => ((failures = 0), send()));
  if (Object.keys(pending).length) {
    restore();
    send();
  }
})();
