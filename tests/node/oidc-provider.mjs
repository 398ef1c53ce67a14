// A certified OpenID provider for the tests: `node oidc-provider.mjs CLIENT_URL`. It prints its address and runs until it is ended.
//
// Whoever signs in is who they say: the name that is typed is the subject and the e-mail address, which is verified unless it
// begins with "unverified". The password is not looked at.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [client] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'hygeia',
      client_secret: 'a secret of the tests, long enough',
      redirect_uris: [`${client}/login/oidc/certified/callback`, `${client}/imagemedix/api/auth/google/callback`],
      post_logout_redirect_uris: [`${client}/logout`],
      backchannel_logout_uri: `${client}/login/oidc/certified/backchannel-logout`,
      backchannel_logout_session_required: true,
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['of the tests'] },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified'), name: 'Alice' }),
    }),
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
