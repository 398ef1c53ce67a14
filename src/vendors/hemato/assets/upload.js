// A new study: its files are sent one after another, each with how much of it has gone; then a review is asked for.
import { at, make, onSubmit, tell } from './dom.js';
import { api, send } from './session.js';
import { guarded, say } from './shell.js';

const TASKS = ['pbs_v1'];
const TYPES = { 'image/jpeg': 'image/jpeg', 'image/png': 'image/png', 'application/zip': 'application/zip', 'application/x-zip-compressed': 'application/zip' };

/** The study that files are sent to until it is reviewed, and what it was said to be of. */
let study = null;
let tagged = '';

/** Prepares the form; `done` is called once a study waits for its review. */
export function prepareUpload(done) {
    onSubmit(at('upload'), at('fault'), async () => {
        const chosen = [...at('files').files];
        const list = at('list').value.trim();
        if (chosen.length === 0 && !list) throw new Error('Choose pictures, or say where a list of them is.');
        if (chosen.length > 0 && list) throw new Error('Choose pictures or name a list of them, not both.');
        if (list) {
            await ready(await made({ list_url: list, diagnostic_tasks: TASKS }), done, 'The files are fetched.');
            return;
        }
        // Files of one patient must not come into the study of another.
        const asked = JSON.stringify(tags());
        if (!study || tagged !== asked) [study, tagged] = [await made({}), asked];
        await sent(study, chosen, done);
    });
    at('start').addEventListener('click', () => guarded(() => start(study, done)));
}

async function made(more) {
    const { pbs_study_id: id } = await api('POST', 'pbs', { tags: tags(), ...more });
    return id;
}

function tags() {
    const all = {};
    for (const line of at('tags').value.split('\n').map((one) => one.trim()).filter(Boolean)) {
        const at = line.indexOf(':');
        if (at < 1) throw new Error(`A tag is a name, a colon and a value: “${line}” is none.`);
        all[line.slice(0, at).trim()] = line.slice(at + 1).trim();
    }
    const proxy = document.getElementById('proxy').value.trim();
    if (proxy) all.patient_proxy_id = proxy;
    return all;
}

/** Sends files; reviews them where all were taken, and asks where not. */
async function sent(id, chosen, done) {
    at('sending').hidden = false;
    at('start').hidden = true;
    at('outcome').textContent = '';
    const lines = chosen.map((file) => line(file));
    at('sent').replaceChildren(...lines.map(({ element }) => element));
    let taken = 0;
    for (const [place, file] of chosen.entries()) {
        if (await one(id, file, lines[place])) taken += 1;
    }
    if (taken === chosen.length) {
        await start(id, done);
        return;
    }
    const told = taken === 0 ? 'No file was taken. Choose others.' : `${taken} of ${chosen.length} files were taken.`;
    at('outcome').textContent = told;
    at('start').hidden = taken === 0;
}

/** A file in the list, and what tells how far it is. */
function line(file) {
    const progress = make('progress', { max: 1, value: 0, 'aria-label': `Sent of ${file.name}` });
    const told = make('span', { className: 'told quiet' }, 'waiting');
    return { element: make('li', {}, make('span', {}, file.name), progress, told), progress, told };
}

/** Whether a file was taken. */
async function one(id, file, { progress, told }) {
    told.textContent = 'being sent';
    const query = new URLSearchParams({ file_name: file.name });
    // The name tells what the browser does not know the type of.
    const type = TYPES[file.type];
    if (type) query.set('content_type', type);
    try {
        const { file_ids: ids } = await send(`pbs/${id}/files?${query}`, new Blob([file]), (part) => {
            progress.value = part;
            if (part === 1) told.textContent = 'sent; it is being looked at';
        });
        progress.value = 1;
        told.textContent = ids ? `taken: ${ids.length} pictures` : 'taken';
        return true;
    } catch (error) {
        told.textContent = `not taken: ${error.message}`;
        told.classList.add('refused');
        return false;
    }
}

async function start(id, done) {
    at('start').hidden = true;
    await api('POST', `pbs/${id}/tasks`, { diagnostic_tasks: TASKS });
    await ready(id, done, 'The files are taken, and wait for their review.');
}

async function ready(id, done, words) {
    const link = make('a', { href: `study.html?id=${id}` }, 'Open the study');
    at('sending').hidden = false;
    at('outcome').replaceChildren(`${words} `, link);
    if (study === id) study = null;
    at('upload').reset();
    tell(at('fault'), null);
    say(words);
    await done();
}
