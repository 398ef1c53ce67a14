// Applications: registered, linked to organisations, their keys replaced.
import { ask, close, open, showSecret, showSecrets } from './dialog.js';
import { at, make, onSubmit, table, time } from './dom.js';
import { all, api } from './session.js';

const ONCE = 'The App Key is shown only now. Keep it where only your server reads it.';

export function prepare() {
    onSubmit(at('new-application'), at('fault'), async () => {
        const code = at('application-code').value.trim();
        const made = await api('POST', 'portal/api/applications', {
            name: at('application-name').value.trim(),
            type: at('application-type').value,
            ...(code && { linkCode: code }),
        });
        at('new-application').reset();
        showSecrets(`The credentials of ${made.name}`, ONCE, [
            { name: 'App Id', secret: made.appId, id: 'app-id' },
            { name: 'App Key', secret: made.appKey, id: 'app-key' },
        ]);
        await load();
    });
}

export async function load() {
    const items = await all('portal/api/applications');
    const rows = items.map((one) => [
        one.name,
        one.type,
        make('code', {}, one.appId),
        links(one),
        time(one.createdAt),
        buttons(one),
    ]);
    const columns = ['Name', 'Type', 'App Id', 'Organisations', 'Since', 'Change'];
    at('application-list').replaceChildren(table('Your applications', columns, rows, 'No application yet.'));
}

function button(text, label, act) {
    const made = make('button', { type: 'button', className: 'second small', 'aria-label': `${text}: ${label}` }, text);
    made.addEventListener('click', act);
    return made;
}

/** The organisations that let an application in. */
function links(one) {
    if (one.organisations.length === 0) return 'none yet';
    const shown = (organisation) => {
        const unlink = () =>
            ask(`Unlink ${one.name}?`, 'What it asks of the organisation from then on finds nothing.', 'Unlink', async () => {
                await api('DELETE', `portal/api/applications/${one.appId}/link/${encodeURIComponent(organisation)}`);
                await load();
            });
        return make('div', { className: 'row' }, make('code', {}, organisation), button('Unlink', organisation, unlink));
    };
    return make('div', {}, ...one.organisations.map(shown));
}

function buttons(one) {
    const renew = () =>
        ask(`New App Key for ${one.name}?`, 'The old one fetches no more tokens.', 'Make a new one', async () => {
            const { appKey } = await api('POST', `portal/api/applications/${one.appId}/regenerateKey`);
            showSecret(`The new App Key of ${one.name}`, ONCE, appKey, 'app-key');
        });
    return make('span', { className: 'row' }, button('Link organisation', one.name, () => link(one)), button('New key', one.name, renew));
}

/** Asks for a link code. */
function link(one) {
    const code = make('input', { id: 'link-code', required: true, maxLength: 64, autocomplete: 'off', spellcheck: false });
    const fault = make('p', { className: 'fault', role: 'alert', hidden: true });
    const cancel = make('button', { type: 'button', className: 'second' }, 'Cancel');
    cancel.addEventListener('click', close);
    const buttons = make('div', { className: 'buttons' }, make('button', { type: 'submit' }, 'Link'), cancel);
    const form = make('form', {}, fault, make('label', { htmlFor: 'link-code' }, 'Link code of the organisation'), code, buttons);
    onSubmit(form, fault, async () => {
        await api('POST', `portal/api/applications/${one.appId}/link`, { linkCode: code.value });
        close();
        await load();
    });
    open(`Link ${one.name}`, form);
    code.focus();
}
