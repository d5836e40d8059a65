"""People writing in one text over a bad network, for the tests: what each page sends, and what it makes of answers."""

from itertools import count

from hypothesis import strategies as st

BASE = "le chat dort sur le toit"
ACTES = ["type", "type", "type", "replace", "save", "save", "lost answer", "lost", "twice", "late"]
# (number of writers, [(who, what, at which word)])
ecritures = st.tuples(
    st.integers(2, 4),
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(ACTES), st.integers(0, 12)),
        min_size=4,
        max_size=24,
    ),
)


class Page:
    """A page open on one field, as the script of the section behaves."""

    def __init__(self, rank):
        self.rank = rank
        self.texte = self.base = BASE
        self.vu = self.sequence = 0
        self.sent = []

    def message(self):
        self.sequence += 1
        message = {
            "valeur": self.texte,
            "base": self.base,
            "ecran": f"page {self.rank}",
            "sequence": self.sequence,
            "vu": self.vu,
        }
        self.sent.append(message)
        return message

    def read(self, message, valeur, version):
        """The answer came: taken only when nothing was typed since."""
        if message is self.sent[-1] and self.texte == message["valeur"]:
            self.texte = self.base = valeur
            self.vu = version


def play(save, writers, steps):
    """Play the steps, then let everybody save until all is quiet: (text, pages, words added, words taken away).

    `save(rank, message)` -> (text, version), the server's.
    """
    pages, fresh, added, removed = [Page(rank) for rank in range(writers)], count(), set(), set()
    for who, act, place in steps:
        page = pages[who % writers]
        if act in {"type", "replace"}:
            word, parts = f"mot{next(fresh)}", page.texte.split(" ")
            added.add(word)
            if act == "type":
                parts.insert(place % (len(parts) + 1), word)
            else:
                removed.add(parts[place % len(parts)])
                parts[place % len(parts)] = word
            page.texte = " ".join(parts)
        elif act == "late":
            if page.sent:
                save(page.rank, page.sent[0])
        elif act == "lost":
            page.message()
        else:
            message = page.message()
            answer = save(page.rank, message)
            if act == "twice":
                answer = save(page.rank, message)
            if act != "lost answer":
                page.read(message, *answer)
    for _ in range(2):
        for page in pages:
            message = page.message()
            page.read(message, *save(page.rank, message))
    return pages[-1].texte, pages, added, removed
