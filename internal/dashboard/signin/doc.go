// Package signin is the pages on which people sign in and out of the dashboard, come in by a link, and look after how
// they sign in; and the gate before all other pages.
//
//   - What a browser bears is a cookie that no script reads and no other website sends with an action. Over TLS it is
//     bound to the very host (__Host-). Over plain HTTP it is kept on this machine alone: a browser that reaches the
//     server so from elsewhere keeps no session, and is told why.
//   - Who needs a code or a passkey behind the password and has none gets no further than the page to set one up.
//   - A link is looked at by a GET and used by a POST, so that whatever fetches links ahead uses none up.
//
// Who may sign in is package people's business, and what is noted about it too.
package signin
