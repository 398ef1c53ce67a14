// Subscriptions: made, their keys shown once and replaced one by one, cancelled.
import { ask, showSecret, showSecrets } from './dialog.js';
import { at, make, onSubmit, table, time } from './dom.js';
import { all, api } from './session.js';

const ONCE = 'This is the only time that it is shown. Keep it where only your server reads it.';

export function prepare() {
    onSubmit(at('new-subscription'), at('fault'), async () => {
        const name = at('subscription-name').value.trim();
        const made = await api('POST', 'portal/api/subscriptions', { productId: 'smartz-api-product', name });
        at('new-subscription').reset();
        showSecrets(`The keys of ${made.name}`, 'This is the only time that they are shown. Keep them where only your server reads them.', [
            { name: 'Primary key', secret: made.primaryKey, id: 'primary-key' },
            { name: 'Secondary key', secret: made.secondaryKey, id: 'secondary-key' },
        ]);
        await load();
    });
}

export async function load() {
    const items = await all('portal/api/subscriptions');
    const rows = items.map((one) => [
        one.name,
        one.state,
        make('code', {}, one.primaryKeyHint),
        make('code', {}, one.secondaryKeyHint),
        time(one.createdAt),
        one.state === 'active' ? buttons(one) : null,
    ]);
    const columns = ['Name', 'State', 'Primary key', 'Secondary key', 'Since', 'Change'];
    at('subscription-list').replaceChildren(table('Your subscriptions', columns, rows, 'No subscription yet.'));
}

function buttons(one) {
    const path = `portal/api/subscriptions/${one.id}`;
    const button = (text, act) => {
        const made = make('button', { type: 'button', className: 'second small', 'aria-label': `${text}: ${one.name}` }, text);
        made.addEventListener('click', act);
        return made;
    };
    const renew = (which, member) => () =>
        ask(`New ${which} key for ${one.name}?`, 'The old one stops working at once; the other one is untouched.', 'Make a new one', async () => {
            const made = await api('POST', `${path}/regenerate${which === 'primary' ? 'Primary' : 'Secondary'}Key`);
            showSecret(`The new ${which} key of ${one.name}`, ONCE, made[member], `${which}-key`);
            await load();
        });
    const cancel = () =>
        ask(`Cancel ${one.name}?`, 'Both keys stop working at once, for good.', 'Cancel the subscription', async () => {
            await api('POST', `${path}/cancel`);
            await load();
        });
    return make(
        'span',
        { className: 'row' },
        button('New primary key', renew('primary', 'primaryKey')),
        button('New secondary key', renew('secondary', 'secondaryKey')),
        button('Cancel', cancel),
    );
}
