// Small comforts of every page. Every page works without this file.
import { setUpTheme } from "./page/bascule.js";
import { setUpCounters } from "./page/compteurs.js";
import { setUpConfirm, setUpGuard } from "./page/confirmation.js";
import { setUpMenus, showCurrent } from "./page/menus.js";
import { setUpPreparation } from "./page/preparation.js";
import { setUpServed } from "./page/servi.js";
import { setUpChecks } from "./page/verification.js";

setUpTheme();
setUpServed();
setUpCounters();
setUpConfirm();
setUpGuard();
setUpChecks();
setUpMenus();
setUpPreparation();
showCurrent();
document.getElementById("erreurs")?.focus();
