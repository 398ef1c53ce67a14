// Face scans: how a value went, and what a session says.
import { draw } from './charts.js';
import { at, make, shown, table, tell, time, turns, words } from './dom.js';
import { viewer } from './fhir.js';
import { client } from './session.js';

/** The values by the names that the API has for them. */
const VITALS = {
    heart_rate: 'Heart rate',
    hrv_sdnn: 'Heart rate variability (SDNN)',
    hrv_rmssd: 'Heart rate variability (RMSSD)',
    breathing_rate: 'Breathing rate',
    spo2: 'Oxygen saturation',
    systolic_bp: 'Systolic blood pressure',
    diastolic_bp: 'Diastolic blood pressure',
    stress_index: 'Stress index',
    wellness_score: 'Wellness score',
};

const histories = turns();
const sessions = turns();

export function prepare() {
    at('vital').append(...Object.entries(VITALS).map(([name, words]) => new Option(words, name)));
    const reload = () => guarded(load);
    at('vital').addEventListener('change', reload);
    at('scan-period').addEventListener('change', reload);
}

export async function load() {
    const vital = at('vital').value;
    await histories(
        () => client.getVitalHistory(vital, at('scan-period').value),
        ({ data }) => showHistory(vital, data),
    );
}

async function showHistory(vital, data) {
    const oldestFirst = data.toReversed();
    const drawn = draw(at('history'), {
        title: VITALS[vital],
        kind: 'line',
        axis: 'Time',
        unit: data[0]?.unit,
        labels: oldestFirst.map(({ recorded_at }) => words(recorded_at)),
        times: oldestFirst.map(({ recorded_at }) => Date.parse(recorded_at)),
        series: [{ name: VITALS[vital], values: oldestFirst.map(({ value }) => value) }],
    });
    const rows = data.map(({ session_id, value, unit, recorded_at }) => {
        // What another system measured belongs to no session.
        if (!session_id) return [time(recorded_at), `${shown(value)} ${unit}`, 'from elsewhere'];
        const open = make('button', { type: 'button', className: 'second small' }, 'Open');
        open.setAttribute('aria-label', `Open the session of ${recorded_at}`);
        open.addEventListener('click', () => guarded(() => show(session_id)));
        return [time(recorded_at), `${shown(value)} ${unit}`, open];
    });
    const list = table('Sessions, the newest first', ['Time', 'Value', 'Session'], rows, 'No scans in this period.');
    at('history-sessions').replaceChildren(make('h2', {}, 'Sessions'), list);
    await drawn;
}

async function guarded(work) {
    try {
        tell(at('fault'), null);
        await work();
    } catch (error) {
        tell(at('fault'), error);
    }
}

/** Shows one session. */
async function show(id) {
    await sessions(
        () => ask(id),
        (answers) => showSession(id, answers),
    );
}

function ask(id) {
    return Promise.all([
        client.getScanSession(id),
        client.getDelta(id),
        client.getAnomalies(id),
        // Which scores there are is up to what is known of the person: a refusal is no fault of the page.
        client.getRiskScores(id).catch((error) => ({ refused: error.message })),
    ]);
}

function showSession(id, [{ session }, delta, { anomalies }, risk]) {
    const tags = (session.tags ?? []).map((tag) => make('span', { className: 'mark' }, tag));
    at('session').replaceChildren(
        make('h2', { tabIndex: -1 }, 'Session of ', time(session.created_at)),
        make('p', { className: 'row' }, ...tags),
        table('Values, and how usual they are', ['Value', 'Measured', 'Usually', 'Unusual'], anomalies.map(unusual)),
        table('Since the session before', ['Value', 'Before', 'Now', 'Change'], delta.deltas.map(change), 'No session before.'),
        make('h3', {}, 'Risk'),
        risk.refused ? make('p', { className: 'quiet' }, risk.refused) : scores(risk.riskScores),
        make('div', { className: 'buttons' }, ...(session.result_ids ?? []).map(download)),
        viewer(async () => (await client.getFHIRBundle(id)).bundle),
    );
    at('session').querySelector('h2').focus();
}

/** Why it is not told whether a value is unusual. */
const UNTOLD = { insufficient_history: 'not enough scans', no_variation: 'no variation yet' };

function unusual({ vitalName, value, mean, isAnomaly, reason }) {
    const told = isAnomaly ? make('strong', {}, 'yes') : 'no';
    return [VITALS[vitalName] ?? vitalName, value, mean, reason ? (UNTOLD[reason] ?? 'not told') : told];
}

function change({ vital_name, previous, current, change: by, unit }) {
    const sign = by > 0 ? '+' : '';
    return [VITALS[vital_name] ?? vital_name, `${shown(previous)} ${unit}`, `${shown(current)} ${unit}`, `${sign}${shown(by)} ${unit}`];
}

function scores({ cardiovascularRisk, vascularAge, tenYearRisk }) {
    const missing = (score) => (score.missing?.length ? `needs ${score.missing.join(', ')}` : '–');
    // A number for which something was assumed is nobody's own.
    const known = (score, value) => value !== null && value !== undefined && !score.assumed?.length;
    const line = (name, score, value) => [name, known(score, value) ? value : missing(score)];
    return table('Risk scores', ['Score', 'Value'], [
        line('Cardiovascular risk', cardiovascularRisk, cardiovascularRisk.level ?? cardiovascularRisk.score),
        line('Vascular age', vascularAge, vascularAge.vascularAge),
        line(`Ten-year risk${tenYearRisk.model ? ` (${tenYearRisk.model})` : ''}`, tenYearRisk, percent(tenYearRisk.riskPercent)),
    ]);
}

function percent(value) {
    return typeof value === 'number' ? `${shown(value)} %` : null;
}

function download(id) {
    const button = make('button', { type: 'button', className: 'second' }, 'Report (PDF)');
    button.addEventListener('click', () =>
        guarded(async () => {
            const address = URL.createObjectURL(await client.exportPDF(id));
            make('a', { href: address, download: 'face-scan.pdf' }).click();
            setTimeout(() => URL.revokeObjectURL(address), 60_000);
        }),
    );
    return button;
}
