// The account's menu closes when one clicks beside it or types Escape; a row that scrolls shows the part we are in.
const menus = () => document.querySelectorAll("details.menu-compte[open]");

export function setUpMenus() {
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => menu.contains(event.target) || (menu.open = false));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}

// A row of parts or tabs that scrolls sideways.
export function showCurrent() {
  document.querySelectorAll(".sections [aria-current], .onglets [aria-current]").forEach((link) => {
    let row = link.parentElement;
    while (row && row.scrollWidth <= row.clientWidth && !row.matches("nav")) row = row.parentElement;
    const [here, around] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += here.left - around.left - (around.width - here.width) / 2;
  });
}
