// The boxes of a field: what they hold, and what is put in them without moving the caret of who writes.
import { nombre } from "../page/nombres.js";

export const CONTROLE = "input, select, textarea";

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const boxes = (element) =>
  element.matches(CONTROLE)
    ? [element]
    : [...element.querySelectorAll(CONTROLE)].filter((one) => one.type !== "hidden" && one.type !== "file" && !one.closest("template"));

export const controls = (f) => f.elements.flatMap(boxes);

const value = (control) => (control.type === "checkbox" ? control.checked : control.value);

// What the person sees in the field, as it is sent; null: a row taken away.
export function read(f) {
  if (f.retire) return null;
  const all = controls(f);
  if (f.sorte === "ligne") {
    const row = { ...f.fixe };
    all.forEach((one) => one.dataset.cle && (row[one.dataset.cle] = value(one)));
    return row;
  }
  if (f.sorte === "liste") return all.filter((one) => one.checked).map((one) => one.value).sort();
  if (all[0]?.type === "radio") return all.find((one) => one.checked)?.value ?? "";
  return all.length ? value(all[0]) : "";
}

function put(control, next) {
  if (control.type === "checkbox") {
    control.checked = Boolean(next);
    return;
  }
  const text = next === null || next === undefined ? "" : String(next);
  if (control.value === text) return;
  const focused = document.activeElement === control && typeof control.selectionStart === "number";
  const marks = focused ? [control.selectionStart, control.selectionEnd].map((place) => follow(control.value, text, place)) : null;
  const top = control.scrollTop;
  control.value = text;
  if (marks) control.setSelectionRange(...marks);
  control.scrollTop = top;
}

// Where a caret stands in the new text: after the same words as before.
function follow(old, text, place) {
  if (place === 0) return 0;
  for (const length of [40, 20, 10, 4]) {
    const before = old.slice(Math.max(0, place - length), place);
    if (before.length < Math.min(length, place)) continue;
    let best = -1;
    for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1)) {
      const guess = place + text.length - old.length;
      const far = (one) => Math.min(Math.abs(one - place), Math.abs(one - guess));
      if (best < 0 || far(at + before.length) < far(best)) best = at + before.length;
    }
    if (best >= 0) return best;
  }
  return Math.min(place, text.length);
}

export function write(f, next) {
  const all = controls(f);
  if (f.sorte === "ligne") {
    if (next) all.forEach((one) => one.dataset.cle && put(one, next[one.dataset.cle]));
  } else if (f.sorte === "liste") {
    all.forEach((one) => (one.checked = next.includes(one.value)));
  } else if (all[0]?.type === "radio") {
    all.forEach((one) => (one.checked = one.value === next));
  } else if (all.length) {
    put(all[0], next);
  }
  all[0]?.dispatchEvent(new CustomEvent("label:rempli", { bubbles: true }));
}

// «12 €» typed is the 12 the server holds; a space typed at the end of a number is not worth moving the caret.
export function normal(typed, held) {
  if (typeof held === "number" && typeof typed === "string") return nombre(typed);
  if (held === null && typed === "") return null;
  if (held && typed && typeof held === "object" && !Array.isArray(held)) {
    return Object.fromEntries(Object.keys(held).map((name) => [name, normal(typed[name] ?? held[name], held[name])]));
  }
  return typed;
}
