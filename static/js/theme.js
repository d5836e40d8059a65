// Loaded in <head> without defer: sets the theme before the first paint.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("label-theme");
  } catch {
    choice = null;
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.bsTheme = choice ?? (system.matches ? "dark" : "light");
  };
  system.addEventListener("change", apply);
  document.documentElement.classList.add("avec-js");
  apply();
})();
