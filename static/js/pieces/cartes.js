// The cards of the pieces: what the server says of each takes the place of what the page showed.
import { follow } from "../suite.js";

export const cartes = [...document.querySelectorAll("[data-pieces]")];

export const parse = (html) => new DOMParser().parseFromString(html, "text/html");

export function renew(carte, fresh) {
  const shown = carte.querySelector("[data-pieces-contenu]");
  if (!fresh || !shown) return;
  const held = shown.contains(document.activeElement);
  const wasOpen = shown.querySelector("details")?.open;
  shown.replaceWith(document.importNode(fresh, true));
  if (wasOpen) carte.querySelector("details")?.setAttribute("open", "");
  if (held) carte.querySelector("h2").focus();
}

// What a card says, whatever the token of its forms.
const said = (zone) =>
  zone.textContent + [...zone.querySelectorAll("input")].map(({ name, value }) => (name === "csrfmiddlewaretoken" ? "" : value));

// What others joined meanwhile, and what the antivirus answered. A card in use is left alone.
async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    const page = answer.ok ? parse(await answer.text()) : null;
    cartes.forEach((carte) => {
      const shown = carte.querySelector("[data-pieces-contenu]");
      const fresh = page?.querySelector(`#${carte.id} [data-pieces-contenu]`);
      if (fresh && !shown.contains(document.activeElement) && said(fresh) !== said(shown)) renew(carte, fresh);
    });
    follow();
  } catch {
    // Without network the page stays as it is.
  }
}

export function keepFresh() {
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("label:autrui", refresh);
  setInterval(() => document.querySelector("[data-pieces-contenu] [data-retenue]") && refresh(), 5000);
}
