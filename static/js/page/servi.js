// What the server sent. A page found again (back, reload, a tab the browser had put to sleep) comes with what its fields
// held when it was left. That is not typing: a field nobody touched since the page opened shows what the server sent.
import { isTouched } from "./saisie.js";

function isServed(control) {
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked === control.defaultChecked;
  if (control.matches("select")) return [...control.options].every((option) => option.selected === option.defaultSelected);
  return control.value === control.defaultValue;
}

// Put back what the server sent.
export function serve(control) {
  if (control.matches("button, fieldset, object, output, [type=file], [type=hidden]") || isServed(control)) return;
  if (control.matches("[type=checkbox], [type=radio]")) control.checked = control.defaultChecked;
  else if (control.matches("select")) {
    const sent = [...control.options].map((option) => option.defaultSelected);
    if (control.multiple || sent.includes(true)) sent.forEach((chosen, rank) => (control.options[rank].selected = chosen));
    else control.selectedIndex = 0;
  } else control.value = control.defaultValue;
  control.dispatchEvent(new CustomEvent("label:rempli", { bubbles: true }));
}

// <form data-servi>: for a page whose fields others write too, or that are sent without being read again.
export function setUpServed() {
  const put = () =>
    document.querySelectorAll("form[data-servi]").forEach((form) => [...form.elements].forEach((one) => isTouched(one) || serve(one)));
  for (const kind of ["input", "change"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (event.target.form?.matches("[data-servi]") && !isTouched(event.target)) serve(event.target);
      },
      true,
    );
  }
  put();
  addEventListener("pageshow", (event) => event.persisted || put());
}
