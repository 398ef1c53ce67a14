// One resident: how full the pads were, and what happened.
import { draw } from './charts.js';
import { below } from './chosen.js';
import { at, make, shown, table, time, turns, words } from './dom.js';
import { api } from './session.js';
import { guarded, say } from './shell.js';
import { eventOf, nameOf } from './shown.js';

const SOON_MS = 2000;

let patient = null;
let waits;
const latest = turns();

export function prepare() {
    at('hours').addEventListener('change', () => guarded(load));
    at('close-resident').addEventListener('click', close);
    at('tell-change').addEventListener('click', () => guarded(() => tell('change', 'The pad is changed.')));
    at('tell-soiled').addEventListener('click', () => guarded(() => tell('soiled', 'It is noted that the pad is soiled.')));
}

/** Tells what a carer did or saw just now; what follows from it comes by the stream. */
async function tell(type, words) {
    await api('POST', below(`patients/${encodeURIComponent(patient.id)}/events`), { type });
    say(words);
    await load();
}

/** Shows a resident. */
export async function open(chosen) {
    patient = chosen;
    at('resident-heading').textContent = [nameOf(patient), patient.room].filter(Boolean).join(', ');
    at('resident').hidden = false;
    await load();
    at('resident-heading').focus();
    at('resident').scrollIntoView({ block: 'start' });
}

export function close() {
    patient = null;
    at('resident').hidden = true;
}

/** Something happened: where it is about whom is shown, that is shown too, a little later and once for several. */
export function told(kind, what) {
    if (what.patientId !== patient?.id || waits) return;
    waits = setTimeout(() => {
        waits = undefined;
        if (patient) void guarded(load);
    }, SOON_MS);
}

async function load() {
    const from = new Date(Date.now() - 3_600_000 * Number(at('hours').value));
    const path = below(`patients/${encodeURIComponent(patient.id)}/history?from=${encodeURIComponent(from.toISOString())}`);
    await latest(() => api('GET', path), show);
}

async function show({ wetness, events }) {
    await draw(at('history'), {
        title: 'Saturation of the pad',
        kind: 'line',
        axis: 'Time',
        labels: wetness.map(({ at: when }) => words(when)),
        times: wetness.map(({ at: when }) => Date.parse(when)),
        series: [{ name: 'Saturation', values: wetness.map(({ value }) => value) }],
        unit: '%',
        isFine: true,
        most: 100,
    });
    const rows = events.map((event) => [
        time(event.at),
        eventOf(event.type),
        event.value === null ? null : `${shown(event.value)} %`,
        event.volumeMl === null ? null : `${shown(event.volumeMl)} ml`,
    ]);
    const all = table('Events', ['Time', 'What', 'Saturation', 'Volume'], rows, 'Nothing happened in this time.');
    at('events').replaceChildren(make('h2', {}, 'Events'), all);
}
