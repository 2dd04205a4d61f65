// Package sendtrace follows one request to its connection. It tells how far the request got, and keeps the transport
// from sending by itself a second time what may change a store.
//
// It guarantees that a write whose head went out is not sent again below the client. It must not know what is asked.
//
//	var trace sendtrace.Trace
//	ctx, stop := trace.Attach(ctx, read)
//	defer stop()
//	answer, err := client.Do(request.WithContext(ctx))
//	if err != nil && trace.NeverLeft() { … }
package sendtrace
