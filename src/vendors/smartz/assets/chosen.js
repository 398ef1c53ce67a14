// The organisation that is looked at. The address names it, so that it can be kept and passed on.
import { at, make } from './dom.js';
import { all } from './session.js';

let organisations = [];

/** Loads the organisations; one that the address names is chosen, else the first. */
export async function refresh(wanted) {
    organisations = await all('dashboard/api/organisations');
    const asked = wanted ?? new URLSearchParams(location.search).get('org');
    const found = organisations.find(({ id }) => id === asked) ?? organisations[0];
    at('org').replaceChildren(...organisations.map(({ id, name }) => new Option(name, id, false, id === found?.id)));
    at('choice').hidden = organisations.length === 0;
    if (found) choose(found.id);
}

/** Chooses one. */
export function choose(id) {
    at('org').value = id;
    history.replaceState(null, '', `?org=${encodeURIComponent(id)}${location.hash}`);
    const ward = at('to-ward');
    if (ward) ward.href = `ward.html?org=${encodeURIComponent(id)}`;
}

/** The chosen one; nothing where there is none. */
export const chosen = () => organisations.find(({ id }) => id === at('org').value);

/** Where what belongs to the chosen one is. */
export const below = (path) => `dashboard/api/organisations/${encodeURIComponent(at('org').value)}/${path}`;

/** What stands where there is no organisation yet. */
export const none = () => make('p', { className: 'quiet' }, 'There is no organisation yet.');
