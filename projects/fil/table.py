"""The words of this floor: from the idea to the wait for the results, and each way out."""

from projects.fil.paroles import AUTOUR, TOUS, Parole, Pour, register

register(
    # --- The idea
    Parole(
        "idee",
        {Pour.PORTEUR},
        "Votre idée est chez le chef de projet",
        "{chef} l’a reçue le {depuis} et vous répondra par courriel.",
        "Si elle est retenue, le dossier s’ouvre et vous l’écrivez à deux.",
    ),
    Parole(
        "idee",
        {Pour.CHEF},
        "Une idée attend votre réponse",
        "La structure vous l’a confiée le {depuis}.",
        "Acceptez-la pour ouvrir le dossier et l’écrire à deux, ou dites pourquoi elle reste sans suite.",
    ),
    Parole(
        "idee",
        {Pour.INVITE, Pour.EPT},
        "L’idée attend la réponse du chef de projet",
        "La structure l’a envoyée le {depuis}.",
    ),
    Parole(
        "sans_suite",
        {Pour.PORTEUR},
        "Votre idée reste sans suite cette année",
        "{auteur} vous a répondu le {depuis}.",
        "Rien n’est perdu : votre idée reste lisible ici, et le chef de projet peut en reparler avec vous.\n{reprise}",
    ),
    Parole(
        "sans_suite",
        AUTOUR,
        "Cette idée est restée sans suite",
        "La réponse a été donnée à la structure le {depuis}.",
    ),
    # --- Writing together
    Parole(
        "ecriture_debut",
        {Pour.PORTEUR},
        "Votre idée est acceptée : le dossier est ouvert",
        "Vous l’écrivez partie par partie, quand vous voulez : tout s’enregistre à mesure. {parties} pour l’instant.",
        "{chef} peut écrire avec vous à tout moment, et répondre à vos questions.",
    ),
    Parole(
        "ecriture_debut",
        AUTOUR,
        "Le dossier vient de s’ouvrir",
        "Seule l’idée y est écrite : {parties}.",
        "La structure commence ; chacun de ceux qui écrivent peut l’aider.",
    ),
    Parole(
        "ecriture",
        {Pour.PORTEUR},
        "Le dossier s’écrit : {manques}",
        "{parties}. Écrivez quand vous voulez, sur téléphone ou sur ordinateur : tout s’enregistre.",
        "Une fois tout rempli, vous demanderez au chef de projet de relire.",
    ),
    Parole(
        "ecriture",
        AUTOUR,
        "Le dossier s’écrit : {manques}",
        "{parties}. La structure et le chef de projet l’écrivent à deux, chacun à son rythme.",
    ),
    Parole(
        "ecriture_complete",
        {Pour.PORTEUR},
        "Tout est rempli : faites relire le dossier",
        "Demandez {au_chef} de relire et de donner son visa. Vous pourrez déposer ensuite.",
    ),
    Parole(
        "ecriture_complete",
        {Pour.CHEF},
        "Tout est rempli : relisez et donnez votre visa",
        "La structure n’a pas encore demandé votre visa ; vous pouvez le donner dès que le dossier vous paraît prêt.",
    ),
    Parole(
        "ecriture_complete",
        {Pour.INVITE, Pour.EPT},
        "Tout est rempli",
        "La structure et le chef de projet relisent avant le visa.",
    ),
    Parole(
        "ecriture_complete_libre",
        {Pour.PORTEUR},
        "Tout est rempli : le dossier peut être déposé",
        "Relisez-le une dernière fois. {qui_depose} : {il_reste}.",
    ),
    Parole(
        "ecriture_complete_libre",
        AUTOUR,
        "Tout est rempli",
        "La structure peut déposer le dossier.",
    ),
    Parole(
        "visa_demande",
        {Pour.PORTEUR},
        "{chef} relit votre dossier",
        "Vous avez demandé la relecture le {depuis}. Vous pouvez encore écrire.",
        "Le visa donné, il restera à déposer ; si quelque chose manque, le dossier vous reviendra avec un mot.",
    ),
    Parole(
        "visa_demande",
        {Pour.CHEF},
        "Votre visa est attendu",
        "La structure vous demande de relire depuis le {depuis} : {manques}.",
        "Donnez votre visa si rien ne manque, ou renvoyez le dossier avec un mot qui dit ce qu’il faut reprendre.",
    ),
    Parole(
        "visa_demande",
        {Pour.INVITE, Pour.EPT},
        "Le chef de projet relit le dossier",
        "La structure a demandé le visa le {depuis}.",
    ),
    Parole(
        "visa_rendu",
        {Pour.PORTEUR},
        "Le dossier vous revient avec un mot",
        "{auteur} l’a relu le {depuis} et ne donne pas encore son visa.",
        "Reprenez ce que dit le mot, puis demandez de nouveau la relecture.",
    ),
    Parole(
        "visa_rendu",
        AUTOUR,
        "Le dossier est revenu à la structure avec un mot",
        "Renvoyé le {depuis}.",
        "La structure complète, puis redemande le visa.",
    ),
    Parole(
        "pret",
        {Pour.PORTEUR, Pour.INVITE},
        "Le visa est donné : il reste à déposer",
        "{qui_depose} : {il_reste}.",
        "Sans dépôt, le dossier n’est pas candidat.",
    ),
    Parole(
        "pret",
        {Pour.CHEF, Pour.EPT},
        "Le visa est donné : la structure peut déposer",
        "Visa donné le {depuis} : {il_reste} pour déposer.",
    ),
    # --- The silence of the EPT, from the deposit until its answer: what is read at once, then the law
    Parole(
        "silence",
        {Pour.PORTEUR},
        "Le délai légal et vos recours",
        "L’examen suit son cours.",
        "Si aucune décision n’était notifiée d’ici le {rejet}, la demande serait réputée rejetée. L’examen "
        "continuerait pourtant, et vous pourriez en demander les motifs à l’EPT, ou saisir le tribunal administratif "
        "dans les deux mois. La réponse est prévue le {publication}.",
    ),
    Parole(
        "silence",
        AUTOUR,
        "Le délai légal et les recours de la structure",
        "L’examen suit son cours.",
        "Si aucune décision n’était notifiée d’ici le {rejet}, la demande serait réputée rejetée. L’examen "
        "continuerait pourtant, et la structure pourrait en demander les motifs à l’EPT, ou saisir le tribunal "
        "administratif dans les deux mois. La réponse est prévue le {publication}.",
    ),
    Parole(
        "silence_suspendu",
        {Pour.PORTEUR},
        "Le délai légal et vos recours",
        "Le délai est suspendu jusqu’à votre réponse, au plus tard le {suspendu}.",
        "Il reprendra alors. Si aucune décision n’était notifiée d’ici le {rejet}, la demande serait réputée rejetée ; "
        "l’examen continuerait pourtant, et vous pourriez en demander les motifs à l’EPT, ou saisir le tribunal "
        "administratif dans les deux mois. Cette date suppose une réponse le dernier jour : plus tôt, elle avance "
        "d’autant. La décision est prévue le {publication}.",
    ),
    Parole(
        "silence_suspendu",
        AUTOUR,
        "Le délai légal et les recours de la structure",
        "Le délai est suspendu jusqu’à la réponse de la structure, au plus tard le {suspendu}.",
        "Il reprendra alors. Si aucune décision n’était notifiée d’ici le {rejet}, la demande serait réputée "
        "rejetée ; l’examen continuerait pourtant, et la structure pourrait en demander les motifs à l’EPT, ou saisir "
        "le tribunal administratif dans les deux mois. Cette date suppose une réponse le dernier jour : plus tôt, "
        "elle avance d’autant. La décision est prévue le {publication}.",
    ),
    Parole(
        "silence_passe",
        {Pour.PORTEUR},
        "Le délai légal et vos recours",
        "Votre dossier est toujours examiné.",
        "L’examen continue. Sans décision notifiée avant le {rejet}, la demande est réputée rejetée depuis ce jour : "
        "vous pouvez en demander les motifs à l’EPT, ou saisir le tribunal administratif dans les deux mois. La "
        "décision qui sera notifiée remplacera ce rejet : elle est prévue le {publication}.",
    ),
    Parole(
        "silence_passe",
        AUTOUR,
        "Le délai légal et les recours de la structure",
        "Le dossier est toujours examiné.",
        "L’examen continue. Sans décision notifiée avant le {rejet}, la demande est réputée rejetée depuis ce jour : "
        "la structure peut en demander les motifs à l’EPT, ou saisir le tribunal administratif dans les deux mois. La "
        "décision qui sera notifiée remplacera ce rejet : elle est prévue le {publication}.",
    ),
    # --- Received
    Parole(
        "depose",
        {Pour.PORTEUR},
        "Votre dossier est déposé",
        "Reçu le {depose_le} sous le n° {numero}. L’EPT vérifie qu’il est recevable.",
        "Rien n’est attendu de vous.\nUn courriel vous dira chaque étape. Les résultats sont prévus le {publication}.",
    ),
    Parole(
        "depose",
        {Pour.INVITE, Pour.CHEF},
        "Le dossier est déposé",
        "Reçu le {depose_le} sous le n° {numero}. L’EPT vérifie qu’il est recevable.",
        "Les résultats sont prévus le {publication}.",
    ),
    Parole(
        "depose",
        {Pour.EPT},
        "La recevabilité est à examiner",
        "Reçu le {depose_le} sous le n° {numero}.",
    ),
    Parole(
        "a_completer",
        {Pour.PORTEUR},
        "Un complément vous est demandé",
        "L’EPT attend votre réponse depuis le {depuis}. {rouvertes}.",
        "L’examen reprend dès votre réponse.",
    ),
    Parole(
        "a_completer",
        {Pour.INVITE, Pour.CHEF},
        "Un complément est demandé à la structure",
        "Demandé le {depuis}. {rouvertes}.",
        "L’examen reprend dès sa réponse.",
    ),
    Parole(
        "a_completer",
        {Pour.EPT},
        "Le complément est attendu de la structure",
        "Demandé le {depuis}.",
    ),
    Parole(
        "en_instruction",
        {Pour.PORTEUR},
        "Votre dossier est recevable : l’EPT l’étudie",
        "Rien n’est attendu de vous.",
        "S’il est admis, vous le présenterez au jury entre le {jury_du} et le {jury_au}. Les résultats sont prévus le "
        "{publication}.",
    ),
    Parole(
        "en_instruction",
        AUTOUR,
        "L’EPT étudie le dossier",
        "Déclaré recevable, il est en instruction.",
        "Les auditions ont lieu du {jury_du} au {jury_au}.",
    ),
    # --- Before the jury
    Parole(
        "admis",
        {Pour.PORTEUR},
        "Vous présenterez votre projet au jury",
        "Votre dossier est admis à l’audition. Le jury se tient du {jury_du} au {jury_au}.",
        "La convocation vous dira le jour, l’heure et le lieu. Vous pouvez déjà préparer votre présentation.",
    ),
    Parole(
        "admis",
        {Pour.INVITE, Pour.CHEF},
        "Le projet sera présenté au jury",
        "Admis à l’audition. Le jury se tient du {jury_du} au {jury_au}.",
        "La convocation dira le jour, l’heure et le lieu.",
    ),
    Parole(
        "admis",
        {Pour.EPT},
        "L’audition est à placer",
        "Admis à l’audition. Le jury se tient du {jury_du} au {jury_au}.",
    ),
    Parole(
        "auditionne",
        {Pour.PORTEUR},
        "Votre audition est passée : le jury délibère",
        "Rien n’est attendu de vous. Les résultats sont publiés tous ensemble, après le vote du conseil territorial.",
        "Ils sont prévus le {publication} ; vous recevrez une lettre.",
    ),
    Parole(
        "auditionne",
        AUTOUR,
        "L’audition est passée : le jury délibère",
        "Les résultats sont publiés tous ensemble, après le vote du conseil territorial.",
        "Ils sont prévus le {publication}.",
    ),
    # --- Decided and not published: read by the staff of the EPT alone
    Parole("propose", {Pour.EPT}, "Proposé par le jury", "Le conseil vote, puis les résultats sont publiés."),
    Parole("reserve", {Pour.EPT}, "Sur la liste d’attente", "Le conseil vote, puis les résultats sont publiés."),
    Parole("non_retenu", {Pour.EPT}, "Non retenu", "La structure l’apprendra à la publication."),
    Parole("non_admis", {Pour.EPT}, "Non admis à l’audition", "La structure l’apprendra à la publication."),
    Parole("laureat", {Pour.EPT}, "Lauréat", "La structure l’apprendra à la publication."),
    # --- The ways out
    Parole(
        "irrecevable",
        {Pour.PORTEUR},
        "Votre dossier n’est pas recevable",
        "L’EPT l’a décidé le {depuis}, pour la raison ci-dessous. Il n’ira pas devant le jury.",
        "Vous pouvez demander à l’EPT de revoir sa décision, ou saisir le tribunal administratif, dans les deux mois "
        "de la réception de cette décision.",
    ),
    Parole(
        "irrecevable",
        AUTOUR,
        "Le dossier est irrecevable",
        "Décidé le {depuis}. Il n’ira pas devant le jury.",
    ),
    Parole(
        "retire",
        TOUS,
        "Le dossier est retiré",
        "{auteur_a} retiré de l’appel le {depuis}.",
        "Son texte reste lisible.",
    ),
    Parole(
        "abandonne",
        TOUS,
        "Le projet est abandonné pour cette édition",
        "{auteur_a} décidé le {depuis}.",
        "Son texte reste lisible et pourra resservir une autre année.",
    ),
    Parole(
        "caduc",
        {Pour.PORTEUR},
        "Le dossier n’a pas été déposé à temps",
        "Il pouvait l’être jusqu’au {echeance}.",
        "Rien n’est perdu : il reste lisible. {reprise}",
    ),
    Parole(
        "caduc",
        AUTOUR,
        "Le dossier n’a pas été déposé à temps",
        "Il pouvait l’être jusqu’au {echeance}. Son texte reste lisible.",
    ),
)
