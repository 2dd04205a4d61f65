package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

// shownChange is a change as a row.
type shownChange struct {
	storage.Change
	Store string
	Zone  *time.Location
	// Path is where its record is shown; empty for what has no page. Gist says what the record is.
	Path string
	Gist []string
}

// Key tells rows apart.
func (c shownChange) Key() string { return "change-" + strconv.FormatInt(c.Seq, 10) }

// lookBack is how much of the log is looked at for the last changes of some shops.
const lookBack = 400

// lastChanges are the newest changes of some shops, the newest first.
func (d *dashboard) lastChanges(ctx context.Context, of []storage.Store, limit int) ([]shownChange, error) {
	last, err := d.Log.LastChange(ctx)
	if err != nil {
		return nil, err
	}
	q := storage.ChangeQuery{After: max(last-lookBack, 0)}
	by := map[int64]storage.Store{}
	for _, st := range of {
		by[st.ID] = st
	}
	if len(of) == 1 {
		q.StoreID = of[0].ID
	}
	changes, err := d.Log.Changes(ctx, q)
	if err != nil {
		return nil, err
	}
	var shown []shownChange
	for _, c := range slices.Backward(changes) {
		st, seen := by[c.StoreID]
		if !seen || len(shown) == limit {
			continue
		}
		one := shownChange{Change: c, Store: st.Name, Zone: zoneOf(st)}
		if c.Resource == storage.Orders {
			one.Path = orderPath(st.Name, c.ID)
		}
		if r, err := d.Records.Record(ctx, st, c.Ref); err == nil { // else it is gone, and a row can do without
			one.Gist = gist(r)
		}
		shown = append(shown, one)
	}
	return shown, nil
}

// gist is what a record is, in a few words.
func gist(r storage.Record) []string {
	f, err := export.ReadFields(r.Raw)
	if err != nil {
		return nil
	}
	switch r.Resource {
	case storage.Orders:
		return filled(person(f, "billing"), amount(f, "total"), f.Text("status"))
	case storage.Customers:
		return filled(strings.TrimSpace(f.Text("first_name") + " " + f.Text("last_name")))
	}
	for _, name := range []string{"name", "code", "note", "reason", "title", "slug"} {
		if text := f.Text(name); text != "" {
			return []string{text}
		}
	}
	return nil
}

// person is the name in a part of an order.
func person(f export.Fields, part string) string {
	name := strings.TrimSpace(f.Text(part+".first_name") + " " + f.Text(part+".last_name"))
	if name == "" {
		name = f.Text(part + ".company")
	}
	if name == "" {
		name = f.Text(part + ".email")
	}
	return name
}

// amount is money as the shop writes it, with its currency.
func amount(f export.Fields, name string) string {
	text := f.Text(name)
	if currency := f.Text("currency"); text != "" && currency != "" {
		text += " " + currency
	}
	return text
}

func filled(all ...string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// indented is JSON as people read it.
func indented(raw []byte) string {
	var text bytes.Buffer
	if err := json.Indent(&text, raw, "", "  "); err != nil {
		return string(raw)
	}
	return text.String()
}
