// A sentence said on the screen and to screen readers, gone after a while.
export function announce(text) {
  const zone = document.getElementById("annonces");
  const line = document.createElement("p");
  line.className = "annonce mb-0";
  line.textContent = text;
  zone?.append(line);
  setTimeout(() => line.remove(), 8000);
}
