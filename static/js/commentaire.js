// Comments: «Commenter» beside a field fills the box without leaving the page; «@» proposes the people who will read.
function setUp(box) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-commenter]");
    const choice = box.querySelector("select");
    if (!link || !choice) return;
    const champ = link.dataset.commenter;
    if (![...choice.options].some((option) => option.value === champ)) return;
    event.preventDefault();
    choice.value = champ;
    const field = box.querySelector("textarea");
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const names = [...box.querySelectorAll(".mentions-choix label")].map((label) => label.dataset.nom);

  // What is being typed after the last «@» before the caret: {start, part}, or null.
  function asked(field) {
    const before = field.value.slice(0, field.selectionStart);
    const found = before.match(/(?:^|\s)@([^\n@]{0,40})$/);
    return found && { start: before.length - found[1].length, part: found[1] };
  }

  function propose(field) {
    let row = field.parentElement.querySelector(".mentions-proposees");
    const mention = asked(field);
    const part = mention ? fold(mention.part) : "";
    const found = mention
      ? names.filter((name) => fold(name).split(" ").some((word, rank, words) => fold(words.slice(rank).join(" ")).startsWith(part)) && fold(name) !== part.trim()).slice(0, 5)
      : [];
    if (!row) {
      if (!found.length) return;
      row = document.createElement("div");
      row.className = "mentions-proposees";
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", "Personnes à mentionner");
      const spoken = document.createElement("span");
      spoken.className = "visually-hidden";
      spoken.setAttribute("aria-live", "polite");
      field.after(row, spoken);
    }
    const said = found.join(", ");
    if (said && said !== row.dataset.dit) {
      row.nextElementSibling.textContent = `${found.length > 1 ? `${found.length} personnes` : "Une personne"} à mentionner\u00a0: ${said}. Tabulation pour choisir.`;
    }
    row.dataset.dit = said;
    row.replaceChildren(
      ...found.map((name) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-outline-primary btn-compact";
        button.textContent = name;
        button.addEventListener("click", () => {
          field.setRangeText(`${name} `, mention.start, mention.start + mention.part.length, "end");
          row.replaceChildren();
          field.focus();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        });
        return button;
      }),
    );
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-mentions]")) propose(event.target);
  });
}

const box = document.querySelector("[data-commentaire]");
if (box) setUp(box);
