// The dashboard of who manages organisations.
import * as catalogue from './catalogue.js';
import * as devices from './devices.js';
import { at, tell } from './dom.js';
import { choose, refresh } from './chosen.js';
import * as organisation from './organisation.js';
import { run, sections } from './shell.js';

await run(async (person) => {
    if (person.role !== 'admin') {
        tell(at('fault'), new Error('This page is for administrators of organisations.'));
        return;
    }
    await refresh();
    const show = await sections({ organisation, catalogue, devices }, 'organisation');
    at('org').addEventListener('change', () => {
        choose(at('org').value);
        dispatchEvent(new HashChangeEvent('hashchange'));
    });
    return show;
});
