// Package access decides who may use the API: tokens with their scopes, groups of stores that are apart from each
// other, networks, and the log of who did what from where.
//
//   - A token is shown once, when it is made. What is kept of it is a hash that cannot be turned back; the comparison
//     takes the same time whatever was sent. No error, log or entry holds more of it than its prefix.
//   - A token that is confined to a group sees nothing of others: it is not told that they are there. One without a
//     group belongs to who runs the installation.
//   - Who makes a token by means of another gives away nothing that the first one has not: no wider scope, no other
//     group, no more networks, no longer life.
//   - A person who is signed in has a role, and a role is nothing but scopes ([Role]). Who signs in is none of this
//     package's business.
//   - What is changed is in the audit log before the answer leaves. What is refused is there too, but not more than
//     once a minute for the same address and reason, with the number of those left out: nobody can fill the disk by
//     being refused.
//
// Decisions are pure functions of what is kept and what is asked ([Allowed]); the package knows no HTTP and no store
// on the net.
//
//	made, err := keeper.CreateToken(ctx, access.Local("sam"), access.NewToken{Name: "ERP", Scopes: scopes})
//	caller, err := keeper.Identify(ctx, secret, from)
//	err = access.Allowed(caller, access.WritesWrite)
package access
