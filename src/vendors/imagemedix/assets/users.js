// The tenant's users: made, given another role, put out of use.
import { ask } from './dialog.js';
import { at, make, onSubmit, table } from './dom.js';
import { api } from './session.js';
import { guarded } from './shell.js';

let self;

export function prepare(me) {
    self = me._id;
    onSubmit(at('new-user'), at('fault'), async () => {
        const specialization = at('specialization').value.trim();
        await api('POST', 'api/users/users', {
            name: at('name').value.trim(),
            email: at('email').value.trim(),
            password: at('password').value,
            role: at('role').value,
            ...(specialization && { specialization }),
        });
        at('new-user').reset();
        at('new-user-part').open = false;
        await load();
    });
}

export async function load() {
    const rows = (await api('GET', 'api/users/users')).map((user) => [
        user._id === self ? `${user.name} (you)` : user.name,
        user.email,
        roles(user),
        user.specialization,
        user.isActive ? 'active' : 'not in use',
        switched(user),
    ]);
    const columns = ['Name', 'E-mail address', 'Role', 'Specialization', 'State', 'Change'];
    at('users').replaceChildren(table('All users', columns, rows));
}

const change = (user, what) => async () => {
    try {
        await api('PATCH', `api/users/users/${user._id}`, what);
    } finally {
        // A choice that was refused is not to stay on the page.
        await load();
    }
};

function roles(user) {
    const options = ['doctor', 'admin'].map((role) => new Option(role, role, false, role === user.role));
    const select = make('select', { 'aria-label': `Role of ${user.name}` }, ...options);
    select.addEventListener('change', () => guarded(change(user, { role: select.value })));
    return select;
}

function switched(user) {
    const words = user.isActive ? 'Put out of use' : 'Put into use';
    const button = make('button', { type: 'button', className: 'second small', 'aria-label': `${words}: ${user.name}` }, words);
    const act = change(user, { isActive: !user.isActive });
    button.addEventListener('click', () => {
        if (!user.isActive) guarded(act);
        else ask(`Put ${user.name} out of use?`, 'Nobody can sign in to the account any more, and who is signed in is out at once.', words, act);
    });
    return button;
}
