package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// Full is a Waybill with a few shops, a consumer, two receivers and writes, at which all is well.
func (s *Stage) Full(ctx context.Context) error {
	for name, seed := range map[string]uint64{"harbour-books": 3, "lantern-tea": 8, "north-bikes": 21} {
		_, err := s.Connect(ctx, name, sandbox.WithOrders(60), sandbox.WithSeed(seed), sandbox.WithName(title(name)),
			sandbox.WithTimeZone("Europe/Berlin"))
		if err != nil {
			return err
		}
	}
	if err := s.Subscribe(ctx, "erp", ""); err != nil {
		return err
	}
	if err := s.Subscribe(ctx, "warehouse", `record.status == "processing"`); err != nil {
		return err
	}
	last, err := s.Service.LastChange(ctx)
	if err != nil {
		return err
	}
	if _, err := s.Service.Consumers.Create(ctx, feed.New{Name: "accounting", From: max(last-40, 0)}); err != nil {
		return err
	}
	for name := range s.Shops {
		for range 6 {
			if _, err := s.Shops[name].Happen(); err != nil {
				return err
			}
		}
		if _, err := s.Order(ctx, name); err != nil {
			return err
		}
		if err := s.Sync(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func title(name string) string {
	return map[string]string{"harbour-books": "Harbour Books", "lantern-tea": "Lantern Tea House",
		"north-bikes": "North Bikes & Parts"}[name]
}

// Subscribe has changes of orders sent to the receiver.
func (s *Stage) Subscribe(ctx context.Context, name, filter string) error {
	last, err := s.Service.LastChange(ctx)
	if err != nil {
		return err
	}
	_, _, err = s.Service.Subscriptions.Create(ctx, feed.NewSubscription{Name: name, From: last,
		Selection: feed.Selection{Resources: []storage.Resource{storage.Orders}, Filter: filter},
		Reach:     sink.Reach{URL: s.Receiver() + "/" + name}})
	return err
}

// Sync brings a shop up to date.
func (s *Stage) Sync(ctx context.Context, name string) error {
	st, err := s.Service.Store(ctx, name)
	if err != nil {
		return err
	}
	_, err = s.Service.Sync(ctx, st, follow.How{}, nil)
	return err
}

// Order places an order at a shop and gives its id.
func (s *Stage) Order(ctx context.Context, name string) (int64, error) {
	st, err := s.Service.Store(ctx, name)
	if err != nil {
		return 0, err
	}
	product := int64(0)
	for r, err := range s.Service.Records(ctx, storage.Query{StoreID: st.ID, Resource: storage.Products, Limit: 1}) {
		if err != nil {
			return 0, err
		}
		product = r.ID
	}
	return s.Put(ctx, name, http.MethodPost, "orders", map[string]any{"status": "processing",
		"billing": map[string]any{"first_name": "Ada", "last_name": "Okafor", "email": "ada.okafor@example.com",
			"address_1": "12 Quay Street", "city": "Bristol", "postcode": "BS1 4DJ", "country": "GB"},
		"payment_method": "bacs", "payment_method_title": "Bank transfer", "set_paid": true,
		"line_items": []map[string]any{{"quantity": 2, "product_id": product}}})
}

// Put asks a shop itself, behind Waybill's back, and gives the id of what it answers with.
func (s *Stage) Put(ctx context.Context, name, method, path string, body any) (int64, error) {
	shop := s.Shops[name]
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, method, shop.URL+"/wp-json/wc/v3/"+path, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(shop.Key, shop.Secret)
	req.Header.Set("Content-Type", "application/json")
	client := shop.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var made struct{ ID int64 }
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || made.ID == 0 {
		return 0, fmt.Errorf("the shop answers %s to %s %s: %w", res.Status, method, path, err)
	}
	return made.ID, nil
}

// Park makes a write that waits for a person's decision: the order was changed in the shop after it was seen. It gives
// the id of the write.
func (s *Stage) Park(ctx context.Context, name string) (string, error) {
	st, err := s.Service.Store(ctx, name)
	if err != nil {
		return "", err
	}
	id, err := s.Order(ctx, name)
	if err != nil {
		return "", err
	}
	if err := s.Sync(ctx, name); err != nil {
		return "", err
	}
	seen, err := s.Service.Record(ctx, st, storage.Ref{Resource: storage.Orders, ID: id})
	if err != nil {
		return "", err
	}
	_, err = s.Put(ctx, name, http.MethodPut, fmt.Sprintf("orders/%d", id), map[string]any{"status": "on-hold",
		"billing": map[string]any{"address_1": "14 Quay Street"}})
	if err != nil {
		return "", err
	}
	made, err := s.Service.Submit(ctx, st, []outbox.Write{{Action: outbox.Update, Resource: storage.Orders,
		RecordID: id, Base: seen.Raw, Policy: outbox.Reject, Key: "stage-" + name,
		Body: json.RawMessage(`{"status":"completed","billing":{"address_1":"12 Quay Street, rear entrance"}}`)}})
	if err != nil {
		return "", err
	}
	_, err = s.Service.Deliver(ctx, st, []string{made[0].ID}, follow.Delivery{Until: time.Now().Add(30 * time.Second)})
	return made[0].ID, err
}

// Break breaks a shop as stores are known to break, and waits until that was noticed.
func (s *Stage) Break(ctx context.Context, name, breakage string) error {
	if err := s.Shops[name].Break(breakage); err != nil {
		return err
	}
	_ = s.Sync(ctx, name) // it fails: that is what is wanted
	return nil
}

// Everyone is somebody who may everything.
func Everyone() access.Caller { return access.Local("sam") }
