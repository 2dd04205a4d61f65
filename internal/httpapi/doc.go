// Package httpapi is the HTTP API of a running Waybill: how a program connects a shop, gets its orders and sends it
// updates. The API is described by an OpenAPI document that is made of the code itself (/openapi.json; /docs shows it
// to people and loads nothing from anywhere else).
//
//   - One guard stands before every route: where the request comes from, whose token it bears, whether that allows the
//     operation, how often it asks, how large its body is, how long it may take. A route cannot be registered without
//     the scope that it needs.
//   - For what belongs to another group the answer is the same as for what does not exist.
//   - What was changed is in the audit log before the answer leaves.
//   - An error is a problem of RFC 9457 with a code of package problem, and holds no secret.
//   - A write is accepted durably before it is answered, once for each idempotency key. A key is required where a
//     repetition would do something twice.
//   - Changes are shown in their order, each once, whether a client asks by pages, by waiting, or as a stream.
//
// Handlers are thin: they use the same packages as the command line, and answer in the same words (package wire). The
// package starts nothing: the process mounts the API on its listener. Structs that are embedded in others have names in
// capitals, because huma looks into no others.
//
//	api, err := httpapi.New(httpapi.Parts{Keeper: keeper, Finder: finder}, httpapi.Options{Serve: serve})
//	http.Serve(listener, api)
package httpapi
