// Part of the page as the server shows it now: two texts side by side, between which to choose.
export async function refresh(id) {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
    if (fresh) document.getElementById(id)?.replaceWith(fresh);
  } catch {
    // It will be there when the page is opened again.
  }
}
