// The report of a scan, made anew and shown before it is handed on.
import { at, make } from './dom.js';
import { close, open } from './dialog.js';
import { api, below, file } from './session.js';
import { guarded } from './shell.js';

/** Prepares the button that makes it. */
export function prepareReport(id) {
    at('make-report').addEventListener('click', () =>
        guarded(async () => {
            at('make-report').disabled = true;
            try {
                const { reportUrl } = await api('POST', `api/scans/${id}/report`);
                show(id, await file(below(reportUrl, '/reports/')));
            } finally {
                at('make-report').disabled = false;
            }
        }),
    );
}

function show(id, pdf) {
    const address = URL.createObjectURL(pdf);
    at('dialog').addEventListener('close', () => URL.revokeObjectURL(address), { once: true });
    const keep = make('a', { href: address, download: `report-${id}.pdf`, className: 'button', id: 'keep-report' }, 'Download');
    const done = make('button', { type: 'button', className: 'second' }, 'Close');
    done.addEventListener('click', close);
    // Browsers that show no PDF, such as those of telephones, leave the frame empty: the link is always there.
    const frame = make('iframe', { src: address, title: 'The report' });
    open('Report', frame, make('div', { className: 'buttons' }, keep, done));
}
