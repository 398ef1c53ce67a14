// The developer portal.
import * as applications from './applications.js';
import { run, sections } from './shell.js';
import * as start from './start.js';
import * as subscriptions from './subscriptions.js';
import * as usage from './usage.js';

await run(() => sections({ start, subscriptions, applications, usage }, 'start'));
