// Whatever a script writes to the server leaves from here, and what came of it is judged here.

// A 4xx says that the same will be refused again, except these, which speak of the moment.
const PASSAGERS = new Set([408, 423, 425, 429]);
// Milliseconds without an answer, or without a byte of a file leaving, before the connection is held for lost.
const PATIENCE = 15000;
const SILENCE = 45000;

// The token changes when the person signs in again in another tab: the cookie has the present one.
const jeton = () =>
  document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// Half a character (an emoji cut in two by a keyboard or a paste) cannot be kept anywhere: U+FFFD leaves in its place.
const wellFormed = (text) =>
  text.toWellFormed?.() ?? text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (one) => (one.length > 1 ? one : "\uFFFD"));

async function post(url, body, headers, keepalive) {
  const ask = { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": jeton(), ...headers }, redirect: "manual" };
  try {
    if (keepalive) return await fetch(url, { ...ask, keepalive });
  } catch {
    // Too long to outlive its page: it leaves as it can.
  }
  return fetch(url, { ...ask, signal: AbortSignal.timeout?.(PATIENCE) });
}

// keepalive: the page is about to go. A JSON body any server reads.
export function postJson(url, body, { keepalive = false } = {}) {
  const text = JSON.stringify(body, (_, one) => (typeof one === "string" ? wellFormed(one) : one));
  return post(url, text, { "Content-Type": "application/json" }, keepalive);
}

export const postForm = (url, fields, { keepalive = false } = {}) => post(url, new URLSearchParams(fields), {}, keepalive);

// A form with its files. progress(percent); `signal` stops it. Answers as fetch would, for what is read here.
export function upload(url, form, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let silence;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", jeton());
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      listen();
      progress(lengthComputable ? Math.round((100 * loaded) / total) : 0);
    };
    request.onerror = request.onabort = () => {
      clearTimeout(silence);
      reject(new TypeError("cut"));
    };
    request.onload = () => {
      clearTimeout(silence);
      const { status, responseURL, responseText } = request;
      // The page where one signs in was followed to, in place of the answer.
      const type = responseURL.split("?")[0] === new URL(url, location.href).href.split("?")[0] ? "basic" : "opaqueredirect";
      resolve({ type, status, ok: status >= 200 && status < 300, json: async () => JSON.parse(responseText) });
    };
    signal.addEventListener("abort", () => request.abort());
    listen();
    request.send(form);
  });
}

// What came of it: {issue, status, said}. issue: "pris", "refus" (the same will be refused again), "panne" (the server
// could not), "session" (nobody is signed in any more), "coupe" (nothing came back). said: what was read, or null.
export async function judge(answer) {
  if (!answer) return { issue: "coupe", status: 0, said: null };
  const { type, status, ok } = answer;
  if (type === "opaqueredirect" || status === 401 || status === 403) return { issue: "session", status, said: null };
  const said = await answer.json().catch(() => null);
  // Somebody else answered in place of the server: a portal of the network.
  if (ok) return said ? { issue: "pris", status, said } : { issue: "coupe", status: 0, said };
  return { issue: status >= 500 || PASSAGERS.has(status) ? "panne" : "refus", status, said };
}
