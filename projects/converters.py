"""Parts of an address that are one of our own words."""

from projects.enums import Section


class SectionConverter:
    """The name of a section; the view receives the `Section`."""

    regex = "|".join(Section.values)

    def to_python(self, value):
        return Section(value)

    def to_url(self, value):
        return str(value)
