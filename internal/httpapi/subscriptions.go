package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// NamedSubscription holds the subscription that a path names.
type NamedSubscription struct {
	Subscription string `path:"subscription" doc:"Name of the subscription." maxLength:"63"`
}

// Selected says which changes a subscription gets, and what each event holds.
type Selected struct {
	Stores    []string `json:"stores,omitempty" maxItems:"1000" doc:"Only changes of these stores."`
	Resources []string `json:"resources,omitempty" maxItems:"30" doc:"Only those of these kinds of records."`
	Kinds     []string `json:"kinds,omitempty" maxItems:"5" doc:"Only those of these kinds: created, updated, trashed, restored, deleted."`
	Filter    string   `json:"filter,omitempty" maxLength:"2000" doc:"An expression that a change must meet, such as: record.status == \"processing\""`
	Thin      bool     `json:"thin,omitempty" doc:"Leave the record out of events."`
	Fields    []string `json:"fields,omitempty" maxItems:"100" doc:"The members of the record that events hold, such as billing.email; all when absent."`
}

type createSubscriptionInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"63" doc:"Letters, digits, dots, dashes and underscores."`
		URL  string `json:"url" minLength:"1" maxLength:"2000" doc:"Where events are sent to: https://…, nats://…, nats+tls://…, kafka://…, kafka+tls://…"`
		Selected
		From        string            `json:"from,omitempty" enum:"beginning,now" default:"now" doc:"Where it begins."`
		Headers     map[string]string `json:"headers,omitempty" doc:"Sent with every event, such as Authorization."`
		Secret      string            `json:"secret,omitempty" maxLength:"200" doc:"What events are signed with (whsec_…); one is made when absent."`
		Certificate string            `json:"certificate,omitempty" maxLength:"50000" doc:"Client certificate, as PEM."`
		Key         string            `json:"key,omitempty" maxLength:"50000" doc:"Its key, as PEM."`
		Authorities string            `json:"authorities,omitempty" maxLength:"200000" doc:"Certificates to trust in place of the system's, as PEM."`
		Proxy       string            `json:"proxy,omitempty" maxLength:"2000" doc:"An HTTP proxy of yours before the receiver."`
		Login       *Login            `json:"login,omitempty" doc:"Who we are for NATS or Kafka."`

		ReceiptWithin int64 `json:"receipt_within_seconds,omitempty" minimum:"0" maximum:"2592000" doc:"How long the receiver may take to give a receipt for a record; none is demanded when absent."`
	}
}

type previewInput struct{ Body Selected }

type rotateSecretInput struct {
	NamedSubscription
	Body struct {
		Secret  string `json:"secret,omitempty" maxLength:"200" doc:"The new secret (whsec_…); one is made when absent."`
		Seconds int64  `json:"overlap_seconds,omitempty" minimum:"0" maximum:"2592000" default:"86400" doc:"How long events are signed with the previous one too."`
	}
}

type redeliverInput struct {
	NamedSubscription
	Body struct {
		FailedSince time.Time `json:"failed_since,omitempty" doc:"Send again everything that was given up since then."`
		After       int64     `json:"after,omitempty" minimum:"0" doc:"Send the changes behind this number again."`
		To          int64     `json:"to,omitempty" minimum:"0" doc:"Up to this number; to the end when absent."`
		Since       time.Time `json:"since,omitempty" doc:"Only changes that were observed since then."`
		Until       time.Time `json:"until,omitempty" doc:"Only changes that were observed until then."`
	}
}

type (
	subscriptionsAnswer struct {
		Body struct {
			Subscriptions []wire.Subscription `json:"subscriptions"`
		}
	}
	subscriptionAnswer    struct{ Body wire.Subscription }
	newSubscriptionAnswer struct{ Body wire.NewSubscription }
	triedAnswer           struct{ Body wire.Tried }
	previewAnswer         struct {
		Body struct {
			Changes []wire.Preview `json:"changes" doc:"The last changes, the newest first."`
		}
	}
	redeliveredAnswer struct {
		Body struct {
			Events int `json:"events" doc:"How many are sent again."`
		}
	}
)

// subscriptionTag is the tag of the operations about subscriptions in the document.
const subscriptionTag = "Subscriptions"

func (a *API) subscriptionRoutes() {
	const tag, all, one = subscriptionTag, "/v1/subscriptions", "/v1/subscriptions/{subscription}"
	register(a, operation{id: "list-subscriptions", method: http.MethodGet, path: all, tag: tag,
		summary: "List the receivers that changes are sent to", need: access.ChangesRead}, a.listSubscriptions)
	register(a, operation{id: "create-subscription", method: http.MethodPost, path: all, tag: tag,
		summary: "Have changes sent to a receiver", need: access.SubscriptionsWrite, status: http.StatusCreated,
		errors: []int{409},
		about: "Events are signed as Standard Webhooks has it, with the secret that the answer shows this once. A " +
			"status 2xx takes an event, 410 ends the subscription, everything else has it sent again for days. The " +
			"changes of one record come in their order. Private networks are not reached."}, a.createSubscription)
	register(a, operation{id: "preview-subscription", method: http.MethodPost, path: all + "/preview", tag: tag,
		summary: "Show what the last 20 changes would have sent", need: access.SubscriptionsWrite, quiet: true,
		about: "Nothing is made and nothing is sent. A filter with a mistake is refused, with its place."},
		a.previewSubscription)
	register(a, operation{id: "get-subscription", method: http.MethodGet, path: one, tag: tag,
		summary: "Show a subscription and how it stands", need: access.ChangesRead}, a.getSubscription)
	register(a, operation{id: "update-subscription", method: http.MethodPatch, path: one, tag: tag,
		summary: "Change a subscription; what waits goes where it leads then", need: access.SubscriptionsWrite,
		about: "What is absent stays as it is. What waits goes to the receiver that it has then, in the form that " +
			"it has then, with its ids and in its order. What waits and is of a kind that it gets no longer is " +
			"given up. A filter chooses among changes that were not looked at yet. Headers and the login have to be " +
			"given again with another host."}, a.updateSubscription)
	register(a, operation{id: "remove-subscription", method: http.MethodDelete, path: one, tag: tag,
		summary: "Forget a subscription with its deliveries", need: access.SubscriptionsWrite,
		status: http.StatusNoContent}, a.removeSubscription)
	register(a, operation{id: "pause-subscription", method: http.MethodPost, path: one + "/pause", tag: tag,
		summary: "Stop sending; changes go on waiting", need: access.SubscriptionsWrite}, a.pauseSubscription)
	register(a, operation{id: "resume-subscription", method: http.MethodPost, path: one + "/resume", tag: tag,
		summary: "Go on where it stopped", need: access.SubscriptionsWrite}, a.resumeSubscription)
	register(a, operation{id: "test-subscription", method: http.MethodPost, path: one + "/test", tag: tag,
		summary: "Send a test event at once, and show the answer", need: access.SubscriptionsWrite,
		within: asking}, a.testSubscription)
	register(a, operation{id: "rotate-subscription-secret", method: http.MethodPost, path: one + "/rotate-secret",
		tag: tag, summary: "Sign with a new secret, and with the previous one for a day",
		need: access.SubscriptionsWrite}, a.rotateSubscriptionSecret)
	register(a, operation{id: "redeliver", method: http.MethodPost, path: one + "/redeliver", tag: tag,
		summary: "Send events again: what failed, or a part of the log", need: access.SubscriptionsWrite,
		within: asking,
		about: "With `failed_since` everything that was given up since then. Without it the changes of the part of " +
			"the log that is named, also those from before the subscription was made. Ids are as before, records as " +
			"they are now."}, a.redeliver)
}

func (a *API) subscription(ctx context.Context, name string) (storage.Subscription, error) {
	return a.Subscriptions.Find(ctx, callerOf(ctx).GroupID, name)
}

func (a *API) subscriptionViews(ctx context.Context, all ...storage.Subscription) ([]wire.Subscription, error) {
	names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	if err != nil {
		return nil, err
	}
	stores, err := a.visible(ctx)
	views := make([]wire.Subscription, len(all))
	for i, s := range all {
		views[i] = wire.SubscriptionOf(s, names, stores)
	}
	return views, err
}

func (a *API) subscriptionAnswer(ctx context.Context, s storage.Subscription, err error) (*subscriptionAnswer, error) {
	if err != nil {
		return nil, err
	}
	views, err := a.subscriptionViews(ctx, s)
	if err != nil {
		return nil, err
	}
	return &subscriptionAnswer{views[0]}, nil
}

func (a *API) listSubscriptions(ctx context.Context, _ *struct{}) (*subscriptionsAnswer, error) {
	all, err := a.Subscriptions.List(ctx, callerOf(ctx).GroupID)
	if err != nil {
		return nil, err
	}
	var out subscriptionsAnswer
	out.Body.Subscriptions, err = a.subscriptionViews(ctx, all...)
	return &out, err
}

// selection returns the selection that a request asks for, limited to what exists for the caller. The error is a
// problem for an unknown resource or store.
func (a *API) selection(ctx context.Context, in Selected) (sel feed.Selection, err error) {
	q, err := a.query(ctx, Selection{Resource: in.Resources})
	if err != nil {
		return sel, err
	}
	sel = feed.Selection{Resources: q.Resources, Filter: in.Filter, Thin: in.Thin, Fields: in.Fields}
	for _, kind := range in.Kinds {
		sel.Kinds = append(sel.Kinds, storage.Kind(kind))
	}
	for _, name := range in.Stores {
		st, err := a.store(ctx, name)
		if err != nil {
			return sel, err
		}
		sel.Stores = append(sel.Stores, st.ID)
	}
	return sel, nil
}

func (a *API) createSubscription(ctx context.Context, in *createSubscriptionInput) (*newSubscriptionAnswer, error) {
	about(ctx, in.Body.Name)
	sel, err := a.selection(ctx, in.Body.Selected)
	if err != nil {
		return nil, err
	}
	n := feed.NewSubscription{Name: in.Body.Name, GroupID: callerOf(ctx).GroupID, Selection: sel,
		Secret: in.Body.Secret, ReceiptWithin: time.Duration(in.Body.ReceiptWithin) * time.Second,
		Reach: sink.Reach{URL: in.Body.URL, Headers: in.Body.Headers, Certificate: in.Body.Certificate,
			Key:         in.Body.Key,
			Authorities: in.Body.Authorities, Proxy: in.Body.Proxy}}
	if login := in.Body.Login.login(); login != nil {
		n.Reach.Login = *login
	}
	if in.Body.From != "beginning" {
		if n.From, err = a.Log.LastChange(ctx); err != nil {
			return nil, err
		}
	}
	made, secret, err := a.Subscriptions.Create(ctx, n)
	return a.newSubscription(ctx, made, secret, err)
}

func (a *API) newSubscription(
	ctx context.Context, s storage.Subscription, secret string, err error,
) (*newSubscriptionAnswer, error) {
	answer, err := a.subscriptionAnswer(ctx, s, err)
	if err != nil {
		return nil, err
	}
	return &newSubscriptionAnswer{wire.NewSubscription{Subscription: answer.Body, Secret: secret}}, nil
}

func (a *API) previewSubscription(ctx context.Context, in *previewInput) (*previewAnswer, error) {
	sel, err := a.selection(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	shown, err := a.Subscriptions.Preview(ctx, callerOf(ctx).GroupID, sel)
	if err != nil {
		return nil, err
	}
	var out previewAnswer
	out.Body.Changes = []wire.Preview{}
	for _, p := range shown {
		out.Body.Changes = append(out.Body.Changes, wire.PreviewOf(p))
	}
	return &out, nil
}

func (a *API) getSubscription(ctx context.Context, in *NamedSubscription) (*subscriptionAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	return a.subscriptionAnswer(ctx, s, err)
}

func (a *API) removeSubscription(ctx context.Context, in *NamedSubscription) (*struct{}, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err == nil {
		err = a.Subscriptions.Remove(ctx, s)
	}
	return nil, err
}

func (a *API) pauseSubscription(ctx context.Context, in *NamedSubscription) (*subscriptionAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err == nil {
		s, err = a.Subscriptions.Pause(ctx, s)
	}
	return a.subscriptionAnswer(ctx, s, err)
}

func (a *API) resumeSubscription(ctx context.Context, in *NamedSubscription) (*subscriptionAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err == nil {
		s, err = a.Subscriptions.Resume(ctx, s)
	}
	return a.subscriptionAnswer(ctx, s, err)
}

func (a *API) testSubscription(ctx context.Context, in *NamedSubscription) (*triedAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err != nil {
		return nil, err
	}
	tried, err := a.Subscriptions.Test(ctx, s)
	return &triedAnswer{wire.TriedOf(tried)}, err
}

func (a *API) rotateSubscriptionSecret(ctx context.Context, in *rotateSecretInput) (*newSubscriptionAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err != nil {
		return nil, err
	}
	s, secret, err := a.Subscriptions.RotateSecret(ctx, s, in.Body.Secret, time.Duration(in.Body.Seconds)*time.Second)
	return a.newSubscription(ctx, s, secret, err)
}

func (a *API) redeliver(ctx context.Context, in *redeliverInput) (*redeliveredAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err != nil {
		return nil, err
	}
	var out redeliveredAnswer
	if !in.Body.FailedSince.IsZero() {
		out.Body.Events, err = a.Subscriptions.RedeliverFailed(ctx, s, in.Body.FailedSince)
		return &out, err
	}
	out.Body.Events, err = a.Subscriptions.RedeliverRange(ctx, s, feed.Range{After: in.Body.After, To: in.Body.To,
		Since: in.Body.Since, Until: in.Body.Until})
	return &out, err
}

// Login is Waybill's login at a message broker.
type Login struct {
	User        string `json:"user,omitempty" maxLength:"500" doc:"NATS and Kafka."`
	Password    string `json:"password,omitempty" maxLength:"5000" doc:"NATS and Kafka."`
	Token       string `json:"token,omitempty" maxLength:"5000" doc:"NATS."`
	Nkey        string `json:"nkey,omitempty" maxLength:"500" doc:"NATS: the seed of a user."`
	Credentials string `json:"credentials,omitempty" maxLength:"20000" doc:"NATS: the text of a file with the ending .creds."`
}

// login returns the login in the form that a sink takes; nil for none.
func (l *Login) login() *sink.Login {
	if l == nil {
		return nil
	}
	return &sink.Login{User: l.User, Password: l.Password, Token: l.Token, Nkey: l.Nkey, Credentials: l.Credentials}
}

type updateSubscriptionInput struct {
	NamedSubscription
	Body struct {
		URL         *string            `json:"url,omitempty" minLength:"1" maxLength:"2000" doc:"Where events are sent to."`
		Resources   *[]string          `json:"resources,omitempty" maxItems:"30" doc:"Only those of these kinds of records; an empty list for all."`
		Kinds       *[]string          `json:"kinds,omitempty" maxItems:"5" doc:"Only those of these kinds; an empty list for all."`
		Filter      *string            `json:"filter,omitempty" maxLength:"2000" doc:"An expression that a change must meet; empty for none."`
		Thin        *bool              `json:"thin,omitempty" doc:"Leave the record out of events."`
		Fields      *[]string          `json:"fields,omitempty" maxItems:"100" doc:"The members of the record that events hold; an empty list for all."`
		Headers     *map[string]string `json:"headers,omitempty" doc:"Sent with every event, in place of all there were."`
		Certificate *string            `json:"certificate,omitempty" maxLength:"50000" doc:"Client certificate, as PEM; empty for none."`
		Key         *string            `json:"key,omitempty" maxLength:"50000" doc:"Its key, as PEM; empty for none."`
		Authorities *string            `json:"authorities,omitempty" maxLength:"200000" doc:"Certificates to trust, as PEM; empty for the system's."`
		Proxy       *string            `json:"proxy,omitempty" maxLength:"2000" doc:"An HTTP proxy of yours before the receiver; empty for none."`
		Login       *Login             `json:"login,omitempty" doc:"Who we are for NATS or Kafka, in place of all there was; an empty object for nobody."`

		ReceiptWithin *int64 `json:"receipt_within_seconds,omitempty" minimum:"0" maximum:"2592000" doc:"How long the receiver may take to give a receipt for a record; 0 demands none."`
	}
}

func (a *API) updateSubscription(ctx context.Context, in *updateSubscriptionInput) (*subscriptionAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err != nil {
		return nil, err
	}
	b := in.Body
	u := feed.Update{Filter: b.Filter, Thin: b.Thin, Fields: b.Fields, URL: b.URL, Headers: b.Headers,
		Certificate: b.Certificate, Key: b.Key, Authorities: b.Authorities, Proxy: b.Proxy, Login: b.Login.login()}
	if b.Resources != nil {
		q, err := a.query(ctx, Selection{Resource: *b.Resources})
		if err != nil {
			return nil, err
		}
		u.Resources = &q.Resources
	}
	if b.ReceiptWithin != nil {
		within := time.Duration(*b.ReceiptWithin) * time.Second
		u.ReceiptWithin = &within
	}
	if b.Kinds != nil {
		u.Kinds = &[]storage.Kind{}
		for _, kind := range *b.Kinds {
			*u.Kinds = append(*u.Kinds, storage.Kind(kind))
		}
	}
	s, err = a.Subscriptions.Update(ctx, s, u)
	return a.subscriptionAnswer(ctx, s, err)
}
