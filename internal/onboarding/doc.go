// Package onboarding connects shops over their own approval page (/wc-auth/v1/authorize): the owner of a shop says yes
// there, and the shop sends its key to us.
//
//   - Nobody is sent to a page before it is known, as far as it can be known from here, that the shop can hand its key
//     over. Where it cannot, a key made by hand is offered in its place.
//   - A key is taken once, at an address that nobody guesses and that ends by itself, and is sealed before it is
//     answered. It is tried on the shop that was meant, and on no other; one that does not work there is thrown away.
//   - Whatever it fails of has a name (texts.go) and a sentence that says what to do.
//   - A process may die anywhere: a key that has come is tried by whoever runs.
//
// The shop deletes the key that it has made when it is answered anything but exactly 200. So a key is kept first,
// answered then, and tried after that (docs/woocommerce/authentication.md#wc-auth-callback).
//
// The package listens nowhere itself: who has a listener hands it what comes to [Prefix].
//
//	keeper := onboarding.New(parts, onboarding.Options{PublicURL: "https://waybill.example.com"})
//	connection, err := keeper.Begin(ctx, onboarding.Wanted{URL: "https://shop.example"})
//	fmt.Println(keeper.Link(connection)) // for the owner of the shop
package onboarding
