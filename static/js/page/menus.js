// The menus close when one leaves them: a click beside, Escape, the focus gone on; a row that scrolls shows the part we
// are in.
const accounts = () => document.querySelectorAll("details.menu-compte[open]");

function closeOthers(target) {
  accounts().forEach((menu) => menu.contains(target) || (menu.open = false));
}

// The browser closes the pages' menu at a click beside it or Escape; Tab walks out of it and leaves it open.
function closePagesMenu(target) {
  document.querySelectorAll(".menu-principal:popover-open").forEach((menu) => {
    // Pressed with the mouse, its button closes it by itself: closed here first, it would open again.
    const isPressed = target.getAttribute("popovertarget") === menu.id && !target.matches(":focus-visible");
    if (!isPressed && !menu.contains(target)) menu.hidePopover();
  });
}

export function setUpMenus() {
  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => {
    closeOthers(event.target);
    closePagesMenu(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    accounts().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}

// A row of parts or tabs that scrolls sideways.
export function showCurrent() {
  document.querySelectorAll(".sections [aria-current], .onglets [aria-current]").forEach((link) => {
    let row = link.parentElement;
    // What overflows is not always what scrolls.
    while (!row.matches("nav") && !["auto", "scroll"].includes(getComputedStyle(row).overflowX)) row = row.parentElement;
    const [here, around] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += here.left - around.left - (around.width - here.width) / 2;
  });
}
