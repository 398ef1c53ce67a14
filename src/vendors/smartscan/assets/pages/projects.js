// The projects of the account.
import { at, onSubmit, table, time } from './dom.js';
import { api } from './session.js';

export function prepare() {
    onSubmit(at('new-project'), at('fault'), async () => {
        const description = at('project-description').value.trim();
        await api('POST', 'api/projects', { name: at('project-name').value, ...(description && { description }) });
        at('new-project').reset();
        await load();
    });
}

export async function load() {
    const rows = (await list()).map(({ name, description, created_at }) => [name, description, time(created_at)]);
    at('project-list').replaceChildren(table('Your projects', ['Name', 'What it is for', 'Since'], rows, 'No project yet: make one.'));
}

export async function list() {
    return (await api('GET', 'api/projects')).projects;
}
