// Package access decides who may use the API: by tokens with their scopes, by groups that separate stores, and by
// networks. It also keeps the log of who did what from where.
//
//   - A token is shown once, when it is made. Only a one-way hash of it is kept. A comparison takes the same time
//     whatever was sent. No error, log or entry holds more of it than its prefix.
//   - For a token that is limited to a group, other groups do not exist. A token without a group belongs to the
//     operator of the installation.
//   - A token that is made with another token has no more than that one: no wider scope, no other group, no more
//     networks, no longer life.
//   - A person who is signed in has a role, and a role stands for scopes ([Role]). This package does not sign people
//     in.
//   - A change is in the audit log before the answer leaves. A refusal is in the log too, but at most once a minute for
//     the same address and reason, with the number of those left out, so that refused requests cannot fill the disk.
//
// Decisions are pure functions of what is kept and what is asked ([Allowed]); the package knows no HTTP and no store on
// the net.
//
//	made, err := keeper.CreateToken(ctx, access.Local("sam"), access.NewToken{Name: "ERP", Scopes: scopes})
//	caller, err := keeper.Identify(ctx, secret, from)
//	err = access.Allowed(caller, access.WritesWrite)
package access
