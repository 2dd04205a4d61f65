package dashboard

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

var (
	subscriptionsView = view("subscriptions")
	subscriptionView  = view("subscription")
	triedView         = view("tried")
)

func (d *dashboard) subscriptionRoutes() []frame.Route {
	const one = "/subscriptions/{name}"
	act := func(id, what string, serve func(*frame.Visit) error) frame.Route {
		return frame.Route{ID: id, Method: http.MethodPost, Path: one + "/" + what, Need: access.SubscriptionsWrite,
			Serve: serve}
	}
	return []frame.Route{
		{ID: "subscriptions-page", Method: http.MethodGet, Path: "/subscriptions", Need: access.ChangesRead,
			Serve: d.subscriptions},
		{ID: "subscription-page", Method: http.MethodGet, Path: one, Need: access.ChangesRead, Serve: d.subscription},
		act("test-subscription", "test", d.tryReceiver),
		act("pause-subscription", "pause", d.pauseSubscription),
		act("resume-subscription", "resume", d.resumeSubscription),
		act("redeliver", "recover", d.recoverSince),
	}
}

// receiverRow is a subscription in the list.
type receiverRow struct {
	storage.Subscription
	Verdict verdict.Verdict
	Gets    string
	Path    string
}

// Version tells whether the row says something else than before.
func (r receiverRow) Version() string { return r.Verdict.Word + r.Why }

func (d *dashboard) receiver(s storage.Subscription) receiverRow {
	return receiverRow{Subscription: s, Verdict: verdict.Receiving(s, d.now()), Gets: getsOf(s),
		Path: "/subscriptions/" + url.PathEscape(s.Name)}
}

// getsOf says what a subscription is confined to.
func getsOf(s storage.Subscription) string {
	var what, kinds []string
	for _, r := range s.Resources {
		what = append(what, string(r))
	}
	for _, k := range s.Kinds {
		kinds = append(kinds, string(k))
	}
	text := strings.Join(what, ", ")
	if text == "" {
		text = "everything"
	}
	if len(kinds) > 0 {
		text += ", when " + strings.Join(kinds, " or ")
	}
	return text
}

func (d *dashboard) subscriptions(v *frame.Visit) error {
	all, err := d.Subscriptions.List(v.Context(), v.Session.Caller.GroupID)
	if err != nil {
		return err
	}
	rows := make([]receiverRow, len(all))
	for i, s := range all {
		rows[i] = d.receiver(s)
	}
	return v.Show(subscriptionsView, frame.Page{Title: "Subscriptions", Here: frame.Subscriptions, Live: true,
		Data: rows})
}

// receiverPage is what the page of a subscription shows.
type receiverPage struct {
	receiverRow
	Events []eventRow
	// Preview is what the last changes would send.
	Preview []feed.Preview
	May     bool
}

func (d *dashboard) subscription(v *frame.Visit) error {
	s, err := d.Subscriptions.Find(v.Context(), v.Session.Caller.GroupID, v.PathValue("name"))
	if err != nil {
		return err
	}
	p := receiverPage{receiverRow: d.receiver(s), May: v.Session.May(access.SubscriptionsWrite)}
	if p.Events, err = d.events(v, []storage.Subscription{s}, storage.EventQuery{Limit: 10}); err != nil {
		return err
	}
	if v.Text("try") != "" {
		p.Preview, err = d.Subscriptions.Preview(v.Context(), v.Session.Caller.GroupID, feed.Selection{Stores: s.Stores,
			Resources: s.Resources, Kinds: s.Kinds, Filter: s.Filter, Thin: s.Thin, Fields: s.Fields})
		if err != nil {
			return err
		}
	}
	return v.Show(subscriptionView, frame.Page{Title: "Subscription " + s.Name, Here: frame.Subscriptions, Live: true,
		Data: p})
}
