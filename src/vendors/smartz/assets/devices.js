// Pods and nodes: added, put on residents, given new keys.
import { below, chosen, none } from './chosen.js';
import { ask, showSecret } from './dialog.js';
import { at, make, onSubmit, table, time } from './dom.js';
import { all, api } from './session.js';
import { guarded, say } from './shell.js';

const ONCE = 'The node sends with this key. It is shown only now.';

export function prepare() {
    const isPod = () => at('device-type').value === 'pod';
    at('device-type').addEventListener('change', () => (at('device-node-part').hidden = !isPod()));
    onSubmit(at('new-device'), at('fault'), async () => {
        const text = (name) => at(`device-${name}`).value.trim() || undefined;
        const made = await api('POST', below('devices'), {
            type: at('device-type').value,
            serialNumber: text('serial'),
            firmware: text('firmware'),
            location: text('location'),
            nodeId: isPod() ? text('node') : undefined,
        });
        at('new-device').reset();
        at('device-node-part').hidden = false;
        at('new-device-part').open = false;
        if (made.nodeKey) showSecret(`The key of ${made.serialNumber}`, ONCE, made.nodeKey, 'node-key');
        await load();
    });
}

export async function load() {
    if (!chosen()) {
        at('pods').replaceChildren(none());
        at('nodes').replaceChildren();
        return;
    }
    const [devices, patients] = await Promise.all([all(below('devices')), all(below('patients'))]);
    const of = (type) => devices.filter((one) => one.type === type);
    const serials = new Map(devices.map(({ id, serialNumber }) => [id, serialNumber]));
    const heard = (one) => [
        make('span', { className: one.online ? 'state good' : 'state off' }, one.online ? 'online' : 'offline'),
        time(one.lastSeenAt),
    ];
    const percent = (value) => (value === null ? null : `${Math.round(value)} %`);
    const pods = of('pod').map((pod) => [
        pod.serialNumber,
        wearer(pod, patients, of('pod')),
        ...heard(pod),
        percent(pod.batteryPercent),
        serials.get(pod.nodeId),
        pod.location,
        pod.firmware,
    ]);
    const columns = ['Serial number', 'Worn by', 'State', 'Last heard', 'Battery', 'Node', 'Where', 'Firmware'];
    at('pods').replaceChildren(table('Pods', columns, pods, 'No pod yet.'));
    const nodes = of('node').map((node) => [node.serialNumber, ...heard(node), node.location, node.firmware, renew(node)]);
    at('nodes').replaceChildren(table('Nodes', ['Serial number', 'State', 'Last heard', 'Where', 'Firmware', 'Change'], nodes, 'No node yet.'));
    at('device-node').replaceChildren(new Option('any node', ''), ...of('node').map(({ id, serialNumber }) => new Option(serialNumber, id)));
}

/** Who wears a pod, to be changed. Those who wear another are not offered. */
function wearer(pod, patients, pods) {
    const taken = new Set(pods.filter(({ id }) => id !== pod.id).map(({ patientId }) => patientId));
    const name = ({ firstName, lastName, room }) => [lastName, firstName, room && `(${room})`].filter(Boolean).join(' ');
    const free = patients.filter(({ id }) => !taken.has(id));
    const options = free.map((patient) => new Option(name(patient), patient.id, false, patient.id === pod.patientId));
    const select = make('select', { 'aria-label': `Who wears ${pod.serialNumber}` }, new Option('nobody', ''), ...options);
    select.addEventListener('change', () => guarded(async () => {
        try {
            await api('PUT', below(`devices/${pod.id}/patient`), { patientId: select.value || null });
            say(`${pod.serialNumber} is worn by ${select.selectedOptions[0].text}.`);
        } finally {
            // A choice that was refused is not to stay on the page.
            await load();
        }
    }));
    return select;
}

function renew(node) {
    const button = make('button', { type: 'button', className: 'second small', 'aria-label': `New key: ${node.serialNumber}` }, 'New key');
    button.addEventListener('click', () =>
        ask(`New key for ${node.serialNumber}?`, 'The old one stops working at once: until it has the new one, the node cannot send.', 'Make a new one', async () => {
            const { nodeKey } = await api('POST', below(`devices/${node.id}/regenerateKey`));
            showSecret(`The new key of ${node.serialNumber}`, ONCE, nodeKey, 'node-key');
        }));
    return button;
}
