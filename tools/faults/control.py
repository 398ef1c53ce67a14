"""No fault of the server's: the drill takes away and doubles what was acknowledged, and has to find just that."""
import time

from trial.book import ACKNOWLEDGED
from trial.surfaces.fhir import FHIR
from trial.trial import Trial

from .outcome import concluded


def control(folder, _):
    """Behind the book's back, one thing of each of four surfaces is deleted, and two are written once more."""
    trial = Trial(folder).start()
    try:
        with trial.crew(rate=40):
            time.sleep(8)
        taken, added = taken_away(trial), written_again(trial)
        outcome = concluded("(control)", trial)
        if (outcome.lost, outcome.doubled) == (taken, added):
            outcome.notes.append(f"found all: {'; '.join(outcome.faults)}")
            outcome.faults = []
        else:
            outcome.faults.append(f"{taken} were taken away and {added} doubled: the book does not find what it should")
        return outcome
    finally:
        trial.close()


def acknowledged(trial, surface, kind):
    return next(one for one in trial.book.entries if (one.surface, one.kind, one.state) == (surface, kind, ACKNOWLEDGED))


def taken_away(trial):
    """Deletes by the surfaces' own means; how many."""
    client, surfaces = trial.client(), trial.surfaces
    paths = {
        ("fhir", "create"): "/fhir/Patient/{}", ("smartscan", "scan"): "/smartscan/api/face-scan/results/{}",
        ("imagemedix", "patient"): "/imagemedix/api/patients/{}", ("smartz", "patient"): surfaces["smartz"].path + "/patients/{}"}
    for (surface, kind), path in paths.items():
        surfaces[surface].need(client, "DELETE", path.format(acknowledged(trial, surface, kind).expect["id"]))
    return len(paths)


def written_again(trial):
    """Writes what is there once more; how many."""
    client, fhir, hemato = trial.client(), trial.surfaces["fhir"], trial.surfaces["hemato"]
    again = acknowledged(trial, "fhir", "conditional")
    fhir.need(client, "POST", "/fhir/Patient", fhir.patient(again.key), media=FHIR)
    hemato.need(client, "POST", "/hemato/pbs", {"tags": {"trial": acknowledged(trial, "hemato", "study").key}})
    return 2
