// The one queue of what a person gave and the server has not acknowledged: fields, files, scores. Each thing is asked
// again until the server takes it or refuses it; one that does not get through steps aside and lets the others pass.
// Where it is kept meanwhile is memoire.js; what is said of it is mots.js.
import { judge } from "./envoi.js";

// Seconds before each new try: when nothing comes back, and when the server answers that it could not.
const ESSAIS = { coupe: [5, 10, 20, 30], panne: [5, 10, 20, 60, 120, 300] };

// Seconds before the try that follows `failures` failures.
export function delay(issue, failures) {
  const delays = ESSAIS[issue];
  return delays[Math.min(failures, delays.length - 1)];
}

const waiting = new Set();
// When the server last answered: one that alone does not get through is not a matter of network.
let answered = 0;

// Things that leave one after the other, in their order.
export class Voie {
  #rang = [];
  #devant = null;

  get isEmpty() {
    return !this.#devant && !this.#rang.length;
  }

  enter(envoi) {
    if ((envoi === this.#devant && envoi.enCours) || this.#rang.includes(envoi)) return;
    this.#rang.push(envoi);
    this.#next();
  }

  leave(envoi) {
    this.#rang = this.#rang.filter((one) => one !== envoi);
    if (this.#devant === envoi) this.#release();
  }

  async #next() {
    if (this.#devant || !this.#rang.length) return;
    const envoi = (this.#devant = this.#rang.shift());
    await envoi.ask();
    if (this.#devant === envoi) this.#release();
  }

  #release() {
    this.#devant = null;
    this.#next();
  }
}

// One thing to send. What it is given:
//   give(options)            asks the server; resolves to its answer, or to undefined when there was nothing to ask
//   taken(said)              the server has it
//   refused({status, said})  it would refuse the same again: it waits for the person
//   signedOut()              nobody is signed in: kept, and sent when the page is opened again by its person
//   waits({left, seul, premier, debut})  not this time: next try in `left` seconds; `seul`: the others get through;
//                            `premier`: its first failure. Told again every second; `debut`: it has just failed.
//   after()                  whatever came of it: it may have changed meanwhile
//   again()                  the try itself, when its time has come (send, unless said otherwise)
export class Envoi {
  enCours = false;
  echecs = 0;
  seul = false;
  #fini = false;
  #depuis = 0;
  #compte;

  constructor(what, voie = null) {
    Object.assign(this, { after() {}, again: () => this.send() }, what);
    this.voie = voie;
  }

  // Now, or when its turn comes.
  send(options) {
    if (this.voie) this.voie.enter(this);
    else return this.ask(options);
  }

  async ask(options = {}) {
    if (this.enCours || this.#fini) return;
    this.rest();
    this.enCours = true;
    let answer = null;
    try {
      answer = await this.give(options);
    } catch {
      // Nothing came back.
    }
    if (answer !== undefined) this.#receive(await judge(answer));
    this.enCours = false;
    if (!this.#fini) this.after();
  }

  #receive({ issue, status, said }) {
    if (this.#fini) return;
    if (issue === "coupe" || issue === "panne") return this.#wait(issue);
    this.echecs = 0;
    if (issue === "session") return this.signedOut();
    if (said) answered = Date.now();
    if (issue === "pris") this.taken(said);
    else this.refused({ status, said: said ?? {} });
  }

  #wait(issue) {
    let left = delay(issue, this.echecs);
    const premier = this.echecs === 0;
    this.echecs += 1;
    if (premier) this.#depuis = Date.now();
    const tell = (debut) => {
      this.seul = issue === "panne" || answered > this.#depuis;
      this.waits({ left, seul: this.seul, premier: debut && premier, debut });
    };
    tell(true);
    waiting.add(this);
    this.#compte = setInterval(() => {
      left -= 1;
      if (left > 0) return tell(false);
      this.rest();
      this.again();
    }, 1000);
  }

  // No try is due any more; one may be asked.
  rest() {
    clearInterval(this.#compte);
    waiting.delete(this);
  }

  // It will not leave: taken back by the person, or gone.
  stop() {
    this.#fini = true;
    this.rest();
    this.voie?.leave(this);
  }
}

addEventListener("online", () =>
  [...waiting].forEach((envoi) => {
    envoi.rest();
    envoi.again();
  }),
);
