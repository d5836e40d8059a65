"""Who may, at the EPT itself."""

import rules

from label.models import User


@rules.predicate
def is_pilote(user: User) -> bool:
    return user.is_authenticated and user.is_pilote


@rules.predicate
def is_agent(user: User) -> bool:
    return user.is_authenticated and user.is_agent


rules.add_perm("label.view_courriel", is_pilote)
rules.add_perm("label.send_courriel", is_pilote)
rules.add_perm("label.change_edition", is_pilote)
rules.add_perm("label.view_edition", is_agent)
rules.add_perm("label.list_export", is_agent)
