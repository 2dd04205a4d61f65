package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/inmemory"
	"github.com/waybillhq/waybill/sandbox/internal/seed"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// WithOrders fills the store with n orders and the records around them: products, customers, coupons, taxes, refunds,
// notes. The orders are dated before the store's clock, one about every ten minutes.
func WithOrders(n int) Option { return func(s *settings) { s.orders = n } }

// Fill adds n orders as [WithOrders] does. The error says that the store refused a record, or that the context ended.
func (s *Store) Fill(ctx context.Context, n int) error {
	s.life.mu.Lock()
	defer s.life.mu.Unlock()
	now := s.Now()
	traffic := &traffic{store: s}
	s.life.seeder = seed.New(traffic, s.settings.seed)
	err := s.life.seeder.Fill(ctx, n, now)
	s.log.clear()
	return err
}

// Happen makes one event of a shop's traffic happen (an order, a status change, an edit, a deletion, a bulk edit) and
// says in a few words what. A store that was never filled gets a catalogue and customers first.
func (s *Store) Happen() (what string, err error) {
	s.life.mu.Lock()
	defer s.life.mu.Unlock()
	if s.life.seeder == nil {
		s.life.seeder = seed.New(&traffic{store: s}, s.settings.seed)
		if err := s.life.seeder.Fill(context.Background(), 0, s.Now()); err != nil {
			return "", err
		}
	}
	return s.life.seeder.Step()
}

// Live makes events happen, rate per second, until the context ends. It calls observe after each event; observe may be
// nil.
func (s *Store) Live(ctx context.Context, rate float64, observe func(what string, err error)) {
	if rate <= 0 {
		return
	}
	ticker := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		what, err := s.Happen()
		if observe != nil {
			observe(what, err)
		}
	}
}

// insideKey marks requests that the store's own traffic makes.
type insideKey struct{}

func isInside(r *http.Request) bool { return r.Context().Value(insideKey{}) != nil }

// traffic sends requests to a store from inside: as an administrator, over TLS, past faults.
type traffic struct{ store *Store }

func (t *traffic) Do(method, path string, body any) (int, json.RawMessage) {
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return http.StatusInternalServerError, json.RawMessage(err.Error())
		}
	}
	home := t.store.settings.home
	if home == "" {
		home = "https://localhost"
	}
	address := t.store.front.RESTURL(home, "/wc/v3/"+path)
	if t.store.settings.permalinks == PermalinksPlain {
		address = strings.Replace(address, "?force=", "&force=", 1) + "&x=wp-json/wc/"
	}
	request, err := http.NewRequestWithContext(
		context.WithValue(context.Background(), insideKey{}, true), method, address, bytes.NewReader(raw),
	)
	if err != nil {
		return http.StatusInternalServerError, json.RawMessage(err.Error())
	}
	credentials := credentialsOf(defaultLogin)
	request.SetBasicAuth(credentials.Key, credentials.Secret)
	request.Header.Set("Content-Type", "application/json")
	request.RequestURI = request.URL.RequestURI()
	answer := inmemory.Ask(t.store.front, request)
	return answer.Status(), answer.Body()
}

func (t *traffic) At(at time.Time) {
	t.store.shop.Update(func(st *shop.Store) {
		if at.IsZero() {
			st.SetClock(t.store.Now)
			return
		}
		st.SetClock(func() time.Time { return at })
	})
}

func (t *traffic) Set(option, value string) {
	t.store.shop.Update(func(st *shop.Store) { st.SetOption(option, value) })
}

func (t *traffic) Tax(country, state, name string, percent float64, shipping bool) {
	t.store.shop.Update(func(st *shop.Store) {
		st.Taxes.AddTaxRate(taxes.TaxRate{
			Country: country, State: state, Name: name, Rate: strconv.FormatFloat(percent, 'f', 4, 64), Priority: 1,
			Shipping: shipping,
		})
	})
}
