"""The actions of the product that take `by`, and the proof read in their source that each checks that person."""

import ast
from pathlib import Path

from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("label", "contrats", "ecriture", "projects", "instruction", "juries", "laureats")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts)
# What names somebody without acting for them: it reads, measures or refuses.
LECTEURS = {
    "label.access.access",
    "label.limites.spend_tiers",
    "projects.dossier.contenu.frozen_content",
    "projects.dossier.engagements.confirmed",
    "projects.notifications.suiveur_or",
    "projects.structure.responsabilite.may_hand_over",
}
# Doors opened by a link: the person must be the one invited, and the page says in words when it is somebody else.
PORTES = {
    "juries.composition.actions.accept_invitation",
    "projects.partage.actions.accept_partage",
    "projects.structure.actions.accept_invitation",
}
# They refuse some who have the right, and give it to nobody.
EMPECHEMENTS = {"ensure_not_recused", "ensure_hears_all", "ensure_fresh", "ensure_engaged", "ensure_signed_in"}


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


class Source:
    """Every function of the product by its dotted name, and what each name means in its module."""

    def __init__(self, modules=None):
        self.functions, self.names = {}, {}
        for module, text in (modules or {dotted(path): path.read_text() for path in MODULES}).items():
            tree = ast.parse(text)
            known = self.names[module] = {}
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module:
                    known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    self.functions[f"{module}.{node.name}"] = node
                    known[node.name] = f"{module}.{node.name}"

    def with_by(self):
        """The public functions that take `by`, by dotted name; those that refuse (`ensure_…`) or read aside."""
        return {
            name: node
            for name, node in self.functions.items()
            if not node.name.startswith(("_", "ensure_")) and name not in LECTEURS and "by" in _arguments(node)
        }

    def checks(self, name, seen=()):
        """`by` reaches a refusal: a PermissionDenied that depends on it, a transition, or a function that checks."""
        node = self.functions.get(name)
        if node is None or name in seen:
            return False
        who = _acting(node)
        if who is None:
            return False
        refusals = {"PermissionDenied"} | ({"ValidationError"} if name in PORTES else set())
        tainted = _tainted(node, who)
        for each in ast.walk(node):
            if isinstance(each, ast.If) and _mentions(each.test, tainted) and _raises(each.body, refusals):
                return True
            if isinstance(each, ast.Call) and _is_handed(each, who) and self._refuses(each, name, seen):
                return True
        return False

    def _refuses(self, call, name, seen):
        module, func, said = name.rpartition(".")[0], call.func, ast.unparse(call.func)
        if said.rpartition(".")[2] in EMPECHEMENTS:
            return False
        if said == "LIFECYCLE.apply":
            move = call.args[1]
            lifecycle = import_string(self.names[module]["LIFECYCLE"])
            # A move made by an upper floor asks nothing of anybody: who makes it is checked before.
            return not isinstance(move, ast.Constant) or lifecycle[move.value].perm is not None
        if isinstance(func, ast.Attribute) and func.attr.startswith("ensure_"):
            return True
        head, _, rest = said.partition(".")
        target = self.names[module].get(head)
        return target is not None and self.checks(f"{target}.{rest}" if rest else target, (*seen, name))


def _arguments(node):
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def _acting(node):
    """The name under which a function receives who acts."""
    return next((name for name in ("by", "user") if name in _arguments(node)), None)


def _mentions(node, names):
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _tainted(node, who):
    """`who`, and what is worked out from it."""
    found = {who}
    for each in ast.walk(node):
        if isinstance(each, ast.Assign | ast.NamedExpr) and _mentions(each.value, found):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _raises(body, refusals):
    raised = (each.exc for part in body for each in ast.walk(part) if isinstance(each, ast.Raise) and each.exc)
    return any((exc.func if isinstance(exc, ast.Call) else exc) and _name(exc) in refusals for exc in raised)


def _name(exc):
    func = exc.func if isinstance(exc, ast.Call) else exc
    return func.id if isinstance(func, ast.Name) else None


def _is_handed(call, who):
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(value, ast.Name) and value.id == who for value in given)
