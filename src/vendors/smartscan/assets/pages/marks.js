// Where in a picture values were read: boxes on it, and a button for each beside its value.
import { make } from './dom.js';

/**
 * The picture with a box where each value was read. The boxes are for the eye and the pointer; by the keyboard, and for who does not
 * see them, there are the buttons, which `beside` gives for the name of a value.
 */
export function marked(image, { regions = [], image_info: { width, height } }) {
    const marks = regions.map(({ field, box }, place) => {
        const outline = make('span', { className: 'region' }, make('span', {}, String(place + 1)));
        const [left, top, wide, high] = box;
        // Shares of the picture, so that they stay in place at each width of the page.
        Object.assign(outline.style, {
            left: share(left, width),
            top: share(top, height),
            width: share(wide, width),
            height: share(high, height),
        });
        const label = `${field}, box ${place + 1} on the picture`;
        const button = make('button', { type: 'button', className: 'second small', 'aria-pressed': 'false', 'aria-label': label });
        button.append(String(place + 1));
        return { field, outline, button };
    });
    const choose = (chosen) => {
        for (const mark of marks) {
            const isChosen = mark === chosen && mark.button.getAttribute('aria-pressed') === 'false';
            mark.button.setAttribute('aria-pressed', String(isChosen));
            mark.outline.classList.toggle('chosen', isChosen);
        }
    };
    for (const mark of marks) {
        mark.button.addEventListener('click', () => {
            choose(mark);
            mark.outline.scrollIntoView({ block: 'nearest' });
        });
        mark.outline.addEventListener('click', () => {
            choose(mark);
            mark.button.focus();
        });
    }
    const boxes = make('div', { 'aria-hidden': 'true' }, ...marks.map((mark) => mark.outline));
    return {
        picture: make('div', { className: 'marked' }, image, boxes),
        /** The buttons of a value, and of its parts where it has any. */
        beside: (name) => {
            const its = marks.filter(({ field }) => field === name || field.startsWith(`${name}.`));
            return its.length > 0 ? make('div', { className: 'row' }, ...its.map(({ button }) => button)) : undefined;
        },
    };
}

function share(part, whole) {
    return `${(100 * part) / whole}%`;
}
