// Users and webhooks, for administrators.
import { at, tell } from './dom.js';
import { run } from './shell.js';
import * as users from './users.js';
import * as webhooks from './webhooks.js';

await run(async (me) => {
    if (me.role !== 'admin') {
        for (const section of document.querySelectorAll('section')) section.hidden = true;
        tell(at('fault'), new Error('This page is for administrators.'));
        return;
    }
    users.prepare(me);
    webhooks.prepare();
    await users.load();
    try {
        await webhooks.load();
    } catch (error) {
        // A server without webhooks has no part for them.
        if (error.status !== 404) throw error;
        at('webhooks').closest('section').hidden = true;
    }
});
