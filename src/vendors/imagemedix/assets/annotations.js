// Annotations: the list beside the picture, and the dialog in which one is written.
import { close, open } from './dialog.js';
import { at, make, onSubmit, time } from './dom.js';
import { api } from './session.js';
import { say } from './shell.js';

/** Shows the annotations; `choose` is told the number of the one that is to be seen. */
export function showMarks(annotations, chosen, choose) {
    if (annotations.length === 0) {
        at('marks').replaceChildren(make('p', { className: 'quiet' }, 'None yet.'));
        return;
    }
    const lines = annotations.map(({ x, y, text, createdAt }, place) => {
        const words = `Annotation ${place + 1}, at ${x}, ${y}`;
        const pressed = String(place === chosen);
        const number = make('button', { type: 'button', className: 'second small', 'aria-label': words, 'aria-pressed': pressed }, String(place + 1));
        number.addEventListener('click', () => choose(place));
        const told = make('span', {}, text, make('br'), make('span', { className: 'quiet' }, `(${x}, ${y}) `, time(createdAt)));
        return make('li', {}, number, told);
    });
    at('marks').replaceChildren(make('ol', { className: 'marks' }, ...lines));
}

/** Asks what is at a point of the picture, and keeps it; `kept` is told all annotations. */
export function annotate(scan, point, { width, height }, kept) {
    const number = (id, value, most) => make('input', { id, type: 'number', required: true, min: 0, max: most - 1, step: 'any', value });
    const [x, y] = [number('mark-x', Math.round(point.x), width), number('mark-y', Math.round(point.y), height)];
    const text = make('textarea', { id: 'mark-text', required: true, maxLength: 1000 });
    const fault = make('p', { className: 'fault', role: 'alert', hidden: true });
    const cancel = make('button', { type: 'button', className: 'second' }, 'Cancel');
    cancel.addEventListener('click', close);
    const label = (id, words) => make('label', { htmlFor: id }, words);
    const form = make('form', {}, fault, label('mark-text', 'What is there'), text, label('mark-x', 'Pixels from the left'), x,
        label('mark-y', 'Pixels from the top'), y, make('div', { className: 'buttons' }, make('button', { type: 'submit' }, 'Keep'), cancel));
    onSubmit(form, fault, async () => {
        const mark = { x: Number(x.value), y: Number(y.value), text: text.value.trim() };
        const { annotations } = await api('POST', `api/scans/${scan._id}/annotations`, mark);
        close();
        say('The annotation was kept.');
        kept(annotations);
    });
    open('New annotation', form);
    text.focus();
}
