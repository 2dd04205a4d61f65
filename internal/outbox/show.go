package outbox

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Shown is the request that a write makes, for people who want to look before they send.
type Shown struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // below wc/v3
	Body   json.RawMessage `json:"body,omitempty"`
}

// Preview gives the request that a write would make now, products found by their SKUs included, or the *Invalid that
// Accept or the sending would end in. It reads from the store at most, and keeps nothing. The marker shows the place of
// an id that is given on acceptance; several writes of one collection travel together, in one request to its /batch.
func (b *Outbox) Preview(ctx context.Context, shop woo.Doer, w intent.Write) (Shown, error) {
	checked, err := b.Check(ctx, shop, []intent.Write{w})
	if err != nil {
		return Shown{}, err
	}
	w = checked[0]
	if fields := validate.Check(w); len(fields) > 0 {
		return Shown{}, &Invalid{Key: w.Key, Fields: fields}
	}
	w.ID = "(given on acceptance)"
	t := intent.Targets[w.Resource]
	shown := Shown{Method: http.MethodPost, Path: t.Route.List(w.ParentID)}
	switch w.Action {
	case intent.Delete:
		shown.Method, shown.Path = http.MethodDelete, t.Route.Record(w.ParentID, w.RecordID)
		if w.Force || !t.Route.HasTrash() {
			shown.Path += "?force=true"
		}
		return shown, nil
	case intent.Update:
		shown.Method, shown.Path = http.MethodPut, t.Route.Record(w.ParentID, w.RecordID)
	}
	body := w.Body
	if w.Resource == storage.Orders {
		names, err := FindSKUs(ctx, b.repo, shop, w.StoreID, skusOf(w))
		if err != nil {
			return Shown{}, err
		}
		found, reason, err := b.resolveLines(ctx, shop, names, w, body)
		switch {
		case err != nil:
			return Shown{}, err
		case reason != nil:
			return Shown{}, &Invalid{Key: w.Key, Fields: reason.Fields}
		}
		body = found
	}
	body, err = intent.Marked(w, body)
	shown.Body = body
	return shown, err
}
