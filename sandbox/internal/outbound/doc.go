// Package outbound is how the store calls the outside world: webhooks, their pings and the keys of an approved
// application leave through it.
//
// It guarantees what WordPress's HTTP API does with cURL below it: which addresses are refused as unsafe, how redirects
// are followed, and the headers in the order and spelling a receiver sees them (recordings: webhooks.jsonl). It must
// not know what is sent.
//
//	client := &outbound.Client{Rules: outbound.Rules{Private: true}}
//	answer, err := client.Send(ctx, outbound.Request{URL: "http://127.0.0.1:9000/hook", Body: body, Home: home})
package outbound
