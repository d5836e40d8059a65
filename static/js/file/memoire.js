// What this device keeps of what was not sent: words by their name, files by their key. Private browsing, a full disk,
// an old browser keep nothing: everything here says so, and nothing fails.

function shelf(storage) {
  const legible = (name) => {
    try {
      return { name, ...JSON.parse(storage().getItem(name)) };
    } catch {
      // One that cannot be read hides no other.
      return null;
    }
  };
  return {
    // Whether it is kept.
    put(name, record) {
      try {
        storage().setItem(name, JSON.stringify(record));
        return true;
      } catch {
        return false;
      }
    },
    // The record, or null.
    get(name) {
      try {
        return JSON.parse(storage().getItem(name));
      } catch {
        return null;
      }
    },
    forget(name) {
      try {
        storage().removeItem(name);
      } catch {
        // Nothing was kept.
      }
    },
    // Those whose name begins so, each with its name.
    all(prefix) {
      try {
        return Object.keys(storage())
          .filter((name) => name.startsWith(prefix))
          .flatMap((name) => legible(name) ?? []);
      } catch {
        return [];
      }
    },
  };
}

// For every tab of this browser, and for one alone: a shared computer keeps nothing.
export const appareil = shelf(() => localStorage);
export const onglet = shelf(() => sessionStorage);

// Runs `act` on the files kept; resolves to what it asked, or null.
function store(mode, act) {
  return new Promise((resolve) => {
    let opening;
    try {
      opening = indexedDB.open("label-pieces", 1);
    } catch {
      return resolve(null);
    }
    opening.onupgradeneeded = () => opening.result.createObjectStore("envois", { keyPath: "id" });
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const base = opening.result;
      const end = (value) => {
        base.close();
        resolve(value);
      };
      try {
        const transaction = base.transaction("envois", mode);
        const request = act(transaction.objectStore("envois"));
        transaction.oncomplete = () => end(request.result);
        transaction.onerror = transaction.onabort = () => end(null);
      } catch {
        end(null);
      }
    };
  });
}

// Rows {id, file, …}.
export const fichiers = {
  put: async (row) => (await store("readwrite", (envois) => envois.put(row))) === row.id,
  get: (id) => store("readonly", (envois) => envois.get(id)),
  forget: (id) => store("readwrite", (envois) => envois.delete(id)),
  all: async () => (await store("readonly", (envois) => envois.getAll())) ?? [],
};
