// The ward: everybody as they are now, what carers are told, and how it came to be. It is loaded once and then told of every change.
import { below, choose, refresh } from './chosen.js';
import { at, make } from './dom.js';
import { listen } from './listen.js';
import * as resident from './resident.js';
import { all, api } from './session.js';
import { guarded, run, say } from './shell.js';
import { kindOf, nameOf, shownAlert, shownResident, SEVERITIES } from './shown.js';

/** Residents by id, as the API tells of them: `patient`, `status`, `alerts`. */
let residents = new Map();
let listening;

await run(async () => {
    await refresh();
    resident.prepare();
    at('org').addEventListener('change', () => {
        choose(at('org').value);
        resident.close();
        begin();
    });
    begin();
});

/** Listens to the chosen organisation, and to no other. */
function begin() {
    listening?.stop();
    residents = new Map();
    if (at('org').value) listening = listen(below('stream'), { load, told, state });
    else show();
}

function state(text, isGood) {
    at('live').textContent = text;
    at('live').className = isGood ? 'state good' : 'state off';
}

async function load() {
    const items = await all(below('ward'));
    residents = new Map(items.map((one) => [one.patient.id, one]));
    show();
}

/** Something happened. */
function told(kind, what) {
    const one = residents.get(what.patientId);
    if (!one) {
        // Somebody who came since.
        void guarded(load);
        return;
    }
    if (kind === 'status') one.status = what;
    if (kind === 'alert') changed(one, what);
    resident.told(kind, what);
    show();
}

function changed(one, alert) {
    const before = one.alerts.find(({ id }) => id === alert.id);
    one.alerts = one.alerts.filter(({ id }) => id !== alert.id);
    if (alert.state !== 'resolved') one.alerts.unshift(alert);
    if (!before && alert.state === 'open') say(`${kindOf(alert.kind)}: ${nameOf(one.patient)}`);
}

function show() {
    const focused = document.activeElement?.getAttribute('data-key');
    const known = [...residents.values()];
    const alerts = known.flatMap((one) => one.alerts.map((alert) => ({ one, alert })));
    alerts.sort((a, b) => rank(a.alert) - rank(b.alert) || b.alert.raisedAt.localeCompare(a.alert.raisedAt));
    at('alerts').replaceChildren(...alerts.map(({ one, alert }) => shownAlert(one, alert, { acknowledge, look })));
    at('no-alerts').hidden = alerts.length > 0;
    at('residents').replaceChildren(...known.map((one) => shownResident(one, { look })));
    at('no-residents').hidden = known.length > 0;
    // What had the focus is another element now.
    if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** Open ones first, the worst of them first. */
function rank({ state: how, severity }) {
    return (how === 'open' ? 0 : 10) + SEVERITIES.indexOf(severity);
}

function acknowledge(alert) {
    return guarded(async () => {
        const now = await api('POST', below(`alerts/${alert.id}/acknowledge`), {});
        const one = residents.get(now.patientId);
        if (one) changed(one, now);
        show();
        say(`${kindOf(alert.kind)}: you see to it.`);
    });
}

function look(one) {
    void guarded(() => resident.open(one.patient));
}
