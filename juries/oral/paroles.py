"""The words of the hearing, for each reader of a dossier admitted: registered in the one table of words."""

from projects.fil.paroles import AUTOUR, Parole, Pour, register

register(
    Parole(
        "audition_attendue",
        {Pour.PORTEUR},
        "Vous présenterez votre projet au jury",
        "Votre dossier est admis à l’audition. Le jury se tient du {jury_du} au {jury_au} ; la convocation vous dira "
        "le jour, l’heure et le lieu.",
        "Vous pouvez déjà préparer votre présentation.",
    ),
    Parole(
        "audition_attendue",
        AUTOUR,
        "Le projet sera présenté au jury",
        "Admis à l’audition. Le jury se tient du {jury_du} au {jury_au} ; la convocation dira le jour, l’heure et le "
        "lieu.",
    ),
    Parole(
        "audition_a_annoncer",
        {Pour.EPT},
        "L’audition est à annoncer",
        "Un créneau est choisi, et la structure ne le connaît pas encore.",
        "Envoyez les convocations de la séance.",
    ),
    Parole(
        "audition_fixee",
        {Pour.PORTEUR},
        "Le jury vous attend",
        "Vous présentez votre projet pendant {presentation} minutes, puis le jury vous interroge pendant {questions} "
        "minutes.",
        "Dites si vous venez : la place vous est gardée.",
    ),
    Parole(
        "audition_fixee",
        AUTOUR,
        "L’audition est fixée",
        "{structure} présente le projet pendant {presentation} minutes, puis répond pendant {questions} minutes.",
        "Sa réponse à la convocation est attendue.",
    ),
    Parole(
        "audition_deplacee",
        {Pour.PORTEUR},
        "Votre audition est déplacée",
        "Voici le nouveau rendez-vous : il remplace le précédent.",
        "Dites si vous venez à cette date-là.",
    ),
    Parole(
        "audition_deplacee",
        AUTOUR,
        "L’audition est déplacée",
        "Voici le nouveau rendez-vous : il remplace le précédent.",
        "La réponse de la structure à cette date est attendue.",
    ),
    Parole(
        "audition_changee",
        {Pour.PORTEUR},
        "Votre audition a changé",
        "L’heure reste la même ; le reste est à relire.",
        "Dites si vous venez.",
    ),
    Parole(
        "audition_changee",
        AUTOUR,
        "L’audition a changé",
        "L’heure reste la même ; le reste est à relire.",
        "La réponse de la structure est attendue.",
    ),
    Parole(
        "audition_confirmee",
        {Pour.PORTEUR},
        "Votre venue est confirmée",
        "Le jury vous attend : {presentation} minutes de présentation, puis {questions} minutes de questions.",
        "Préparez vos supports, et répétez avec votre chef de projet.",
    ),
    Parole(
        "audition_confirmee",
        AUTOUR,
        "La structure a confirmé sa venue",
        "{structure} présente le projet pendant {presentation} minutes, puis répond pendant {questions} minutes.",
    ),
    Parole(
        "audition_empechee",
        {Pour.PORTEUR},
        "L’EPT sait que vous ne pouvez pas venir",
        "Il vous proposera une autre date, ou vous dira pourquoi celle-ci ne change pas.",
        "Jusque-là le rendez-vous tient : si vous pouvez venir finalement, dites-le.",
    ),
    Parole(
        "audition_empechee",
        {Pour.CHEF, Pour.INVITE},
        "La structure a dit qu’elle ne peut pas venir",
        "L’EPT est prévenu : il propose une autre date, ou maintient celle-ci.",
    ),
    Parole(
        "audition_empechee",
        {Pour.EPT},
        "La structure ne peut pas venir",
        "Elle l’a dit pour ce créneau.",
        "Déplacez l’audition, ou maintenez-la en disant pourquoi.",
    ),
    Parole(
        "audition_maintenue",
        {Pour.PORTEUR},
        "L’EPT maintient votre audition",
        "Vous aviez dit ne pas pouvoir venir. L’EPT vous a répondu.",
        "Si une autre personne peut venir à votre place, confirmez.",
    ),
    Parole(
        "audition_maintenue",
        AUTOUR,
        "L’audition est maintenue",
        "La structure avait dit ne pas pouvoir venir ; l’EPT maintient ce créneau.",
    ),
    Parole(
        "audition_jour",
        {Pour.PORTEUR},
        "C’est aujourd’hui, à {heure}",
        "Vous présentez votre projet pendant {presentation} minutes, puis le jury vous interroge pendant {questions} "
        "minutes.",
        "Bonne présentation !",
    ),
    Parole(
        "audition_jour",
        AUTOUR,
        "L’audition est aujourd’hui, à {heure}",
        "{structure} présente le projet pendant {presentation} minutes, puis répond pendant {questions} minutes.",
    ),
    Parole(
        "audition_passee",
        {Pour.PORTEUR},
        "L’heure de votre audition est passée",
        "Elle était prévue le {jour} à {heure}. L’EPT inscrit d’abord qui a été entendu, puis le jury délibère.",
        "Rien n’est attendu de vous. Les résultats sont prévus le {publication}.",
    ),
    Parole(
        "audition_passee",
        {Pour.CHEF, Pour.INVITE},
        "L’heure de l’audition est passée",
        "Elle était prévue le {jour} à {heure}. L’EPT inscrit d’abord qui a été entendu, puis le jury délibère.",
        "Les résultats sont prévus le {publication}.",
    ),
    Parole(
        "audition_passee",
        {Pour.EPT},
        "L’heure de l’audition est passée",
        "Elle était prévue le {jour} à {heure}.",
        "Dites si la structure a été entendue.",
    ),
)
