package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/price"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Check compares writes with the mirror and the store before they are accepted. It returns the writes in the form in
// which they are to be accepted: with fields cleared the store's way, and lines priced. It asks the store what the
// mirror does not know, and changes nothing. The error is an *Invalid for a write that would not do what the caller
// means: a product or customer that does not exist, a field that neither WooCommerce nor a plugin of the store takes, a
// refund that does not fit its order. It is a *Missing for a write about a record that the store does not have. Several
// errors are joined in the order of the writes.
//
// A store that cannot be asked delays no write where the sending asks again (products of lines) or the store itself
// refuses (customers). Without prices, however, the write is refused.
//
// A write whose key was used before for the same is returned unchanged: it was checked then, and the store has changed
// since. A write whose key was used before for something else gets a *KeyReused, whatever the store says about its
// fields.
func (b *Outbox) Check(ctx context.Context, shop woo.Doer, writes []intent.Write) ([]intent.Write, error) {
	checked, _, err := b.check(ctx, shop, writes)
	return checked, err
}

// check does the work of [Outbox.Check], and also returns the products that the SKUs in the writes stand for.
func (b *Outbox) check(
	ctx context.Context, shop woo.Doer, writes []intent.Write,
) ([]intent.Write, Names, error) {
	c := checking{b: b, shop: shop, storeSchemas: map[storage.Resource]*storeSchema{}, known: map[string]string{},
		countries: map[string]country{}}
	checked := slices.Clone(writes)
	before, err := b.acceptedBefore(ctx, writes)
	if err != nil {
		return nil, Names{}, err
	}
	refused := map[int]error{}
	for i, w := range writes {
		if first, used := before[i]; used && !intent.Equivalent(first, w) {
			refused[i] = &KeyReused{Index: i, Key: w.Key, First: first}
		}
	}
	missing, err := c.findSubjects(ctx, writes, before)
	if err != nil {
		return nil, Names{}, err
	}
	for i, ref := range missing {
		refused[i] = &Missing{Index: i, Ref: ref}
	}
	if skus := skusOf(writes...); len(skus) > 0 {
		if c.names, err = FindSKUs(ctx, b.repo, shop, writes[0].StoreID, skus); err != nil {
			return nil, Names{}, err
		}
	}
	for i := range checked {
		if _, used := before[i]; used || refused[i] != nil {
			continue
		}
		fields, err := c.check(ctx, &checked[i])
		if err != nil {
			return nil, Names{}, err
		}
		if len(fields) > 0 {
			refused[i] = &Invalid{Index: i, Key: writes[i].Key, Fields: fields}
		}
	}
	return checked, c.names, joined(refused)
}

// joined returns refusals as one error, in the order of their writes. A single refusal is returned as it is.
func joined(refused map[int]error) error {
	var all []error
	for _, i := range slices.Sorted(maps.Keys(refused)) {
		all = append(all, refused[i])
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

func (c *checking) check(ctx context.Context, w *intent.Write) ([]intent.FieldError, error) {
	if err := c.b.findBase(ctx, w); err != nil {
		return nil, err
	}
	if err := c.readBase(ctx, w); err != nil {
		return nil, err
	}
	asked := w.Body
	if w.Action != intent.Delete {
		w.Body = validate.Cleared(w.Resource, w.Body)
	}
	fields, unknown := validate.Examine(*w)
	var refused []validate.UnknownMember
	for _, u := range unknown {
		takes, err := c.storeTakes(ctx, *w, u)
		if err != nil {
			return nil, err
		}
		if takes {
			w.Allowed = append(w.Allowed, u.Path)
		} else {
			refused = append(refused, u)
		}
	}
	fields = append(validate.Refusals(refused), fields...)
	if len(fields) > 0 || w.Action == intent.Delete {
		return fields, nil
	}
	fields, err := c.keptAmounts(ctx, *w)
	if len(fields) > 0 || err != nil {
		return fields, err
	}
	fields, err = c.lookUp(ctx, *w)
	if len(fields) > 0 || err != nil {
		return fields, err
	}
	if fields, err = c.reckon(ctx, w); len(fields) > 0 || err != nil {
		return fields, err
	}
	if !jsonvalue.Equal(asked, w.Body) && w.Asked == nil {
		w.Asked = asked
	}
	return nil, nil
}

// readBase reads the order whose lines are to be priced, when the caller has not seen it.
func (c *checking) readBase(ctx context.Context, w *intent.Write) error {
	if w.Base != nil || w.Action != intent.Update || w.Resource != storage.Orders || w.RecordID == 0 ||
		!price.RepricesLines(w.Body) {
		return nil
	}
	answer, err := read(ctx, c.shop, intent.Targets[w.Resource].Route.Record(0, w.RecordID), nil)
	if err != nil {
		return ctx.Err() // without the order only the quantity is refused
	}
	w.Base = answer.Body
	return nil
}

// reckon computes the prices of an order's or refund's lines.
func (c *checking) reckon(ctx context.Context, w *intent.Write) ([]intent.FieldError, error) {
	switch {
	case w.Resource == storage.Orders && w.Action == intent.Update:
		body, fields, err := price.Repriced(w.Body, w.Base)
		if err == nil && len(fields) == 0 {
			w.Body = body
		}
		return fields, err
	case w.Resource == storage.Refunds && w.Action == intent.Create:
		body, fields, err := c.b.priced(ctx, c.shop, *w)
		if err != nil && ctx.Err() == nil {
			return []intent.FieldError{{Field: "line_items",
				Message: fmt.Sprintf("the store could not be asked for what is left of order %d (%v): try again, or "+
					"refund an amount without lines", w.ParentID, err)}}, nil
		}
		if err == nil && len(fields) == 0 {
			w.Body = body
		}
		return fields, err
	}
	return nil, nil
}

// storeTakes asks the store whether it takes a member that WooCommerce does not know. Plugins that register a field,
// and newer versions, show the member in the description of the route (OPTIONS). If the store cannot be asked, the
// answer is no, unless the caller insists on the member. A number that is not whole is taken when the description says
// number.
func (c *checking) storeTakes(ctx context.Context, w intent.Write, u validate.UnknownMember) (bool, error) {
	described, asked := c.storeSchemas[w.Resource]
	if !asked {
		answer, err := c.shop.Do(ctx,
			woo.Request{Method: "OPTIONS", Path: intent.Targets[w.Resource].Route.List(max(w.ParentID, 1))})
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		var route struct {
			Schema storeSchema `json:"schema"`
		}
		if err == nil && json.Unmarshal(answer.Body, &route) == nil {
			described = &route.Schema
		}
		c.storeSchemas[w.Resource] = described
	}
	path := validate.WithoutPlaces(u.Path)
	if path == "inventory_delta" {
		path = "stock_quantity" // the description leaves out the change of stock
	}
	at := described
	for _, name := range strings.Split(path, ".") {
		if at != nil && at.Items != nil {
			at = at.Items
		}
		if at == nil {
			return false, nil
		}
		at = at.Properties[name]
	}
	if at != nil && u.Fraction != "" {
		return strings.Contains(string(at.Type), `"number"`), nil
	}
	return at != nil && !at.ReadOnly, nil
}

// Shown is the request that a write makes, for people who want to look before they send.
type Shown struct {
	Method string          `json:"method"`
	Path   string          `json:"path"` // below wc/v3
	Body   json.RawMessage `json:"body,omitempty"`
}

// Preview returns the requests that writes would make now, with the products that their SKUs stand for. The error is
// what Accept or the sending would return. Preview only reads from the store, and keeps nothing. The id in the marker
// is a placeholder, since a write gets its id on acceptance. Real writes of one collection are sent together, in one
// request to its /batch.
func (b *Outbox) Preview(ctx context.Context, shop woo.Doer, writes []intent.Write) ([]Shown, error) {
	checked, names, err := b.check(ctx, shop, writes)
	if err != nil {
		return nil, err
	}
	shown, refused := make([]Shown, len(checked)), map[int]error{}
	for i, w := range checked {
		fields := validate.Check(w)
		if len(fields) == 0 {
			w.ID = "(given on acceptance)"
			if shown[i], fields, err = b.show(ctx, shop, names, w); err != nil {
				return nil, err
			}
		}
		if len(fields) > 0 {
			refused[i] = &Invalid{Index: i, Key: w.Key, Fields: fields}
		}
	}
	return shown, joined(refused)
}

// show returns the request of one write, or what is wrong with the write.
func (b *Outbox) show(
	ctx context.Context, shop woo.Doer, names Names, w intent.Write,
) (Shown, []intent.FieldError, error) {
	t := intent.Targets[w.Resource]
	shown := Shown{Method: http.MethodPost, Path: t.Route.List(w.ParentID)}
	switch w.Action {
	case intent.Delete:
		shown.Method, shown.Path = http.MethodDelete, t.Route.Record(w.ParentID, w.RecordID)
		if w.Force || !t.Route.HasTrash() {
			shown.Path += "?force=true"
		}
		return shown, nil, nil
	case intent.Update:
		shown.Method, shown.Path = http.MethodPut, t.Route.Record(w.ParentID, w.RecordID)
	}
	body := w.Body
	if w.Resource == storage.Orders {
		found, reason, err := b.resolveLines(ctx, shop, names, w, body)
		if err != nil {
			return Shown{}, nil, err
		}
		if reason != nil {
			return Shown{}, reason.Fields, nil
		}
		body = found
	}
	var err error
	shown.Body, err = intent.Marked(w, body)
	return shown, nil, err
}
