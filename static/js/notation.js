// The ballot: every tap leaves by itself, in the queue of file/file.js. An answer the server does not take steps aside,
// says so beside its criterion, and lets the others pass.
import { postForm } from "./file/envoi.js";
import { Envoi, Voie } from "./file/file.js";
import { appareil } from "./file/memoire.js";
import { retryButton, saySignedOut, sayWaiting } from "./file/mots.js";
import { isTouched, isTyped, touch } from "./page/saisie.js";

const SANS_RESEAU = "Sans réseau, le bulletin ne peut pas être rendu définitif\u00a0: vos notes sont enregistrées, réessayez quand il revient.";
const TOUT_SAUF = "Une réponse n’est pas enregistrée\u00a0: voyez à côté de sa question.";

function setUp(form, etat) {
  const prefixe = `label-bulletin-${form.dataset.bulletin}:`;
  const url = form.action || location.href;
  const reponses = new Map();
  const voie = new Voie();
  let submitted = false;

  const controls = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

  function say(text, away = false) {
    etat.textContent = text;
    etat.classList.toggle("etat-hors", away);
  }

  // The line beside what an answer is about, read aloud; made when there is something to say in it.
  function lineOf(name, make = true) {
    const around = controls(name)[0]?.closest("fieldset, .mb-4");
    let line = around?.querySelector("[data-etat]");
    if (!line && around && make) {
      line = document.createElement("p");
      line.className = "invalid-feedback d-block";
      line.dataset.etat = "";
      line.setAttribute("role", "status");
      around.append(line);
    }
    return line ?? null;
  }

  function beside(name, text) {
    const line = lineOf(name, text !== "");
    if (line) line.textContent = text;
  }

  // One answer: {name, valeur, refuse, isWrong, envoi}. refuse: what the server refused, not sent again as it is; isWrong:
  // what the page shows of it is not what the server holds.
  function reponseOf(name) {
    if (!reponses.has(name)) {
      const reponse = { name, valeur: undefined, refuse: undefined };
      reponse.envoi = new Envoi(
        {
          give(options) {
            if (!isDue(reponse)) return;
            reponse.sent = reponse.valeur;
            return postForm(url, { [name]: reponse.sent }, options);
          },
          taken(said) {
            drop(reponse);
            reponse.isWrong = false;
            beside(name, "");
            say(`Enregistré à ${said.enregistre}`);
            form.dispatchEvent(new CustomEvent("label:enregistre", { bubbles: true }));
          },
          refused: (answer) => refused(reponse, answer),
          signedOut() {
            etat.classList.add("etat-hors");
            saySignedOut(etat, controls(name)[0]?.id);
          },
          waits: (wait) => waits(reponse, wait),
          // Changed while it was on its way.
          after: () => reponse.valeur !== reponse.sent && !reponse.envoi.echecs && send(reponse),
        },
        voie,
      );
      reponses.set(name, reponse);
    }
    return reponses.get(name);
  }

  const isDue = ({ valeur, refuse }) => valeur !== undefined && valeur !== refuse;

  function drop(reponse) {
    if (reponse.valeur !== reponse.sent) return;
    reponse.valeur = undefined;
    appareil.forget(prefixe + reponse.name);
  }

  function refused(reponse, { status, said }) {
    if (status === 404) {
      reponses.forEach((one) => Object.assign(one, { sent: one.valeur, isWrong: true }) && drop(one));
      say("Cette audition ne vous est plus présentée", true);
      return;
    }
    const why = said.erreur ?? `Le serveur refuse cette réponse (${status})\u00a0: elle est gardée sur cet appareil, pas enregistrée`;
    reponse.isWrong = true;
    if (status === 422) drop(reponse);
    else reponse.refuse = reponse.sent;
    beside(reponse.name, why);
    say(why, true);
  }

  // Without network the foot of the ballot says it for all; one that alone does not get through says it beside it, and
  // the foot that there is something to read.
  function waits(reponse, wait) {
    const { name, envoi } = reponse;
    const quoi = name === "commentaire" ? "Ce commentaire" : "Ce choix";
    if (!wait.seul) {
      beside(name, "");
      if (reponse !== [...reponses.values()].find((one) => one.envoi.echecs)) return;
      etat.classList.add("etat-hors");
      sayWaiting(etat, quoi, wait);
      return;
    }
    if (wait.debut || etat.querySelector("[data-essai]")) say("Tout n’est pas enregistré\u00a0: voyez à côté de chaque question", true);
    const line = lineOf(name);
    if (line && sayWaiting(line, quoi, wait)) line.append(" ", retryButton(() => envoi.again()));
  }

  function keep(name, valeur) {
    const reponse = reponseOf(name);
    reponse.valeur = valeur;
    reponse.isWrong = false;
    appareil.put(prefixe + name, { nom: name, valeur, at: Date.now() });
    return reponse;
  }

  function send(reponse) {
    if (isDue(reponse)) reponse.envoi.send();
  }

  // The page may never come back: what was just typed leaves, a word still being composed too.
  function depart() {
    clearTimeout(typing);
    if (submitted) return;
    reponses.forEach((reponse) => {
      if (!isDue(reponse)) return;
      if (!reponse.envoi.enCours) reponse.envoi.ask({ keepalive: true });
      else if (reponse.valeur !== reponse.sent) postForm(url, { [reponse.name]: reponse.valeur }, { keepalive: true }).catch(() => {});
    });
  }

  // The buttons: what waits leaves in the queue, and what the server did not take is said; a page that cannot be reached
  // never takes the place of the ballot. The ballot itself leaves whole once, when it is final and the server answers.
  async function leave(submitter) {
    clearTimeout(typing);
    reponses.forEach(send);
    for (let turn = 0; turn < 100 && !voie.isEmpty; turn += 1) {
      await new Promise((later) => setTimeout(later, 100));
    }
    const left = [...reponses.values()].filter((one) => one.valeur !== undefined || one.isWrong);
    if (left.length) {
      const alone = left.find((one) => one.isWrong || one.envoi.seul);
      // What else keeps it here is said at the foot already: no network, a session that is over.
      if (!alone) return;
      say(TOUT_SAUF, true);
      controls(alone.name)[0]?.focus();
      return;
    }
    if (submitter?.name !== "final") {
      say("Tout est enregistré");
      return;
    }
    try {
      await fetch(location.href, { cache: "no-store", redirect: "manual" });
    } catch {
      say(SANS_RESEAU, true);
      return;
    }
    submitted = true;
    // Confirmed already.
    form.dataset.confirme = "1";
    form.requestSubmit(submitter);
  }

  let typing;
  form.addEventListener("change", (event) => {
    if (event.target.type !== "radio" || !isTyped(event)) return;
    say("Enregistrement…");
    send(keep(event.target.name, event.target.value));
  });
  form.elements.commentaire?.addEventListener("input", (event) => {
    if (!isTyped(event)) return;
    const reponse = keep("commentaire", event.target.value);
    clearTimeout(typing);
    typing = setTimeout(() => send(reponse), 1000);
  });
  // What will be refused is not asked first whether it is meant: the server says at once what is missing, or that the
  // hearing has not begun. Heard before the page asks (page/confirmation.js).
  const isIncomplete = () => [...form.querySelectorAll("fieldset.notation")].some((one) => !one.querySelector(":checked"));
  addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || event.submitter?.name !== "final") return;
      if (isIncomplete() || Date.now() < 1000 * form.dataset.debut) form.dataset.confirme = "1";
    },
    true,
  );
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || submitted) return;
    event.preventDefault();
    leave(event.submitter);
  });
  document.addEventListener("visibilitychange", () => document.hidden && depart());
  addEventListener("pagehide", depart);
  addEventListener("pageshow", () => (submitted = false));

  // What was tapped and typed before this script came, then what another visit could not send: put back on the page.
  for (const one of form.elements) {
    if (one.name && isTouched(one) && (one.type !== "radio" || one.checked)) keep(one.name, one.value);
  }
  for (const { nom, valeur } of appareil.all(prefixe)) {
    if (!reponses.has(nom)) keep(nom, valeur);
  }
  reponses.forEach(({ name, valeur }) =>
    controls(name).forEach((one) => {
      touch(one);
      if (one.type === "radio") one.checked = one.value === valeur;
      else one.value = valeur;
    }),
  );
  reponses.forEach(send);
}

const form = document.getElementById("bulletin");
const etat = document.getElementById("etat");
if (form && etat) setUp(form, etat);
