// API keys: made, shown once, replaced, revoked.
import { ask, showSecret } from './dialog.js';
import { at, make, onSubmit, table, time } from './dom.js';
import { list as listProjects } from './projects.js';
import { api } from './session.js';

/** The key that was made last, for the section that tries it. It is in no storage. */
let latest = '';
export const latestKey = () => latest;

export function prepare() {
    onSubmit(at('new-key'), at('fault'), async () => {
        const name = at('key-name').value.trim();
        const wanted = { project_id: at('key-project').value, ...(name && { name }) };
        const { api_key } = await api('POST', 'api/api-keys/generate', wanted);
        at('key-name').value = '';
        show(api_key);
        await reload();
    });
}

/** The list with the new key in it. That key is shown before: should this fail, it is not lost. */
async function reload() {
    try {
        await load();
    } catch (error) {
        throw new Error(`The key was made, but the list of keys could not be loaded: ${error.message}`);
    }
}

export async function load() {
    const [projects, { api_keys }] = await Promise.all([listProjects(), api('GET', 'api/api-keys')]);
    const names = new Map(projects.map(({ id, name }) => [id, name]));
    const rows = api_keys.map((key) => [
        key.name,
        make('code', {}, `${key.key_prefix}…`),
        names.get(key.project_id),
        key.status,
        time(key.created_at),
        time(key.last_used_at),
        key.status === 'active' ? buttons(key) : null,
    ]);
    const columns = ['Name', 'Begins with', 'Project', 'Status', 'Made', 'Last used', 'Change'];
    at('key-list').replaceChildren(table('Your API keys', columns, rows, 'No key yet: make one.'));
    const chosen = at('key-project').value;
    at('key-project').replaceChildren(...projects.map(({ id, name }) => new Option(name, id, false, id === chosen)));
    if (projects.length === 0) at('key-project').append(new Option('Make a project first', ''));
}

function buttons(key) {
    const button = (text, label, act) => {
        const made = make('button', { type: 'button', className: 'second small', 'aria-label': `${label} ${key.name}` }, text);
        made.addEventListener('click', act);
        return made;
    };
    const path = `api/api-keys/${encodeURIComponent(key.id)}`;
    const rotate = () =>
        ask(`Replace ${key.name}?`, 'The old key stops working at once. The new one is shown once.', 'Replace', async () => {
            const { api_key } = await api('POST', `${path}/rotate`);
            show(api_key);
            await reload();
        });
    const revoke = () =>
        ask(`Revoke ${key.name}?`, 'It stops working at once, for good.', 'Revoke', async () => {
            await api('DELETE', path);
            await load();
        });
    return make('span', { className: 'row' }, button('Replace', 'Replace', rotate), button('Revoke', 'Revoke', revoke));
}

/** Shows a key, this once. */
function show({ key, name }) {
    latest = key;
    const warning = 'This is the only time that it is shown. Keep it where only your server reads it.';
    showSecret(`Your key ${name}`, warning, key, 'new-api-key');
}
