// What was used: numbers, charts and the single requests.
import { draw } from './charts.js';
import { at, make, shown, table, tell, time, turns } from './dom.js';
import { api } from './session.js';

const LINES = 20;
let page = 1;

const charts = turns();
const pages = turns();

export function prepare() {
    at('period').addEventListener('change', () => guarded(loadCharts));
    at('newer').addEventListener('click', () => guarded(() => loadLogs(page - 1)));
    at('older').addEventListener('click', () => guarded(() => loadLogs(page + 1)));
}

export async function load() {
    await Promise.all([loadStats(), loadCharts(), loadLogs(1)]);
}

async function guarded(work) {
    try {
        tell(at('fault'), null);
        await work();
    } catch (error) {
        tell(at('fault'), error);
    }
}

async function loadStats() {
    const { stats } = await api('GET', 'api/dashboard/stats');
    const card = (name, value, more) => make('div', {}, make('dt', {}, name), make('dd', {}, value, more ?? ''));
    const { hour, day, month } = stats.limits;
    // Of nothing there is no part.
    const part = (value) => percent(stats.requests_this_month > 0 ? value : null);
    const limits = `${shown(hour)} an hour, ${shown(day)} a day, ${shown(month)} a month`;
    at('stats').replaceChildren(
        card('Requests today', shown(stats.requests_today)),
        card('Requests this month', shown(stats.requests_this_month)),
        card('Answered', part(stats.success_rate), make('small', {}, 'of this month')),
        card('Confidence', part(stats.average_confidence), make('small', {}, 'on average')),
        card('Keys in use', shown(stats.active_keys)),
        card('Plan', stats.plan, make('small', {}, limits)),
    );
}

async function loadCharts() {
    const path = `api/usage/analytics?period=${encodeURIComponent(at('period').value)}`;
    await charts(() => api('GET', path), showCharts);
}

async function showCharts({ analytics }) {
    const days = analytics.by_day;
    await Promise.all([
        draw(at('by-day'), {
            title: `Requests by day: ${shown(analytics.total)}`,
            kind: 'bar',
            isStacked: true,
            axis: 'Day',
            labels: days.map(({ date }) => date),
            series: [
                { name: 'Answered', values: days.map(({ requests, errors }) => requests - errors) },
                { name: 'Refused or failed', values: days.map(({ errors }) => errors), isFault: true },
            ],
        }),
        draw(at('by-device-type'), counts('What was read', 'Type', analytics.by_device_type)),
        draw(at('by-status'), counts('Answers by status', 'Status', analytics.by_status)),
    ]);
}

function counts(title, axis, byName) {
    const [labels, values] = [Object.keys(byName), Object.values(byName)];
    return { title, kind: 'bar', isLying: true, axis, labels, series: [{ name: 'Requests', values }] };
}

async function loadLogs(wanted) {
    await pages(() => api('GET', `api/usage/logs?page=${wanted}&limit=${LINES}`), showLogs);
}

function showLogs({ logs, page: got, limit, total }) {
    page = got;
    const columns = ['Time', 'Request', 'Status', 'Read', 'Confidence', 'Took', 'Key'];
    const rows = logs.map((log) => [
        time(log.timestamp),
        `${log.method} ${log.path}`,
        log.error_code ? `${log.status} ${log.error_code}` : log.status,
        log.device_type,
        percent(log.confidence),
        log.processing_time_ms === null ? null : `${shown(log.processing_time_ms)} ms`,
        log.key_prefix && `${log.key_prefix}…`,
    ]);
    at('logs').replaceChildren(table('The latest requests', columns, rows, 'No requests yet.'));
    const last = Math.max(1, Math.ceil(total / limit));
    at('page').textContent = `Page ${page} of ${last}`;
    at('newer').disabled = page <= 1;
    at('older').disabled = page >= last;
}

/** A part of one as a percentage. */
function percent(part) {
    if (typeof part !== 'number') return '–';
    return part.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 });
}
