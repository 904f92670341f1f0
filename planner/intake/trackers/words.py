"""The words trackers use for standing, priority and kind of work, in the languages their sites speak."""

from __future__ import annotations

import re

from planner.intake.trackers.issue import Standing

_STANDINGS: dict[Standing, str] = {
    "todo": """to do, todo, open, new, backlog, reopened, ready, ready for development, ready for dev, selected for
        development, planned, triage, next, next up, up next, proposed, approved, accepted, on hold, blocked, waiting,
        unstarted, not started, no status, inbox, ideas, later, soon, sprint backlog, product backlog, this sprint,
        refined, draft, to be done, recently assigned, created, scheduled,
        zu erledigen, offen, neu, à faire, ouvert, nouveau, por hacer, pendiente, abierto, a fazer, tarefas pendentes,
        aberto, da fare, aperto, te doen, taken, att göra, do zrobienia""",
    "in-progress": """in progress, in-progress, doing, started, in development, development, active, committed, wip,
        working on it, work in progress, in review, review, code review, in code review, peer review, testing,
        in testing, in test, qa, in qa, ready for qa, ready for test, ready for review, ready for testing, verify,
        in work, ongoing, staging, ready for release, ready to deploy, awaiting review, awaiting approval,
        in arbeit, in bearbeitung, in prüfung, en cours, en revue, en curso, en progreso, em andamento, em progresso,
        in corso, mee bezig, in behandeling, bezig, pågående, w toku""",
    "done": """done, closed, resolved, complete, completed, finished, released, shipped, deployed, live, merged,
        delivered, verified, fixed,
        erledigt, fertig, abgeschlossen, geschlossen, gelöst, terminé, terminée, terminé(e), fermé, fini, résolu,
        finalizada, finalizado, hecho, listo, cerrado, resuelto, concluído, concluído(a), concluída, feito, fechado,
        completato, completata, fatto, chiuso, gereed, klaar, gesloten, klar, gotowe, zrobione""",
    "dropped": """canceled, cancelled, won't do, wont do, won't fix, wontfix, will not do, will not fix, duplicate,
        removed, rejected, declined, abandoned, obsolete, invalid, cannot reproduce, can't reproduce, not a bug,
        incomplete, not planned, closed as not planned, out of scope, withdrawn, discarded, superseded, dropped,
        known error, not an issue, not doing, won't be done, archived, works as designed, no longer needed,
        abgebrochen, abgelehnt, verworfen, duplikat, wird nicht behoben, nicht umsetzen, annulé, annulée, rejeté,
        abandonné, doublon, cancelado, cancelada, rechazado, descartado, rejeitado, annullato, rifiutato,
        geannuleerd, afgewezen, avbruten, anulowane""",
}
_WORD_TO_STANDING = {
    " ".join(word.split()): standing for standing, words in _STANDINGS.items() for word in words.split(",")
}

_PRIORITIES = {
    "Blocker": "blocker, showstopper, p0",
    "Critical": "critical, must, must have, must-have, kritisch, critique, crítica, crítico",
    "Highest": "highest, 1, p1, höchste, am höchsten, la plus élevée, la más alta",
    "Urgent": "urgent, immediate, asap, dringend, urgente",
    "High": "high, 2, p2, should, should have, should-have, important, hoch, élevée, haute, alta, alto, hoog, hög",
    "Major": "major",
    "Medium": "medium, normal, 3, p3, could, could have, could-have, moderate, mittel, moyenne, moyen, media, média, "
    "medio, médio, gemiddeld",
    "Low": "low, 4, p4, niedrig, gering, basse, faible, baja, bajo, baixa, baixo, bassa, laag, låg",
    "Minor": "minor, nice to have",
    "Lowest": "lowest, 5, p5, won't, won't have, wont have, am niedrigsten, la plus faible",
    "Trivial": "trivial",
}
_WORD_TO_PRIORITY = {word.strip(): name for name, words in _PRIORITIES.items() for word in words.split(",")}
_NO_PRIORITY = frozenset(("", "no priority", "none", "not set", "unprioritized", "0", "-", "keine", "ninguna"))


def _set_of(words: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in words.split(","))


_CONTAINERS = _set_of(
    """epic, feature, initiative, theme, capability, portfolio epic, legend, saga, milestone, épico, épica,
    thema, fonctionnalité"""
)
_SUBTASK = re.compile(
    r"\bsub[- ]?(task|issue|item|bug)|unteraufgabe|sous-tâche|subtarea|subtarefa|sottotask|subtaak|deluppgift", re.I
)


def plain(word: str) -> str:
    """Case, spacing, emoji and typographic apostrophes do not make a different word."""
    word = word.replace("\u2019", "'").casefold()
    return " ".join("".join(sign if sign.isalnum() or sign in "'-()/" else " " for sign in word).split())


def standing_of(word: str) -> Standing | None:
    """Where a status or resolution leaves an issue; None if the word says nothing we know."""
    return _WORD_TO_STANDING.get(plain(word))


def standing_of_column(name: str) -> Standing | None:
    """Where a column of a board leaves its cards: ``Doing (max 3)`` and ``Done March`` say it in their first words."""
    head = re.split(r"[(:|/]|\d| [-–] ", name, maxsplit=1)[0]
    first = plain(name).partition(" ")[0]
    return standing_of(name) or standing_of(head) or (standing_of(first) if first in _CLEAR_ALONE else None)


_CLEAR_ALONE = (
    "done",
    "doing",
    "completed",
    "finished",
    "shipped",
    "released",
    "erledigt",
    "fertig",
    "terminé",
    "hecho",
)


def priority_of(word: str) -> str | None:
    """Name the priority word of the contract; empty where there is no priority, None if the word is unknown."""
    simple = plain(word)
    if simple in _NO_PRIORITY:
        return ""
    direct = _WORD_TO_PRIORITY.get(simple)
    if direct is not None:
        return direct
    parts = re.split(
        r"[\s()/-]+", simple
    )  # "P1 - High", "1 - Critical", "High (2)": the word says more than the figure
    named = [_WORD_TO_PRIORITY[part] for part in parts if part in _WORD_TO_PRIORITY and not part.isdigit()]
    spoken = [name for name in named if name.casefold() in parts]
    found = spoken or named or [_WORD_TO_PRIORITY[part] for part in parts if part in _WORD_TO_PRIORITY]
    return found[0] if found else None


def is_container(kind: str) -> bool:
    """Whether issues of this kind group others."""
    return plain(kind) in _CONTAINERS


def is_subtask(kind: str) -> bool:
    """Whether issues of this kind are parts of others."""
    return bool(_SUBTASK.search(kind))


def says_nothing_of_skill(label: str) -> bool:
    """Whether a label only repeats kind, priority or status."""
    return plain(label) in _NO_SKILL


_NO_SKILL = _set_of(
    """bug, story, task, user story, epic, feature, improvement, enhancement, spike, chore, defect, hotfix,
    regression, tech debt, tech-debt, technical debt, good first issue, help wanted, question, quick win, mvp, blocked,
    blocker, carry over, carryover, stretch, needs info, needs estimate, needs review, critical, highest, urgent, high,
    medium, low, lowest, p0, p1, p2, p3, p4, must have, should have, could have, todo, to do, in progress, wip, done,
    ready, on hold, duplicate, invalid, wontfix, won't fix, fehler, aufgabe, dringend"""
)
