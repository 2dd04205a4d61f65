// Package woo is a client of the WooCommerce REST API (wc/v3). It knows HTTP and the ways of real shops, and nothing of
// Waybill: of this module it imports only the room that walks JSON text.
//
// # Start
//
//	client, err := woo.New("https://shop.example", woo.Credentials{Key: "ck_…", Secret: "cs_…"})
//	for order, err := range client.Orders().All(ctx, woo.OrderOptions{Status: []string{"processing"}}) { … }
//
// New touches no network and wants the exact home address of the shop. When all there is is what a person pasted
// ("https://shop.example/wp-admin/"), use Connect: it finds the home and the REST root, tries how the shop takes the
// key, and says why. Every resource has a service (Orders, OrderNotes, OrderRefunds, Products, Variations, Customers,
// Coupons, …); anything else is one Request away with Client.Do.
//
// # What it guarantees
//
// Values survive. Every record type embeds Record, so that fields this package does not know, values of another type
// than documented, null, and the difference between empty and absent are written back as they were read. Money keeps
// the store's own text and is never a float; Meta values are JSON of any shape; LocalTime and GMTTime are different
// types. Numbers in strings, [] for an empty object and lists with gaps (all habits of PHP) are read without a fuss.
//
// Writes are sent once. Only GET, HEAD and OPTIONS are ever repeated (WithRetries), never after a timeout, and
// Retry-After is honoured. A write that fails carries in Error.Executed whether the store may have done it; executed.go
// holds the policy, which errs on the side of MaybeExecuted.
//
// Secrets stay private. The key is never sent over plain HTTP (KindInsecure; sign with AuthOAuth1 there), never to the
// API's index, never to another host, and never shows in an error, an observed Exchange or a printed Credentials.
// Redirects are not followed but reported with both ends (KindRedirect).
//
// Answers are what they say. Bodies are bounded (WithMaxBody) and checked: pages in place of JSON (KindHTML, with a
// Fingerprint of who answered), notices around JSON (KindStrayOutput, with the JSON), cut bodies (KindTruncated),
// errors inside HTTP 200, and errors with a wrong HTTP status (Error.EffectiveStatus). Compare Error.Code, never
// Error.Message: stores are translated.
//
// # Reading lists
//
// List reads one page, Pages and All walk them, Count asks for the total. While a list changes, page numbers shift;
// order by id or read windows of time to miss nothing. DateRange takes moments and sends them in UTC with
// dates_are_gmt.
//
// # Changing records
//
// Create and Update send the fields that are set. To change a record that was read, call Change with a function that
// edits it: it sends only the difference, and leaves meta data and lines alone that were not touched. A batch answers
// 200 even when writes in it failed: look at each BatchItem.
//
// # Limits and pace
//
// A Client is safe for concurrent use and does not limit itself; WithObserver reports every exchange to whoever keeps
// the pace. Services that connect to addresses typed in by tenants should pass WithDialControl(GuardPrivate()).
//
// # Files
//
// Each resource has a file of its name (orders.go, customers.go, …) with its service, its options and its record. They
// stand on the methods that all services are made of (resource.go, paging.go, batch.go, listoptions.go, routes.go).
// Beneath is what sends: finding a shop (discover.go, connect.go), the client (client.go, request.go, auth.go,
// options.go), answers (reader.go, cached.go) and errors (errors.go, executed.go, passing.go); and beneath that, how
// values keep what the store wrote (values.go, codec.go, record.go, meta.go, changes.go). No file refers to one above
// it.
//
// Facts about WooCommerce are cited by page and heading (docs/woocommerce/authentication.md#auth-header-stripped), or
// by the name of a recording of a real store ("recording batch-101").
package woo
