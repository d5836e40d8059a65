// The bytes of a file chosen, kept in this browser until the server has them. They are read at once, one file after the
// other: the file itself may be changed, moved or gone from its drive when its turn comes, and some browsers keep of a
// file nothing but where it is.
import { fichiers } from "../file/memoire.js";

// Milliseconds. A browser that does not open its store keeps no file waiting.
const PATIENCE = 5000;
let reading = Promise.resolve();

export function keep(item) {
  item.keeping = reading = reading.then(() => copy(item));
}

async function copy(item) {
  const { id, file, carte, vu, dossier } = item;
  try {
    item.content = new File([await file.arrayBuffer()], file.name, { type: file.type });
  } catch {
    // Said when its turn comes.
    return;
  }
  item.kept = !item.done && (await fichiers.put({ id, file: item.content, vu, dossier, carte: carte.id, at: Date.now() }));
  if (item.kept) item.content = null;
  // Removed meanwhile.
  if (item.done) fichiers.forget(id);
}

// What leaves, in memory, or null when it cannot be read any more: a browser asked to send a file it cannot read tells
// it as a connection that drops.
export async function read(item) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const kept = Promise.resolve(item.keeping).then(() => fichiers.get(item.id));
  const row = await Promise.race([kept, late]);
  for (const file of [item.content, row?.file, item.file]) {
    try {
      if (file) return new Blob([await file.arrayBuffer()], { type: file.type });
    } catch {
      // The next one may be read.
    }
  }
  return null;
}

// What had not left when a page of this dossier was closed, the first chosen first.
export async function left(dossier) {
  return (await fichiers.all()).filter((row) => row.dossier === dossier).sort((a, b) => a.at - b.at);
}
