// A long list of boxes under headings: a few letters keep those that match. Boxes ticked stay in sight.
const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();

document.querySelectorAll("[data-filtre]").forEach((zone) => {
  const list = zone.querySelector(".form-check")?.parentElement;
  if (!list) return;
  const field = document.createElement("p");
  field.className = "filtre-liste";
  const label = document.createElement("label");
  label.className = "form-label";
  label.textContent = zone.dataset.filtre;
  const box = document.createElement("input");
  box.type = "search";
  box.className = "form-control";
  box.autocomplete = "off";
  label.append(box);
  const said = document.createElement("span");
  said.className = "form-text";
  said.setAttribute("role", "status");
  field.append(label, said);
  list.before(field);

  const filter = () => {
    const wanted = fold(box.value);
    let heading;
    let found = 0;
    [...list.children].forEach((row) => {
      if (row.matches("strong")) {
        heading = row;
        heading.hidden = true;
        return;
      }
      const matches = fold(`${heading?.textContent ?? ""} ${row.textContent}`).includes(wanted);
      row.hidden = !matches && !row.querySelector(":checked");
      found += matches;
      if (!row.hidden && heading) heading.hidden = false;
    });
    const none = "Aucun quartier ne correspond\u00a0: essayez le nom de votre commune.";
    said.textContent = !wanted ? "" : found ? `${found}\u00a0quartier${found > 1 ? "s" : ""}` : none;
  };
  box.addEventListener("input", filter);
  // Enter here looks for a quartier; it does not send the idea.
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
});
