package reconcile

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
)

// Source is where a list is fetched from.
type Source struct {
	URL    string
	Header http.Header
}

// largestFetched bounds a list that is fetched, in bytes.
const (
	largestFetched = 64 << 20
	fetchWithin    = time.Minute
)

// Fetch fetches a list over the way out that is guarded: no private network, no redirect. The error is a problem of
// code input_invalid, without the address.
func Fetch(ctx context.Context, guard *egress.Guard, from Source, form Form) ([]Entry, error) {
	client, err := egress.NewClient(guard, egress.Destination{URL: from.URL, Header: from.Header},
		egress.Limits{Time: fetchWithin, Answer: largestFetched + 1})
	if err != nil {
		return nil, notFetched(err.Error())
	}
	defer client.Close()
	answer, err := client.Get(ctx)
	switch {
	case err != nil:
		return nil, notFetched(err.Error())
	case answer.Status != http.StatusOK:
		return nil, notFetched("it answers " + http.StatusText(answer.Status))
	case len(answer.Body) > largestFetched:
		return nil, tooLong()
	}
	return Read(bytes.NewReader(answer.Body), form)
}
