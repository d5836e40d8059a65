// The tab of this page among those the person has open: it keeps its name from page to page. A tab made as a copy of
// another takes one of its own.
import { onglet as memoire } from "../file/memoire.js";

const CLE = "label-onglet";
// Milliseconds in which the page before, in this tab, lets go of the name.
const PATIENCE = 1500;
const invent = () => self.crypto?.randomUUID?.() ?? String(Math.random()).slice(2);

// This page alone.
export const page = invent();
let nom = memoire.get(CLE)?.nom ?? invent();
// A browser that keeps nothing does not know whether another page of this person is in another tab.
let isKept = memoire.put(CLE, { nom });

export const onglet = () => nom;
export const canTell = () => isKept;

function hold(until) {
  return navigator.locks?.request(`label-onglet:${nom}`, { signal: until }, () => new Promise(() => {}));
}

hold(AbortSignal.timeout?.(PATIENCE))?.catch(() => {
  // The tab this one is a copy of still holds it.
  nom = invent();
  isKept = memoire.put(CLE, { nom });
  hold();
});
