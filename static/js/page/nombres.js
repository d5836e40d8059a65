// Numbers and amounts as people type and paste them: the same reading as label/nombres.py, which has the last word.
const EURO = "€|EUR|euros?";
const MONTANT_MAX = 100000000;
const signs = { "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'", "−": "-", "–": "-", "‒": "-", "﹣": "-" };
const NOMBRE = /^(?<entier>[0-9]{1,3}(?:(?<groupe>[ '.,])[0-9]{3})(?:\k<groupe>[0-9]{3}){0,4}|[0-9]{1,15})(?:[.,](?<decimales>[0-9]{1,15}))?$/;

const plain = (text) =>
  text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[’‘ʼ´`′−–‒﹣]/g, (sign) => signs[sign])
    .replace(/\p{Cf}/gu, "")
    .replace(/[\s\u0085]+/g, " ")
    .trim();

function read(corps) {
  const found = corps.match(NOMBRE)?.groups;
  if (!found) return NaN;
  const marks = corps.replace(/[0-9 ']/g, "");
  const last = marks.at(-1);
  if (last && corps.length - corps.lastIndexOf(last) === 4 && found.groupe === marks) {
    if (corps.startsWith("0")) return Number(corps.replace(",", "."));
    return found.groupe === "." ? Number(corps.replace(".", "")) : NaN;
  }
  if (found.decimales && found.groupe === last) return NaN;
  return Number(`${found.entier.replace(/[^0-9]/g, "")}.${found.decimales ?? 0}`);
}

// «1 234,50 €» → 1234.5; null when blank, NaN when it is no number. `unite`: what may be written beside it.
export function nombre(text, unite = `${EURO}|%|pour ?cent`) {
  const said = plain(String(text));
  if (!said) return null;
  const around = new RegExp(`^(?<avant>[-+(])? ?(?:(?:${unite}) ?)?(?<signe>[-+])? ?(?<corps>[0-9][0-9 '.,]*?) ?(?:${unite})? ?(?<apres>\\))?$`, "i");
  const found = said.match(around)?.groups;
  if (!found || (found.avant === "(") !== Boolean(found.apres) || (found.avant && found.signe)) return NaN;
  const size = read(found.corps);
  return [found.avant, found.signe].some((sign) => sign === "-" || sign === "(") ? -size : size;
}

// Whole euros; null when blank, NaN when the server would refuse them.
export function montant(text) {
  const found = nombre(text, EURO);
  return found === null || (Number.isInteger(found) && found >= 0 && found <= MONTANT_MAX) ? found : NaN;
}
