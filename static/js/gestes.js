// Loaded in <head> without defer: on a slow line people type before the other scripts have come, and are not undone.
(() => {
  let gesture = false;
  for (const kind of ["beforeinput", "click", "compositionstart", "drop", "keydown", "paste", "pointerdown"]) {
    addEventListener(kind, (event) => (gesture ||= event.isTrusted), { capture: true, passive: true });
  }
  // Whether an event of a field comes from a person: the browser's own, before any gesture, tells of what it put back.
  // A script acts for somebody (a line added again, a spelling corrected by an extension).
  const isTyped = (event) => gesture || !event.isTrusted;
  // The fields a person wrote in since the page opened.
  const touched = new WeakSet();
  for (const kind of ["input", "change"]) addEventListener(kind, (event) => isTyped(event) && touched.add(event.target), true);
  // Asked by page/saisie.js, for the modules: they come late.
  const seen = { isTyped, isTouched: (control) => touched.has(control), touch: (control) => touched.add(control) };
  document.addEventListener("label:gestes", (event) => Object.assign(event.detail, seen));
})();
