// Making and changing elements. Text is only ever set as text, so that nothing that is shown can be markup.

/** An element with properties and children; `dataset`-like names come as attributes where they hold a dash. */
export function make(name, properties = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (value === undefined || value === null || value === false) continue;
        if (key in element && !key.includes('-')) element[key] = value;
        else element.setAttribute(key, value === true ? '' : value);
    }
    element.append(...children.filter((child) => child !== undefined && child !== null));
    return element;
}

/** The element with this id. */
export function at(id) {
    return document.getElementById(id);
}

/** A table that scrolls by itself where it is too wide; its cells are texts or elements. */
export function table(caption, columns, rows, empty = 'Nothing yet.') {
    if (rows.length === 0) return make('p', { className: 'quiet' }, empty);
    const head = columns.map((column) => make('th', { scope: 'col' }, column));
    const line = (cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, shown(cell))));
    const body = make('tbody', {}, ...rows.map(line));
    const whole = make('table', {}, make('caption', {}, caption), make('thead', {}, make('tr', {}, ...head)), body);
    return make('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': caption }, whole);
}

/** A value as people read it. */
export function shown(value) {
    if (value instanceof Node) return value;
    if (value === null || value === undefined || value === '') return '–';
    if (typeof value === 'number') return value.toLocaleString(undefined, { maximumFractionDigits: 2 });
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A time as people read it. */
export function words(text) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) return text;
    return date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A time as an element. */
export function time(text) {
    return text ? make('time', { dateTime: text, title: text }, words(text)) : '–';
}

/** Shows what went wrong; nothing takes it away again. */
export function tell(element, error) {
    element.hidden = !error;
    element.textContent = error ? (error.message ?? String(error)) : '';
    if (error) element.scrollIntoView({ block: 'nearest' });
}

/**
 * A place that is filled with what is asked for, again and again: what came of all turns but the latest is dropped, answers and
 * faults alike. What takes long to show asks `isLatest`, which `show` is given, before it goes on.
 */
export function turns() {
    let latest = 0;
    return async (ask, show) => {
        latest += 1;
        const mine = latest;
        const isLatest = () => mine === latest;
        try {
            const answer = await ask();
            if (isLatest()) await show(answer, isLatest);
        } catch (error) {
            if (isLatest()) throw error;
        }
    };
}

/** Has a form sent by `send`, once at a time; what goes wrong is told in `fault`. */
export function onSubmit(form, fault, send) {
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const button = form.querySelector('[type=submit]');
        button.disabled = true;
        tell(fault, null);
        try {
            await send();
        } catch (error) {
            tell(fault, error);
        } finally {
            button.disabled = false;
        }
    });
}
