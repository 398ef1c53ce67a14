// Charts, each with its numbers in a table beside it. Without the library, which set-up fetches, there are the tables.
import { make, table } from './dom.js';

/** What stands where, to be drawn anew. */
const drawn = new Map();
const instances = new Map();

let library;

/** Chart.js, loaded by the first chart. */
function chartLibrary() {
    library ??= new Promise((found) => {
        const script = make('script', { src: new URL('chart.js', import.meta.url).href });
        script.addEventListener('load', () => found(globalThis.Chart));
        script.addEventListener('error', () => found(null));
        document.head.append(script);
    });
    return library;
}

/** The colours of the style sheet, which knows whether it is dark. */
function colours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    return { main: colour('main'), fault: colour('fault'), text: colour('quiet'), line: colour('rule') };
}

/**
 * Draws a chart into `place`.
 *
 * @param {HTMLElement} place
 * @param {object} chart `title`, `kind` (bar or line), `axis` (what the labels are), `labels`, `times` (of the labels, in
 *     milliseconds, oldest first, where they are times), `series` ([{ name, values, isFault }]), `unit`, `isLying` (bars lie), `isStacked`,
 *     `isFine` (many values of some hours, without dots), `most` (the end of the axis)
 */
export async function draw(place, chart) {
    instances.get(place)?.destroy();
    instances.delete(place);
    drawn.set(place, chart);
    const rows = chart.labels.map((label, i) => [label, ...chart.series.map(({ values }) => values[i])]);
    const columns = [chart.axis, ...chart.series.map(({ name }) => name)];
    const numbers = table(chart.title, columns, rows);
    if (rows.length === 0) {
        place.replaceChildren(make('h2', {}, chart.title), numbers);
        return;
    }
    const canvas = make('canvas', { role: 'img', 'aria-label': `${chart.title}: the numbers are in the table below` });
    const frame = make('div', { className: chart.isLying ? 'chart lying' : 'chart' }, canvas);
    const details = make('details', {}, make('summary', {}, 'As a table'), numbers);
    place.replaceChildren(make('h2', {}, chart.title), frame, details);
    const Chart = await chartLibrary();
    if (!Chart) {
        frame.remove();
        details.open = true;
    } else if (canvas.isConnected) {
        instances.set(place, new Chart(canvas, settings(chart)));
    }
}

function settings({ kind, labels, times, series, unit, isLying, isStacked, isFine, most }) {
    const { main, fault, text, line } = colours();
    const scale = (title) => ({
        stacked: isStacked,
        grid: { color: line },
        ticks: { color: text, maxRotation: 0, autoSkip: true, autoSkipPadding: 12 },
        title: { display: Boolean(title), text: title, color: text },
    });
    const number = { ...scale(unit), beginAtZero: kind === 'bar' || most !== undefined, max: most };
    // Bars count, and there is no half of a request.
    if (kind === 'bar') number.ticks.precision = 0;
    const other = times ? (isFine ? overHours : overTime)(scale(), times) : scale();
    const dataset = ({ name, values, isFault }) => ({
        label: name,
        data: times ? values.map((y, i) => ({ x: times[i], y })) : values,
        backgroundColor: isFault ? fault : main,
        borderColor: isFault ? fault : main,
        pointRadius: isFine && values.length > 60 ? 0 : 3,
        borderWidth: isFine ? 2 : 3,
    });
    return {
        type: kind,
        data: { labels: times ? undefined : labels, datasets: series.map(dataset) },
        options: {
            animation: false,
            responsive: true,
            maintainAspectRatio: false,
            indexAxis: isLying ? 'y' : 'x',
            scales: isLying ? { x: number, y: other } : { x: other, y: number },
            plugins: {
                legend: { display: series.length > 1, labels: { color: text } },
                tooltip: times && { callbacks: { title: ([point]) => labels[point.dataIndex] } },
            },
        },
    };
}

/** An axis on which a week is as long as any other, with a line where a day begins. */
function overTime(scale, times) {
    const day = (at) => new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium' });
    const [first, last] = [times[0], times.at(-1)];
    const step = Math.max(1, Math.ceil((last - first) / 86_400_000 / 6));
    const begin = new Date(first);
    begin.setHours(0, 0, 0, 0);
    const lines = [{ value: begin.getTime() }];
    while (lines.at(-1).value <= last) {
        begin.setDate(begin.getDate() + step);
        lines.push({ value: begin.getTime() });
    }
    return {
        ...scale,
        type: 'linear',
        min: lines[0].value,
        max: lines.at(-1).value,
        afterBuildTicks: (axis) => (axis.ticks = lines),
        ticks: { ...scale.ticks, callback: day },
    };
}

/** An axis of some hours, with a line at each few of them. */
function overHours(scale, times) {
    const hour = (at) => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
    const [first, last] = [times[0], times.at(-1)];
    const step = Math.max(1, Math.ceil((last - first) / 3_600_000 / 8));
    const begin = new Date(first);
    begin.setMinutes(0, 0, 0);
    const lines = [{ value: begin.getTime() }];
    while (lines.at(-1).value < last) {
        begin.setHours(begin.getHours() + step);
        lines.push({ value: begin.getTime() });
    }
    return {
        ...scale,
        type: 'linear',
        min: lines[0].value,
        max: lines.at(-1).value,
        afterBuildTicks: (axis) => (axis.ticks = lines),
        ticks: { ...scale.ticks, callback: hour },
    };
}

// Drawn colours do not follow the style sheet by themselves.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const [place, chart] of drawn) {
        if (place.isConnected) void draw(place, chart);
    }
});
