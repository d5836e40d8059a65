// A sentence said on the screen and to screen readers, gone after a while. `isShown`: the page shows it already, in its
// place; it is then read aloud alone, and covers nothing.
export function announce(text, { isShown = false } = {}) {
  const zone = document.getElementById("annonces");
  const line = document.createElement("p");
  line.className = isShown ? "visually-hidden" : "annonce mb-0";
  line.textContent = text;
  zone?.append(line);
  setTimeout(() => line.remove(), 8000);
}
