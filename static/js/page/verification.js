// A number looked at as one leaves its box (<input data-verifier="adresse">); what is found is read out under it.
// The form checks it again as it is sent.
export function setUpChecks() {
  document.addEventListener("change", async ({ target }) => {
    const zone = target.dataset?.verifier && target.parentElement.querySelector(".verif-numero");
    if (!zone) return;
    const { value } = target;
    let said = "";
    try {
      const answer = await fetch(`${target.dataset.verifier}?${new URLSearchParams({ [target.name]: value })}`, { redirect: "manual" });
      if (answer.ok) said = await answer.text();
    } catch {
      // Off line: it is said as the form is sent.
    }
    if (target.value === value) zone.replaceChildren(...new DOMParser().parseFromString(said, "text/html").body.childNodes);
  });
}
