package shop

import (
	"context"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/pace"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Client is a connected store as this process talks to it: a client under the store's one pacer. It is the woo.Doer
// that mirror and outbox get.
type Client struct {
	client *woo.Client
	pacer  *pace.Pacer
	// configured is the mode of the pace where nobody asks for another.
	configured string
	// madeFor is what the client was made from: another client is made when the store has another key or address by
	// now.
	madeFor reached
}

// reached is all that decides how a store is reached.
type reached struct {
	home, root, signedHome, environment string
	auth                                storage.AuthMode
	override                            bool
	sealed                              string
	groupID                             int64
}

func reachedBy(st storage.Store) reached {
	return reached{home: st.HomeURL, root: st.RESTRoot, signedHome: st.Facts.SignedHome, auth: st.Auth,
		environment: st.Credentials.Environment, override: st.Facts.MethodOverride,
		sealed: string(st.Credentials.Sealed), groupID: st.GroupID}
}

// Do waits for the store's pace, sends one request and tells the pace how it went. It never repeats a request: a wait
// belongs before the next attempt, not inside this one, and only the caller knows whether there should be one.
func (p *Client) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	kind := pace.Write
	if isRead(r.Method) {
		kind = pace.Read
	}
	permit, err := p.pacer.Acquire(ctx, kind)
	if err != nil {
		return nil, err
	}
	res, err := p.client.Do(ctx, r)
	permit.Done(outcome(ctx, r, res, err))
	return res, err
}

// Slots is how many reads the pace lets through at a time now, so that the mirror keeps few more waiting.
func (p *Client) Slots() int { return p.pacer.State().ReadSlots }

// Pace changes the pace of the client; empty is the configured pace.
func (p *Client) Pace(mode string) error {
	if mode == "" {
		mode = p.configured
	}
	parsed, err := pace.ParseMode(mode)
	if err != nil {
		return problem.Wrap(problem.ConfigInvalid, err, "%v", err)
	}
	p.pacer.Become(parsed)
	return nil
}

// Arrive keeps the place in the queue that a request has by now, however late the request is sent.
func (p *Client) Arrive(ctx context.Context) context.Context { return pace.Arrive(ctx) }

func isRead(method string) bool {
	return method == "" || method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// outcome says what an answer tells about the load of a store.
func outcome(ctx context.Context, r woo.Request, res *woo.Response, err error) pace.Outcome {
	o := pace.Outcome{Class: costClass(r)}
	if res != nil {
		o.Bytes = len(res.Body)
	}
	e, failed := woo.AsError(err)
	if !failed {
		return o
	}
	o.RetryAfter = e.RetryAfter
	switch e.Kind {
	case woo.KindCanceled, woo.KindUsage, woo.KindInsecure, woo.KindGuarded, woo.KindTLS:
		o.Verdict = pace.Abandoned
	case woo.KindTimeout:
		o.Verdict = pace.Failed
		if ctx.Err() != nil {
			o.Verdict = pace.Abandoned
		}
	case woo.KindStrayOutput, woo.KindRedirect, woo.KindTooLarge, woo.KindShape, woo.KindInvalidJSON, woo.KindEncoding:
		// Wrong, but not for load.
	case woo.KindAPI:
		if e.Passes() {
			o.Verdict = pace.Failed
		}
	default:
		o.Verdict = pace.Failed
	}
	if e.Status == http.StatusTooManyRequests || e.RetryAfter > 0 {
		o.Verdict = pace.Overloaded
	}
	return o
}

// costClass groups requests of like cost: numbers in the path do not matter, asking for few fields does.
func costClass(r woo.Request) string {
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if strings.Trim(part, "0123456789") == "" {
			parts[i] = "#"
		}
	}
	class := r.Method + " " + strings.Join(parts, "/")
	if r.Query.Has("_fields") {
		class += " fields"
	}
	return class
}
