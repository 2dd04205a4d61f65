package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/reconcile"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/wire"
)

type reconcileInput struct {
	Body struct {
		Store        string    `json:"store" minLength:"1" maxLength:"63"`
		Orders       []string  `json:"orders,omitempty" maxItems:"1000000" doc:"Numbers or ids."`
		CSV          string    `json:"csv,omitempty" doc:"In their place: a table with a header, as text."`
		URL          string    `json:"url,omitempty" maxLength:"2000" doc:"In their place: where the list is fetched from. Private networks are not reached."`
		Authorise    string    `json:"authorization,omitempty" maxLength:"2000" doc:"The header Authorization to fetch it with. It is not kept."`
		Column       string    `json:"column,omitempty" maxLength:"200" doc:"The column that names the orders."`
		Reference    string    `json:"reference_column,omitempty" maxLength:"200" doc:"The column with the other side's own number."`
		By           string    `json:"by,omitempty" enum:"number,id" doc:"What the words are; found out when absent."`
		Since        time.Time `json:"since,omitempty" doc:"Only orders of the shop that were placed since then."`
		Until        time.Time `json:"until,omitempty" doc:"Only those placed before."`
		Subscription string    `json:"subscription,omitempty" maxLength:"63" doc:"Whose list it is: only what it gets is expected there, and what the list says is noted as its receipts."`
		Redeliver    bool      `json:"redeliver,omitempty" doc:"Send what is only in the shop to the subscription again."`
		Preview      bool      `json:"preview,omitempty" doc:"Note nothing and send nothing."`
	}
}

type reconciledAnswer struct{ Body wire.Reconciled }

func (a *API) reconcileRoutes() {
	register(a, operation{id: "reconcile", method: http.MethodPost, path: "/v1/reconciliations", tag: "Receipts",
		summary: "Compare the orders of a store with somebody else's list", need: access.SubscriptionsWrite,
		within: asking,
		about: "Which orders are in both, which only in the shop, which only there. The mirror is looked at; no " +
			"request goes to the shop."}, a.reconcile)
}

func (a *API) reconcile(ctx context.Context, in *reconcileInput) (*reconciledAnswer, error) {
	b := in.Body
	about(ctx, b.Store)
	st, err := a.store(ctx, b.Store)
	if err != nil {
		return nil, err
	}
	q := reconcile.Question{Store: st, By: reconcile.By(b.By), Since: b.Since, Until: b.Until, Note: !b.Preview}
	if b.Subscription != "" {
		s, err := a.subscription(ctx, b.Subscription)
		if err != nil {
			return nil, err
		}
		q.To = &s
	} else if b.Redeliver {
		return nil, redeliverToWhom()
	}
	if q.List, err = a.list(ctx, in); err != nil {
		return nil, err
	}
	found, err := a.Reconciler.Compare(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &reconciledAnswer{wire.ReconciledOf(found)}
	if b.Redeliver {
		plan, err := a.Redo.Redeliver(ctx, redo.Delivery{To: *q.To, Store: st, Records: found.Refs(),
			Preview: b.Preview})
		if err != nil {
			return nil, err
		}
		done := wire.RedoneOf(plan, b.Preview)
		out.Body.Redelivered = &done
	}
	return out, nil
}

// list is the list that a request gives, or says where to fetch.
func (a *API) list(ctx context.Context, in *reconcileInput) ([]reconcile.Entry, error) {
	b := in.Body
	form := reconcile.Form{Column: b.Column, Reference: b.Reference}
	given := 0
	for _, is := range []bool{len(b.Orders) > 0, b.CSV != "", b.URL != ""} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, oneList()
	case b.URL != "":
		from := reconcile.Source{URL: b.URL, Header: http.Header{}}
		if b.Authorise != "" {
			from.Header.Set("Authorization", b.Authorise)
		}
		return a.FetchList(ctx, from, form)
	case b.CSV != "":
		return reconcile.Read(strings.NewReader(b.CSV), form)
	}
	return reconcile.Words(b.Orders)
}
