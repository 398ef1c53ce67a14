// What the subscriptions were used for.
import { draw } from './charts.js';
import { at, make, shown, turns } from './dom.js';
import { api } from './session.js';
import { guarded } from './shell.js';

const latest = turns();

export function prepare() {
    at('period').addEventListener('change', () => guarded(load));
}

export async function load() {
    const from = new Date(Date.now() - 86_400_000 * Number(at('period').value));
    await latest(() => api('GET', `portal/api/analytics?from=${encodeURIComponent(from.toISOString())}`), show);
}

async function show({ totals, days, subscriptions }) {
    const card = (name, value, more) => make('div', {}, make('dt', {}, name), make('dd', {}, value, more ? make('small', {}, more) : ''));
    at('totals').replaceChildren(
        card('Calls', shown(totals.calls)),
        card('Answered', shown(totals.successful)),
        card('Kept out', shown(totals.blocked), 'no key, no token, too fast'),
        card('Refused or failed', shown(totals.failed)),
        card('Took', `${shown(totals.averageDurationMs)} ms`, 'on average'),
    );
    const series = (rows) => [
        { name: 'Answered', values: rows.map(({ successful }) => successful) },
        { name: 'Kept out, refused or failed', values: rows.map(({ blocked, failed }) => blocked + failed), isFault: true },
    ];
    await Promise.all([
        draw(at('by-day'), {
            title: 'Calls by day',
            kind: 'bar',
            isStacked: true,
            axis: 'Day (UTC)',
            labels: days.map(({ date }) => date),
            series: series(days),
        }),
        draw(at('by-subscription'), {
            title: 'Calls by subscription',
            kind: 'bar',
            isLying: true,
            isStacked: true,
            axis: 'Subscription',
            labels: subscriptions.map(({ name }) => name),
            series: series(subscriptions),
        }),
    ]);
}
