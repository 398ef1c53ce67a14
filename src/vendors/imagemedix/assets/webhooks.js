// Webhooks: made, with a secret that is shown once, paused, removed; and what was sent to each.
import { ask, showSecret } from './dialog.js';
import { at, make, onSubmit, table, time, turns } from './dom.js';
import { api } from './session.js';
import { guarded } from './shell.js';

const logs = turns();

export function prepare() {
    onSubmit(at('new-webhook'), at('fault'), async () => {
        const events = [...document.querySelectorAll('#new-webhook [name=event]:checked')].map(({ value }) => value);
        if (events.length === 0) throw new Error('Choose at least one event.');
        const made = await api('POST', 'api/webhooks', { url: at('url').value.trim(), events });
        at('new-webhook').reset();
        at('new-webhook-part').open = false;
        const warning = 'Requests are signed with this secret. It is shown only now: keep it where your server reads it.';
        showSecret('The secret of the webhook', warning, made.secret, 'webhook-secret');
        await load();
    });
}

export async function load() {
    const answer = await api('GET', 'api/webhooks');
    const rows = (Array.isArray(answer) ? answer : answer.webhooks).map((hook) => [
        hook.url,
        hook.events.join(', '),
        hook.isActive ? 'active' : 'paused',
        time(hook.createdAt),
        buttons(hook),
    ]);
    at('webhooks').replaceChildren(table('All webhooks', ['Address', 'Events', 'State', 'Made', 'Change'], rows, 'No webhook yet.'));
}

function button(text, label, act) {
    const made = make('button', { type: 'button', className: 'second small', 'aria-label': `${text}: ${label}` }, text);
    made.addEventListener('click', act);
    return made;
}

function buttons(hook) {
    const path = `api/webhooks/${hook._id}`;
    const pause = async () => {
        await api('PATCH', path, { isActive: !hook.isActive });
        await load();
    };
    const remove = async () => {
        await api('DELETE', path);
        at('deliveries').replaceChildren();
        await load();
    };
    return make(
        'span',
        { className: 'row' },
        button('Deliveries', hook.url, () => guarded(() => showDeliveries(hook, 1))),
        button(hook.isActive ? 'Pause' : 'Resume', hook.url, () => guarded(pause)),
        button('Remove', hook.url, () => ask('Remove the webhook?', `Nothing is sent to ${hook.url} any more.`, 'Remove', remove)),
    );
}

function showDeliveries(hook, page) {
    const path = `api/webhooks/${hook._id}/deliveries`;
    return logs(
        () => api('GET', `${path}?page=${page}`),
        ({ deliveries, currentPage, totalPages, totalDeliveries }) => {
            const rows = deliveries.map((one) => [
                one.event,
                one.status,
                time(one.createdAt),
                ...tries(one),
                button('Send again', one._id, () => guarded(() => replay(hook, currentPage, `${path}/${one._id}/replay`))),
            ]);
            const columns = ['Event', 'State', 'Made', 'Tries', 'Last try', 'Answer', 'Change'];
            const turn = (text, to, isThere) => {
                const made = button(text, 'deliveries', () => guarded(() => showDeliveries(hook, to)));
                made.disabled = !isThere;
                return made;
            };
            at('deliveries').replaceChildren(
                make('h3', {}, `What was sent to ${hook.url}`),
                table('The newest first', columns, rows, 'Nothing was sent yet.'),
                make('div', { className: 'bar' }, turn('Newer', currentPage - 1, currentPage > 1),
                    make('span', {}, `Page ${currentPage} of ${Math.max(1, totalPages)}, ${totalDeliveries} in all`),
                    turn('Older', currentPage + 1, currentPage < totalPages)),
            );
        },
    );
}

/** How often it was tried, when last, and what came of that. */
function tries({ attempts, lastAttemptAt, responseStatus }) {
    if (!Array.isArray(attempts)) return [attempts, time(lastAttemptAt), responseStatus];
    const last = attempts.at(-1);
    return [attempts.length, time(last?.at), last?.status ?? last?.error];
}

async function replay(hook, page, path) {
    await api('POST', path);
    await showDeliveries(hook, page);
}
