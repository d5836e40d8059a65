// Files sent one after the other, with their progress. A file chosen is kept in this browser until the server has it:
// a connection that drops, a session that ends or a tab that closes delays it, and loses nothing. One that does not get
// through steps aside, says why and what to do, and lets the others pass.
// Without this script the form of each piece sends its files by itself.
(() => {
  const cartes = [...document.querySelectorAll("[data-pieces]")];
  if (!cartes.length || !window.FormData) return;
  const dossier = cartes[0].dataset.pieces;
  const announce = (text) => window.label?.announce(text);
  const SILENCE = 45000;
  const PATIENCE = 5000;
  const queue = [];
  const aside = new Set();
  let current = null;
  // When the server last answered for a file: one that alone does not get through is not a matter of network.
  let answered = 0;

  const size = (bytes) => {
    for (const [unit, weight] of [["Mo", 1048576], ["Ko", 1024]])
      if (bytes >= weight) return `${(bytes / weight).toFixed(1).replace(".0", "").replace(".", ",")}\u00a0${unit}`;
    return `${bytes}\u00a0octet${bytes > 1 ? "s" : ""}`;
  };

  const identifier = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  // --- Kept in this browser until acknowledged -------------------------------------------------

  function store(mode, act) {
    return new Promise((resolve) => {
      let opening;
      try {
        opening = indexedDB.open("label-pieces", 1);
      } catch {
        return resolve(null);
      }
      opening.onupgradeneeded = () => opening.result.createObjectStore("envois", { keyPath: "id" });
      // Private browsing, or a full disk: the file is then kept by this page alone.
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

  // The bytes are read at once, one file after the other: the file itself may be changed, moved or gone from its drive
  // when its turn comes, and some browsers keep of a file nothing but where it is.
  let reading = Promise.resolve();
  const keep = (item) => (item.keeping = reading = reading.then(() => copy(item)));

  async function copy(item) {
    const { id, file, carte, vu } = item;
    try {
      item.content = new File([await file.arrayBuffer()], file.name, { type: file.type });
    } catch {
      // Said when its turn comes.
      return;
    }
    const row = { id, file: item.content, vu, dossier, carte: carte.id, at: Date.now() };
    item.kept = !item.done && (await store("readwrite", (envois) => envois.put(row))) === id;
    if (item.kept) item.content = null;
    // Removed meanwhile.
    if (item.done) forget(id);
  }
  const forget = (id) => store("readwrite", (envois) => envois.delete(id));

  // What leaves, in memory, or null when it cannot be read any more: a browser asked to send a file it cannot read tells
  // it as a connection that drops.
  async function read(item) {
    // A browser that does not open its store keeps no file waiting.
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    const kept = Promise.resolve(item.keeping).then(() => store("readonly", (envois) => envois.get(item.id)));
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

  // --- One file ----------------------------------------------------------------------------------

  function line(item) {
    let list = item.carte.querySelector(".envois");
    if (!list) {
      list = document.createElement("ul");
      list.className = "envois";
      item.carte.append(list);
    }
    item.line = document.createElement("li");
    item.line.className = "envoi";
    item.line.innerHTML = '<p></p><progress class="jauge" max="100" value="0"></progress><p data-etat></p><div class="rang"></div>';
    item.line.firstChild.textContent = `${item.file.name} (${size(item.file.size)})`;
    item.line.querySelector("progress").setAttribute("aria-label", `Envoi de ${item.file.name}`);
    list.append(item.line);
    wait(item);
  }

  function wait(item) {
    item.line.classList.remove("envoi-attente", "envoi-refus");
    item.line.querySelector("progress").hidden = false;
    offer(item, ["Annuler", () => cancel(item)]);
    say(item, "En attente");
  }

  function say(item, text, link) {
    const zone = item.line.querySelector("[data-etat]");
    zone.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      [anchor.href, anchor.target, anchor.textContent] = link;
      zone.append(" ", anchor);
    }
  }

  function offer(item, ...actions) {
    const zone = item.line.querySelector(".rang");
    zone.replaceChildren(
      ...actions.map(([label, act]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-link btn-compact";
        button.innerHTML = '<span></span><span class="visually-hidden"></span>';
        button.firstChild.textContent = label;
        button.lastChild.textContent = ` ${item.file.name}`;
        button.addEventListener("click", act);
        return button;
      }),
    );
  }

  function cancel(item) {
    clearTimeout(item.later);
    item.done = true;
    forget(item.id);
    aside.delete(item);
    window.removeEventListener("online", item.again);
    const place = queue.indexOf(item);
    if (place >= 0) queue.splice(place, 1);
    item.line.remove();
    if (current === item) {
      item.request?.abort();
      release();
    }
    item.carte.querySelector("h2").focus();
    announce(`L’envoi de «\u00a0${item.file.name}\u00a0» est annulé.`);
  }

  function refuse(item, phrase) {
    item.done = true;
    forget(item.id);
    item.line.querySelector("progress").remove();
    item.line.classList.add("envoi-refus");
    say(item, phrase);
    offer(item, ["Fermer", () => (item.line.remove(), item.carte.querySelector("h2").focus())]);
    announce(`«\u00a0${item.file.name}\u00a0» n’a pas été joint. ${phrase}`);
  }

  // What the server says of a piece takes the place of what the page showed.
  function renew(carte, fresh) {
    const shown = carte.querySelector("[data-pieces-contenu]");
    if (!fresh || !shown) return;
    const held = shown.contains(document.activeElement);
    const wasOpen = shown.querySelector("details")?.open;
    shown.replaceWith(document.importNode(fresh, true));
    if (wasOpen) carte.querySelector("details")?.setAttribute("open", "");
    if (held) carte.querySelector("h2").focus();
  }

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // What others joined meanwhile, and what the antivirus answered. A card in use is left alone.
  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { redirect: "manual" });
      const page = answer.ok ? parse(await answer.text()) : null;
      cartes.forEach((carte) => {
        const shown = carte.querySelector("[data-pieces-contenu]");
        const fresh = page?.querySelector(`#${carte.id} [data-pieces-contenu]`);
        const name = ({ name, value }) => (name === "csrfmiddlewaretoken" ? "" : value);
        const same = (zone) => zone.textContent + [...zone.querySelectorAll("input")].map(name);
        if (fresh && !shown.contains(document.activeElement) && same(fresh) !== same(shown)) renew(carte, fresh);
      });
    } catch {
      // Without network the page stays as it is.
    }
  }

  function joined(item, answer) {
    item.done = true;
    forget(item.id);
    renew(item.carte, parse(answer.carte).querySelector("[data-pieces-contenu]"));
    if (answer.etat === "garde") {
      item.line.querySelector("progress").remove();
      say(item, answer.phrase);
      offer(item, ["J’ai compris", () => (item.line.remove(), item.carte.querySelector("h2").focus())]);
    } else {
      const held = item.line.contains(document.activeElement);
      item.line.remove();
      if (held) item.carte.querySelector("h2").focus();
    }
    announce(answer.phrase);
  }

  // Not sent this time: the file steps aside, the next one leaves.
  function step(item, phrase, { link, seconds, refused = false } = {}) {
    aside.add(item);
    Object.assign(item.line.querySelector("progress"), { value: 0, hidden: refused });
    item.line.classList.add(refused ? "envoi-refus" : "envoi-attente");
    say(item, phrase, link);
    item.again = () => {
      clearTimeout(item.later);
      window.removeEventListener("online", item.again);
      if (!aside.delete(item)) return;
      wait(item);
      queue.push(item);
      next();
    };
    if (seconds) {
      item.later = setTimeout(item.again, seconds * 1000);
      window.addEventListener("online", item.again);
    }
    const again = item.lost ? [] : [["Réessayer maintenant", item.again]];
    offer(item, ...again, ["Retirer", () => cancel(item)]);
    release();
  }

  function retry(item, why, { link, slow = false } = {}) {
    item.tries += 1;
    item.since ??= Date.now();
    const seconds = Math.min(slow ? 300 : 30, 2 ** item.tries);
    // Others got through meanwhile: something is wrong with this one, and the person can do something about it.
    const alone = answered > item.since || (slow && item.tries > 2);
    const advice = alone ? " Les autres fichiers ne l’attendent pas. S’il ne passe toujours pas, retirez-le et joignez-le autrement\u00a0: une autre photo, ou un PDF." : "";
    if (item.tries === 1) announce(`${why} «\u00a0${item.file.name}\u00a0» repartira de lui-même.`);
    step(item, `${why} Le fichier est gardé sur cet appareil, nouvel essai dans ${delay(seconds)}.${advice}`, { link, seconds });
  }

  const delay = (seconds) => (seconds < 90 ? `${seconds}\u00a0s` : `${Math.round(seconds / 60)}\u00a0min`);

  // The server will answer the same to the same file: it leaves again only when asked.
  function exclude(item, why) {
    announce(`«\u00a0${item.file.name}\u00a0» n’a pas été joint. ${why}`);
    step(item, `${why} Il est gardé sur cet appareil\u00a0: réessayez, ou retirez-le.`, { refused: true });
  }

  // Neither the file nor its copy can be read: nothing would leave, however often it is tried.
  function lose(item) {
    item.lost = true;
    const why = "Ce fichier ne se lit plus sur cet appareil\u00a0: choisissez-le de nouveau.";
    announce(`«\u00a0${item.file.name}\u00a0» n’a pas été joint. ${why}`);
    step(item, why, { refused: true });
  }

  const token = (form) =>
    document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  async function send(item) {
    const content = await read(item);
    if (item.done) return;
    if (!content) return lose(item);
    const form = item.carte.querySelector("form.piece-joindre");
    const data = new FormData();
    data.append("envoi", item.id);
    data.append("vu", item.vu);
    if (form.elements.demandee) data.append("demandee", form.elements.demandee.value);
    data.append("fichier", content, item.file.name);
    const request = (item.request = new XMLHttpRequest());
    const bar = item.line.querySelector("progress");
    let silence;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token(form));
    request.upload.onprogress = (event) => {
      listen();
      const percent = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
      bar.value = percent;
      say(item, percent < 100 ? `Envoi\u00a0: ${percent}\u00a0%` : "Reçu, en cours de vérification…");
    };
    const lost = () => {
      clearTimeout(silence);
      if (!item.done) retry(item, navigator.onLine ? "La connexion est coupée." : "Hors connexion.");
    };
    request.onerror = request.onabort = request.ontimeout = lost;
    request.onload = () => {
      clearTimeout(silence);
      if (item.done) return;
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Not an answer of the page we asked: read below from its status.
      }
      if (answer?.etat) answered = Date.now();
      const { status } = request;
      if (answer?.etat === "refuse") refuse(item, answer.phrase);
      else if (answer?.etat) joined(item, answer);
      else if (status === 404) refuse(item, "Ce dossier ne vous est plus ouvert.");
      else if (status === 413) return exclude(item, "Ce fichier est trop lourd pour le serveur.");
      else if (status >= 500 || [408, 423, 425, 429].includes(status)) return retry(item, "Le serveur n’a pas pu recevoir ce fichier.", { slow: true });
      else if (status >= 400 && ![401, 403].includes(status)) return exclude(item, `Le serveur refuse ce fichier (réponse ${status}).`);
      else {
        // Signed out, or signed in again elsewhere: the file leaves once the session is back.
        return retry(item, "Votre session est terminée.", { link: [location.pathname, "_blank", "Se reconnecter (nouvel onglet)"] });
      }
      release();
    };
    offer(item, ["Annuler", () => cancel(item)]);
    say(item, "Envoi…");
    listen();
    request.send(data);
  }

  function next() {
    if (current || !queue.length) return;
    current = queue.shift();
    send(current);
  }

  function release() {
    current = null;
    next();
  }

  function enqueue(item) {
    item.tries = 0;
    line(item);
    queue.push(item);
    next();
  }

  function take(carte, files) {
    const chosen = [...files];
    if (!chosen.length) return;
    const several = "plusieurs" in carte.dataset;
    const vu = carte.querySelector("input[name=vu]")?.value ?? "";
    chosen.forEach((file, rank) => {
      const item = { id: identifier(), carte, file, vu };
      if (!several && rank) {
        line(item);
        refuse(item, "Un seul fichier pour cette pièce\u00a0: joignez le reste dans «\u00a0Autres pièces\u00a0».");
      } else if (!file.size) {
        line(item);
        refuse(item, "Ce fichier est vide (0\u00a0octet).");
      } else if (file.size > Number(carte.dataset.tailleMax)) {
        line(item);
        refuse(item, `Ce fichier pèse ${size(file.size)}\u202f; la limite est de ${size(Number(carte.dataset.tailleMax))}.`);
      } else {
        keep(item);
        enqueue(item);
      }
    });
    if (chosen.length > 1 && several) announce(`Envoi de ${chosen.length} fichiers.`);
  }

  // --- The page ----------------------------------------------------------------------------------

  cartes.forEach((carte) => {
    const form = carte.querySelector("form.piece-joindre");
    if (!form) return;
    const several = "plusieurs" in carte.dataset;
    form.querySelector("button[type=submit]").hidden = true;
    // One tap opens the camera, and the photo leaves by itself.
    form.querySelector(".piece-photo input").classList.add("visually-hidden");
    form.querySelector(".piece-photo label").classList.add("btn", "btn-outline-primary");
    const hint = document.createElement("p");
    hint.className = "piece-depot form-text";
    hint.textContent = several ? "Ou déposez des fichiers ici." : "Ou déposez le fichier ici.";
    form.append(hint);
    form.addEventListener("change", (event) => {
      if (event.target.type !== "file") return;
      take(carte, event.target.files);
      event.target.value = "";
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    let depth = 0;
    const hover = (change) => {
      depth = Math.max(0, depth + change);
      carte.classList.toggle("piece-survol", depth > 0);
    };
    carte.addEventListener("dragenter", () => hover(1));
    carte.addEventListener("dragleave", () => hover(-1));
    carte.addEventListener("drop", (event) => {
      hover(-depth);
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      event.stopPropagation();
      take(carte, event.dataTransfer.files);
    });
  });

  // A file dropped beside a card must not take the place of the page.
  ["dragover", "drop"].forEach((name) =>
    document.addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    }),
  );
  window.addEventListener("beforeunload", (event) => {
    if (current || queue.length || [...aside].some((item) => !item.kept && !item.lost)) event.preventDefault();
  });

  document.addEventListener("visibilitychange", refresh);
  setInterval(() => document.querySelector("[data-pieces-contenu] [data-retenue]") && refresh(), 5000);

  // What had not left when the page was closed. A tab still open may be sending it: the server joins it once.
  store("readonly", (envois) => envois.getAll()).then((kept) => {
    const mine = (kept ?? []).filter((envoi) => envoi.dossier === dossier).sort((a, b) => a.at - b.at);
    mine.forEach(({ id, file, vu, carte }) => {
      const place = document.getElementById(carte);
      const free = cartes.find((one) => "plusieurs" in one.dataset);
      const item = { id, file, vu, carte: place ?? free, kept: true, tries: 0 };
      if (!item.carte?.querySelector("form.piece-joindre")) return;
      if (place) return enqueue(item);
      line(item);
      step(item, "La pièce pour laquelle vous aviez choisi ce fichier n’est plus demandée. Il est gardé sur cet appareil\u00a0: joignez-le ici, ou retirez-le.", { refused: true });
    });
    if (mine.length) announce("Des fichiers n’étaient pas partis\u00a0: leur envoi reprend.");
  });
})();
