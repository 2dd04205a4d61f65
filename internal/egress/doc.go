// Package egress sends requests to receivers of events, whose addresses come from people who must not reach the private
// network through Waybill.
//
//   - No connection is made to a private network (loopback, link-local, RFC 1918, IPv4 in IPv6 and the like), unless
//     the configuration allows it. The check looks at the address that a connection goes to, at each attempt anew,
//     whatever the name resolved to before.
//   - A redirect is an answer like any other and is not followed.
//   - Time and size of an answer are bounded.
//   - Proxies of the environment are not used: Waybill cannot check what a proxy connects to. A proxy that the receiver
//     names is checked like the receiver.
//   - An error holds no address, because an address may contain a password.
//
// The package must not know what is sent.
//
//	guard := egress.NewGuard(allowed)
//	client, err := egress.NewClient(guard, egress.Destination{URL: address}, egress.Limits{})
//	answer, err := client.Post(ctx, header, body)
package egress
