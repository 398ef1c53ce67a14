// How residents and alerts are shown.
import { make, time } from './dom.js';

/** The worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'];
const KINDS = {
    change_due: 'Change due',
    urgent: 'Urgent change',
    time_wet: 'Wet for long',
    pod_offline: 'Pod offline',
    battery_low: 'Battery low',
    no_void: 'No void for long',
    position_unchanged: 'Position unchanged for long',
    fall_suspected: 'Fall suspected',
};
const EVENTS = {
    void: 'Void',
    change: 'Change',
    possible_change: 'Possible change',
    leak: 'Leak',
    soiled: 'Soiled',
    turned: 'Moved again',
};

export const kindOf = (kind) => KINDS[kind] ?? kind;
export const eventOf = (type) => EVENTS[type] ?? type;
export const nameOf = ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' ') || 'somebody without a name';

function nameButton(one, key, look) {
    const button = make('button', { type: 'button', className: 'name', 'data-key': key }, nameOf(one.patient));
    button.addEventListener('click', () => look(one));
    return button;
}

/** A resident as they are now. */
export function shownResident(one, { look }) {
    const { patient, status } = one;
    const percent = status.saturationPercent;
    const words = [
        status.podId === null ? 'no pod' : status.online ? 'online' : 'offline',
        status.position,
        status.lastChangeAt && make('span', {}, 'changed ', time(status.lastChangeAt)),
    ].filter(Boolean);
    return make(
        'li',
        { className: `resident ${status.state}` },
        make('div', { className: 'line' }, nameButton(one, `resident-${patient.id}`, look), make('span', { className: 'quiet' }, patient.room ?? '')),
        make(
            'div',
            { className: 'line' },
            make('span', { className: `badge ${status.state}` }, status.state),
            percent === null
                ? make('span', { className: 'quiet' }, 'not measured')
                : make('meter', { min: 0, max: 100, low: 50, high: 75, optimum: 0, value: percent, 'aria-label': 'Saturation' }),
            percent === null ? '' : make('span', { className: 'percent' }, `${Math.round(percent)} %`),
        ),
        make('div', { className: 'quiet words' }, ...words.flatMap((word, i) => (i === 0 ? [word] : [' · ', word]))),
    );
}

/** Something that carers are told. */
export function shownAlert(one, alert, { acknowledge, look }) {
    const button = make('button', { type: 'button', 'data-key': `alert-${alert.id}`, 'aria-label': `Acknowledge: ${kindOf(alert.kind)}, ${nameOf(one.patient)}` }, 'Acknowledge');
    button.addEventListener('click', async () => {
        button.disabled = true;
        await acknowledge(alert);
        button.disabled = false;
    });
    const isOpen = alert.state === 'open';
    return make(
        'li',
        { className: `alert ${isOpen ? alert.severity : 'seen'}`, 'data-alert': alert.kind },
        make(
            'div',
            {},
            make('div', { className: 'line' }, make('strong', {}, kindOf(alert.kind)), make('span', { className: 'mark' }, alert.severity)),
            make('div', {}, nameButton(one, `alert-of-${alert.id}`, look), one.patient.room ? ` ${one.patient.room}` : ''),
            make('div', { className: 'quiet' }, 'since ', time(alert.raisedAt), isOpen ? '' : `, seen by ${alert.acknowledgedBy ?? 'somebody'}`),
        ),
        isOpen ? button : null,
    );
}
