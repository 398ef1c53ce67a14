// Sending a scan, with how much of it has gone.
import { at, onSubmit } from './dom.js';
import { send } from './session.js';
import { say } from './shell.js';

/** Prepares the form; `done` is called after each scan that was taken in. */
export function prepareUpload(done) {
    onSubmit(at('upload'), at('fault'), async () => {
        const form = new FormData();
        form.append('patientId', at('patient-id').value.trim());
        form.append('patientName', at('patient-name').value.trim());
        const taken = at('scan-date').value;
        if (taken) form.append('scanDate', new Date(taken).toISOString());
        form.append('image', at('image').files[0]);
        at('sending').hidden = false;
        try {
            progress(0);
            await send('api/scans', form, progress);
        } finally {
            at('sending').hidden = true;
        }
        at('upload').reset();
        at('new').open = false;
        say('The scan was sent.');
        await done();
    });
}

function progress(part) {
    const percent = Math.round(100 * part);
    at('sent').value = percent;
    at('sent-words').textContent = `${percent} %`;
}
