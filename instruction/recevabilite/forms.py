"""The checklist of the recevabilité as a form. Two people may answer it at the same time, each his points."""

from django import forms

from label.vus import entre_temps, is_crossed, seal


class RecevabiliteForm(forms.Form):
    """One choice and one reason for each point of the checklist; a point left as the page showed it is not answered."""

    CHOIX = [("oui", "Conforme"), ("non", "Non conforme"), ("", "À vérifier")]

    def __init__(self, data=None, *, points, constats=(), **kwargs):
        super().__init__(data, **kwargs)
        self.points = list(points)
        known = {constat.point_id: constat for constat in constats}
        # {point pk: (choice, reason)} as it stands.
        self.standing = {}
        for point in self.points:
            constat = known.get(point.pk)
            choix = "" if constat is None else "oui" if constat.is_conforme else "non"
            self.standing[point.pk] = choix, constat.motif if constat else ""
            self.fields[f"point_{point.pk}"] = forms.ChoiceField(
                label=point.libelle,
                help_text=point.aide,
                choices=self.CHOIX,
                widget=forms.RadioSelect,
                required=False,
                initial=choix,
            )
            self.fields[f"motif_{point.pk}"] = forms.CharField(
                label="Pourquoi, si ce n’est pas conforme",
                max_length=300,
                required=False,
                initial=self.standing[point.pk][1],
            )

    @property
    def vus(self):
        """{name as sent: seal of the point as it stands}."""
        return {f"vu_{pk}": seal(standing) for pk, standing in self.standing.items()}

    def _typed(self, pk):
        """(choice, reason) as sent; a reason that does not hold is in the errors."""
        return self.cleaned_data.get(f"point_{pk}", ""), self.cleaned_data.get(f"motif_{pk}", "")

    def clean(self):
        cleaned = super().clean()
        self.answered = []
        for point in self.points:
            typed, standing, vu = self._typed(point.pk), self.standing[point.pk], self.data.get(f"vu_{point.pk}")
            if f"motif_{point.pk}" not in self.errors and seal(typed) == vu:
                self._show(point, standing)
                continue
            self.answered.append(point)
            choix, motif = typed
            if is_crossed(vu, typed, standing):
                self.add_error(f"point_{point.pk}", entre_temps(self._words(standing)))
            if choix == "non" and not motif and f"motif_{point.pk}" not in self.errors:
                self.add_error(f"motif_{point.pk}", "Dites pourquoi ce point n’est pas conforme.")
            # The reason that stood there goes with the answer it was given for.
            elif choix != "non" and motif and motif != standing[1]:
                self.add_error(f"motif_{point.pk}", "Choisissez «\u202fNon conforme\u202f», ou videz ce motif.")
        return cleaned

    def _show(self, point, standing):
        """Once refused, the page shows what stands of a point left alone."""
        self.data = self.data.copy()
        self.data[f"point_{point.pk}"], self.data[f"motif_{point.pk}"] = standing

    def _words(self, standing):
        choix, motif = standing
        return f"«\u202f{dict(self.CHOIX)[choix]}\u202f»" + (f" ({motif})" if motif else "")

    @property
    def reponses(self):
        """{point: (is_conforme or None, motif)} of the points answered, as `record_constats` wants it."""
        words = {"oui": True, "non": False, "": None}
        return {point: (words[choix], motif) for point in self.answered for choix, motif in [self._typed(point.pk)]}

    @property
    def rangs(self):
        """(choice field, reason field) of each point, for the template."""
        return [(self[f"point_{point.pk}"], self[f"motif_{point.pk}"]) for point in self.points]
