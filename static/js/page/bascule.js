// Light or dark, remembered in this browser (theme.js reads it before the first paint).
export function setUpTheme() {
  const buttons = document.querySelectorAll("[data-theme-bascule]");
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
