// Package people knows who may sign in to the pages of a server: users with their roles, the browsers in which they are
// signed in, and the ways of signing in: a password with a code or a passkey behind it, a passkey alone, a provider of
// OpenID Connect.
//
//   - What a browser or a link bears is nowhere in the database: hashes are. Passwords are Argon2id hashes, what a
//     device makes its codes of is sealed with the master key. No error, log or entry of the audit log holds any of it,
//     nor what somebody typed in vain.
//   - Users, sessions and what failed are in the database and nowhere else: a restart, kill -9 and several processes on
//     one database change nothing.
//   - An answer tells nobody whether there is a user: not by its words and not by its time.
//   - Who fails waits, each time longer, by user and by address. The attempt is counted before it is tried, so that
//     many at once count as many.
//   - A link and each step of a sign-in are good once, for a time. Of two who use one at the same time, one is told
//     yes.
//   - There is always an administrator who can sign in: the last one is neither removed nor given another role.
//   - Whatever takes a right away (another role, a reset, a removal, a new password) ends the sessions at once.
//   - Who signs in, who fails and who changes users is in the audit log.
//
// The package knows no HTTP. What a role may do is package access's business.
//
//	keeper := people.New(parts, people.Options{Logger: logger, Now: time.Now})
//	link, err := keeper.First(ctx) // for the first administrator
//	step, err := keeper.SignIn(ctx, people.Attempt{Email: email, Password: password, From: from})
//	session, err := keeper.Session(ctx, step.Session)
package people
