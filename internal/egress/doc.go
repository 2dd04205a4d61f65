// Package egress is the way out to addresses that people give who are not trusted with the network here: receivers of
// events, and their proxies.
//
//   - No connection is made to a private network (loopback, link-local, RFC 1918, IPv4 in IPv6 and the like), unless
//     the configuration allows it. What is judged is the address that a connection goes to, when it is made: every
//     attempt anew, whatever a name has led to before.
//   - A redirect is an answer like any other and is not followed.
//   - Neither a slow nor a long answer holds anybody up: time and size are bounded.
//   - Proxies of the environment are not used: what a proxy connects to cannot be seen from here. One that the receiver
//     names is judged as the receiver is.
//   - An error holds no address: there may be a password in it.
//
// It must not know what is sent.
//
//	guard := egress.NewGuard(allowed)
//	client, err := egress.NewClient(guard, egress.Destination{URL: address}, egress.Limits{})
//	answer, err := client.Post(ctx, header, body)
package egress
