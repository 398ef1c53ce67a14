// A mail server that tells what it is sent.
//
// Its options come as JSON in the first argument: `tls` (it speaks TLS from the beginning), `key` and `cert` (in PEM), `hideStartTls`,
// `login` ([user, password], without which it takes nothing), `refusals` (the codes that it refuses the first recipients with).
// Stdout: a line with its port, then one of JSON for each mail. It ends with its stdin.
const { SMTPServer } = require('smtp-server');

const options = JSON.parse(process.argv[2]);
const refusals = options.refusals || [];

const server = new SMTPServer({
    secure: options.tls === true,
    ...(options.key ? { key: options.key, cert: options.cert } : {}),
    disabledCommands: options.hideStartTls ? ['STARTTLS'] : [],
    authOptional: !options.login,
    // So that a client which sends its password in plain text is found out, not hindered.
    allowInsecureAuth: true,
    onAuth(auth, session, answer) {
        const [user, password] = options.login || [];
        const isKnown = auth.username === user && auth.password === password;
        answer(isKnown ? null : Object.assign(new Error('no'), { responseCode: 535 }), { user });
    },
    onRcptTo(address, session, answer) {
        const code = refusals.shift();
        answer(code ? Object.assign(new Error(`not <${address.address}>`), { responseCode: code }) : null);
    },
    onData(stream, session, answer) {
        const parts = [];
        stream.on('data', part => parts.push(part));
        stream.on('end', () => {
            const mail = {
                from: session.envelope.mailFrom.address,
                to: session.envelope.rcptTo.map(to => to.address),
                secure: session.secure,
                user: session.user || null,
                text: Buffer.concat(parts).toString('utf8'),
            };
            process.stdout.write(`${JSON.stringify(mail)}\n`);
            answer();
        });
    },
});
// A client that does not trust the certificate is no reason to end.
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.server.address().port}\n`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
