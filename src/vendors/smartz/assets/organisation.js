// An organisation, and which applications it lets in.
import { below, chosen, none, refresh } from './chosen.js';
import { ask, showSecret } from './dialog.js';
import { at, make, onSubmit, table, time, words } from './dom.js';
import { api } from './session.js';
import { guarded } from './shell.js';

export function prepare() {
    onSubmit(at('new-organisation'), at('fault'), async () => {
        const [type, address] = [at('organisation-type').value.trim(), at('organisation-address').value.trim()];
        const made = await api('POST', 'dashboard/api/organisations', {
            name: at('organisation-name').value.trim(),
            ...(type && { type }),
            ...(address && { address }),
        });
        at('new-organisation').reset();
        at('new-organisation-part').open = false;
        await refresh(made.id);
        await load();
    });
    at('make-code').addEventListener('click', () => guarded(async () => {
        const { linkCode, expiresAt } = await api('POST', below('link-code'));
        const warning = `It is shown only now, and good until ${words(expiresAt)}. Give it to whoever develops the application.`;
        showSecret(`The link code of ${chosen().name}`, warning, linkCode, 'link-code');
    }));
}

export async function load() {
    const one = chosen();
    at('letting-in').hidden = !one;
    at('new-organisation-part').open = !one;
    if (!one) {
        at('facts').replaceChildren(none());
        return;
    }
    const fact = (name, value) => [make('dt', {}, name), make('dd', {}, value ?? '–')];
    at('facts').replaceChildren(make(
        'dl',
        { className: 'facts' },
        ...fact('Name', one.name),
        ...fact('What it is', one.type),
        ...fact('Address', one.address),
        ...fact('Id', make('code', {}, one.id)),
        ...fact('Since', time(one.createdAt)),
    ));
    const { items } = await api('GET', below('links'));
    const rows = items.map((link) => [link.name ?? 'no longer there', link.type, make('code', {}, link.appId), time(link.linkedAt), cut(link)]);
    const columns = ['Application', 'Type', 'App Id', 'Let in since', 'Change'];
    at('links').replaceChildren(table('Applications that are let in', columns, rows, 'No application is let in.'));
}

function cut(link) {
    const name = link.name ?? link.appId;
    const button = make('button', { type: 'button', className: 'second small', 'aria-label': `Let in no more: ${name}` }, 'Let in no more');
    button.addEventListener('click', () =>
        ask(`Let ${name} in no more?`, 'What it asks of the organisation from then on finds nothing, and its streams end.', 'Let in no more', async () => {
            await api('DELETE', below(`links/${link.appId}`));
            await load();
        }));
    return button;
}
